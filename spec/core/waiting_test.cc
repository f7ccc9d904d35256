// Two threads over one mapping, and two processes: sleeping, waking, dying. Normative:
// spec/wire/ring.md §5. Run under ThreadSanitizer too: that sees races only while both ends use the
// same mapping.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <random>
#include <thread>

#include "../../csrc/core/waiter.h"
#include "check.h"

namespace ringsnake::spec {
namespace {

using std::chrono::milliseconds;

// Long enough for any healthy machine; reaching it is a failure.
constexpr auto kBound = std::chrono::seconds(30);

// One side with everything it needs. Not movable: the waiter refers to the ends.
struct SideEnds {
  SideEnds(const std::shared_ptr<Region>& region, Side side, const Doorbell& peer_doorbell)
      : producer(region, side),
        consumer(region, other(side)),
        waiter(region, side, producer, consumer, Doorbell(::dup(peer_doorbell.descriptor()))) {}

  RingProducer producer;
  RingConsumer consumer;
  Waiter waiter;
};

struct Conversation {
  Conversation() {
    CHECK(Region::create(wire::kRingCapacityMin, &region).is_ok());
    CHECK(Doorbell::create(&doorbells[0]).is_ok());
    CHECK(Doorbell::create(&doorbells[1]).is_ok());
  }
  std::shared_ptr<Region> region;
  Doorbell doorbells[2];
};

Waiter::Clock::time_point bound() { return Waiter::Clock::now() + kBound; }

// Waits as a thread does, or as an event loop does.
enum class Style : std::uint8_t { kBlocking, kLoop };

void wait_until_ready(SideEnds& side, const Doorbell& own, Style style) {
  if (style == Style::kBlocking) {
    CHECK(side.waiter.wait(bound()) == WaitResult::kReady);
    return;
  }
  if (side.waiter.spin() || !side.waiter.park_in_loop()) return;
  pollfd watched{own.descriptor(), POLLIN, 0};
  CHECK(::poll(&watched, 1, static_cast<int>(milliseconds(kBound).count())) == 1);
  side.waiter.unpark();
  own.clear();
}

// Sends numbered records and receives the peer's at the same time, keeping its inbox moving while
// the ring is full.
void converse(Conversation& conversation, Side side, Style style, std::uint32_t count) {
  const int index = static_cast<int>(side);
  SideEnds ends(conversation.region, side, conversation.doorbells[1 - index]);
  std::mt19937 random(7 + static_cast<unsigned>(index));
  std::uint32_t sent = 0;
  std::uint32_t received = 0;
  while (sent < count || received < count) {
    while (const auto record = ends.consumer.peek()) {
      std::uint32_t number = 0;
      CHECK(record->payload.size() >= sizeof number);
      std::memcpy(&number, record->payload.data(), sizeof number);
      CHECK(number == received);
      for (const std::byte byte : record->payload.subspan(sizeof number))
        CHECK(byte == static_cast<std::byte>(number));
      ++received;
    }
    ends.consumer.release();
    ends.waiter.wake_after_release();
    ends.waiter.want_room(std::nullopt);
    if (sent < count) {
      const auto length = static_cast<std::uint32_t>(sizeof sent + random() % 3000);
      if (const auto room = ends.producer.try_claim(length)) {
        std::memcpy(room->data(), &sent, sizeof sent);
        std::memset(room->data() + sizeof sent, static_cast<int>(sent & 0xff),
                    length - sizeof sent);
        ends.producer.commit(length);
        ends.waiter.wake_after_commit();
        ++sent;
        continue;
      }
      ends.waiter.want_room(length);
    } else if (received == count) {
      break;
    }
    wait_until_ready(ends, conversation.doorbells[index], style);
  }
  CHECK(!ends.consumer.broken() && !ends.producer.broken());
}

void converse_as(const char* sentence, Style creator, Style attacher) {
  test(sentence, [&] {
    Conversation conversation;
    constexpr std::uint32_t kCount = 30'000;
    std::thread peer([&] { converse(conversation, Side::kAttacher, attacher, kCount); });
    converse(conversation, Side::kCreator, creator, kCount);
    peer.join();
  });
}

void sleepers() {
  test("a wait with nothing to come ends at its deadline", [] {
    Conversation conversation;
    SideEnds side(conversation.region, Side::kCreator, conversation.doorbells[1]);
    const auto before = Waiter::Clock::now();
    CHECK(side.waiter.wait(before + milliseconds(30)) == WaitResult::kTimedOut);
    CHECK(Waiter::Clock::now() - before >= milliseconds(30));
  });

  test("parking is refused when a record is there already", [] {
    Conversation conversation;
    SideEnds creator(conversation.region, Side::kCreator, conversation.doorbells[1]);
    SideEnds attacher(conversation.region, Side::kAttacher, conversation.doorbells[0]);
    CHECK(creator.producer.try_claim(4).has_value());
    creator.producer.commit(4);
    CHECK(!attacher.waiter.park_in_loop());
    CHECK(conversation.region->side(Side::kAttacher).parked.load() == wire::kParkedRunning);
  });

  test("of several wakers one presses the doorbell", [] {
    Conversation conversation;
    SideEnds creator(conversation.region, Side::kCreator, conversation.doorbells[1]);
    SideEnds attacher(conversation.region, Side::kAttacher, conversation.doorbells[0]);
    CHECK(attacher.waiter.park_in_loop());
    for (int i = 0; i < 3; ++i) {
      CHECK(creator.producer.try_claim(4).has_value());
      creator.producer.commit(4);
      creator.waiter.wake_after_commit();
    }
    std::uint64_t presses = 0;
    CHECK(::read(conversation.doorbells[1].descriptor(), &presses, sizeof presses) ==
          sizeof presses);
    CHECK(presses == 1);
  });

  test("a release does not wake a peer that wants no room", [] {
    Conversation conversation;
    SideEnds creator(conversation.region, Side::kCreator, conversation.doorbells[1]);
    SideEnds attacher(conversation.region, Side::kAttacher, conversation.doorbells[0]);
    CHECK(attacher.waiter.park_in_loop());
    creator.waiter.wake_after_release();
    CHECK(conversation.region->side(Side::kAttacher).parked.load() == wire::kParkedEventfd);
  });

  test("any value in the parked word of a hostile peer costs at most one press", [] {
    Conversation conversation;
    SideEnds creator(conversation.region, Side::kCreator, conversation.doorbells[1]);
    for (const std::uint32_t lie : {3u, 4u, 7u, 0xffu, 0xffffffffu}) {
      conversation.region->side(Side::kAttacher).parked.store(lie);
      creator.waiter.wake_after_commit();
      creator.waiter.wake_after_release();
    }
    std::uint64_t presses = 0;
    CHECK(::read(conversation.doorbells[1].descriptor(), &presses, sizeof presses) < 0);
  });
}

#if !defined(__SANITIZE_THREAD__)
// ThreadSanitizer cannot follow a fork of a threaded program.
void death() {
  test("a killed peer is noticed by a blocked side, after everything it had sent", [] {
    Conversation conversation;
    SideEnds creator(conversation.region, Side::kCreator, conversation.doorbells[1]);
    const pid_t child = ::fork();
    if (child == 0) {
      // The child maps the region itself: a fork does not inherit it.
      std::shared_ptr<Region> region;
      if (!Region::attach(::dup(conversation.region->descriptor()), &region).is_ok()) ::_exit(1);
      RingProducer producer(region, Side::kAttacher);
      if (!producer.try_claim(100)) ::_exit(2);
      producer.commit(100);
      ::kill(::getpid(), SIGKILL);
    }
    Peer peer;
    CHECK(Peer::open(child, &peer).is_ok());
    creator.waiter.watch(std::move(peer));
    CHECK(creator.waiter.wait(bound()) == WaitResult::kReady);
    const auto record = creator.consumer.peek();
    CHECK(record && record->payload.size() == 100);
    CHECK(creator.waiter.wait(bound()) == WaitResult::kPeerDied);
    const auto exit = creator.waiter.peer().exit_status();
    CHECK(exit && exit->signal == SIGKILL && exit->exit_code == -1);
    // Asking did not reap it.
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  });
}
#endif

}  // namespace
}  // namespace ringsnake::spec

int main() {
  using ringsnake::spec::Style;
  ringsnake::spec::sleepers();
  ringsnake::spec::converse_as(
      "two blocking sides exchange everything in order with both rings full", Style::kBlocking,
      Style::kBlocking);
  ringsnake::spec::converse_as("two event loops exchange everything in order with both rings full",
                               Style::kLoop, Style::kLoop);
  ringsnake::spec::converse_as("a blocking side and an event loop exchange everything in order",
                               Style::kBlocking, Style::kLoop);
#if !defined(__SANITIZE_THREAD__)
  ringsnake::spec::death();
#endif
}
