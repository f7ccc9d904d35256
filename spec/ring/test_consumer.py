"""channel.consumer: messages visited in place, taken, and waited for."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
import unittest
from collections.abc import Callable

import numpy as np
from addresses import is_shared_memory
from ringsnake import BackpressureError, ChannelClosedError, PeerDiedError, RingsnakeError
from ringsnake.ring import Bulk, Channel, RingConsumer, RingEventLoop
from sides import (
    BOUND,
    CAPACITY,
    RingTestCase,
    both_sides,
    other_side,
    pattern,
)

FULL = bytes(CAPACITY // 4)


def send_numbers(channel: Channel, count: int) -> None:
    for i in range(count):
        channel.send(i.to_bytes(4, "little"))


class EnoughError(Exception):
    pass


class Visits(RingTestCase):
    def test_messages_are_visited_in_place_and_in_order(self) -> None:
        with both_sides() as (one, other):
            send_numbers(one, 300)
            seen: list[int] = []

            def visit(view: memoryview) -> None:
                self.assertEqual((view.nbytes, view.format, view.readonly), (4, "B", True))
                if len(seen) < 3:
                    self.assertTrue(is_shared_memory(view))
                seen.append(int.from_bytes(view, "little"))

            consumer = other.consumer
            self.assertEqual([consumer.read(visit) for _ in range(3)], [256, 44, 0])
            self.assertEqual(seen, [*range(300)])
            self.assertEqual(other.statistics().records_received, 300)
            one.send(b"")
            self.assertEqual(consumer.read(lambda view: seen.append(len(view))), 1)
            self.assertEqual(seen[-1], 0)

    def test_the_room_is_the_peers_after_the_visits_and_not_before(self) -> None:
        with both_sides() as (one, other):
            one.send(b"small")
            while one.try_send(FULL):
                pass
            # Room that is not given back yet, and that a look in vain gives back.
            self.assertEqual(other.receive(0), b"small")
            looks: list[bool] = []

            def visit(_: memoryview) -> None:
                looks.append(other.consumer.peekable)
                self.assertFalse(one.try_send(FULL))

            self.assertEqual(other.consumer.read(visit), len(looks))
            self.assertEqual(looks[-2:], [True, False])
            self.assertTrue(one.try_send(FULL))

    def test_the_room_of_what_was_only_looked_at_is_not_given_away(self) -> None:
        with both_sides() as (one, other):
            second = pattern(1016, 2)

            def fill() -> None:
                while one.try_send(bytes(1016)):
                    pass
                # To the last byte.
                while one.try_send(b""):
                    pass

            def visit(_: memoryview) -> None:
                self.assertTrue(other.consumer.peekable)
                raise EnoughError

            one.send(bytes(1016))
            one.send(second)
            fill()
            with self.assertRaises(EnoughError):
                other.consumer.read(visit)
            fill()
            self.assertEqual(other.receive(0), second)

    def test_a_view_ends_with_its_visit(self) -> None:
        with both_sides() as (one, other):
            send_numbers(one, 3)
            one.send(bytes(CAPACITY))
            kept: list[memoryview] = []
            self.assertEqual(other.consumer.read(kept.append), 4)
            for view in kept:
                with self.assertRaisesRegex(ValueError, "released"):
                    view[0]
            one.send(b"x")

            def visit(view: memoryview) -> None:
                kept.append(view)
                raise EnoughError

            with self.assertRaises(EnoughError):
                other.consumer.read(visit)
            with self.assertRaisesRegex(ValueError, "released"):
                kept[-1][0]

    def keep_something(self, watch: Callable[[memoryview], object]) -> None:
        with both_sides() as (one, other):
            send_numbers(one, 3)
            kept: list[object] = []

            def visit(view: memoryview) -> None:
                if view[0] == 1:
                    kept.append(watch(view))

            consumer = other.consumer
            with self.assertRaisesRegex(BufferError, "copy what is to be kept"):
                consumer.read(visit)
            # Its message was taken, and the next one comes.
            self.assertEqual(consumer.read(visit), 1)
            one.close()
            other.close()
            # The memory is there, as long as someone looks.
            self.assertGreater(len(bytes(kept.pop())), 0)  # type: ignore[call-overload]

    def test_what_is_made_of_a_view_must_not_outlive_its_visit(self) -> None:
        self.keep_something(lambda view: view[2:4])
        self.keep_something(memoryview)
        self.keep_something(lambda view: np.frombuffer(view, dtype=np.uint8))
        self.keep_something(np.asarray)

    def test_what_a_visitor_raises_is_raised_after_its_message_was_taken(self) -> None:
        with both_sides() as (one, other):
            for data in (b"1", b"2", b"3", bytes(CAPACITY), b"5"):
                one.send(data)
            seen: list[int] = []
            kept: list[object] = []

            def visit(view: memoryview) -> None:
                seen.append(len(view))
                if len(seen) == 2:
                    # The visitor's own error is the one that is told.
                    kept.append(view[:])
                if len(seen) in {2, 4}:
                    raise EnoughError

            for _ in range(2):
                with self.assertRaises(EnoughError):
                    other.consumer.read(visit)
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 0, "the Bulk was released")
            self.assertEqual(other.consumer.read(visit), 1)
            self.assertEqual(seen, [1, 1, 1, CAPACITY, 1])

    def test_bulk_messages_are_visited_and_released(self) -> None:
        with both_sides() as (one, other):
            for i in range(3):
                one.send(b"small")
                one.send(pattern(100_000, i))
            seen: list[bytes] = []
            self.assertEqual(other.consumer.read(lambda view: seen.append(bytes(view))), 6)
            self.assertEqual(seen[::2], [b"small"] * 3)
            self.assertEqual(seen[1::2], [pattern(100_000, i) for i in range(3)])
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 0)
            one.send(bytes(100_000))
            arrays: list[np.ndarray] = []
            with self.assertRaises(BufferError):
                other.consumer.read(lambda view: arrays.append(np.frombuffer(view, np.uint8)))
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 131_072)
            self.assertEqual(arrays.pop().sum(), 0)
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 0)

    def test_a_visitor_may_send(self) -> None:
        with both_sides() as (one, other):
            send_numbers(one, 300)
            producer = other.producer
            ways = [
                other.try_send,
                producer.write,
                lambda view: other.send_many([view]),
                lambda view: producer.flush() or other.try_send(bytes(view)),
            ]
            self.assertEqual(
                other.consumer.read(lambda view: self.assertTrue(ways[view[0] % 4](view))), 256
            )
            producer.flush()
            received = one.receive_many(300)
            self.assertEqual(received, [i.to_bytes(4, "little") for i in range(256)])

    def test_a_visitor_may_not_receive_or_wait(self) -> None:
        with both_sides() as (one, other):
            send_numbers(one, 2)
            consumer = other.consumer
            uses: list[Callable[[], object]] = [
                other.receive,
                lambda: other.receive(0),
                other.receive_many,
                lambda: next(other),
                lambda: other.send(b""),
                lambda: other.allocate(1),
                lambda: consumer.read(len),
                consumer.take,
                consumer.wait,
                lambda: consumer.wait(0),
                lambda: asyncio.run(other.receive_async()),  # type: ignore[arg-type]
                other._spin,
                other._keep_messages,
            ]

            def visit(_: memoryview) -> None:
                for use in uses:
                    with self.assertRaisesRegex(RuntimeError, "read in place"):
                        use()

            self.assertEqual(consumer.read(visit), 2)
            self.assertEqual(other.receive(0), None, "and afterwards it may")

    def close_in_visit(self, *, raises: bool) -> None:
        with both_sides() as (one, other):
            send_numbers(one, 3)
            seen: list[int] = []
            consumer = other.consumer

            def visit(view: memoryview) -> None:
                other.close()
                # Still there: the mapping lasts as long as the visit.
                seen.append(view[0])
                if raises:
                    raise EnoughError

            if raises:
                with self.assertRaises(EnoughError):
                    consumer.read(visit)
            else:
                self.assertEqual(consumer.read(visit), 1)
            self.assertEqual(seen, [0])
            with self.assertRaises(ChannelClosedError):
                consumer.read(visit)
            with self.assertRaises(ChannelClosedError):
                one.receive()

    def test_a_visitor_may_close_the_channel(self) -> None:
        self.close_in_visit(raises=False)
        self.close_in_visit(raises=True)

    def test_what_is_no_visitor_takes_nothing(self) -> None:
        with both_sides() as (one, other):
            one.send(b"x")
            for wrong in (None, 3, b"x"):
                with self.assertRaises(TypeError):
                    other.consumer.read(wrong)  # type: ignore[arg-type]
            with self.assertRaises(TypeError):
                RingConsumer()
            self.assertEqual(other.consumer.take(), b"x")

    def test_what_came_while_this_side_was_blocked_is_visited_first(self) -> None:
        with both_sides() as (one, other):
            while one.try_send(FULL):
                pass
            other.send(b"first")
            other.send(bytes(CAPACITY))
            with self.assertRaises(BackpressureError):
                one.send(FULL, timeout=0.001)
            other.send(b"last")
            seen: list[int] = []
            consumer = one.consumer
            self.assertTrue(consumer.peekable)
            self.assertTrue(consumer.wait(0))
            self.assertEqual(consumer.read(lambda view: seen.append(len(view))), 3)
            self.assertEqual(seen, [5, CAPACITY, 4])
            self.assertEqual(other.statistics().bulk_bytes_outstanding, 0)


class Looks(RingTestCase):
    def test_take_gives_a_copy_or_a_bulk_or_nothing(self) -> None:
        with both_sides() as (one, other):
            one.send(b"copy")
            one.send(bytes(CAPACITY))
            consumer = other.consumer
            self.assertEqual(consumer.take(), b"copy")
            bulk = consumer.take()
            assert isinstance(bulk, Bulk)
            bulk.release()
            self.assertIsNone(consumer.take())

    def test_a_look_takes_nothing(self) -> None:
        with both_sides() as (one, other):
            consumer = other.consumer
            self.assertFalse(consumer.peekable)
            send_numbers(one, 4)
            taken: list[object] = []
            takes: list[Callable[[], object]] = [
                lambda: taken.append(consumer.take()),
                lambda: taken.append(other.receive(0)),
                lambda: taken.extend(other.receive_many(1)),
            ]
            for take in takes:
                for _ in range(2):
                    self.assertTrue(consumer.peekable)
                    self.assertTrue(consumer.wait(0))
                take()
            self.assertTrue(consumer.peekable)
            self.assertEqual(consumer.read(lambda view: taken.append(bytes(view))), 1)
            self.assertEqual(taken, [i.to_bytes(4, "little") for i in range(4)])
            self.assertFalse(consumer.peekable)

    def test_what_was_looked_at_wakes_the_event_loop(self) -> None:
        async def talk(one: Channel, other: Channel, sleepers: int) -> None:
            sides = (other, one)[:sleepers]
            waiting = [asyncio.ensure_future(side.receive_async()) for side in sides]
            await asyncio.sleep(0)
            one.send(b"x")
            self.assertTrue(other.consumer.peekable)
            self.assertEqual(await waiting[0], b"x")
            for rest in waiting[1:]:
                rest.cancel()

        for loop in (asyncio.SelectorEventLoop, RingEventLoop):
            # A loop spins for one channel, and parks several at once.
            for sleepers in (1, 2):
                with both_sides() as (one, other), asyncio.Runner(loop_factory=loop) as runner:
                    runner.run(asyncio.wait_for(talk(one, other, sleepers), BOUND))

    def test_all_room_comes_back_though_something_was_looked_at(self) -> None:
        with both_sides() as (one, other):
            for _ in range(200):
                one.send(bytes(1000))
                one.send(bytes(1000))
                self.assertIsNotNone(other.receive(0))
                self.assertTrue(other.consumer.peekable)
                self.assertEqual(other.receive_many(), [bytes(1000)])


class Waits(RingTestCase):
    def test_a_wait_ends_with_a_message_or_when_the_time_is_up(self) -> None:
        with other_side("echo") as (channel, _):
            producer, consumer = channel.producer, channel.consumer
            started = time.monotonic()
            self.assertIs(consumer.wait(timeout=0.05), False)
            self.assertIs(consumer.wait(-1), False)
            self.assertGreaterEqual(time.monotonic() - started, 0.05)
            for i in range(300):
                # Unflushed: the wait does that, or both would wait for ever.
                self.assertTrue(producer.write(b"%d" % i))
                self.assertIs(consumer.wait(), True)
                self.assertEqual(consumer.take(), b"%d" % i)
            self.assertEqual(channel.statistics().slice_expired, 0)
            for wrong in ("soon", b""):
                with self.assertRaises(TypeError):
                    consumer.wait(wrong)  # type: ignore[arg-type]
            with self.assertRaises(ValueError):
                consumer.wait(float("nan"))

    def test_a_batch_echoed_in_place_comes_back_in_order(self) -> None:
        with other_side("echo") as (channel, _):
            seen: list[bytes] = []
            written = 0
            producer, consumer = channel.producer, channel.consumer
            while len(seen) < 20_000:
                while written < 20_000 and producer.write(written.to_bytes(4 + written % 9, "big")):
                    written += 1
                self.assertTrue(consumer.wait(BOUND))
                self.assertGreater(consumer.read(lambda view: seen.append(bytes(view))), 0)
            self.assertEqual(seen, [i.to_bytes(4 + i % 9, "big") for i in range(20_000)])

    def visit_all(self, verb: str, error: type[RingsnakeError]) -> None:
        with other_side(verb, 3000) as (channel, side):
            if verb == "die":
                side.process.wait(BOUND)
            seen: list[int] = []
            consumer = channel.consumer

            def visit_until_the_end() -> None:
                while consumer.wait():
                    consumer.read(lambda view: seen.append(int.from_bytes(view, "little")))

            with self.assertRaises(error):
                visit_until_the_end()
            self.assertEqual(seen, [*range(3000)])
            self.assertEqual(consumer.read(len), 0)
            self.assertIsNone(consumer.take())
            with self.assertRaises(error):
                consumer.wait(0)

    def test_all_that_a_peer_sent_is_visited_before_its_end(self) -> None:
        self.visit_all("count", ChannelClosedError)
        self.visit_all("die", PeerDiedError)

    def test_a_death_ends_a_wait(self) -> None:
        with other_side("hold") as (channel, side):
            side.line()
            thread = threading.Timer(0.05, side.process.kill)
            thread.start()
            with self.assertRaises(PeerDiedError):
                channel.consumer.wait()
            thread.join()
            self.assertEqual(channel.statistics().slice_expired, 0)

    def test_a_signals_handler_ends_a_wait(self) -> None:
        handled = threading.Event()

        def handle(*_: object) -> None:
            if not handled.is_set():
                handled.set()
                raise EnoughError

        previous = signal.signal(signal.SIGUSR1, handle)
        self.addCleanup(signal.signal, signal.SIGUSR1, previous)

        def run() -> None:
            # The first may come before the wait.
            while not handled.wait(0.01):
                os.kill(os.getpid(), signal.SIGUSR1)

        with other_side("hold") as (channel, side):
            thread = threading.Thread(target=run)
            thread.start()
            with self.assertRaises(EnoughError):
                channel.consumer.wait()
            thread.join()
            side.tell()

    def test_other_threads_run_while_one_waits_and_may_close_but_not_use(self) -> None:
        with both_sides() as (one, _):
            consumer, producer = one.consumer, one.producer
            refused = threading.Event()
            errors: list[Exception] = []

            def run() -> None:
                deadline = time.monotonic() + BOUND
                while time.monotonic() < deadline and not refused.is_set():
                    try:
                        producer.write(b"")
                    except RuntimeError as error:
                        errors.append(error)
                        refused.set()
                one.close()

            thread = threading.Thread(target=run)
            thread.start()
            with self.assertRaises(ChannelClosedError):
                consumer.wait(BOUND)
            thread.join()
            self.assertRegex(str(errors[0]), "one thread at a time")


if __name__ == "__main__":
    unittest.main()
