"""The ticker that Python serves, and the scenarios in which it reads the host's."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator

import ringsnake
from ringsnake.generated import RemoteStream, StreamSource
from ticker_gen import MirrorServer, Tick, TickerClient, TickerServer


class Ticker:
    def __init__(self) -> None:
        self._produced = 0
        self._finished = False
        self._kept: RemoteStream[int] | None = None

    def count(self, count: int, source: str) -> StreamSource[int] | Awaitable[StreamSource[int]]:
        self._produced, self._finished = 0, False
        match source:
            case "async":
                return self._async(count)
            case "waiting":
                return self._waiting(count)
            case "generator":
                return self._generator(count)
            case "coroutine":
                return self._later(count)
            case _:
                return list(range(count))

    async def _later(self, count: int) -> StreamSource[int]:
        await asyncio.sleep(0)
        return self._async(count)

    async def _async(self, count: int) -> AsyncIterator[int]:
        try:
            for i in range(count):
                self._produced += 1
                yield i
        finally:
            self._finished = True

    async def _waiting(self, count: int) -> AsyncIterator[int]:
        try:
            for i in range(count):
                await asyncio.sleep(0)
                self._produced += 1
                yield i
        finally:
            await asyncio.sleep(0)
            self._finished = True

    def _generator(self, count: int) -> Iterator[int]:
        try:
            for i in range(count):
                self._produced += 1
                yield i
        finally:
            self._finished = True

    def endless(self) -> AsyncIterator[int]:
        self._produced, self._finished = 0, False
        return self._waiting(2**40)

    def records(self, count: int) -> Iterator[Tick]:
        for i in range(count):
            yield Tick(at=i, name=f"tick {i}", note=None if i % 2 else "even")

    async def reused(self, count: int) -> AsyncIterator[Tick]:
        tick = Tick(at=0, name="")
        for i in range(count):
            tick.at, tick.name = i, str(i)
            yield tick

    async def failing(self, count: int) -> AsyncIterator[float]:
        for i in range(count):
            yield float(i)
        raise ValueError(f"no more than {count}")

    async def lying(self, count: int) -> AsyncIterator[float]:
        for i in range(count):
            yield float(i)
        yield "not a number"  # type: ignore[misc]

    def refuse(self) -> AsyncIterator[float]:
        raise LookupError("no stream today")

    async def never(self) -> AsyncIterator[float]:
        self._finished = False
        try:
            await asyncio.Event().wait()
        finally:
            self._finished = True
        raise AssertionError

    async def chunks(self, count: int, size: int) -> AsyncIterator[bytes]:
        self._produced = 0
        for i in range(count):
            self._produced += 1
            yield bytes([i % 256]) * size

    def web(self, count: int, size: int) -> Iterator[bytes]:
        for i in range(count):
            yield bytes([i % 256]) * size

    async def told(self) -> AsyncGenerator[int, int]:
        told = 0
        while True:
            told = (yield told) or 0

    async def sum(
        self, values: RemoteStream[float], more: RemoteStream[float] | None = None
    ) -> float:
        total = 0.0
        async for value in values:
            total += value
        if more is not None:
            async for value in more:
                total += value
        return total

    async def take_some(self, values: RemoteStream[int], count: int) -> list[int]:
        taken: list[int] = []
        async for value in values:
            taken.append(value)
            if len(taken) == count:
                break
        return taken

    async def hold(self, values: RemoteStream[int]) -> int:
        self._kept = values
        return await anext(values)

    def let_go(self) -> None:
        self._kept = None

    def ignore(self, values: RemoteStream[int]) -> None:
        return None

    async def double(self, values: RemoteStream[float]) -> AsyncIterator[float]:
        async for value in values:
            yield 2 * value

    def back(self, values: RemoteStream[Tick]) -> RemoteStream[Tick]:
        return values

    async def size(self, data: RemoteStream[bytes]) -> int:
        total = 0
        async for chunk in data:
            total += len(chunk)
        return total

    def produced(self) -> int:
        return self._produced

    def finished(self) -> bool:
        return self._finished

    def add(self, a: float, b: float) -> float:
        return a + b


class Mirror:
    async def run(self, scenario: str) -> str:
        return await SCENARIOS[scenario](ringsnake.client(TickerClient))


async def _until(condition: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(2000):
        if await condition():
            return True
        await asyncio.sleep(0.001)
    return False


async def _order(host: TickerClient) -> str:
    sums: list[str] = []
    for source in ("async", "waiting", "generator", "list", "coroutine"):
        items = [item async for item in host.count(3000, source)]
        sums.append(f"{source} {items == list(range(3000))}")
    return ", ".join(sums)


async def _empty(host: TickerClient) -> str:
    return str([item async for item in host.count(0, "async")])


async def _records(host: TickerClient) -> str:
    return str([(tick.at, tick.name, tick.note) async for tick in host.records(3)])


async def _reused(host: TickerClient) -> str:
    return str([tick.at async for tick in host.reused(500)] == list(range(500)))


async def _failing(host: TickerClient) -> str:
    items: list[float] = []
    try:
        async for item in host.failing(3):
            items.append(item)
    except ringsnake.RemoteError as error:
        return f"{items} {error.type}: {error}"
    return "nothing was raised"


async def _refused(host: TickerClient) -> str:
    try:
        await anext(host.refuse())
    except ringsnake.RemoteError as error:
        return f"{error.type}: {error}"
    return "nothing was raised"


async def _broken(host: TickerClient) -> str:
    async for item in host.endless():
        if item == 10:
            break
    return str(await _until(host.finished))


async def _closed(host: TickerClient) -> str:
    stream = host.endless()
    await anext(stream)
    await stream.aclose()
    rest = [item async for item in stream]
    return f"{await _until(host.finished)} {rest}"


async def _cancelled(host: TickerClient) -> str:
    # A generator that was never asked has nothing to clean up.
    has_read = asyncio.Event()

    async def read() -> None:
        async for _ in host.endless():
            has_read.set()

    task = asyncio.create_task(read())
    await has_read.wait()
    task.cancel()
    return str(await _until(host.finished))


async def _dropped(host: TickerClient) -> str:
    stream = host.endless()
    await anext(stream)
    del stream
    gc.collect()
    return str(await _until(host.finished))


async def _timeout(host: TickerClient) -> str:
    try:
        async for _ in host.with_options(timeout=0.05).endless():
            pass
    except ringsnake.CallError as error:
        return f"{error.code} {await _until(host.finished)}"
    return "nothing was raised"


async def _ahead(host: TickerClient) -> str:
    stream = host.count(100_000, "async")
    first = await anext(stream)
    produced = 0
    for _ in range(200):
        await asyncio.sleep(0.001)
        if produced == (produced := await host.produced()) and produced > 1000:
            break
    rest = 0
    async for _ in stream:
        rest += 1
    return f"{first} {produced <= 1024} {rest}"


async def _parameters(host: TickerClient) -> str:
    async def waiting() -> AsyncIterator[float]:
        for i in range(5):
            await asyncio.sleep(0)
            yield float(i)

    total = await host.sum(waiting(), [0.5, 0.5])
    generated = await host.sum(float(i) for i in range(2000))
    doubled = [item async for item in host.double(waiting())]
    return f"{total} {generated} {doubled}"


async def _back(host: TickerClient) -> str:
    ticks = [Tick(at=i, name=str(i)) for i in range(2500)]
    return str([tick async for tick in host.back(ticks)] == ticks)


async def _given_up(host: TickerClient) -> str:
    finished = asyncio.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                await asyncio.sleep(0)
                yield 1
        finally:
            finished.set()

    taken = await host.take_some(endless(), 3)
    await asyncio.wait_for(finished.wait(), 5)
    return str(taken)


async def _wrong(host: TickerClient) -> str:
    try:
        await host.sum(5)  # type: ignore[arg-type]
    except ringsnake.ValidationError as error:
        return str(error)
    return "nothing was raised"


async def _blocking(host: TickerClient) -> str:
    numbers = list(host.sync.count(3000, "list"))
    total = host.sync.sum([1.0, 2.0, 3.0])
    for item in host.sync.endless():
        if item == 5:
            break
    return f"{numbers == list(range(3000))} {total} {await _until(host.finished)}"


SCENARIOS: dict[str, Callable[[TickerClient], Awaitable[str]]] = {
    "order": _order,
    "empty": _empty,
    "records": _records,
    "reused": _reused,
    "failing": _failing,
    "refused": _refused,
    "broken": _broken,
    "closed": _closed,
    "cancelled": _cancelled,
    "dropped": _dropped,
    "timeout": _timeout,
    "ahead": _ahead,
    "parameters": _parameters,
    "back": _back,
    "given up": _given_up,
    "wrong": _wrong,
    "blocking": _blocking,
}

ringsnake.serve(TickerServer(Ticker()))
ringsnake.serve(MirrorServer(Mirror()))
