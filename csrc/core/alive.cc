#include "alive.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "futex.h"

namespace ringsnake {
namespace {

static_assert(wire::kAliveOwnerDied == FUTEX_OWNER_DIED && wire::kAliveWaiters == FUTEX_WAITERS);

// An entry of the list as the GNU C library links it, in both directions. Every pointer points to a
// `next` field, the head's own included, and the `previous` field stands right before it.
struct Entry {
  void* previous;
  void* next;
};
constexpr std::size_t kNextOffset = offsetof(Entry, next);

constexpr std::size_t kPagesBytes = std::size_t{2} * wire::kControlPageBytes;

std::uint32_t thread_id() noexcept { return static_cast<std::uint32_t>(::syscall(SYS_gettid)); }

// When this thread first asked: with the id it tells a thread from a later one that got its id.
std::chrono::nanoseconds thread_birth() noexcept {
  thread_local const auto kBirth = std::chrono::steady_clock::now().time_since_epoch();
  return kBirth;
}

// The calling thread's list; null when there is none of the kind we can join.
robust_list_head* own_list() noexcept {
#if defined(__GLIBC__)
  robust_list_head* head = nullptr;
  std::size_t size = 0;
  if (::syscall(SYS_get_robust_list, 0, &head, &size) == 0 && size == sizeof *head) return head;
#endif
  return nullptr;
}

Entry* entry_of(void* next_field) noexcept {
  // The lowest bit marks mutexes of another kind.
  const std::size_t mark = reinterpret_cast<std::uintptr_t>(next_field) & 1;
  return reinterpret_cast<Entry*>(static_cast<std::byte*>(next_field) - mark - kNextOffset);
}

// Where the entry of a word lies: the list's head says how far its words are from their entries.
Entry* entry_for(std::atomic<std::uint32_t>* word, const robust_list_head* head) noexcept {
  return reinterpret_cast<Entry*>(reinterpret_cast<std::byte*>(word) - head->futex_offset -
                                  kNextOffset);
}

bool lies_in(const std::byte* page, const Entry* entry) noexcept {
  const auto* const begin = reinterpret_cast<const std::byte*>(entry);
  return begin >= page && begin + sizeof(Entry) <= page + wire::kControlPageBytes;
}

}  // namespace

Status AliveHold::hold(const Region& region, Side side) noexcept {
  void* const pages =
      ::mmap(nullptr, kPagesBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return Status::system("memory for the alive word", errno);
  if (::mmap(pages, wire::kControlPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
             region.descriptor(), 0) == MAP_FAILED) {
    const int error = errno;
    ::munmap(pages, kPagesBytes);
    return Status::system("mmap of the control page", error);
  }
  ::madvise(pages, kPagesBytes, MADV_DONTFORK);
  pages_ = static_cast<std::byte*>(pages);
  word_ = &reinterpret_cast<ControlPage*>(pages_)->alive[static_cast<int>(side)].alive;
  // As if a sleeper were there always, so that the kernel wakes in any case: it wakes nobody else.
  process_ = ::getpid();
  thread_birth_ = thread_birth();
  value_ = thread_id() | wire::kAliveWaiters;
  // edge ALIVE (with BasicWaiter::peer_state)
  word_->store(value_, std::memory_order_release);
  link();
  return Status::ok();
}

void AliveHold::link() noexcept {
  robust_list_head* const head = own_list();
  if (head == nullptr) return;
  Entry* const entry = entry_for(word_, head);
  if (!lies_in(pages_ + wire::kControlPageBytes, entry)) return;
  // In this order: a kernel that walks the list after any of these finds it whole.
  entry->previous = static_cast<void*>(&head->list.next);
  entry->next = head->list.next;
  entry_of(head->list.next)->previous = static_cast<void*>(&entry->next);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  head->list.next = reinterpret_cast<robust_list*>(&entry->next);
  entry_ = entry;
}

void AliveHold::unlink() noexcept {
  // Kept, not asked for again: the kernel may answer once and refuse the next time.
  const auto* const entry = static_cast<const Entry*>(entry_);
  entry_of(entry->next)->previous = entry->previous;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  entry_of(entry->previous)->next = entry->next;
}

void AliveHold::release() noexcept {
  // In a child of fork() the pages are not there, and the list is empty.
  if (pages_ == nullptr || process_ != ::getpid()) return;
  const bool other_thread =
      value_ != (thread_id() | wire::kAliveWaiters) || thread_birth_ != thread_birth();
  // edge ALIVE (with BasicWaiter::peer_state): everything we committed before the word.
  word_->store(wire::kAliveClosed, std::memory_order_release);
  futex_wake(*word_);
  // Only now: had the thread ended between, nobody would have told of it.
  const bool linked = entry_ != nullptr;
  if (linked && !other_thread) unlink();
  if (!linked || !other_thread) ::munmap(pages_, kPagesBytes);
  pages_ = nullptr;
  entry_ = nullptr;
}

}  // namespace ringsnake
