#include "endpoint.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <new>
#include <utility>

#include "channel_socket.h"

namespace ringsnake {
namespace {

// The creator sends its offer before anyone can attach, so this only bounds a wrong descriptor.
constexpr int kOfferTimeoutMs = 5000;

// How often a side that is blocked looks whether a peer that has not answered yet went away. Its
// messages wake it at once, as ever.
constexpr auto kMeetingSlice = std::chrono::milliseconds(5);

std::uint32_t own_pid() noexcept { return static_cast<std::uint32_t>(::getpid()); }

// -1 where the kernel forbids it: then a death is told by the alive word alone.
OwnedDescriptor own_pidfd() noexcept {
  return OwnedDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
}

// The other side of a channel inside one process is a thread, whose end no pidfd tells.
bool is_other_process(std::uint32_t pid) noexcept { return pid != own_pid(); }

}  // namespace

Endpoint::Endpoint(Parts parts, const EndpointOptions& options) noexcept
    : region_(std::move(parts.region)),
      producer(region_, parts.side),
      consumer(region_, other(parts.side)),
      own_doorbell(std::move(parts.own)),
      waiter(region_, parts.side, producer, consumer, std::move(parts.peer)),
      socket_(std::move(parts.socket)),
      lender(socket_.get(), options.bulk_limit),
      borrower_(socket_.get(), options.bulk_limit) {
  waiter.set_strategy(options.waiting);
}

Endpoint::~Endpoint() {
  // A child of fork() is no party to the conversation.
  if (!region_->is_mapped_here()) return;
  alive_.release();
  // A peer that sleeps in its event loop learns of it by its doorbell.
  waiter.wake_after_commit();
}

Status Endpoint::make(Parts parts, const EndpointOptions& options,
                      std::unique_ptr<Endpoint>* out) noexcept {
  const Side side = parts.side;
  std::unique_ptr<Endpoint> endpoint(new (std::nothrow) Endpoint(std::move(parts), options));
  if (endpoint == nullptr) return Status::system("memory for an endpoint", ENOMEM);
  // Without its word this side could neither close nor be seen to die.
  if (const Status held = endpoint->alive_.hold(*endpoint->region_, side); !held.is_ok()) {
    return held;
  }
  *out = std::move(endpoint);
  return Status::ok();
}

Status Endpoint::create(const EndpointOptions& options, std::unique_ptr<Endpoint>* out,
                        OwnedDescriptor* peer_socket) noexcept {
  Parts parts;
  if (const Status made = Region::create(options.ring_capacity, &parts.region); !made.is_ok()) {
    return made;
  }
  if (const Status made = Doorbell::create(&parts.own); !made.is_ok()) return made;
  if (const Status made = Doorbell::create(&parts.peer); !made.is_ok()) return made;
  int sockets[2];
  if (const Status made = channel_socket_pair(sockets); !made.is_ok()) return made;
  parts.socket = OwnedDescriptor(sockets[0]);
  OwnedDescriptor theirs(sockets[1]);
  const OwnedDescriptor pidfd = own_pidfd();
  const int offered[kOfferDescriptors] = {parts.region->descriptor(), parts.peer.descriptor(),
                                          parts.own.descriptor(), pidfd.get()};
  const std::size_t count = pidfd.get() < 0 ? kOfferDescriptors - 1 : kOfferDescriptors;
  if (const Status sent = send_channel_packet(parts.socket.get(), wire::kChannelPacketOffer,
                                              own_pid(), std::span(offered).first(count));
      !sent.is_ok()) {
    return sent;
  }
  if (const Status made = make(std::move(parts), options, out); !made.is_ok()) return made;
  (*out)->awaits_peer_ = true;
  *peer_socket = std::move(theirs);
  return Status::ok();
}

Status Endpoint::attach(int raw_socket, const EndpointOptions& options,
                        std::unique_ptr<Endpoint>* out) noexcept {
  OwnedDescriptor socket(raw_socket);
  ChannelPacket offer;
  if (const Status status = wait_for_channel_packet(socket.get(), kOfferTimeoutMs, &offer);
      !status.is_ok()) {
    return status;
  }
  if (offer.lost_descriptors) return Status::system("receiving a channel's offer", EMFILE);
  if (offer.type != wire::kChannelPacketOffer || offer.descriptor_count < kOfferDescriptors - 1) {
    return Status::broken("the first packet on the channel's socket is not an offer");
  }
  Parts parts;
  parts.side = Side::kAttacher;
  if (const Status status = Region::attach(offer.descriptors[0].release(), &parts.region);
      !status.is_ok()) {
    return status;
  }
  parts.own = Doorbell(offer.descriptors[1].release());
  parts.peer = Doorbell(offer.descriptors[2].release());
  if (is_other_process(offer.value)) {
    // It may have been inherited without: processes that we start are no party to the channel.
    if (::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) != 0) {
      return Status::system("keeping the channel's socket from other processes", errno);
    }
    parts.socket = std::move(socket);
  } else {
    parts.socket = OwnedDescriptor(::fcntl(socket.release(), F_DUPFD_CLOEXEC, 3));
    if (parts.socket.get() < 0) return Status::system("duplicating the channel's socket", errno);
  }
  std::unique_ptr<Endpoint> endpoint;
  if (const Status made = make(std::move(parts), options, &endpoint); !made.is_ok()) return made;
  if (is_other_process(offer.value) && offer.descriptors[3].get() >= 0) {
    endpoint->waiter.watch(Peer(offer.descriptors[3].release()));
  }
  // Last of all: a creator that got an answer has a peer whose end it is told of.
  const OwnedDescriptor pidfd = own_pidfd();
  const int answered = pidfd.get();
  if (const Status sent =
          send_channel_packet(endpoint->socket_.get(), wire::kChannelPacketAccept, own_pid(),
                              answered < 0 ? std::span<const int>() : std::span(&answered, 1));
      !sent.is_ok()) {
    return sent;
  }
  *out = std::move(endpoint);
  return Status::ok();
}

Status Endpoint::meet() noexcept {
  if (!awaits_peer_) return Status::ok();
  std::optional<ChannelPacket> answer;
  if (const Status status = receive_channel_packet(socket_.get(), &answer); !status.is_ok()) {
    // Nothing else means that the peer has gone: what failed now may work the next time.
    const bool gone = status.code == StatusCode::kBroken || status.error_number == EPIPE;
    return gone ? status : Status::ok();
  }
  if (!answer) return Status::ok();
  if (answer->type != wire::kChannelPacketAccept) {
    return Status::broken("the peer's first packet on the channel's socket is no answer");
  }
  awaits_peer_ = false;
  // Its pidfd may be missing, or lost for want of descriptors: then the alive word tells its end.
  // Who started the peer may watch it already, and its event loop polls that descriptor: another
  // one in its place would leave the loop with a closed one.
  if (!waiter.peer().known() && is_other_process(answer->value) && answer->descriptor_count == 1) {
    waiter.watch(Peer(answer->descriptors[0].release()));
  }
  return Status::ok();
}

WaitResult Endpoint::sleep_until(std::optional<Waiter::Clock::time_point> deadline) noexcept {
  while (true) {
    if (!meet().is_ok()) return waiter.ready() ? WaitResult::kReady : WaitResult::kPeerDied;
    if (!awaits_peer_) return waiter.sleep_until(deadline);
    const auto slice = Waiter::Clock::now() + kMeetingSlice;
    const auto end = deadline ? std::min(*deadline, slice) : slice;
    const WaitResult result = waiter.sleep_until(end);
    if (result != WaitResult::kTimedOut || end == deadline) return result;
  }
}

Status Endpoint::try_allocate(std::uint64_t size,
                              std::optional<BulkLender::Allocation>* out) noexcept {
  waiter.note_returned();
  return lender.try_allocate(size, out);
}

Status Endpoint::try_allocate_value(std::uint64_t size,
                                    std::optional<BulkLender::Allocation>* out) noexcept {
  return lender.try_allocate_value(size, out);
}

Status Endpoint::borrow_value(const ValueReference& reference, std::optional<Loan>* out) noexcept {
  if (const Status met = meet(); !met.is_ok()) return met;
  return borrower_.borrow_value(reference, out);
}

Status Endpoint::borrow(std::span<const std::byte> reference, std::optional<Loan>* out) noexcept {
  if (const Status met = meet(); !met.is_ok()) return met;
  return borrower_.borrow(reference, out);
}

}  // namespace ringsnake
