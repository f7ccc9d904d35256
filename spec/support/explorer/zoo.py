"""Objects of every kind, for those who look around."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Self


class Animal:
    """Has attributes, items and manners."""

    then = "an attribute that promises have, too"

    def __init__(self, name: str, legs: int = 4) -> None:
        self.name = name
        self.legs = legs
        self.tags: dict[str, object] = {}

    def greet(self, whom: str = "you", *, loud: bool = False) -> str:
        """Says its name."""
        text = f"{self.name} greets {whom}"
        return text.upper() if loud else text

    def child(self) -> Animal:
        """Another."""
        return Animal(f"child of {self.name}", self.legs)

    def __add__(self, other: Animal) -> Animal:
        return Animal(f"{self.name}+{other.name}", self.legs + other.legs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Animal) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __getitem__(self, key: str) -> object:
        return self.tags[key]

    def __setitem__(self, key: str, value: object) -> None:
        self.tags[key] = value

    def __delitem__(self, key: str) -> None:
        del self.tags[key]

    def __repr__(self) -> str:
        return f"<Animal {self.name}>"


@dataclass
class Point:
    """Two numbers."""

    x: float
    y: float


class _Remembering:
    """Remembers."""

    def __init__(self, forgives: type[BaseException] | tuple[()] = ()) -> None:
        self.log: list[str] = []
        self.forgives = forgives
        self.last: BaseException | None = None

    def leave(
        self, how: str, kind: type[BaseException] | None, error: BaseException | None
    ) -> bool:
        """Whether it forgives."""
        self.log.append(f"{how} {None if kind is None else kind.__name__}: {error}")
        self.last = error
        return kind is not None and issubclass(kind, self.forgives)


class Gate(_Remembering):
    """A context manager."""

    def __enter__(self) -> Self:
        self.log.append("enter")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> bool:
        return self.leave("exit", kind, error)


class AsyncGate(_Remembering):
    """The same, to be awaited."""

    async def __aenter__(self) -> Self:
        await asyncio.sleep(0)
        self.log.append("aenter")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> bool:
        await asyncio.sleep(0)
        return self.leave("aexit", kind, error)


log: list[str] = []


def counted(to: int, fail_at: int = -1) -> Iterator[int]:
    """Counts, and says how far it has come."""
    try:
        for i in range(to):
            if i == fail_at:
                raise LookupError(f"no {i}")
            log.append(f"made {i}")
            yield i
    finally:
        log.append("closed")


async def acounted(to: int, fail_at: int = -1) -> AsyncIterator[int]:
    """The same, to be awaited."""
    try:
        for i in range(to):
            await asyncio.sleep(0)
            if i == fail_at:
                raise LookupError(f"no {i}")
            yield i
    finally:
        log.append("aclosed")


async def slowly(value: object, seconds: float = 0.001) -> object:
    """Gives it back later."""
    await asyncio.sleep(seconds)
    return value


def fail(kind: type[BaseException], *args: object) -> None:
    """Raises."""
    raise kind(*args)


def chained() -> None:
    """Raises because of something."""
    try:
        raise KeyError("inner")
    except KeyError as error:
        raise ValueError("outer") from error


def call(function: Callable[..., object], *args: object, **keywords: object) -> object:
    """Calls it."""
    return function(*args, **keywords)


async def call_later(function: Callable[..., object], *args: object) -> object:
    """Calls it in a task, and awaits what it gives if it is to be awaited."""
    result = function(*args)
    return await result if hasattr(result, "__await__") else result  # type: ignore[misc]


def guarded(function: Callable[[], object]) -> tuple[str, str, str, bool]:
    """What Python sees of an error in JavaScript."""
    try:
        function()
    except Exception as error:
        code = getattr(error, "code", "")
        return type(error).__name__, str(code), str(error), bool(error.__notes__)
    return "", "", "", False


def same(a: object, b: object) -> bool:
    """Whether they are one object."""
    return a is b


def kind_of(value: object) -> str:
    """The name of its class."""
    return type(value).__name__


def die() -> None:
    """Ends the process at once."""
    os._exit(5)


cycle: list[object] = []
cycle.append(cycle)
