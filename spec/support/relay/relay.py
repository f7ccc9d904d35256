"""The worker of the specs about calls."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable
from contextvars import ContextVar

import ringsnake
from relay_gen import (
    ChoresServer,
    Knowledge,
    RelayClient,
    RelayServer,
    WatchClient,
)

variable: ContextVar[str] = ContextVar("variable", default="untouched")


def own_knowledge() -> Knowledge:
    context = ringsnake.call_context()
    assert context is not None
    left = None if context.deadline is None else (context.deadline - time.monotonic()) * 1000
    return Knowledge(
        call_id=context.call_id, left=left, metadata=json.dumps(dict(context.metadata))
    )


class Relay:
    def down(self, manners: str) -> int | Awaitable[int]:
        if not manners:
            return 0
        peer = ringsnake.client(RelayClient)
        if manners[0] == "s":
            return peer.sync.down(manners[1:]) + 1
        return self._down_later(peer, manners[1:])

    async def _down_later(self, peer: RelayClient, manners: str) -> int:
        return await peer.down(manners) + 1


class Chores:
    def __init__(self) -> None:
        self._notes: list[str] = []

    async def sleep(self, milliseconds: int) -> str:
        try:
            await asyncio.sleep(milliseconds / 1000)
        except asyncio.CancelledError:
            self._notes.append("sleep was cancelled")
            raise
        return "slept"

    async def sleep_stubbornly(self, milliseconds: int) -> str:
        end = time.monotonic() + milliseconds / 1000
        while time.monotonic() < end:
            try:
                await asyncio.sleep(end - time.monotonic())
            except asyncio.CancelledError:
                self._notes.append("took no notice")
        self._notes.append("slept all the same")
        return "slept"

    def spin_until_cancelled(self) -> str:
        context = ringsnake.call_context()
        assert context is not None
        end = time.monotonic() + 30
        while not context.cancelled and time.monotonic() < end:
            pass
        self._notes.append("spun until cancelled" if time.monotonic() < end else "spun in vain")
        context.raise_if_cancelled()
        return "never cancelled"

    @ringsnake.blocking
    def block_until_cancelled(self) -> str:
        context = ringsnake.call_context()
        assert context is not None
        end = time.monotonic() + 30
        while not context.cancelled and time.monotonic() < end:
            time.sleep(0.001)
        self._notes.append("blocked until cancelled")
        return "late"

    @ringsnake.blocking
    def block_in_pool(self, milliseconds: int) -> list[Knowledge]:
        time.sleep(milliseconds / 1000)
        return [own_knowledge(), ringsnake.client(WatchClient).sync.knowledge()]

    def notes(self) -> list[str]:
        notes, self._notes = self._notes, []
        return notes

    def knowledge(self) -> Knowledge:
        return own_knowledge()

    async def knowledge_later(self) -> Knowledge:
        await asyncio.sleep(0)
        return own_knowledge()

    async def knowledge_beyond(self) -> list[Knowledge]:
        watch = ringsnake.client(WatchClient)
        first = watch.sync.knowledge()
        return [first, await watch.with_options(metadata={"own": 1}).knowledge()]

    async def await_never(self) -> str:
        await ringsnake.client(WatchClient).never()
        return "it came"

    async def limited(self, timeout: int, blocking: bool) -> str:
        watch = ringsnake.client(WatchClient).with_options(timeout=timeout / 1000)
        try:
            if blocking:
                watch.sync.never()
            else:
                await watch.never()
        except ringsnake.CallTimeoutError as error:
            return f"{error.code} {isinstance(error, TimeoutError)} {error}"
        return "it came"

    async def cancel_own(self) -> str:
        task = asyncio.ensure_future(ringsnake.client(WatchClient).never())
        await asyncio.sleep(0.01)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    def variable(self, value: str) -> str:
        before = variable.get()
        variable.set(value)
        return before

    async def add_one(self, value: int) -> int:
        return value + 1

    async def add_one_later(self, value: int) -> int:
        await asyncio.sleep(0)
        return value + 1

    async def timeout_inside(self) -> str:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(30)
        except TimeoutError:
            return "timed out"
        return "not timed out"


ringsnake.serve(RelayServer(Relay()))
ringsnake.serve(ChoresServer(Chores()))
