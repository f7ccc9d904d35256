// What a side does while one of its system calls, or of its allocations, fails: it meets a healthy
// companion, talks with it in every way there is, and closes.
#pragma once

#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>

#include "../../csrc/core/control_socket.h"
#include "conversation.h"
#include "planted_defects.h"

namespace ringsnake::spec {

enum class Role : std::uint8_t {
  kDescriptors,
  kParentWatch,
  kCreator,
  kAttacher,
  // What the test itself must find.
  kLeaks,
  kIgnores,
};

class Story {
 public:
  // `watch`: called where faults begin to be made, and again where they end.
  Story(Ending& ending, std::function<void()> watch) : account_(ending), watch_(std::move(watch)) {}

  void tell(Role role);

 private:
  void create_and_talk();
  void attach_and_talk();
  void pass_descriptors();
  void exchange_over_sockets();
  void look_at(pid_t process);
  void change_cpu();
  void check_under_watch(Status (*what)());
  void end(CompanionProcess& companion) {
    if (!companion.ends_by_itself()) account_.fail("the companion was not told of the end");
  }

  FaultAccount account_;
  const std::function<void()> watch_;
};

// Takes the one descriptor of the one packet on that socket; -1 without.
inline int receive_descriptor(int socket) {
  std::byte note{};
  ReceivedPacket packet;
  pollfd watched{socket, POLLIN, 0};
  ::poll(&watched, 1, 5000);
  if (!receive_packet(socket, std::span(&note, 1), &packet).is_ok()) return -1;
  return packet.descriptors[0].release();
}

inline bool pass_descriptor(int socket, int descriptor) {
  const std::byte note{1};
  return send_packet(socket, std::span(&note, 1), std::span(&descriptor, 1)).is_ok();
}

// Otherwise a machine without memory would end the process in the middle of a write.
inline bool is_reserved(const Region& region) {
  struct stat information{};
  constexpr std::size_t kBlock = 512;
  return ::fstat(region.descriptor(), &information) == 0 &&
         static_cast<std::size_t>(information.st_blocks) * kBlock >= region.size();
}

inline EndpointOptions story_options() {
  EndpointOptions options;
  options.ring_capacity = wire::kRingCapacityMin;
  // So that each message needs its wake-up.
  options.waiting.kind = WaitStrategy::Kind::kSleep;
  return options;
}

inline void Story::tell(Role role) {
  const Holdings before = Holdings::now();
  switch (role) {
    case Role::kDescriptors:
      pass_descriptors();
      break;
    case Role::kParentWatch:
      check_under_watch([] { return exit_with_parent(::getppid(), 0); });
      break;
    case Role::kCreator:
      create_and_talk();
      break;
    case Role::kAttacher:
      attach_and_talk();
      break;
    case Role::kLeaks:
      check_under_watch(leak_on_failure);
      break;
    case Role::kIgnores:
      check_under_watch(ignore_failure);
      break;
  }
  // It keeps the parent's pidfd; where the system gives none, it asks now and then who its parent
  // is.
  const bool keeps = role == Role::kParentWatch && Holdings::now().descriptors > before.descriptors;
  account_.compare(before, keeps && !account_.told() ? 1 : 0);
}

inline void Story::check_under_watch(Status (*what)()) {
  watch_();
  const Status status = what();
  watch_();
  account_.check(status);
}

inline void Story::create_and_talk() {
  CompanionProcess companion([](int socket) {
    std::unique_ptr<Endpoint> endpoint;
    if (!Endpoint::attach(receive_descriptor(socket), {}, &endpoint).is_ok()) return;
    Companion(*endpoint, Side::kAttacher).serve();
  });
  watch_();
  {
    std::unique_ptr<Endpoint> endpoint;
    OwnedDescriptor peer_socket;
    const Status created = Endpoint::create(story_options(), &endpoint, &peer_socket);
    watch_();
    if (created.is_ok()) {
      if (!is_reserved(*endpoint->region())) account_.fail("a region whose memory is not reserved");
      if (!pass_descriptor(companion.socket(), peer_socket.get())) ::_exit(96);
      peer_socket = OwnedDescriptor();
    }
    watch_();
    if (account_.check(created)) {
      Conversation(*endpoint, Side::kCreator, account_, watch_).talk();
    }
  }
  watch_();
  end(companion);
}

inline void Story::attach_and_talk() {
  CompanionProcess companion([](int socket) {
    EndpointOptions options = story_options();
    options.waiting = {};
    std::unique_ptr<Endpoint> endpoint;
    OwnedDescriptor peer_socket;
    if (!Endpoint::create(options, &endpoint, &peer_socket).is_ok()) return;
    if (!pass_descriptor(socket, peer_socket.get())) return;
    peer_socket = OwnedDescriptor();
    Companion(*endpoint, Side::kCreator).serve();
  });
  const int socket = receive_descriptor(companion.socket());
  watch_();
  {
    std::unique_ptr<Endpoint> endpoint;
    if (account_.check(Endpoint::attach(socket, story_options(), &endpoint))) {
      Conversation(*endpoint, Side::kAttacher, account_, watch_).talk();
    }
  }
  watch_();
  end(companion);
}

inline void Story::pass_descriptors() {
  const CompanionProcess companion([](int) { ::pause(); });
  watch_();
  exchange_over_sockets();
  if (!account_.is_over()) look_at(companion.pid());
  watch_();
  if (!account_.is_over()) change_cpu();
}

inline void Story::exchange_over_sockets() {
  int sockets[2] = {-1, -1};
  if (!account_.check(control_socket_pair(sockets))) return;
  const OwnedDescriptor first(sockets[0]);
  const OwnedDescriptor second(sockets[1]);
  Doorbell doorbell;
  if (!account_.check(Doorbell::create(&doorbell))) return;
  std::array<std::byte, 32> bytes{};
  const int passed = doorbell.descriptor();
  if (!account_.check(send_with_descriptors(first.get(), bytes, std::span(&passed, 1)))) return;
  ReceivedPacket packet;
  if (!account_.check(receive_packet(second.get(), bytes, &packet))) return;
  if (packet.lost_descriptors) {
    account_.check(Status::system("as the packet says, descriptors were lost", EMFILE));
  } else if (packet.descriptor_count != 1) {
    account_.fail("a descriptor was lost without a word");
  }
}

inline void Story::look_at(pid_t process) {
  Peer peer;
  if (!account_.check(Peer::open(process, &peer))) return;
  if (!peer.alive()) account_.fail("a living process was said to be dead");
  if (peer.exit_status()) account_.fail("a living process was said to have ended");
}

inline void Story::change_cpu() {
  cpu_set_t before;
  cpu_set_t after;
  CPU_ZERO(&before);
  CPU_ZERO(&after);
  ::sched_getaffinity(0, sizeof before, &before);
  watch_();
  leave_cpu(current_cpu());
  watch_();
  ::sched_getaffinity(0, sizeof after, &after);
  if (!CPU_EQUAL(&before, &after)) account_.fail("a thread that moved may not use all CPUs again");
}

}  // namespace ringsnake::spec
