"""channel.producer: claims filled in place, and batches."""

from __future__ import annotations

import asyncio
import gc
import random
import unittest
import zlib
from collections.abc import Callable

import numpy as np
from addresses import is_shared_memory
from ringsnake import ChannelClosedError, PeerDiedError
from ringsnake.ring import Bulk, Channel, RingEventLoop, RingProducer
from sides import (
    BOUND,
    CAPACITY,
    LARGEST,
    RingTestCase,
    both_sides,
    other_side,
    pattern,
)


def claim(producer: RingProducer, length: int) -> memoryview:
    view = producer.try_claim(length)
    assert view is not None
    return view


class Claims(RingTestCase):
    def test_a_claim_is_filled_in_shared_memory_and_sent(self) -> None:
        with both_sides() as (one, other):
            producer = one.producer
            self.assertEqual(producer.max_payload, LARGEST)
            for length in (0, 1, 8, 1000, LARGEST):
                view = claim(producer, length)
                self.assertEqual((view.nbytes, view.format, view.readonly), (length, "B", False))
                if length:
                    self.assertTrue(is_shared_memory(view))
                view[:] = pattern(length, length)
                self.assertIsNone(other.receive(0), "not before it is committed")
                producer.commit(length)
                self.assertEqual(other.receive(0), pattern(length, length))
            view = claim(producer, 10)
            view[:] = b"0123456789"
            producer.commit(4)
            self.assertEqual(other.receive(0), b"0123", "the first of its bytes")
            self.assertEqual(one.statistics().records_sent, 6)

    def test_an_aborted_claim_sends_nothing(self) -> None:
        with both_sides() as (one, other):
            claim(one.producer, 8)[:] = b"nothing!"
            one.producer.abort()
            one.producer.abort()
            one.send(b"something")
            self.assertEqual(other.receive_many(), [b"something"])

    def test_the_memoryview_ends_with_its_claim(self) -> None:
        one = Channel.create(ring_capacity=CAPACITY)
        ends = (lambda: one.producer.commit(3), one.producer.abort, one.close)
        for end in ends:
            view = claim(one.producer, 10)
            end()
            with self.assertRaisesRegex(ValueError, "released"):
                view[0] = 1

    def test_what_is_looked_at_by_others_is_not_sent(self) -> None:
        with both_sides() as (one, other):
            producer = one.producer
            watchers: list[Callable[[memoryview], object]] = [
                lambda view: view[2:4],
                memoryview,
                lambda view: view.cast("I"),
                lambda view: np.frombuffer(view, dtype=np.uint8),
                lambda view: np.asarray(view)[::2],
            ]
            for watch in watchers:
                view = claim(producer, 8)
                view[:] = b"01234567"
                watcher = watch(view)
                for _ in range(2):
                    with self.assertRaisesRegex(BufferError, "in the ring exist"):
                        producer.commit(8)
                    with self.assertRaisesRegex(BufferError, "in the ring exist"):
                        producer.abort()
                with self.assertRaisesRegex(RuntimeError, "a claim is open"):
                    producer.try_claim(1)
                self.assertIsNone(other.receive(0))
                del watcher
                producer.commit(8)
                self.assertEqual(other.receive(0), b"01234567")
            view = claim(producer, 8)
            again = view.obj
            with self.assertRaises(BufferError):
                memoryview(again)  # type: ignore[arg-type]
            producer.commit(1)
            with self.assertRaises(BufferError):
                memoryview(again)  # type: ignore[arg-type]

    def test_nothing_is_sent_past_an_open_claim(self) -> None:
        with both_sides() as (one, other):
            bulk = one.allocate(10)
            claim(one.producer, 8)[:] = b"01234567"
            for send in (
                lambda: one.send(b""),
                lambda: one.send(bytes(CAPACITY)),
                lambda: one.try_send(b""),
                lambda: one.send_many([b"", b""]),
                lambda: one.send_bulk(bulk),
                lambda: one.try_send_bulk(bulk),
                lambda: one.producer.write(b""),
                lambda: one.producer.try_claim(0),
                lambda: asyncio.run(one.send_async(b"")),
            ):
                with self.assertRaisesRegex(RuntimeError, "a claim is open"):
                    send()
            other.send(b"received meanwhile")
            self.assertEqual(one.receive(0), b"received meanwhile")
            one.producer.commit(8)
            self.assertEqual(other.receive_many(), [b"01234567"])
            one.send_bulk(bulk)

    def test_lengths_are_checked(self) -> None:
        with both_sides() as (one, other):
            producer = one.producer
            for wrong, error in (
                (-1, ValueError),
                (LARGEST + 1, ValueError),
                (2**63 - 1, ValueError),
                (2**63, OverflowError),
                (-(2**100), OverflowError),
                (1.5, TypeError),
                ("8", TypeError),
                (None, TypeError),
            ):
                with self.assertRaises(error):
                    producer.try_claim(wrong)  # type: ignore[arg-type]
                with self.assertRaises(error):
                    claim(producer, 8)
                    producer.commit(wrong)  # type: ignore[arg-type]
                producer.abort()
            for length in (9, LARGEST):
                claim(producer, 8)
                with self.assertRaisesRegex(ValueError, "a claim of 8 bytes"):
                    producer.commit(length)
                producer.abort()
            with self.assertRaisesRegex(RuntimeError, "no claim is open"):
                producer.commit(0)
            with self.assertRaises(ValueError):
                producer.write(bytes(LARGEST + 1))
            with self.assertRaises(TypeError):
                producer.write("text")  # type: ignore[arg-type]
            with self.assertRaises(BufferError):
                producer.write(memoryview(b"abcd")[::2])
            with self.assertRaises(TypeError):
                RingProducer()
            producer.flush()
            self.assertIsNone(other.receive(0))

    def test_a_length_that_closes_the_channel_is_harmless(self) -> None:
        class Closing:
            def __init__(self, channel: Channel) -> None:
                self.channel = channel

            def __index__(self) -> int:
                self.channel.close()
                return 1

            def __float__(self) -> float:
                self.channel.close()
                return 1.0

        uses: list[Callable[[Channel, Closing], object]] = [
            lambda one, closing: one.producer.try_claim(closing),  # type: ignore[arg-type]
            lambda one, closing: one.producer.commit(closing),  # type: ignore[arg-type]
            lambda one, closing: one.consumer.wait(closing),  # type: ignore[arg-type]
            lambda one, closing: one.receive(closing),  # type: ignore[call-overload]
            lambda one, closing: one.receive_many(1, closing),  # type: ignore[arg-type]
            lambda one, closing: one.try_send_bulk(one.allocate(1), closing),  # type: ignore[arg-type]
        ]
        for use in uses:
            one = Channel.create(ring_capacity=CAPACITY)
            try:
                use(one, Closing(one))
            except ChannelClosedError as error:
                self.assertIn("closed here", str(error))
            self.assertTrue(one.closed)

    def test_closing_with_an_open_claim_is_safe(self) -> None:
        for watched in (False, True):
            with both_sides() as (one, other):
                view = claim(one.producer, 8)
                array = np.frombuffer(view, dtype=np.uint8) if watched else None
                one.close()
                other.close()
                if array is None:
                    with self.assertRaises(ValueError):
                        view[0] = 1
                else:
                    # Nobody reads it any more, but it is there.
                    self.assertTrue(is_shared_memory(memoryview(array)))
                    array[:] = 7
                    self.assertEqual(array.tolist(), [7] * 8)
                del array, view

    def test_an_end_keeps_its_channel(self) -> None:
        producer = Channel.create(ring_capacity=CAPACITY).producer
        self.assertTrue(producer.write(b"x"))
        channel = Channel.create(ring_capacity=CAPACITY)
        channel.ends = channel.producer, channel.consumer  # type: ignore[attr-defined]
        # A cycle, and what it held is given back; see RingTestCase.
        del channel
        gc.collect()
        # Nobody could commit it any more.
        view = claim(Channel.create(ring_capacity=CAPACITY).producer, 3)
        with self.assertRaisesRegex(ValueError, "released"):
            view[0] = 1


class Batches(RingTestCase):
    def test_a_batch_is_seen_when_it_is_flushed_or_full(self) -> None:
        with both_sides() as (one, other):
            producer = one.producer
            for i in range(10):
                self.assertTrue(producer.write(b"%d" % i))
                self.assertIsNone(other.receive(0))
            producer.flush()
            producer.flush()
            self.assertEqual(other.receive_many(), [b"%d" % i for i in range(10)])
            for i in range(300):
                self.assertTrue(producer.write(i.to_bytes(2, "little")))
                self.assertEqual(other.consumer.peekable, i >= 255)
            self.assertEqual(len(other.receive_many(1000)), 256)
            producer.flush()
            self.assertEqual(len(other.receive_many(1000)), 44)

    def test_what_was_written_goes_first_however_this_side_goes_on(self) -> None:
        def claims(one: Channel) -> None:
            claim(one.producer, 4)
            one.producer.abort()

        goes_on: list[Callable[[Channel], object]] = [
            lambda one: one.receive(0),
            lambda one: one.receive(0.001),
            lambda one: one.receive_many(),
            lambda one: one.consumer.wait(0),
            lambda one: one.consumer.wait(0.001),
            lambda one: one.try_send(b"next"),
            lambda one: one.send(b"next"),
            lambda one: one.send_many([b"next"]),
            lambda one: one.send_many([bytearray(b"next")]),
            lambda one: one.send(bytes(CAPACITY)),
            lambda one: one.send_bulk(one.allocate(4)),
            claims,
            lambda one: one.close(),
        ]
        for go_on in goes_on:
            with both_sides() as (one, other):
                for message in (b"a", bytearray(b"bc"), memoryview(b"")):
                    self.assertTrue(one.producer.write(message))
                self.assertIsNone(other.receive(0))
                go_on(one)
                received = other.receive_many()
                self.assertEqual(received[:3], [b"a", b"bc", b""])
                for last in received[3:]:
                    if isinstance(last, Bulk):
                        last.release()

    def test_what_was_written_goes_out_when_the_event_loop_sleeps(self) -> None:
        async def talk(one: Channel, other: Channel) -> None:
            one.producer.write(b"before")
            answer = asyncio.ensure_future(one.receive_async())
            self.assertEqual(await other.receive_async(), b"before")
            # Now it sleeps already, in a loop that does not ask again.
            one.producer.write(b"meanwhile")
            self.assertEqual(await other.receive_async(), b"meanwhile")
            other.producer.write(b"answer")
            other.producer.flush()
            self.assertEqual(await answer, b"answer")

        for loop in (RingEventLoop, asyncio.SelectorEventLoop):
            with (
                self.subTest(loop=loop),
                both_sides() as (one, other),
                asyncio.Runner(loop_factory=loop) as runner,
            ):
                runner.run(asyncio.wait_for(talk(one, other), 20))

    def test_a_coroutine_that_waits_for_room_is_not_overtaken(self) -> None:
        async def talk(one: Channel, other: Channel) -> None:
            full = bytes(CAPACITY // 4)
            while one.try_send(full):
                pass
            late = asyncio.ensure_future(one.send_async(full))
            await asyncio.sleep(0)
            self.assertFalse(one.producer.write(b"x"))
            self.assertIsNone(one.producer.try_claim(1))
            while other.receive(0) is not None:
                pass
            self.assertFalse(one.producer.write(b"x"), "there is room, but it is not its turn")
            self.assertIsNone(one.producer.try_claim(1))
            await late
            self.assertTrue(one.producer.write(b"x"))

        with both_sides() as (one, other):
            asyncio.run(talk(one, other))

    def test_a_full_ring_takes_no_more_and_all_of_it_arrives(self) -> None:
        with both_sides() as (one, other):
            producer = one.producer
            count = 0
            while producer.write(count.to_bytes(4, "little")):
                count += 1
            self.assertIsNone(producer.try_claim(4))
            self.assertFalse(producer.write(bytes(4)))
            self.assertGreater(one.statistics().full_rings, 0)
            # No flush: the batch that did not go on has been published.
            received: list[bytes] = []
            while other.consumer.read(lambda view: received.append(bytes(view))):
                pass
            self.assertEqual(received, [i.to_bytes(4, "little") for i in range(count)])
            self.assertTrue(producer.write(b"x"))
            producer.flush()
            self.assertEqual(other.receive(0), b"x")

    def test_random_sizes_wrap_and_keep_their_order(self) -> None:
        sizes = random.Random(6)
        with other_side("check_in_place") as (channel, side):
            producer = channel.producer
            messages = [pattern(int(sizes.expovariate(1 / 300)), i) for i in range(20_000)]
            messages[::1000] = [pattern(LARGEST - i) for i in range(20)]
            ways = {"write": 0, "claim": 0, "send": 0}
            for message in messages:
                size = len(message)
                way = sizes.choice(("write", "write", "write", "claim"))
                if way == "write":
                    sent = producer.write(message)
                else:
                    # A message may be shorter than was thought.
                    view = producer.try_claim(min(size + sizes.choice((0, 100)), LARGEST))
                    sent = view is not None
                    if view is not None:
                        view[:size] = message
                        producer.commit(size)
                if not sent:
                    way = "send"
                    channel.send(message)
                ways[way] += 1
            self.assertTrue(all(ways.values()), ways)
            channel.close()
            data = b"".join(messages)
            self.assertEqual(side.line(), f"{len(messages)} {len(data)} {zlib.crc32(data)}")

    def test_what_is_published_wakes_a_peer_that_sleeps(self) -> None:
        with other_side("echo", waiting="sleep") as (channel, side):
            producer = channel.producer
            for _ in range(3):
                side.until_asleep()
                claim(producer, 5)[:] = b"claim"
                producer.commit(5)
                self.assertEqual(channel.receive(BOUND), b"claim")
                side.until_asleep()
                producer.write(b"write")
                producer.flush()
                self.assertEqual(channel.receive(BOUND), b"write")

    def test_nobody_is_written_to(self) -> None:
        with other_side("hold") as (channel, side):
            self.assertEqual(side.line(), "holds")
            producer = channel.producer
            view = claim(producer, 3)
            side.kill()
            self.assertFalse(view.readonly)
            producer.commit(3)
            with self.assertRaises(PeerDiedError):
                channel.receive()
            for use in (lambda: producer.write(b""), lambda: producer.try_claim(1)):
                with self.assertRaises(PeerDiedError):
                    use()
        for use in (
            lambda: producer.write(b""),
            lambda: producer.try_claim(1),
            lambda: producer.commit(1),
            lambda: producer.max_payload,
            lambda: channel.producer,
            producer.abort,
            producer.flush,
        ):
            with self.assertRaisesRegex(ChannelClosedError, "closed here"):
                use()


if __name__ == "__main__":
    unittest.main()
