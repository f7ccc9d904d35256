"""What the tests of spawn_node() share: the worker's module, what it may call, and a look at what is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
import unittest
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ringsnake
from studio_gen import VisitorServer

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
SERVER = ROOT / "dist" / "spec" / "node-worker" / "server.js"
MODULES = ROOT / "spec" / "fixtures" / "modules"

# The runner of the specs puts its own options into whatever it starts: with them Node.js would listen to SIGTERM and read source maps.
os.environ.pop("NODE_OPTIONS", None)


class Visitor:
    """What the worker may call."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.on_note: Callable[[], object] = lambda: None
        self.down_by: Callable[[int], Any] = lambda _: 0

    def note(self, text: str) -> str:
        self.notes.append(text)
        self.on_note()
        return text.upper()

    async def note_later(self, text: str) -> str:
        await asyncio.sleep(0.001)
        return text

    def refuse(self) -> None:
        raise ValueError("not today")

    def down(self, from_: int) -> Any:
        return self.down_by(from_)


def spawn(module: os.PathLike[str] | str = SERVER, **options: Any) -> ringsnake.NodeWorker:
    options.setdefault("serves", [VisitorServer(Visitor())])
    return ringsnake.spawn_node(module, **options)


def until(what: str, condition: Callable[[], bool], bound: float = 5) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + bound
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {bound} s")
        time.sleep(0.005)


def state_of(pid: int) -> str:
    """Letter of its state in the kernel; X when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    return stat[stat.rindex(")") + 2]


def runs(pid: int) -> bool:
    return state_of(pid) not in "ZX"


def _holdings() -> Counter[str]:
    found: Counter[str] = Counter()
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
        except FileNotFoundError:
            continue  # That of the listing itself.
        found["descriptor of " + target.split(":[")[0]] += 1
    for thread in os.listdir("/proc/self/task"):
        found["thread"] += 1
        children = Path(f"/proc/self/task/{thread}/children")
        try:
            found["child process"] += len(children.read_text().split())
        except FileNotFoundError:
            found["thread"] -= 1
    maps = Path("/proc/self/maps").read_text()
    found["mapped region"] = sum("memfd:" in line for line in maps.splitlines())
    return found


class NodeTestCase(unittest.TestCase):
    """Each test gives back all that it took: descriptors, threads, processes, shared memory."""

    def setUp(self) -> None:
        gc.collect()
        before = _holdings()
        self.addCleanup(self._audit, before)

    def _audit(self, before: Counter[str]) -> None:
        deadline = time.monotonic() + 5
        while True:
            gc.collect()
            after = _holdings()
            if after == before:
                return
            if time.monotonic() > deadline:
                self.fail(f"left behind: {after - before}, missing: {before - after}")
            time.sleep(0.01)


def main() -> None:
    if not SERVER.exists():
        sys.exit(f"{SERVER} is missing: compile the specs first")
    unittest.main()
