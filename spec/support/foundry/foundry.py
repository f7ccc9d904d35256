"""Serves a foundry, and puts a load on the host's. Twins: spec/support/foundry/served.ts and load.ts."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import ringsnake
from foundry_gen import (
    ForemanServer,
    FoundryClient,
    FoundryServer,
    Total,
    TotalClient,
)
from ringsnake.generated import RemoteStream

# Half a ring of 64 KiB is less than this, so it goes as a bulk message.
BULK_BYTES = 50_000
# Seconds after which a call is given up.
PATIENCE = 0.003
# At most.
LANES = 16


class Sum:
    def __init__(self) -> None:
        self._value = 0

    async def add(self, value: int) -> int:
        self._value += value
        return self._value


class Foundry:
    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._misplaced = 0

    def next(self, lane: int, number: int) -> int:
        if number != self._last.get(lane, 0) + 1:
            self._misplaced += 1
        self._last[lane] = number
        return number

    async def next_later(self, lane: int, number: int) -> int:
        await asyncio.sleep(0)
        return self.next(lane, number)

    def echo_bytes(self, data: bytes) -> bytes:
        return data

    async def each(self, count: int, f: Callable[[int], Awaitable[int]]) -> int:
        return sum([await f(i) for i in range(count)])

    def count(self, count: int) -> Iterator[int]:
        yield from range(count)

    async def endless(self) -> AsyncIterator[int]:
        i = 0
        while True:
            yield i
            i += 1
            await asyncio.sleep(0)

    async def sum(self, values: RemoteStream[int]) -> int:
        return sum([value async for value in values])

    def begin(self) -> Total:
        return Sum()

    async def visit(self, total: TotalClient) -> int:
        await total.add(1)
        return await total.add(2)

    async def never(self) -> None:
        await asyncio.Event().wait()

    def misplaced(self) -> int:
        return self._misplaced


class Lane:
    """Numbers that must arrive once, and in order."""

    names = iter(range(1, 2**40))

    def __init__(self) -> None:
        self.name = next(Lane.names)
        self.number = 0

    def next(self) -> int:
        self.number += 1
        return self.number


async def _call(foundry: FoundryClient, lane: Lane) -> bool:
    return await foundry.next(lane.name, lane.next()) == lane.number


async def _later(foundry: FoundryClient, lane: Lane) -> bool:
    return await foundry.next_later(lane.name, lane.next()) == lane.number


async def _bulk(foundry: FoundryClient, _: Lane) -> bool:
    data = bytes([random.randrange(256)]) * BULK_BYTES
    return bytes(await foundry.echo_bytes(data)) == data


async def _callback(foundry: FoundryClient, _: Lane) -> bool:
    seen: list[int] = []

    def note(i: int) -> int:
        seen.append(i)
        return i

    return await foundry.each(4, note) == 6 and seen == [0, 1, 2, 3]


async def _stream(foundry: FoundryClient, _: Lane) -> bool:
    return [item async for item in foundry.count(40)] == list(range(40))


async def _left_early(foundry: FoundryClient, _: Lane) -> bool:
    seen: list[int] = []
    async for item in foundry.endless():
        seen.append(item)
        if len(seen) == 5:
            break
    return seen == list(range(5))


async def _stream_there(foundry: FoundryClient, _: Lane) -> bool:
    return await foundry.sum(range(40)) == 780


async def _object(foundry: FoundryClient, _: Lane) -> bool:
    with await foundry.begin() as total:
        return await total.add(2) == 2 and await total.add(3) == 5


async def _object_there(foundry: FoundryClient, _: Lane) -> bool:
    return await foundry.visit(Sum()) == 3


async def _timeout(foundry: FoundryClient, _: Lane) -> bool:
    try:
        await foundry.with_options(timeout=PATIENCE).never()
    except ringsnake.CallTimeoutError:
        return True
    return False


async def _cancelled(foundry: FoundryClient, _: Lane) -> bool:
    task = asyncio.ensure_future(foundry.never())
    await asyncio.sleep(PATIENCE)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False


_PIECES = {
    "call": _call,
    "later": _later,
    "bulk": _bulk,
    "callback": _callback,
    "stream": _stream,
    "stream left early": _left_early,
    "stream there": _stream_there,
    "object": _object,
    "object there": _object_there,
    "timeout": _timeout,
    "cancelled": _cancelled,
}


def _blocking_timeout(foundry: FoundryClient) -> bool:
    try:
        foundry.with_options(timeout=PATIENCE).sync.never()
    except ringsnake.CallTimeoutError:
        return True
    return False


def _blocking_piece(foundry: FoundryClient, lane: Lane, kind: str) -> bool:
    match kind:
        case "blocking call":
            return foundry.sync.next(lane.name, lane.next()) == lane.number
        case "blocking later":
            return foundry.sync.next_later(lane.name, lane.next()) == lane.number
        case "blocking callback":
            return foundry.sync.each(3, lambda i: i) == 3
        case "blocking stream":
            return list(foundry.sync.count(20)) == list(range(20))
        case _:
            return _blocking_timeout(foundry)


_BLOCKING_KINDS = (
    "blocking call",
    "blocking later",
    "blocking callback",
    "blocking stream",
    "blocking timeout",
)


class Report:
    def __init__(self) -> None:
        self.right = 0
        self.kinds: Counter[str] = Counter()
        self.wrong: list[str] = []

    def note(self, kind: str, outcome: bool | Exception) -> None:
        self.kinds[kind] += 1
        if outcome is True:
            self.right += 1
        else:
            self.wrong.append(f"{kind}: {outcome!r}")

    def text(self) -> str:
        return json.dumps({"right": self.right, "kinds": self.kinds, "wrong": self.wrong})


class Foreman:
    def __init__(self) -> None:
        self._lanes = [Lane() for _ in range(LANES)]
        self._blocking = Lane()

    async def load(self, lanes: int, pieces: int) -> str:
        foundry = ringsnake.client(FoundryClient)
        report = Report()

        async def work(lane: Lane) -> None:
            for kind in random.choices(list(_PIECES), k=pieces):
                try:
                    report.note(kind, await _PIECES[kind](foundry, lane))
                except Exception as error:
                    report.note(kind, error)

        await asyncio.gather(*map(work, self._lanes[:lanes]))
        return report.text()

    def load_blocking(self, pieces: int) -> str:
        foundry = ringsnake.client(FoundryClient)
        report, lane = Report(), self._blocking
        for kind in random.choices(_BLOCKING_KINDS, k=pieces):
            try:
                report.note(kind, _blocking_piece(foundry, lane, kind))
            except Exception as error:
                report.note(kind, error)
        return report.text()

    def holds(self) -> str:
        gc.collect()
        status = Path("/proc/self/status").read_text()
        (own,) = [line for line in status.splitlines() if line.startswith("RssAnon:")]
        return json.dumps(
            {
                "descriptors": len(os.listdir("/proc/self/fd")),
                "kibibytes": int(own.split()[1]),
                "objects": ringsnake.statistics().handles,
            }
        )


ringsnake.serve(FoundryServer(Foundry()))
ringsnake.serve(ForemanServer(Foreman()))
