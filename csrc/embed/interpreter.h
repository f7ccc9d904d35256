// CPython on a thread of this process: one, which lasts as long as the process, whichever thread
// started it. Its library is loaded by name and every function found in it at run time, so the
// addon is not bound to a version. Normative: spec/wire/embedding.md.
//
// Threads: any; the functions lock. Ownership: nothing is ever given back, since an interpreter
// that other libraries' threads have seen cannot be taken down safely.
#pragma once

#include <string>
#include <string_view>

#include "../core/status.h"

namespace ringsnake::embed {

// Which CPython, as its own command line or its file describes it.
struct Installation {
  std::string library;     // path of libpython
  std::string executable;  // sys.executable: environments are found from there
  std::string version;     // sys.version, or what that begins with
  std::string prefix;      // sys.prefix
};

// Starts it, or finds that the same one runs already. `program` is what it runs as `-c`, with
// `folder` as its first argument, a descriptor and the address of an Embedder. An empty text, or
// why not, for people.
std::string start_interpreter(const Installation& installation, const std::string& program,
                              const std::string& folder);

// Gives a line to its main thread: who asks, a number, and what. REQUIRES: it was started.
Status ask_interpreter(std::string_view line) noexcept;

// From now on, whatever ends the process first tells Python to stop. To be said again when
// libraries were loaded, so that this comes before what they do at the end.
void arm_exit() noexcept;

}  // namespace ringsnake::embed
