"""Blocking calls: deadlines, Ctrl-C, other threads, and two senders that wait for each other."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import unittest

from ringsnake import BackpressureError, ChannelClosedError
from ringsnake.ring import Channel
from sides import BOUND, CAPACITY, RingTestCase, both_sides, other_side

FULL = bytes(CAPACITY // 4)


def fill(channel: Channel) -> None:
    while channel.try_send(FULL):
        pass


class HandlerError(Exception):
    pass


class Deadlines(RingTestCase):
    def test_receive_gives_none_when_the_time_is_up(self) -> None:
        with other_side("hold") as (channel, side):
            started = time.monotonic()
            self.assertIsNone(channel.receive(timeout=0.05))
            self.assertEqual(channel.receive_many(timeout=0.05), [])
            self.assertGreaterEqual(time.monotonic() - started, 0.1)
            side.tell()

    def test_send_raises_when_the_time_is_up_and_sends_nothing(self) -> None:
        with both_sides() as (one, other):
            fill(one)
            sent = one.statistics().records_sent
            for timeout in (0, 0.05):
                with self.assertRaises(BackpressureError):
                    one.send(FULL, timeout=timeout)
            self.assertEqual(one.statistics().records_sent, sent)
            self.assertEqual(len(other.receive_many()), sent)
            one.send(FULL, timeout=0)

    def test_every_way_to_wait_works(self) -> None:
        for waiting in ("adaptive", "sleep", 50.0):
            with self.subTest(waiting=waiting), other_side("echo", waiting=waiting) as (channel, _):
                for i in range(200):
                    channel.send(b"%d" % i)
                    self.assertEqual(channel.receive(timeout=BOUND), b"%d" % i)
                statistics = channel.statistics()
                self.assertEqual(statistics.slice_expired, 0)
                if waiting == "sleep":
                    self.assertEqual(statistics.spins_hit + statistics.spins_missed, 0)


class Signals(RingTestCase):
    def test_ctrl_c_ends_a_blocked_receive_and_the_channel_goes_on(self) -> None:
        with other_side("interrupt") as (channel, side):
            self.assertEqual(side.line(), "blocked")
            side.until_asleep()
            side.process.send_signal(signal.SIGINT)
            self.assertEqual(side.line(), "interrupted")
            channel.send(b"and on")
            self.assertEqual(side.line(), "and on")

    def handle(self, action: object) -> None:
        previous = signal.signal(signal.SIGUSR1, action)  # type: ignore[arg-type]
        self.addCleanup(signal.signal, signal.SIGUSR1, previous)

    def signal_soon(self, *, handled: threading.Event) -> threading.Thread:
        """Sends signals until one was handled: the first may come before the thread is blocked."""

        def run() -> None:
            while not handled.wait(0.01):
                os.kill(os.getpid(), signal.SIGUSR1)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def test_a_handler_that_returns_does_not_end_the_call(self) -> None:
        handled = threading.Event()
        with other_side("hold") as (channel, side):
            self.handle(lambda *_: handled.set())
            thread = self.signal_soon(handled=handled)
            self.assertIsNone(channel.receive(timeout=0.3))
            thread.join()
            side.tell()
        self.assertTrue(handled.is_set())

    def test_what_a_handler_raises_ends_a_blocked_send(self) -> None:
        handled = threading.Event()

        def raise_error(*_: object) -> None:
            if not handled.is_set():
                handled.set()
                raise HandlerError

        with other_side("hold") as (channel, side):
            self.assertEqual(side.line(), "holds")
            fill(channel)
            self.handle(raise_error)
            thread = self.signal_soon(handled=handled)
            with self.assertRaises(HandlerError):
                channel.send(FULL)
            thread.join()
            side.tell()

    def test_a_handler_may_close_the_channel(self) -> None:
        handled = threading.Event()
        with other_side("hold") as (channel, side):
            self.assertEqual(side.line(), "holds")

            def close(*_: object) -> None:
                handled.set()
                channel.close()

            self.handle(close)
            thread = self.signal_soon(handled=handled)
            with self.assertRaises(ChannelClosedError):
                channel.receive()
            thread.join()
            side.tell()


class Threads(RingTestCase):
    def test_other_threads_run_while_one_is_blocked(self) -> None:
        with other_side("hold") as (channel, side):
            progress = 0

            def work() -> None:
                nonlocal progress
                deadline = time.monotonic() + BOUND
                while progress < 200_000 and time.monotonic() < deadline:
                    progress += 1
                side.tell()

            thread = threading.Thread(target=work)
            thread.start()
            # The peer closes when the other thread has made its progress, which ends this.
            with self.assertRaises(ChannelClosedError):
                channel.receive()
            thread.join()
            self.assertEqual(progress, 200_000)

    def test_a_second_thread_is_refused_but_may_close(self) -> None:
        channels: list[Channel] = []
        errors: list[Exception] = []
        made, done = threading.Event(), threading.Event()

        def receive() -> None:
            with Channel.create() as channel:
                channels.append(channel)
                made.set()
                try:
                    channel.receive()
                except ChannelClosedError as error:
                    errors.append(error)
                done.wait(BOUND)

        thread = threading.Thread(target=receive)
        thread.start()
        made.wait(BOUND)
        [channel] = channels
        deadline = time.monotonic() + BOUND
        with self.assertRaisesRegex(RuntimeError, "one thread at a time"):
            while time.monotonic() < deadline:
                channel.statistics()
        channel.close()
        done.set()
        thread.join(BOUND)
        self.assertEqual(len(errors), 1)

    def test_two_sides_of_one_process_talk_from_two_threads(self) -> None:
        with Channel.create() as one:

            def echo() -> None:
                with Channel.attach(one.descriptor) as other:
                    for message in other:
                        other.send(message)

            thread = threading.Thread(target=echo)
            thread.start()
            for i in range(2000):
                one.send(b"%d" % i)
                self.assertEqual(one.receive(), b"%d" % i)
            one.close()
            thread.join()


class FullRings(RingTestCase):
    def test_two_blocked_senders_do_not_wait_for_each_other(self) -> None:
        with other_side("pour", 100, 8192) as (channel, side):
            # Twelve times what a ring holds, and neither side receives before it has sent all.
            for i in range(100):
                channel.send(i.to_bytes(4, "little") + bytes(8188))
            for i in range(100):
                message = channel.receive()
                self.assertEqual(message[:4], i.to_bytes(4, "little"))  # type: ignore[index]
            self.assertEqual(side.line(), "done")
            self.assertEqual(channel.statistics().slice_expired, 0)

    def test_a_sender_that_would_have_to_keep_too_much_gives_up(self) -> None:
        with both_sides(ring_capacity=1 << 23) as (one, other):
            large = bytes(1 << 21)
            fill(one)
            arrived = 0
            with self.assertRaisesRegex(BackpressureError, "receive more often"):
                while True:
                    while other.try_send(large):
                        arrived += 1
                    with contextlib.suppress(_TooLateError):
                        send_in_time(one, FULL)
            self.assertGreater(arrived, 31)
            # Nothing of it is lost.
            for _ in range(arrived):
                self.assertEqual(len(one.receive(0) or b""), len(large))


class _TooLateError(Exception):
    pass


def send_in_time(channel: Channel, data: bytes) -> None:
    try:
        channel.send(data, timeout=0.001)
    except BackpressureError as error:
        if "in time" in str(error):
            raise _TooLateError from error
        raise


if __name__ == "__main__":
    unittest.main()
