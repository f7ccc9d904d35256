"""Bulk messages: in place, released, limited, and outliving their channel."""

from __future__ import annotations

import threading
import time
import unittest

import numpy as np
from ringsnake import (
    BackpressureError,
    ChannelClosedError,
    MessageTooLargeError,
    PeerDiedError,
)
from ringsnake.ring import Bulk, Channel
from sides import BOUND, CAPACITY, RingTestCase, both_sides, other_side, pattern

SEGMENT = 65536
"""Bytes of the smallest segment."""


def address(bulk: Bulk) -> int:
    return int(np.frombuffer(bulk, dtype=np.uint8).__array_interface__["data"][0])


def received(channel: Channel) -> Bulk:
    message = channel.receive(timeout=BOUND)
    assert isinstance(message, Bulk)
    return message


class Bulks(RingTestCase):
    def assert_ended(self, channel: Channel, bulk: Bulk) -> None:
        uses = (
            lambda: memoryview(bulk),
            lambda: len(bulk),
            lambda: channel.send_bulk(bulk),
            lambda: channel.send(bulk),
            bulk.__enter__,
        )
        for use in uses:
            with self.assertRaises(ValueError):
                use()

    def test_an_allocation_is_filled_and_received_in_place(self) -> None:
        with both_sides() as (one, other):
            bulk = one.allocate(8 * 1000)
            self.assertEqual(len(bulk), 8000)
            np.frombuffer(bulk, dtype=np.float64)[:] = np.arange(1000)
            one.send_bulk(bulk)
            self.assertTrue(bulk.released)
            with received(other) as message:
                array = np.frombuffer(message, dtype=np.float64)
                self.assertEqual(array.sum(), 499_500)
                # Both look at the same memory, and each may write.
                again = memoryview(message).cast("d")
                array[0] = 7
                self.assertEqual(again[0], 7)
                self.assertFalse(memoryview(message).readonly)
                again.release()
                del array
            self.assertTrue(message.released)

    def test_a_shorter_message_than_the_allocation_may_be_sent(self) -> None:
        with both_sides() as (one, other):
            bulk = one.allocate(100)
            memoryview(bulk)[:5] = b"short"
            with self.assertRaises(ValueError):
                one.send_bulk(bulk, 101)
            with self.assertRaises(ValueError):
                one.send_bulk(bulk, -1)
            self.assertTrue(one.try_send_bulk(bulk, length=5))
            self.assertEqual(bytes(received(other)), b"short")
            one.send_bulk(one.allocate(0))
            self.assertEqual(len(received(other)), 0)

    def test_after_its_end_every_use_raises(self) -> None:
        with both_sides() as (one, other):
            sent, released = one.allocate(10), one.allocate(10)
            one.send_bulk(sent)
            released.release()
            released.release()
            self.assert_ended(one, sent)
            self.assert_ended(one, released)
            message = received(other)
            with self.assertRaisesRegex(ValueError, "this channel allocated"):
                other.send_bulk(message)
            foreign = other.allocate(1)
            with self.assertRaisesRegex(ValueError, "this channel allocated"):
                one.send_bulk(foreign)
            with self.assertRaises(TypeError):
                one.send_bulk(b"bytes")  # type: ignore[arg-type]
            with self.assertRaises(TypeError):
                Bulk()
            other.send(message)
            self.assertEqual(one.receive(), bytes(10))

    def test_memory_that_someone_looks_at_is_not_let_go(self) -> None:
        with both_sides() as (one, other):
            bulk = one.allocate(10)
            view = memoryview(bulk)
            array = np.frombuffer(bulk, dtype=np.uint8)
            for end in (bulk.release, lambda: one.send_bulk(bulk)):
                with self.assertRaises(BufferError):
                    end()
            view.release()
            with self.assertRaises(BufferError):
                bulk.release()
            del array
            one.send_bulk(bulk)
            # A view keeps a message that nothing else refers to.
            view = memoryview(received(other))
            self.assertEqual(one.statistics().bulk_bytes_outstanding, SEGMENT)
            view.release()
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 0)

    def test_what_comes_back_serves_the_next_message(self) -> None:
        with both_sides() as (one, other):
            places = set()
            for i in range(20):
                bulk = one.allocate(SEGMENT)
                places.add(address(bulk))
                memoryview(bulk)[:] = pattern(SEGMENT, i)
                one.send_bulk(bulk)
                message = received(other)
                self.assertEqual(bytes(message), pattern(SEGMENT, i))
                if i % 2:
                    message.release()
                del message
            self.assertEqual(len(places), 1)
            self.assertEqual(one.statistics().bulk_bytes, SEGMENT)

    def test_garbage_is_given_back_from_any_thread(self) -> None:
        with both_sides() as (one, other):
            one.send_bulk(one.allocate(10))
            one.send_bulk(one.allocate(10))
            kept = [received(other), received(other), one.allocate(5)]
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 3 * SEGMENT)
            thread = threading.Thread(target=kept.clear)
            thread.start()
            thread.join()
            self.assertEqual(one.statistics().bulk_bytes_outstanding, 0)

    def test_the_limit_is_kept_and_a_release_wakes_who_waits(self) -> None:
        with other_side("keep", 3, bulk_limit=3 * SEGMENT) as (channel, side):
            for i in range(3):
                channel.send_bulk(channel.allocate(SEGMENT - i))
            self.assertEqual(side.line(), "kept")
            self.assertIsNone(channel.try_allocate(1))
            with self.assertRaises(BackpressureError):
                channel.allocate(1, timeout=0.01)
            statistics = channel.statistics()
            self.assertEqual(statistics.bulk_bytes, 3 * SEGMENT)
            self.assertEqual(statistics.bulk_bytes_outstanding, 3 * SEGMENT)
            for send in (channel.allocate, lambda size: channel.send(bytes(size))):
                thread = threading.Timer(0.02, side.tell)
                thread.start()
                send(CAPACITY)
                thread.join()
                self.assertEqual(side.line(), "released")
            self.assertEqual(channel.statistics().slice_expired, 0)

    def test_more_than_the_limit_is_refused_at_once(self) -> None:
        with both_sides(bulk_limit=2 * SEGMENT) as (one, other):
            for refused in (
                lambda: one.allocate(2 * SEGMENT + 1),
                lambda: one.send(bytes(1 << 20)),
            ):
                with self.assertRaises(MessageTooLargeError) as caught:
                    refused()
                self.assertEqual(caught.exception.limit, 2 * SEGMENT)
            with self.assertRaises(ValueError):
                one.allocate(-1)
            one.send(b"and on")
            self.assertEqual(other.receive(), b"and on")

    def test_a_message_outlives_its_channel_on_both_sides(self) -> None:
        with both_sides() as (one, other):
            one.send(pattern(100_000))
            message, mine = received(other), one.allocate(10)
        memoryview(mine)[:] = b"0123456789"
        self.assertEqual(bytes(message), pattern(100_000))
        with self.assertRaises(ChannelClosedError):
            one.send_bulk(mine)
        message.release()
        mine.release()

    def test_a_message_outlives_the_death_of_its_lender(self) -> None:
        with other_side("lend", 200_000) as (channel, side):
            message = received(channel)
            self.assertEqual(side.line(), "lent")
            side.kill()
            with self.assertRaises(PeerDiedError):
                channel.receive()
            self.assertEqual(bytes(message), bytes(i % 251 for i in range(200_000)))
            message.release()

    def test_a_large_message_is_copied_without_the_gil(self) -> None:
        with both_sides() as (one, other):
            size = 1 << 26
            one.send(bytes(size))
            received(other).release()
            stop, ticks = threading.Event(), 0

            def tick() -> None:
                nonlocal ticks
                while not stop.wait(0):
                    ticks += 1
                    time.sleep(0)

            thread = threading.Thread(target=tick)
            thread.start()
            before = ticks
            deadline = time.monotonic() + BOUND
            while ticks < before + 20 and time.monotonic() < deadline:
                one.send(memoryview(bytearray(size)))
                received(other).release()
            stop.set()
            thread.join()
            self.assertGreaterEqual(ticks, before + 20)


if __name__ == "__main__":
    unittest.main()
