"""Serves `Signatures`: itself (`echo`), or through the host's, awaited (`relay`) or blocking (`relay sync`)."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import sys
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Self, cast

import ringsnake
from ringsnake import UNSET
from ringsnake.generated import Float64Array
from signatures_gen import (
    DefaultsResult,
    DoorClient,
    Film,
    LabelledTally,
    LabelledTallyClient,
    LingerOptions,
    ListenerClient,
    Named,
    Point,
    SearchOptions,
    Signatures,
    SignaturesClient,
    SignaturesServer,
    Track,
    VectorData,
    WatchOptions,
)

_MODE = sys.argv[1]


class OwnTally:
    """Its methods answer with itself."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._total = 0.0

    def add(self, count: float, /) -> Self:
        self._total += count
        return self

    async def total(self) -> float:
        return self._total

    async def merge(self, other: LabelledTallyClient, /) -> Self:
        self._total += await other.total()
        return self

    def positive(self) -> Self | None:
        return self if self._total > 0 else None

    def label(self) -> str:
        return self._label


class Own:
    """Answers with what says which form was called, and with what."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def join(self, separator: str, /, *parts: str | float) -> str:
        return separator.join(str(part) for part in parts)

    def all(self, /, *points: Point) -> float:
        return sum(point.x for point in points)

    def spread(self, first: float, second: str | None = None, /) -> str:
        return f"{first} {second}"

    async def apply(self, f: Callable[..., Awaitable[str]], /, *values: float) -> str:
        return await f("py", *values)

    async def total(self, /, *values: float) -> AsyncIterator[float]:
        total = 0.0
        for value in values:
            total += value
            yield total

    def find(self, *args: Any) -> Any:
        match args:
            case (str() as key,):
                return f"key {key}"
            case (float() as place, *exact):
                return place + sum(each is not None for each in exact)
            case (Point(x=x),):
                return self.total(x, x)
            case (Named(), *_):
                return [Named(name=named.name.upper()) for named in args]
            case (None, _):
                return None
            case _:
                return None

    def on(self, event: str, listener: Callable[[Any], Any], /) -> float:
        listener("front" if event == "opened" else 3)
        return float(len(event))

    async def wait(self, what: str, /) -> str:
        if what == "nothing":
            return what
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.ended.append(what)
            raise
        return what

    def stopped(self) -> list[str]:
        ended, self.ended = self.ended, []
        return ended

    async def watch(self, options: WatchOptions | None = None, /) -> AsyncIterator[float]:
        number = (options and options.from_) or 0.0
        try:
            while True:
                yield number
                number += 1
                await asyncio.sleep(0)
        finally:
            self.ended.append("watch")

    def add_up(self, values: Float64Array, track: Track, /) -> float:
        return math.fsum([*values, *track.heights])

    def track(self, track: Track, /) -> Track:
        # Any buffer of doubles will do.
        return dataclasses.replace(track, heights=memoryview(array("d", track.heights)))

    def film(self, sound: memoryview, film: Film, /) -> Film:
        views = [sound, *film.frames]
        assert all(type(view) is memoryview for view in views), views
        assert film.cover in (None, UNSET) or type(film.cover) in (memoryview, str), film.cover
        # Any buffer of bytes will do.
        given: list[Any] = [sound, bytes(sound), bytearray(sound)]
        return dataclasses.replace(film, frames=[*film.frames, *given])

    def search(
        self,
        text: str,
        limit: int = 10,
        order: str = "asc",
        options: SearchOptions | None = None,
        /,
    ) -> str:
        return f"{text} {limit} {order} {options and options.depth}"

    def defaults(self, options: SearchOptions, /) -> DefaultsResult:
        return DefaultsResult(
            depth=options.depth,
            weight=options.weight,
            exact=options.exact,
            side=options.side,
            prefix=options.prefix,
        )

    def move(self, vector: VectorData, /) -> VectorData:
        return VectorData(x=vector.x + 1, y=vector.y + 1)

    async def listen(self, listener: ListenerClient, /) -> str:
        return await listener.heard("py")

    async def subscribe(self, door: DoorClient, count: float, _name: str, /) -> float:
        return count + await door.on("closed", lambda _: None)

    async def linger(self, options: LingerOptions, /) -> None:
        for _ in range(int(options.times)):
            await asyncio.sleep(0)

    def tally(self, label: str, /) -> LabelledTally:
        return OwnTally(label)

    async def count(self, tally: LabelledTallyClient, count: float, /) -> LabelledTallyClient:
        return await tally.add(count)

    def myself(self) -> Self:
        return self

    def countdown(self, from_: float, word: str, /) -> Generator[float, None, str]:
        try:
            number = from_
            while number > 0:
                yield number
                number -= 1
            return word if word != "wrong" else cast(str, 7)
        finally:
            self.ended.append("countdown")

    async def trace(self, /, *points: Point) -> AsyncIterator[Point]:
        for point in points:
            yield point
        if points:
            raise ringsnake.Return(points[-1])

    async def sum(self, items: Any, more: Any = UNSET, /) -> str:
        sums = [
            each if each is None or each is UNSET else sum([item async for item in each])
            for each in (items, more)
        ]
        return " ".join("absent" if each is UNSET else str(each) for each in sums)

    def first(self, values: list[Any], otherwise: Any, /) -> Any:
        return values[0] if values else otherwise

    def pick(self, _event: str, value: Any, /) -> Any:
        return value

    def size(self, value: Any, /) -> float:
        return float(len(value))

    async def map(self, values: list[Any], f: Callable[[Any], Awaitable[Any]], /) -> list[Any]:
        return [await f(value) for value in values]


class Relay:
    """Whatever is asked, the host is asked."""

    def __init__(self, client: object) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return cast("Callable[..., Any]", getattr(self._client, name))


def _implementation() -> object:
    if _MODE == "echo":
        return Own()
    client = ringsnake.client(SignaturesClient)
    return Relay(client if _MODE == "relay" else client.sync)


ringsnake.serve(SignaturesServer(cast(Signatures, _implementation())))
