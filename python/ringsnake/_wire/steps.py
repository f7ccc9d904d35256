"""A generator that returns a value, as a stream: each item is a tuple of one, and the last one is the value, which says so.

What is sent to it, and to those below that take values only, is a tuple of no value or one. Normative: spec/wire/streams.md §5. Twin:
lib/wire/extensions/steps.ts.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Generator,
    Iterable,
    Iterator,
)
from typing import TypeAlias, cast

from ringsnake._errors import Return
from ringsnake._wire.schema_types import GeneratorType

Step: TypeAlias = tuple[object] | tuple[object, bool]
Sent: TypeAlias = tuple[()] | tuple[object]
"""What comes with an item that is asked for."""


def source_of(source: object, generator: GeneratorType | None) -> object:
    """What is sent of a source. What is no source is refused by who writes it."""
    if generator is None or (not generator.returns and generator.takes is None):
        return source
    if isinstance(source, AsyncIterable):
        return _async_steps(cast("AsyncIterable[object]", source), generator.returns)
    if isinstance(source, Iterable) and not isinstance(source, str | bytes):
        return _steps(cast("Iterable[object]", source), generator.returns)
    return source


async def _async_steps(
    source: AsyncIterable[object], returns: bool
) -> AsyncGenerator[object, Sent | None]:
    iterator = aiter(source)
    sent: Sent | None = None
    try:
        while True:
            try:
                item = await _asend(iterator, sent)
            except StopAsyncIteration as end:
                # A generator of the peer's says it so; those of Python cannot.
                returned = end.args[0] if end.args else None
                break
            except Return as end:
                returned = end.value
                break
            sent = yield (item,) if returns else item
        if returns:
            yield (returned, True)
    finally:
        aclose = getattr(iterator, "aclose", None)
        if aclose is not None:
            await aclose()


async def _asend(iterator: AsyncIterator[object], sent: Sent | None) -> object:
    if not sent or not isinstance(iterator, AsyncGenerator):
        return await anext(iterator)
    return await cast("AsyncGenerator[object, object]", iterator).asend(sent[0])


def _steps(source: Iterable[object], returns: bool) -> Generator[object, Sent | None, None]:
    iterator = iter(source)
    sent: Sent | None = None
    try:
        while True:
            try:
                item = _send(iterator, sent)
            except StopIteration as end:
                returned = cast(object, end.value)
                break
            except Return as end:
                returned = end.value
                break
            sent = yield (item,) if returns else item
        if returns:
            yield (returned, True)
    finally:
        if isinstance(iterator, Generator):
            cast("Generator[object]", iterator).close()


def _send(iterator: Iterator[object], sent: Sent | None) -> object:
    if not sent or not isinstance(iterator, Generator):
        return next(iterator)
    return cast("Generator[object, object, object]", iterator).send(sent[0])
