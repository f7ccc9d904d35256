#include "alive.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "futex.h"

namespace ringsnake {
namespace {

static_assert(wire::kAliveOwnerDied == FUTEX_OWNER_DIED && wire::kAliveWaiters == FUTEX_WAITERS);

// A node of the list as the GNU C library links it: `next` fields point to `next` fields,
// `previous` fields to the beginnings of nodes.
struct Node {
  Node* previous;
  void* next;
};
constexpr std::size_t kNextOffset = offsetof(Node, next);

std::uint32_t thread_id() noexcept { return static_cast<std::uint32_t>(::syscall(SYS_gettid)); }

// The calling thread's list; null when there is none of the kind we can join.
robust_list_head* own_list() noexcept {
#if defined(__GLIBC__)
  robust_list_head* head = nullptr;
  std::size_t size = 0;
  if (::syscall(SYS_get_robust_list, 0, &head, &size) == 0 && size == sizeof *head) return head;
#endif
  return nullptr;
}

Node* node_of(void* next_field) noexcept {
  // The lowest bit marks mutexes of another kind.
  return reinterpret_cast<Node*>(
      (reinterpret_cast<std::uintptr_t>(next_field) & ~std::uintptr_t{1}) - kNextOffset);
}

// Where the node of a word lies: the list's head says how far its words are from their nodes.
Node* node_for(const std::atomic<std::uint32_t>* word, const robust_list_head* head) noexcept {
  const auto next_field =
      reinterpret_cast<std::uintptr_t>(word) - static_cast<std::uintptr_t>(head->futex_offset);
  return reinterpret_cast<Node*>(next_field - kNextOffset);
}

bool lies_in(const std::byte* page, const Node* node) noexcept {
  const auto* const begin = reinterpret_cast<const std::byte*>(node);
  return begin >= page && begin + sizeof(Node) <= page + wire::kControlPageBytes;
}

}  // namespace

Status AliveHold::hold(const Region& region, Side side) noexcept {
  void* const pages = ::mmap(nullptr, 2 * wire::kControlPageBytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return Status::system("memory for the alive word", errno);
  if (::mmap(pages, wire::kControlPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
             region.descriptor(), 0) == MAP_FAILED) {
    const int error = errno;
    ::munmap(pages, 2 * wire::kControlPageBytes);
    return Status::system("mmap of the control page", error);
  }
  ::madvise(pages, 2 * wire::kControlPageBytes, MADV_DONTFORK);
  pages_ = static_cast<std::byte*>(pages);
  word_ = &reinterpret_cast<ControlPage*>(pages_)->alive[static_cast<int>(side)].alive;
  // As if a sleeper were there always, so that the kernel wakes in any case: it wakes nobody else.
  process_ = ::getpid();
  value_ = thread_id() | wire::kAliveWaiters;
  // edge ALIVE (with BasicWaiter::peer_state)
  word_->store(value_, std::memory_order_release);
  link();
  return Status::ok();
}

void AliveHold::link() noexcept {
  robust_list_head* const head = own_list();
  if (head == nullptr) return;
  Node* const node = node_for(word_, head);
  if (!lies_in(pages_ + wire::kControlPageBytes, node)) return;
  // In this order: a kernel that walks the list after any of these finds it whole.
  node->previous = node_of(&head->list.next);
  node->next = head->list.next;
  node_of(head->list.next)->previous = node;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  head->list.next = reinterpret_cast<robust_list*>(&node->next);
  linked_ = true;
}

void AliveHold::unlink() noexcept {
  const Node* const node = node_for(word_, own_list());
  node_of(node->next)->previous = node->previous;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  node->previous->next = node->next;
}

void AliveHold::release() noexcept {
  // In a child of fork() the pages are not there, and the list is empty.
  if (pages_ == nullptr || process_ != ::getpid()) return;
  const bool other_thread = value_ != (thread_id() | wire::kAliveWaiters);
  if (linked_ && !other_thread) unlink();
  // edge ALIVE (with BasicWaiter::peer_state): everything we committed before the word.
  word_->store(wire::kAliveClosed, std::memory_order_release);
  futex_wake(*word_);
  if (!linked_ || !other_thread) ::munmap(pages_, 2 * wire::kControlPageBytes);
  pages_ = nullptr;
}

}  // namespace ringsnake
