"""How a channel ends: in order, by death, and what a child of fork() has of it."""

from __future__ import annotations

import os
import threading
import time
import unittest
from collections.abc import Callable

from ringsnake import ChannelClosedError, PeerDiedError, RingsnakeError
from ringsnake.ring import Bulk, Channel
from sides import BOUND, CAPACITY, RingTestCase, both_sides, other_side


class Ends(RingTestCase):
    def test_all_that_a_peer_sent_is_received_before_its_end(self) -> None:
        ends: list[tuple[str, type[RingsnakeError]]] = [
            ("count", ChannelClosedError),
            ("die", PeerDiedError),
        ]
        for verb, error in ends:
            with self.subTest(verb), other_side(verb, 3000) as (channel, side):
                if verb == "die":
                    side.process.wait(BOUND)
                for i in range(3000):
                    self.assertEqual(channel.receive(), i.to_bytes(4, "little"))
                for _ in range(2):
                    with self.assertRaises(error):
                        channel.receive()
                with self.assertRaises(error):
                    channel.receive(0)
                with self.assertRaises(error):
                    channel.receive_many()
                with self.assertRaises(error):
                    channel.try_send(b"to nobody")

    def test_iteration_ends_at_the_close_but_not_at_a_death(self) -> None:
        with other_side("count", 3) as (channel, _):
            self.assertEqual(len(list(channel)), 3)
        with other_side("die", 3) as (channel, _):
            received = []
            with self.assertRaises(PeerDiedError):
                for message in channel:
                    received.append(message)
            self.assertEqual(len(received), 3)

    def blocked(self, action: Callable[[Channel], object], *, verb: str = "hold") -> None:
        """Kills the peer while `action` is blocked."""
        with other_side(verb) as (channel, side):
            side.line()
            thread = threading.Timer(0.05, side.process.kill)
            thread.start()
            with self.assertRaises(PeerDiedError):
                action(channel)
            self.assertEqual(channel.statistics().slice_expired, 0)
            thread.join()

    def test_a_death_ends_what_is_blocked(self) -> None:
        self.blocked(lambda channel: channel.receive())
        self.blocked(lambda channel: channel.receive_many(timeout=None))
        self.blocked(next)

        def send(channel: Channel) -> None:
            while True:
                channel.send(bytes(CAPACITY // 4))

        self.blocked(send)

    def test_a_death_ends_a_blocked_allocation(self) -> None:
        with other_side("keep", 2, bulk_limit=2 * CAPACITY) as (channel, side):
            for _ in range(2):
                channel.send_bulk(channel.allocate(CAPACITY))
            self.assertEqual(side.line(), "kept")
            thread = threading.Timer(0.05, side.process.kill)
            thread.start()
            with self.assertRaises(PeerDiedError):
                channel.allocate(CAPACITY)
            thread.join()

    def test_a_peer_that_goes_away_before_it_attaches_is_a_dead_one(self) -> None:
        with Channel.create() as channel:
            os.close(os.dup(channel.descriptor))
            channel.close_descriptor()
            channel.close_descriptor()
            with self.assertRaises(PeerDiedError):
                channel.receive(timeout=BOUND)
            with self.assertRaises(PeerDiedError):
                channel.receive(0)

    def test_what_is_no_channel_is_refused(self) -> None:
        read, write = os.pipe()
        os.close(write)
        with self.assertRaises(RingsnakeError):
            Channel.attach(read)
        # It was taken over, whatever the outcome.
        with self.assertRaises(OSError):
            os.fstat(read)

    def test_closing_wakes_a_peer_that_sleeps(self) -> None:
        with other_side("park") as (channel, side):
            self.assertEqual(side.line(), "parks")
            side.until_asleep()
            channel.close()
            self.assertEqual(side.line(), "closed")


class Forks(RingTestCase):
    def in_child(self, check: Callable[[], None]) -> None:
        """Runs `check` in a child of fork(); fails when it does, or when the child crashes."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                check()
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)

    def test_every_use_in_a_child_is_refused_and_the_parent_goes_on(self) -> None:
        with both_sides() as (one, other):
            one.send(b"before")
            allocation = one.allocate(100)
            one.send(bytes(CAPACITY))
            self.assertEqual(other.receive(), b"before")
            borrowed = other.receive()
            assert isinstance(borrowed, Bulk)

            def check() -> None:
                uses: list[Callable[[], object]] = [
                    lambda: one.send(b""),
                    lambda: one.try_send(b""),
                    lambda: one.send_many([b""]),
                    other.receive,
                    lambda: other.receive(0),
                    other.receive_many,
                    lambda: next(other),
                    lambda: one.allocate(1),
                    lambda: one.try_send_bulk(allocation),
                    one.statistics,
                    one._park,
                    one._spin,
                    lambda: memoryview(borrowed),
                    lambda: len(allocation),
                ]
                for use in uses:
                    with self.assertRaises(ChannelClosedError):
                        use()
                borrowed.release()
                allocation.release()
                one.close()
                other.close()
                assert one.closed

            self.in_child(check)
            # Neither was it closed, nor was anything given back.
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 2 * CAPACITY)
            self.assertEqual(bytes(borrowed), bytes(CAPACITY))
            one.send(b"after")
            self.assertEqual(other.receive(), b"after")
            borrowed.release()
            allocation.release()

    def test_so_is_every_use_of_the_ends(self) -> None:
        with both_sides() as (one, other):
            producer, consumer = one.producer, other.consumer
            self.assertTrue(producer.write(b"written"))
            view = other.producer.try_claim(7)
            assert view is not None

            def check() -> None:
                uses: list[Callable[[], object]] = [
                    lambda: producer.write(b""),
                    lambda: producer.try_claim(1),
                    lambda: other.producer.commit(1),
                    lambda: producer.max_payload,
                    producer.flush,
                    producer.abort,
                    lambda: consumer.read(len),
                    consumer.take,
                    consumer.wait,
                    lambda: consumer.peekable,
                ]
                for use in uses:
                    with self.assertRaises(ChannelClosedError):
                        use()
                one.close()
                other.close()
                with self.assertRaises(ValueError):
                    view[0] = 1

            self.in_child(check)
            self.assertEqual(other.receive(0), None, "the child has published nothing")
            view[:] = b"claimed"
            other.producer.commit(7)
            self.assertEqual(one.receive(BOUND), b"claimed")
            producer.flush()
            self.assertEqual(other.receive(BOUND), b"written")

    def test_a_visitor_may_fork(self) -> None:
        with both_sides() as (one, other):
            one.send_many([b"\0", b"\1", b"\2"])
            seen: list[int] = []
            children: list[int] = []

            def visit(view: memoryview) -> None:
                if len(seen) == 1:
                    child = os.fork()
                    if child == 0:
                        return
                    children.append(child)
                seen.append(view[0])

            parent = os.getpid()
            status = 1
            try:
                count = other.consumer.read(visit)
            except ChannelClosedError:
                status = 0
            finally:
                if os.getpid() != parent:
                    os._exit(status)
            self.assertEqual((count, seen), (3, [0, 1, 2]))
            _, status = os.waitpid(children[0], 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0)

    def test_a_child_may_drop_its_copies_and_make_channels_of_its_own(self) -> None:
        with both_sides() as (one, other):
            copies = {"one": one, "other": other}

            def check() -> None:
                copies.clear()
                with both_sides() as (mine, yours):
                    mine.send(b"own")
                    self.assertEqual(yours.receive(), b"own")
                    with self.assertRaises(ChannelClosedError):
                        one.try_send(b"")

            self.in_child(check)
            one.send(b"after")
            self.assertEqual(other.receive(), b"after")

    def test_a_forked_child_does_not_hide_the_end(self) -> None:
        with both_sides() as (one, other):
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(write)
                os.read(read, 1)
                os._exit(0)
            os.close(read)
            one.close()
            with self.assertRaises(ChannelClosedError):
                other.receive(timeout=BOUND)
            os.close(write)
            os.waitpid(child, 0)

    def test_a_channel_blocked_in_a_thread_while_another_forks_goes_on(self) -> None:
        with other_side("echo") as (channel, _):
            received: list[object] = []

            def talk() -> None:
                for i in range(300):
                    channel.send(b"%d" % i)
                    received.append(channel.receive())

            thread = threading.Thread(target=talk)
            thread.start()
            while thread.is_alive():
                self.in_child(lambda: None)
                time.sleep(0)
            thread.join()
            self.assertEqual(received, [b"%d" % i for i in range(300)])


if __name__ == "__main__":
    unittest.main()
