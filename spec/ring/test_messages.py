"""Messages through a channel between two Pythons: whole, once, in order."""

from __future__ import annotations

import array
import random
import unittest
import zlib

from ringsnake import ChannelClosedError, MessageTooLargeError
from ringsnake.ring import Bulk, Channel
from sides import CAPACITY, LARGEST, RingTestCase, both_sides, other_side, pattern


class Messages(RingTestCase):
    def test_messages_of_every_size_come_back_as_they_were(self) -> None:
        with other_side("echo") as (channel, _):
            for length in (0, 1, 7, 8, 9, 63, 64, 4096, LARGEST - 1, LARGEST):
                sent = pattern(length, length)
                channel.send(sent)
                self.assertEqual(channel.receive(), sent)
            statistics = channel.statistics()
            self.assertEqual(statistics.records_sent, 10)
            self.assertEqual(statistics.records_received, 10)
            self.assertEqual(statistics.slice_expired, 0)

    def test_one_byte_more_than_half_a_ring_arrives_by_reference(self) -> None:
        with other_side("echo") as (channel, _):
            for length in (LARGEST + 1, 100_000, 3_000_000):
                sent = pattern(length)
                channel.send(sent)
                message = channel.receive()
                assert isinstance(message, Bulk)
                self.assertEqual(bytes(message), sent)
                message.release()

    def test_many_messages_of_random_sizes_wrap_and_keep_their_order(self) -> None:
        sizes = random.Random(5)
        for many in (False, True):
            with self.subTest(many=many), other_side("check") as (channel, side):
                messages = [pattern(int(sizes.expovariate(1 / 300)), i) for i in range(20_000)]
                messages[::1000] = [pattern(LARGEST - i) for i in range(20)]
                if many:
                    sent = 0
                    while sent < len(messages):
                        sent += channel.send_many(messages[sent : sent + 300]) or (
                            channel.send(messages[sent]) or 1
                        )
                else:
                    for message in messages:
                        channel.send(message)
                channel.close()
                data = b"".join(messages)
                self.assertEqual(side.line(), f"{len(messages)} {len(data)} {zlib.crc32(data)}")

    def test_batches_are_received_in_order(self) -> None:
        with other_side("count", 50_000) as (channel, _):
            received: list[bytes] = []
            while len(received) < 50_000:
                batch = channel.receive_many(100, timeout=None)
                self.assertTrue(1 <= len(batch) <= 100)
                received += map(bytes, batch)
            self.assertEqual(received, [i.to_bytes(4, "little") for i in range(50_000)])

    def test_iteration_ends_when_the_peer_closes(self) -> None:
        with other_side("count", 1000) as (channel, _):
            self.assertEqual([int.from_bytes(m, "little") for m in channel], [*range(1000)])  # type: ignore[arg-type]

    def test_what_has_the_buffer_protocol_is_sent(self) -> None:
        with both_sides() as (one, other):
            numbers = array.array("d", [1.5, 2.5])
            for data in (bytearray(b"abc"), memoryview(b"xabc")[1:], numbers):
                one.send(data)
                self.assertEqual(other.receive(), bytes(data))
            self.assertEqual(one.send_many([bytearray(b"a"), b"b", memoryview(b"c")]), 3)
            self.assertEqual(other.receive_many(), [b"a", b"b", b"c"])
            with self.assertRaises(TypeError):
                one.send("text")  # type: ignore[arg-type]
            with self.assertRaises(BufferError):
                one.try_send(memoryview(b"abcd")[::2])
            self.assertEqual(one.statistics().records_sent, 6)

    def test_a_full_ring_takes_no_more_and_all_of_it_arrives(self) -> None:
        with both_sides() as (one, other):
            count = 0
            while one.try_send(count.to_bytes(4, "little")):
                count += 1
            self.assertEqual(one.send_many([b"x"]), 0)
            self.assertGreater(one.statistics().full_rings, 0)
            for i in range(count):
                self.assertEqual(other.receive(0), i.to_bytes(4, "little"))
            self.assertIsNone(other.receive(0))
            self.assertEqual(other.receive_many(), [])
            self.assertTrue(one.try_send(b"x"))

    def test_part_of_a_batch_is_sent_when_the_ring_fills_up(self) -> None:
        with both_sides() as (one, other):
            messages = [pattern(1000, i) for i in range(200)]
            received: list[object] = []
            sent = 0
            while sent < len(messages):
                count = one.send_many(messages[sent:])
                self.assertLess(0, count)
                sent += count
                received += other.receive_many(7)
            received += other.receive_many(1000)
            self.assertEqual(received, messages)

    def test_an_error_within_a_batch_is_told_by_the_call_that_begins_with_it(self) -> None:
        with both_sides(bulk_limit=CAPACITY) as (one, other):
            messages: list[object] = [b"a", b"b", "text", b"c", bytes(CAPACITY + 1)]
            self.assertEqual(one.send_many(messages), 2)  # type: ignore[arg-type]
            with self.assertRaises(TypeError):
                one.send_many(messages[2:])  # type: ignore[arg-type]
            self.assertEqual(one.send_many(messages[3:]), 1)  # type: ignore[arg-type]
            with self.assertRaises(MessageTooLargeError) as caught:
                one.send_many(messages[4:])  # type: ignore[arg-type]
            self.assertEqual((caught.exception.size, caught.exception.limit), (65537, 65536))
            self.assertEqual(other.receive_many(), [b"a", b"b", b"c"])

    def test_a_batch_of_large_and_small_messages_keeps_its_order(self) -> None:
        with both_sides() as (one, other):
            messages = [b"a", bytes(100_000), b"b", bytearray(50_000), b"c"]
            self.assertEqual(one.send_many(messages), 5)
            self.assertEqual([bytes(m) for m in other.receive_many()], messages)

    def test_arguments_are_checked(self) -> None:
        with both_sides() as (one, _):
            for call in (
                lambda: one.receive("soon"),  # type: ignore[call-overload]
                lambda: one.receive(1, 2),  # type: ignore[call-overload]
                lambda: one.receive(wait=1),  # type: ignore[call-overload]
                one.send,  # type: ignore[call-arg]
                lambda: one.send_many(3),  # type: ignore[arg-type]
            ):
                with self.assertRaises(TypeError):
                    call()
            for wrong in (
                lambda: one.receive(float("nan")),
                lambda: one.receive_many(0),
                lambda: Channel.create(ring_capacity=3),
                lambda: Channel.create(waiting=-1),
                lambda: Channel.create(waiting="often"),  # type: ignore[arg-type]
            ):
                with self.assertRaises(ValueError):
                    wrong()
            self.assertIsNone(one.receive(-5))

    def test_after_close_every_use_says_so(self) -> None:
        channel = Channel.create()
        self.assertFalse(channel.closed)
        channel.close()
        channel.close()
        self.assertTrue(channel.closed)
        self.assertEqual(channel.descriptor, -1)
        for use in (
            lambda: channel.send(b""),
            lambda: channel.try_send(b""),
            lambda: channel.send_many([]),
            channel.receive,
            channel.receive_many,
            channel.statistics,
            lambda: next(channel),
            lambda: channel.try_allocate(1),
        ):
            with self.assertRaisesRegex(ChannelClosedError, "closed here"):
                use()


if __name__ == "__main__":
    unittest.main()
