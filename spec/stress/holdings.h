// What this process holds of the system, so that a test can tell what was left behind. Threads:
// one.
#pragma once

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace ringsnake::spec {

struct Holdings {
  int descriptors = 0;
  int mappings = 0;  // of shared memory
  bool child = false;

  bool operator==(const Holdings&) const = default;

  static Holdings now() noexcept;
  std::string text() const {
    return std::to_string(descriptors) + " descriptors, " + std::to_string(mappings) +
           " mappings of shared memory, " + (child ? "a child" : "no child");
  }

 private:
  static int count_descriptors() noexcept;
  static int count_mappings() noexcept;
};

inline int Holdings::count_descriptors() noexcept {
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return -1;
  int count = 0;
  while (::readdir(folder) != nullptr) ++count;  // NOLINT(concurrency-mt-unsafe): our own stream
  ::closedir(folder);
  return count - 3;  // ".", ".." and the folder itself
}

inline int Holdings::count_mappings() noexcept {
  std::FILE* const file = std::fopen("/proc/self/maps", "re");
  if (file == nullptr) return -1;
  int count = 0;
  std::array<char, 512> line{};
  while (std::fgets(line.data(), line.size(), file) != nullptr) {
    if (std::strstr(line.data(), "/memfd:") != nullptr) ++count;
  }
  std::fclose(file);
  return count;
}

inline Holdings Holdings::now() noexcept {
  siginfo_t information{};
  const bool child =
      ::waitid(P_ALL, 0, &information, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 ||
      errno != ECHILD;
  return {count_descriptors(), count_mappings(), child};
}

}  // namespace ringsnake::spec
