"""A stream of steps as the generator that it stands for. Twin: lib/session/remote-generator.ts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from types import TracebackType
from typing import Generic, Protocol, TypeVar, cast

T_co = TypeVar("T_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)


class _Steps(Protocol):
    """A `RemoteStream` of steps, or those of an object of this side."""

    def __aiter__(self) -> AsyncIterator[object]: ...

    async def aclose(self) -> None: ...


class RemoteGenerator(AsyncGenerator[T_co, None], Generic[T_co, R_co]):
    """Items that the peer's generator yields: `async for item in generator`. At its end `returned` is what it returned.

    `aclose()` tells it to stop. What is thrown in stays here, and stops it, too.

    Threads: the session's.
    """

    __slots__ = ("_steps", "returned")

    def __init__(self, steps: object) -> None:
        self._steps = cast(_Steps, steps)
        self.returned: R_co | None = None
        """What it returned; None before its end. `StopAsyncIteration` has it as its argument, too."""

    async def __anext__(self) -> T_co:
        iterator = aiter(self._steps)
        step = cast("tuple[T_co] | tuple[R_co, bool]", await anext(iterator))
        if len(step) == 1:
            return step[0]
        self.returned = step[0]
        # Its end comes right behind; it is not to be told to stop.
        await anext(iterator, None)
        raise StopAsyncIteration(step[0])

    async def asend(self, value: None, /) -> T_co:
        if value is not None:
            raise TypeError("the peer's generator takes no values")
        return await self.__anext__()

    async def athrow(
        self,
        error: BaseException | type[BaseException],
        value: BaseException | object = None,
        traceback: TracebackType | None = None,
        /,
    ) -> T_co:
        del value
        await self.aclose()
        raised = error() if isinstance(error, type) else error
        raise raised.with_traceback(traceback)

    async def aclose(self) -> None:
        """Tells the producer to stop; its `finally` blocks run."""
        await self._steps.aclose()


def blocking_generator(steps: Iterator[object]) -> Generator[object, None, object]:
    """The same for a reader that blocks its thread."""
    for step in cast("Iterator[tuple[object, ...]]", steps):
        if len(step) == 1:
            yield step[0]
            continue
        # Its end comes right behind; it is not to be told to stop.
        for _ in steps:
            pass
        return step[0]
    return None
