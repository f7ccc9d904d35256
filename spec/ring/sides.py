"""The other side of a channel in a Python of its own, and what a process holds. Used by test_*.py beside it."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import re
import signal
import subprocess
import sys
import time
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ringsnake.ring import Channel

BOUND = 30.0
"""Seconds after which something that should have happened did not."""

CAPACITY = 65536
LARGEST = CAPACITY // 2 - 8
"""Bytes of the largest message of such a ring."""


class Side:
    """A process at the other end of `channel`."""

    def __init__(self, channel: Channel, verb: str, *args: object) -> None:
        program = Path(__file__).with_name("other_side.py")
        descriptor = channel.descriptor
        command = [sys.executable, "-X", "dev", program, str(descriptor), verb, *map(str, args)]
        self.process = subprocess.Popen(
            command,
            pass_fds=[descriptor],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        channel.close_descriptor()
        # Before that it would be refused by a channel that is closed already.
        assert self.line() == "attached"

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def tell(self, line: str = "") -> None:
        """Gives it a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until_asleep(self) -> None:
        """Until it sleeps in the kernel: with nothing else to wait for, in the channel."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        deadline = time.monotonic() + BOUND
        while stat.read_text().rpartition(")")[2].split()[0] != "S":
            assert time.monotonic() < deadline, "it never slept"
            time.sleep(0.001)

    def kill(self) -> None:
        """As `kill -9` does; returns when it is gone."""
        self.process.kill()
        self.process.wait(BOUND)


@contextlib.contextmanager
def other_side(
    verb: str, *args: object, ring_capacity: int = CAPACITY, **options: object
) -> Iterator[tuple[Channel, Side]]:
    """A channel with a process that does `verb` at its other end. It must end in order, unless it was killed."""
    channel = Channel.create(ring_capacity=ring_capacity, **options)  # type: ignore[arg-type]
    side = Side(channel, verb, *args)
    try:
        with channel, side.process:
            yield channel, side
            channel.close()
            side.process.communicate(timeout=BOUND)
        assert side.process.returncode in {0, -signal.SIGKILL}, side.process.returncode
    finally:
        if side.process.poll() is None:
            side.kill()


@contextlib.contextmanager
def both_sides(**options: object) -> Iterator[tuple[Channel, Channel]]:
    """Both sides of one channel in this thread."""
    options = {"ring_capacity": CAPACITY, **options}
    with Channel.create(**options) as one:  # type: ignore[arg-type]
        del options["ring_capacity"]
        with Channel.attach(one.descriptor, **options) as other:  # type: ignore[arg-type]
            yield one, other


def pattern(length: int, seed: int = 0) -> bytes:
    """Bytes that show a shift or a mix-up."""
    cycle = bytes((i * 7 + seed) % 251 for i in range(251))
    return (cycle * (length // 251 + 1))[:length]


def holdings() -> Counter[str]:
    """Open descriptors, mapped memfds and children of this process, by kind."""
    gc.collect()
    held: Counter[str] = Counter()
    for entry in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            held[re.sub(r"\d+", "N", os.readlink(f"/proc/self/fd/{entry}"))] += 1
    maps = Path("/proc/self/maps").read_text()
    held["mapped memfd"] = maps.count("memfd:")
    held["child"] = len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
    held["thread"] = len(os.listdir("/proc/self/task"))
    return +held


class RingTestCase(unittest.TestCase):
    """A test that must give back all that it took, and must not hang."""

    def setUp(self) -> None:
        faulthandler.dump_traceback_later(2 * BOUND, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)
        before = holdings()
        self.addCleanup(self.assert_held, before)

    def assert_held(self, before: Counter[str]) -> None:
        """Threads that have been joined, or the last test's watchdog, may take a moment to be gone from the kernel."""
        deadline = time.monotonic() + BOUND
        while (held := holdings())["thread"] > before["thread"] and time.monotonic() < deadline:
            time.sleep(0.001)
        before["thread"] = min(before["thread"], held["thread"])
        self.assertEqual(held, before, "something is left behind")
