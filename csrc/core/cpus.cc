#include "cpus.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ringsnake {
namespace {

constexpr int kPathMax = 512;

// CPUs of a quota file's two numbers, rounded up so that 1.5 counts as 2; `most` without a quota.
int cpus_of(long long quota, long long period, int most) noexcept {
  if (quota <= 0 || period <= 0) return most;
  return static_cast<int>(std::clamp<long long>((quota + period - 1) / period, 1, most));
}

// cpu.max of the second version: "QUOTA PERIOD", or "max PERIOD".
int read_quota_v2(const char* group, int most) noexcept {
  char path[kPathMax];
  if (std::snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group) >= kPathMax) return most;
  std::FILE* const file = std::fopen(path, "re");
  if (file == nullptr) return most;
  char line[64] = "";
  const bool read = std::fgets(line, sizeof line, file) != nullptr;
  std::fclose(file);
  char* rest = nullptr;
  const long long quota = read ? std::strtoll(line, &rest, 10) : 0;
  return rest == nullptr ? most : cpus_of(quota, std::strtoll(rest, nullptr, 10), most);
}

long long read_number(const char* group, const char* name) noexcept {
  char path[kPathMax];
  if (std::snprintf(path, sizeof path, "/sys/fs/cgroup/cpu%s/%s", group, name) >= kPathMax)
    return 0;
  std::FILE* const file = std::fopen(path, "re");
  if (file == nullptr) return 0;
  char line[64] = "";
  const bool read = std::fgets(line, sizeof line, file) != nullptr;
  std::fclose(file);
  return read ? std::strtoll(line, nullptr, 10) : 0;
}

int read_quota_v1(const char* group, int most) noexcept {
  return cpus_of(read_number(group, "cpu.cfs_quota_us"), read_number(group, "cpu.cfs_period_us"),
                 most);
}

// The least quota of a group and of all above it. In a container the path may name groups outside
// of what is mounted; the mount's own root is asked too.
int least_quota(char* group, int most, int (*read_quota)(const char*, int)) noexcept {
  int least = read_quota("", most);
  while (*group != '\0') {
    least = std::min(least, read_quota(group, most));
    char* const slash = std::strrchr(group, '/');
    *(slash == nullptr ? group : slash) = '\0';
  }
  return least;
}

int quota_cpus(int most) noexcept {
  std::FILE* const file = std::fopen("/proc/self/cgroup", "re");
  if (file == nullptr) return most;
  int least = most;
  char line[kPathMax];
  while (std::fgets(line, sizeof line, file) != nullptr) {
    line[std::strcspn(line, "\n")] = '\0';
    // "id:controllers:path"; the second version has no controllers there.
    char* const controllers = std::strchr(line, ':');
    char* const path = controllers == nullptr ? nullptr : std::strchr(controllers + 1, ':');
    if (path == nullptr) continue;
    *path = '\0';
    if (controllers[1] == '\0') {
      least = std::min(least, least_quota(path + 1, most, read_quota_v2));
    } else if (std::strstr(controllers, "cpu") != nullptr) {
      least = std::min(least, least_quota(path + 1, most, read_quota_v1));
    }
  }
  std::fclose(file);
  return least;
}

}  // namespace

int usable_cpus() noexcept {
  // Not those of this thread's affinity: a side that is bound to one CPU still has a peer that runs
  // on another, and then spinning pays.
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return std::max(1, quota_cpus(static_cast<int>(std::clamp<long>(online, 1, CPU_SETSIZE))));
}

int current_cpu() noexcept { return ::sched_getcpu(); }

bool leave_cpu(int cpu) noexcept {
  cpu_set_t before;
  CPU_ZERO(&before);
  if (cpu < 0 || cpu >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof before, &before) != 0) {
    return false;
  }
  cpu_set_t others = before;
  CPU_CLR(cpu, &others);
  if (CPU_COUNT(&others) == 0 || ::sched_setaffinity(0, sizeof others, &others) != 0) return false;
  // Twice, as the kernel may be short of memory for a moment: a thread must not stay narrowed.
  if (::sched_setaffinity(0, sizeof before, &before) != 0) {
    ::sched_setaffinity(0, sizeof before, &before);
  }
  return true;
}

void yield_cpu() noexcept { ::sched_yield(); }

}  // namespace ringsnake
