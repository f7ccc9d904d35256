// One death: a child that does a scenario, killed once, and the survivor that is looked at then.
// Threads: one.
#pragma once

#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "../../csrc/core/control_socket.h"
#include "kill_scenarios.h"

namespace ringsnake::spec {

// The address of each instruction of an operation, in the order they are run.
using Path = std::vector<std::uintptr_t>;
inline constexpr std::uintptr_t kUnknown = 0;

inline Progress& shared_progress() {
  static auto* progress = static_cast<Progress*>(
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  CHECK(progress != MAP_FAILED);
  return *progress;
}

// One child, killed once.
class Trial {
 public:
  explicit Trial(const Scenario& scenario)
      : scenario_(scenario),
        progress_(shared_progress()),
        survivor_(scenario.lengths, other(scenario.side)),
        child_([this] { live(); }) {
    survivor_.peer_socket() = OwnedDescriptor();
    if (scenario.side == Side::kCreator) take_over_channel();
    if (scenario.attaches) return;
    // The child filled its ring once, see DoomedChild::poison().
    constexpr std::uint32_t kHalf = wire::kRingCapacityMin / 2;
    const std::uint32_t marks = 2 + (scenario.offset + kHalf - 1) / kHalf;
    for (std::uint32_t i = 0; i < marks; ++i) {
      CHECK(child_.run_to_mark() == SteppedChild::Stop::kStopped);
      survivor_.discard();
    }
    CHECK(survivor_.endpoint().meet().is_ok());
    for (const std::uint32_t length : scenario.inbox) CHECK(survivor_.send(length));
    if (scenario.bulk_inbox != 0) survivor_.send_bulk(scenario.bulk_inbox);
  }

  // Kills the child that many instructions into the operation, or right after its last. Returns the
  // number of those it has done. `path`: null, or receives where each instruction is.
  int kill_after(std::uint32_t operation, int instructions, Path* path) {
    enter(operation);
    int done = 0;
    bool asleep = false;
    while (done < instructions) {
      if (path != nullptr) path->push_back(asleep ? kUnknown : child_.next_instruction());
      const SteppedChild::Stop stop = child_.step();
      CHECK(stop != SteppedChild::Stop::kEnded);
      if (progress_.operation != operation) break;
      ++done;
      asleep = stop == SteppedChild::Stop::kAsleep;
      if (asleep && done < instructions) rouse();
    }
    child_.kill();
    return done;
  }

  // The same, but at full speed along a known path. Nothing when the child took another one.
  std::optional<int> kill_at(std::uint32_t operation, int instructions, const Path& path) {
    enter(operation);
    const auto begin = path.begin();
    const std::uintptr_t last = path[static_cast<std::size_t>(instructions)];
    const auto visits = std::count(begin, begin + instructions + 1, last);
    for (std::ptrdiff_t visit = 0; visit < visits; ++visit) {
      if (visit > 0) go_on([this] { return child_.step(); });
      if (child_.next_instruction() == last) continue;
      if (!go_on([&] { return child_.run_to(last); })) return std::nullopt;
      if (child_.next_instruction() != last) return std::nullopt;
    }
    child_.kill();
    return instructions;
  }

  // Kills the child right before it runs the instruction there. False when the operation does not
  // come there.
  bool kill_before(std::uint32_t operation, std::uintptr_t address) {
    enter(operation);
    if (child_.next_instruction() != address &&
        (!go_on([&] { return child_.run_to(address); }) || child_.next_instruction() != address)) {
      return false;
    }
    child_.kill();
    return true;
  }

  const char* find_fault() {
    // A side that runs is to find all there is after the death; the others sleep when it comes.
    if (scenario_.survivor == Waiting::kNot) child_.wait_for_end();
    const char* const fault = scenario_.attaches
                                  ? survivor_.find_fault_after_attaching()
                                  : survivor_.find_fault_after_death(progress_.committed);
    child_.reap();
    return fault;
  }
  const Survivor& survivor() const noexcept { return survivor_; }

 private:
  // In the child.
  void live() {
    std::unique_ptr<Endpoint> endpoint;
    EndpointOptions options;
    options.waiting.kind = WaitStrategy::Kind::kSleep;
    const int socket = survivor_.peer_socket().release();
    progress_.operation = 0;
    progress_.committed = 0;
    if (scenario_.attaches) SteppedChild::mark();
    options.ring_capacity = wire::kRingCapacityMin;
    options.bulk_limit = scenario_.bulk_limit;
    if (scenario_.side == Side::kCreator) {
      hand_channel_over(options, &endpoint);
    } else if (!Endpoint::attach(socket, options, &endpoint).is_ok()) {
      ::_exit(98);
    }
    if (scenario_.attaches) {
      progress_.operation = 1;
      SteppedChild::mark();
    }
    DoomedChild child(std::move(endpoint), progress_, scenario_.lengths);
    child.poison(scenario_.offset);
    for (std::uint32_t i = 0; i < scenario_.sent_before; ++i) child.send();
    for (const auto& operation : scenario_.operations) {
      SteppedChild::mark();
      operation(child);
      progress_.operation = progress_.operation + 1;
    }
    SteppedChild::mark();
  }

  // In a child that is the creator.
  void hand_channel_over(const EndpointOptions& options, std::unique_ptr<Endpoint>* endpoint) {
    OwnedDescriptor peer_socket;
    const std::byte nothing{};
    if (!Endpoint::create(options, endpoint, &peer_socket).is_ok()) ::_exit(97);
    const int descriptor = peer_socket.get();
    if (!send_with_descriptors(handover_.theirs.get(), {&nothing, 1}, {&descriptor, 1}).is_ok()) {
      ::_exit(96);
    }
    SteppedChild::mark();
  }
  void take_over_channel() {
    run_to_mark();
    std::byte nothing{};
    ReceivedPacket packet;
    CHECK(receive_packet(handover_.ours.get(), {&nothing, 1}, &packet).is_ok());
    CHECK(packet.descriptor_count == 1);
    survivor_.attach(packet.descriptors[0].release());
    handover_ = Handover();
  }

  void enter(std::uint32_t operation) {
    for (std::uint32_t i = 0; i <= operation; ++i) run_to_mark();
    survivor_.fall_asleep(scenario_.survivor);
  }

  // Does it again until the child is not asleep. False when it has ended.
  template <class Go>
  bool go_on(Go go) {
    SteppedChild::Stop stop = go();
    while (stop == SteppedChild::Stop::kAsleep) {
      rouse();
      stop = go();
    }
    return stop == SteppedChild::Stop::kStopped;
  }

  void run_to_mark() {
    CHECK(go_on([this] { return child_.run_to_mark(); }));
  }

  void rouse() {
    if (scenario_.roused_by_record) {
      CHECK(survivor_.send(4));
    } else {
      survivor_.receive();
    }
  }

  // Where the socket of a channel that the child makes passes.
  struct Handover {
    OwnedDescriptor ours;
    OwnedDescriptor theirs;
  };
  static Handover make_handover() {
    int sockets[2];
    CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) == 0);
    return {OwnedDescriptor(sockets[0]), OwnedDescriptor(sockets[1])};
  }

  const Scenario& scenario_;
  Progress& progress_;
  Handover handover_ = make_handover();
  Survivor survivor_;
  SteppedChild child_;
};

}  // namespace ringsnake::spec
