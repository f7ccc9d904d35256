#include "interpreter.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <vector>

#include "../core/embedder.h"
#include "signal_handlers.h"

namespace ringsnake::embed {
namespace {

// Of Python's main thread. It only waits for requests, and runs what modules leave to the end.
constexpr std::size_t kStackBytes = std::size_t{16} << 20U;
// How long the end of the process waits for Python to stop.
constexpr int kExitPatienceMs = 1000;

// PyPreConfig of CPython 3.8 and later, on systems with UTF-8 locales; checked by its defaults.
struct PreConfig {
  int config_init;
  int parse_argv;
  int isolated;
  int use_environment;
  int configure_locale;
  int coerce_c_locale;
  int coerce_c_locale_warn;
  int utf8_mode;
  int dev_mode;
  int allocator;
};

// PyStatus.
struct InitStatus {
  int type;  // 0: all is well
  const char* function;
  const char* error;
  int exit_code;
};

struct Functions {
  const char* (*get_version)();
  void (*make_pre_config)(PreConfig*);
  InitStatus (*pre_initialize)(const PreConfig*);
  int (*main)(int, char**);
};

struct State {
  std::mutex mutex;
  bool running = false;
  Installation installation;
  Functions functions{};
  std::vector<std::string> arguments;
  SignalHandlers handlers;
  int requests = -1;  // our end of the socket that Python's main thread reads
  int frozen = -1;    // eventfd
  ::pid_t process = 0;
  Embedder embedder;
};

State& state() {
  // Never destroyed: Python's thread outlives everything.
  static State* const kMade = new State;
  return *kMade;
}

template <class Function>
bool find(void* library, const char* name, Function* out) {
  *out = reinterpret_cast<Function>(::dlsym(library, name));
  return *out != nullptr;
}

// Up to the first blank: `3.11.2`.
std::string number_of(const std::string& version) { return version.substr(0, version.find(' ')); }

std::string system_problem(const char* what) {
  return std::string(what) + ": " + std::system_category().message(errno);
}

std::string load(State& to) {
  const Installation& wanted = to.installation;
  // For all: extension modules do not name the library that they need.
  void* const library = ::dlopen(wanted.library.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr)
    return ::dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it for each thread
  Functions& functions = to.functions;
  if (!find(library, "Py_GetVersion", &functions.get_version) ||
      !find(library, "PyPreConfig_InitPythonConfig", &functions.make_pre_config) ||
      !find(library, "Py_PreInitialize", &functions.pre_initialize) ||
      !find(library, "Py_BytesMain", &functions.main))
    return wanted.library + " is no library of a CPython from 3.11 on";
  const std::string version = functions.get_version();
  if (!version.starts_with(wanted.version))
    return wanted.library + " is of CPython " + version + ", but " + wanted.executable +
           " says of itself that it is " + wanted.version;
  to.installation.version = version;
  return {};
}

// Node leaves the locale at "C", and others may rely on that; so Python neither sets it nor changes
// the environment for it, and takes all text for UTF-8.
bool pre_initialize(const Functions& functions) {
  std::array<PreConfig, 4> room{};  // a later version may have more members
  PreConfig& config = room.front();
  functions.make_pre_config(&config);
  const bool is_known = config.parse_argv == 1 && config.isolated == 0 &&
                        config.use_environment == 1 && config.configure_locale == 1 &&
                        config.utf8_mode == -1 && config.allocator == 0;
  if (!is_known) return false;
  config.configure_locale = 0;
  config.coerce_c_locale = 0;
  config.coerce_c_locale_warn = 0;
  config.utf8_mode = 1;
  return functions.pre_initialize(&config).type == 0;
}

// Python's main thread.
void* run(void* /*unused*/) {
  State& own = state();
  pre_initialize(own.functions);
  std::vector<char*> arguments;
  arguments.reserve(own.arguments.size() + 1);
  for (std::string& argument : own.arguments) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  own.functions.main(static_cast<int>(arguments.size()) - 1, arguments.data());
  return nullptr;
}

void on_started() {
  const State& own = state();
  ::Dl_info library{};
  ::dladdr(reinterpret_cast<const void*>(own.functions.main), &library);
  own.handlers.take_back(library.dli_fbase);
}

void on_frozen() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(state().frozen, &one, sizeof one);
}

bool make_thread(void* (*function)(void*)) {
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kStackBytes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread{};
  const int problem = ::pthread_create(&thread, &attributes, function, nullptr);
  ::pthread_attr_destroy(&attributes);
  errno = problem;
  return problem == 0;
}

std::string launch(State& to, const std::string& program, const std::string& folder) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    return system_problem("the socket to Python's main thread");
  to.frozen = ::eventfd(0, EFD_CLOEXEC);
  if (to.frozen < 0) return system_problem("the eventfd of Python's end");
  to.requests = sockets[0];
  to.process = ::getpid();
  to.embedder.started = on_started;
  to.embedder.frozen = on_frozen;
  const auto address = reinterpret_cast<std::uintptr_t>(&to.embedder);
  to.arguments = {
      to.installation.executable, "-u", "-c", program, folder, std::to_string(sockets[1]),
      std::to_string(address)};
  if (::pthread_atfork(nullptr, nullptr, SignalHandlers::forget_in_child) != 0)
    return system_problem("looking after forks");
  to.handlers.save();
  if (!make_thread(run)) return system_problem("the thread of Python");
  return {};
}

std::string mismatch(const Installation& running, const Installation& wanted) {
  return "this process runs CPython " + number_of(running.version) + " of " + running.prefix +
         " already, and can run no other: CPython " + number_of(wanted.version) + " of " +
         wanted.prefix + " needs a process of its own (spawn)";
}

// Whether paths lead to the same place: an interpreter and its file may name it each in its own
// way.
bool is_one(const std::string& path, const std::string& other) {
  std::error_code problem;
  return path == other || std::filesystem::equivalent(path, other, problem);
}

// Waits until Python has stopped. False when it did not in time.
bool wait_until_frozen(const State& of) {
  ::pollfd poll{.fd = of.frozen, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&poll, 1, kExitPatienceMs);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// What other libraries do at the end of a process is not made for threads that go on, and Python's
// may: in C code they do not ask for its lock. So the process ends here and now, with its status.
void on_exit_of_process(int status, void* /*unused*/) {
  const State& own = state();
  if (own.process != ::getpid()) return;  // a child that was forked
  // What C libraries still hold; not where a thread goes on, which may have a stream's lock for
  // ever.
  if (ask_interpreter("0 exit").is_ok() && wait_until_frozen(own)) std::fflush(nullptr);
  ::_exit(status);
}

}  // namespace

std::string start_interpreter(const Installation& installation, const std::string& program,
                              const std::string& folder) {
  State& to = state();
  const std::lock_guard lock(to.mutex);
  if (to.running) {
    const bool is_same = is_one(to.installation.library, installation.library) &&
                         is_one(to.installation.prefix, installation.prefix);
    return is_same ? std::string() : mismatch(to.installation, installation);
  }
  to.installation = installation;
  std::string problem = load(to);
  if (problem.empty()) problem = launch(to, program, folder);
  to.running = problem.empty();
  if (to.running) arm_exit();
  return problem;
}

Status ask_interpreter(std::string_view line) noexcept {
  const auto sent = ::send(state().requests, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent == static_cast<::ssize_t>(line.size())
             ? Status::ok()
             : Status::system("a request to Python's main thread", errno);
}

void arm_exit() noexcept { ::on_exit(on_exit_of_process, nullptr); }

}  // namespace ringsnake::embed
