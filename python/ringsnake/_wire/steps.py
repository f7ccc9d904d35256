"""A generator that returns a value, as a stream: each item is a tuple of one, and the last one is the value, which says so.

Normative: spec/wire/streams.md §5. Twin: lib/wire/extensions/steps.ts.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable
from typing import TypeAlias, cast

from ringsnake._errors import Return

Step: TypeAlias = tuple[object] | tuple[object, bool]


def steps(source: object) -> object:
    """The source as its steps. What is no source is refused by who writes it."""
    if isinstance(source, AsyncIterable):
        return _async_steps(cast("AsyncIterable[object]", source))
    if isinstance(source, Iterable) and not isinstance(source, str | bytes):
        return _steps(cast("Iterable[object]", source))
    return source


async def _async_steps(source: AsyncIterable[object]) -> AsyncGenerator[Step, None]:
    iterator = aiter(source)
    try:
        while True:
            try:
                item = await anext(iterator)
            except StopAsyncIteration as end:
                # A generator of the peer's says it so; those of Python cannot.
                returned = end.args[0] if end.args else None
                break
            except Return as end:
                returned = end.value
                break
            yield (item,)
        yield (returned, True)
    finally:
        aclose = getattr(iterator, "aclose", None)
        if aclose is not None:
            await aclose()


def _steps(source: Iterable[object]) -> Generator[Step, None, None]:
    iterator = iter(source)
    try:
        while True:
            try:
                item = next(iterator)
            except StopIteration as end:
                returned = cast(object, end.value)
                break
            except Return as end:
                returned = end.value
                break
            yield (item,)
        yield (returned, True)
    finally:
        if isinstance(iterator, Generator):
            cast("Generator[object]", iterator).close()
