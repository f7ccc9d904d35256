"""A channel in an event loop: in ours, which parks where it sleeps, and in others, which have but add_reader()."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import unittest
from collections.abc import Callable, Coroutine
from typing import Any

from ringsnake import BackpressureError, ChannelClosedError, MessageTooLargeError, PeerDiedError
from ringsnake.ring import Bulk, Channel, RingEventLoop
from sides import BOUND, LARGEST, RingTestCase, both_sides, other_side, pattern

SEGMENT = 65536


class InALoop(RingTestCase):
    """Every test runs in both kinds of loop."""

    loops: tuple[Callable[[], asyncio.AbstractEventLoop], ...] = (
        RingEventLoop,
        # Any loop that is not ours, as uvloop.
        asyncio.SelectorEventLoop,
    )

    def in_loops(self, test: Callable[[], Coroutine[Any, Any, None]]) -> None:
        for loop in self.loops:
            with (
                self.subTest(loop=loop.__name__),  # type: ignore[attr-defined]
                asyncio.Runner(loop_factory=loop) as runner,
            ):
                runner.run(asyncio.wait_for(test(), BOUND))

    def test_messages_of_every_size_come_back(self) -> None:
        for peer in ("ring", "other"):

            async def test(peer: str = peer) -> None:
                with other_side("echo_async", peer) as (channel, _):
                    for length in (0, 1, 64, LARGEST, LARGEST + 1, 1_000_000):
                        await channel.send_async(pattern(length))
                        message = await channel.receive_async()
                        self.assertEqual(bytes(message), pattern(length))
                        self.assertEqual(isinstance(message, Bulk), length > LARGEST)
                        del message
                    self.assertEqual(channel.statistics().slice_expired, 0)

            self.in_loops(test)

    def test_a_thousand_one_at_a_time_and_nothing_is_overlooked(self) -> None:
        async def test() -> None:
            with other_side("echo") as (channel, _):
                for i in range(1000):
                    await channel.send_async(b"%d" % i)
                    self.assertEqual(await channel.receive_async(), b"%d" % i)

        self.in_loops(test)

    def test_far_more_than_the_rings_hold_flows_both_ways(self) -> None:
        async def test() -> None:
            with other_side("pour", 200, 4000) as (channel, side):

                async def send() -> None:
                    for i in range(200):
                        await channel.send_async(i.to_bytes(4, "little") + bytes(3996))

                sending = asyncio.ensure_future(send())
                for i in range(200):
                    message = await channel.receive_async()
                    self.assertEqual(message[:4], i.to_bytes(4, "little"))  # type: ignore[index]
                await sending
                self.assertEqual(await asyncio.to_thread(side.line), "done")

        self.in_loops(test)

    def test_a_sender_alone_keeps_what_arrives(self) -> None:
        async def test() -> None:
            with other_side("pour", 200, 4000) as (channel, side):
                # The peer does not read before all of its own is out, and nobody here receives.
                for i in range(200):
                    await channel.send_async(i.to_bytes(4, "little") + bytes(3996))
                for i in range(200):
                    message = await channel.receive_async()
                    self.assertEqual(message[:4], i.to_bytes(4, "little"))  # type: ignore[index]
                self.assertEqual(await asyncio.to_thread(side.line), "done")

        self.in_loops(test)

    def test_room_for_a_sender_does_not_keep_a_receiver_busy(self) -> None:
        async def test(first: str) -> None:
            with both_sides() as (one, other):
                while one.try_send(bytes(1000)):
                    pass
                starts = {"receiver": one.receive_async, "sender": lambda: one.send_async(b"x")}
                tasks = {first: asyncio.ensure_future(starts.pop(first)())}
                await asyncio.sleep(0)
                for name, start in starts.items():
                    tasks[name] = asyncio.ensure_future(start())
                await asyncio.sleep(0)
                other.receive_many(1000)
                await tasks["sender"]
                self.assertFalse(tasks["receiver"].done())
                other.send(b"y")
                self.assertEqual(await tasks["receiver"], b"y")

        for first in ("receiver", "sender"):
            self.in_loops(lambda first=first: test(first))  # type: ignore[misc]

    def test_several_senders_are_served_in_order(self) -> None:
        async def test() -> None:
            with both_sides() as (one, other):
                sends = [one.send_async(pattern(20_000, i)) for i in range(20)]
                tasks = [asyncio.ensure_future(send) for send in sends]
                await asyncio.sleep(0)
                # While they wait nobody overtakes them.
                self.assertFalse(one.try_send(b"x"))
                self.assertEqual(one.send_many([b"x"]), 0)
                for i in range(20):
                    self.assertEqual(await other.receive_async(), pattern(20_000, i))
                await asyncio.gather(*tasks)
                self.assertTrue(one.try_send(b"x"))

        self.in_loops(test)

    def test_several_receivers_share_the_messages(self) -> None:
        async def test() -> None:
            with both_sides() as (one, other):
                tasks = [asyncio.ensure_future(other.receive_async()) for _ in range(5)]
                await asyncio.sleep(0)
                for i in range(5):
                    one.send(b"%d" % i)
                self.assertEqual(
                    sorted(map(bytes, await asyncio.gather(*tasks))), [b"0", b"1", b"2", b"3", b"4"]
                )

        self.in_loops(test)

    def test_a_cancelled_receiver_loses_nothing(self) -> None:
        async def test() -> None:
            with both_sides() as (one, other):
                for i in range(50):
                    task = asyncio.ensure_future(other.receive_async())
                    await asyncio.sleep(0)
                    one.send(b"%d" % i)
                    if i % 2:
                        await asyncio.sleep(0)
                    task.cancel()
                    try:
                        message = await task
                    except asyncio.CancelledError:
                        message = await other.receive_async()
                    self.assertEqual(message, b"%d" % i)
                with self.assertRaises(TimeoutError):
                    await asyncio.wait_for(other.receive_async(), 0.01)

        self.in_loops(test)

    def test_other_tasks_run_while_messages_never_end(self) -> None:
        async def test() -> None:
            with other_side("count", 20_000) as (channel, _):
                turns = 0

                async def count_turns() -> None:
                    nonlocal turns
                    while True:
                        turns += 1
                        await asyncio.sleep(0)

                task = asyncio.ensure_future(count_turns())
                received = [bytes(message) async for message in channel]
                self.assertEqual(len(received), 20_000)
                self.assertGreater(turns, 20_000 // 256 - 1)
                task.cancel()

        self.in_loops(test)

    def test_a_peers_end_is_told_after_its_messages(self) -> None:
        for verb, error in (("count", ChannelClosedError), ("die", PeerDiedError)):

            async def test(verb: str = verb, error: type[Exception] = error) -> None:
                with other_side(verb, 3000) as (channel, _):
                    for i in range(3000):
                        self.assertEqual(await channel.receive_async(), i.to_bytes(4, "little"))
                    with self.assertRaises(error):
                        await channel.receive_async()

            self.in_loops(test)

    def test_a_death_wakes_all_that_waits(self) -> None:
        async def test() -> None:
            with other_side("hold") as (channel, side):
                await asyncio.to_thread(side.line)
                receiving = asyncio.ensure_future(channel.receive_async())
                while channel.try_send(bytes(1000)):
                    pass
                sending = asyncio.ensure_future(channel.send_async(bytes(1000)))
                await asyncio.sleep(0.02)
                side.process.send_signal(signal.SIGKILL)
                for task in (receiving, sending):
                    with self.assertRaises(PeerDiedError):
                        await task

        self.in_loops(test)

    def test_a_peer_that_never_attaches_is_noticed(self) -> None:
        async def test() -> None:
            with Channel.create() as channel:
                receiving = asyncio.ensure_future(channel.receive_async())
                await asyncio.sleep(0)
                channel.close_descriptor()
                with self.assertRaises(PeerDiedError):
                    await receiving

        self.in_loops(test)

    def test_closing_wakes_all_that_waits(self) -> None:
        async def test() -> None:
            with both_sides() as (one, _):
                receiving = asyncio.ensure_future(one.receive_async())
                while one.try_send(bytes(1000)):
                    pass
                sending = [asyncio.ensure_future(one.send_async(bytes(1000))) for _ in range(3)]
                await asyncio.sleep(0)
                one.close()
                for task in (receiving, *sending):
                    with self.assertRaises(ChannelClosedError):
                        await task

        self.in_loops(test)

    def test_an_allocation_waits_for_a_release(self) -> None:
        async def test() -> None:
            with other_side("keep", 2, bulk_limit=2 * SEGMENT) as (channel, side):
                for _ in range(2):
                    await channel.send_bulk_async(await channel.allocate_async(SEGMENT))
                self.assertEqual(await asyncio.to_thread(side.line), "kept")
                allocating = asyncio.ensure_future(channel.allocate_async(SEGMENT))
                await asyncio.sleep(0.02)
                self.assertFalse(allocating.done())
                side.tell()
                bulk = await allocating
                with self.assertRaises(MessageTooLargeError):
                    await channel.allocate_async(3 * SEGMENT)
                sending = asyncio.ensure_future(channel.send_async(bytes(SEGMENT)))
                await asyncio.sleep(0.02)
                self.assertFalse(sending.done())
                bulk.release()
                side.tell()
                await sending

        self.in_loops(test)

    def test_blocking_calls_and_coroutines_mix(self) -> None:
        async def test() -> None:
            with other_side("echo") as (channel, _):
                receiving = asyncio.ensure_future(channel.receive_async())
                await asyncio.sleep(0)
                # Blocked here, the thread receives what the coroutine waits for.
                for i in range(100):
                    channel.send(pattern(5000, i))
                for i in range(100):
                    self.assertEqual(await receiving, pattern(5000, i))
                    receiving = asyncio.ensure_future(channel.receive_async())
                channel.send(b"last")
                self.assertEqual(await receiving, b"last")
                channel.send(b"more")
                self.assertEqual(channel.receive(timeout=BOUND), b"more")

        self.in_loops(test)

    def test_a_blocking_call_does_not_put_a_waiting_coroutine_to_sleep_for_good(self) -> None:
        async def test() -> None:
            with other_side("echo") as (channel, _):
                receiving = asyncio.ensure_future(channel.receive_async())
                await asyncio.sleep(0)
                # It sleeps in the very word in which the loop had parked.
                self.assertIsNone(channel.receive(timeout=0.01))
                channel.send(b"late")
                self.assertEqual(await receiving, b"late")

        self.in_loops(test)

    def test_what_a_blocked_sender_keeps_wakes_a_waiting_coroutine(self) -> None:
        async def test() -> None:
            with both_sides() as (one, other):
                receiving = asyncio.ensure_future(one.receive_async())
                await asyncio.sleep(0)
                while one.try_send(bytes(1000)):
                    pass
                other.send(b"kept")
                with self.assertRaises(BackpressureError):
                    one.send(bytes(1000), timeout=0.01)
                self.assertEqual(await receiving, b"kept")

        self.in_loops(test)

    def test_too_much_that_arrives_ends_a_sender(self) -> None:
        async def test() -> None:
            with both_sides(ring_capacity=1 << 23) as (one, other):
                large = bytes(1 << 21)
                while one.try_send(large):
                    pass
                sending = asyncio.ensure_future(one.send_async(large))
                with self.assertRaises(BackpressureError):
                    while not sending.done():
                        while other.try_send(large):
                            pass
                        await asyncio.sleep(0)
                    await sending

        self.in_loops(test)

    def test_a_channel_may_go_on_in_another_loop(self) -> None:
        with both_sides() as (one, other):

            async def once(data: bytes) -> None:
                receiving = asyncio.ensure_future(other.receive_async())
                await asyncio.sleep(0)
                await one.send_async(data)
                self.assertEqual(await receiving, data)

            for i, loop in enumerate(self.loops * 2):
                with asyncio.Runner(loop_factory=loop) as runner:
                    runner.run(once(b"%d" % i))

    def test_a_channel_that_is_waited_for_in_one_loop_is_refused_in_another(self) -> None:
        with both_sides() as (one, _):
            waits, done = threading.Event(), threading.Event()

            async def wait() -> None:
                receiving = asyncio.ensure_future(one.receive_async())
                await asyncio.sleep(0)
                waits.set()
                await asyncio.to_thread(done.wait, BOUND)
                receiving.cancel()

            thread = threading.Thread(target=asyncio.run, args=[wait()])
            thread.start()
            waits.wait(BOUND)
            with self.assertRaisesRegex(RuntimeError, "another event loop"):
                asyncio.run(one.receive_async())
            done.set()
            thread.join()

    def test_a_loop_with_several_channels_serves_each(self) -> None:
        async def test() -> None:
            with other_side("echo") as (a, _), other_side("echo") as (b, _):

                async def talk(channel: Channel) -> None:
                    for i in range(200):
                        await channel.send_async(b"%d" % i)
                        self.assertEqual(await channel.receive_async(), b"%d" % i)

                await asyncio.gather(talk(a), talk(b))

        self.in_loops(test)

    def test_an_idle_loop_uses_no_cpu(self) -> None:
        async def test() -> None:
            with both_sides() as (one, _):
                receiving = asyncio.ensure_future(one.receive_async())
                await asyncio.sleep(0.01)
                before = os.times()
                await asyncio.sleep(0.3)
                after = os.times()
                self.assertLess(after.user + after.system - before.user - before.system, 0.1)
                receiving.cancel()

        self.in_loops(test)


if __name__ == "__main__":
    unittest.main()
