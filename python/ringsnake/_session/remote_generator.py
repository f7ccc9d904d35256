"""A stream as the generator that it stands for. Twin: lib/session/remote-generator.ts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from types import TracebackType
from typing import Generic, Protocol, TypeVar, cast

from ringsnake._wire.steps import Sent

T_co = TypeVar("T_co", covariant=True)
S_contra = TypeVar("S_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class _Steps(Protocol):
    """A `RemoteStream`, or what an object of this side gives."""

    def __aiter__(self) -> AsyncIterator[object]: ...

    async def aclose(self) -> None: ...


class Refused:
    """Stands for an item that was not asked for, because what was to be sent with it cannot cross."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


class RemoteGenerator(AsyncGenerator[T_co, S_contra], Generic[T_co, S_contra, R_co]):
    """Items that the peer's generator yields: `async for item in generator`. At its end `returned` is what it returned.

    Of one that takes values `await generator.asend(value)` gives the next item; the first must be asked for with `anext(generator)`, as of every
    generator. `aclose()` tells it to stop. What is thrown in stays here, and stops it, too.

    Threads: the session's.
    """

    __slots__ = ("_has_begun", "_returns", "_steps", "_takes", "returned")

    def __init__(self, steps: object, *, takes: bool = False, returns: bool = True) -> None:
        self._steps = cast(_Steps, steps)
        self._takes = takes
        self._returns = returns
        self._has_begun = False
        self.returned: R_co | None = None
        """What it returned; None before its end. `StopAsyncIteration` has it as its argument, too."""

    @property
    def steps(self) -> object:
        """The stream that it stands on."""
        return self._steps

    async def __anext__(self) -> T_co:
        return await self._next(())

    async def asend(self, value: S_contra, /) -> T_co:
        if not self._takes and value is not None:
            raise TypeError("the peer's generator takes no values")
        if not self._has_begun and value is not None:
            raise TypeError("can't send non-None value to a just-started async generator")
        return await self._next((value,))

    async def _next(self, sent: Sent) -> T_co:
        iterator = aiter(self._steps)
        if self._takes and self._has_begun:
            item = await cast("AsyncGenerator[object, Sent]", iterator).asend(sent)
        else:
            self._has_begun = True
            item = await anext(iterator)
        if isinstance(item, Refused):
            raise item.error
        if not self._returns:
            return cast(T_co, item)
        step = cast("tuple[T_co] | tuple[R_co, bool]", item)
        if len(step) == 1:
            return step[0]
        self.returned = step[0]
        if self._takes:
            await self._steps.aclose()
        else:
            # Its end comes right behind; it is not to be told to stop.
            await anext(iterator, None)
        raise StopAsyncIteration(step[0])

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


class SyncGenerator(Generator[T_co, S_contra, R_co]):
    """The same for a reader that blocks its thread."""

    __slots__ = ("_has_begun", "_returns", "_steps", "_takes")

    def __init__(
        self, steps: Iterator[object], *, takes: bool = False, returns: bool = True
    ) -> None:
        self._steps = steps
        self._takes = takes
        self._returns = returns
        self._has_begun = False

    def __next__(self) -> T_co:
        return self._next(())

    def send(self, value: S_contra, /) -> T_co:
        if not self._takes and value is not None:
            raise TypeError("the peer's generator takes no values")
        if not self._has_begun and value is not None:
            raise TypeError("can't send non-None value to a just-started generator")
        return self._next((value,))

    def _next(self, sent: Sent) -> T_co:
        if self._takes and self._has_begun:
            item = cast("Generator[object, Sent]", self._steps).send(sent)
        else:
            self._has_begun = True
            item = next(self._steps)
        if isinstance(item, Refused):
            raise item.error
        if not self._returns:
            return cast(T_co, item)
        step = cast("tuple[T_co] | tuple[R_co, bool]", item)
        if len(step) == 1:
            return step[0]
        if not self._takes:
            # Its end comes right behind; it is not to be told to stop.
            next(self._steps, None)
        self.close()
        raise StopIteration(step[0])

    def throw(
        self,
        error: BaseException | type[BaseException],
        value: BaseException | object = None,
        traceback: TracebackType | None = None,
        /,
    ) -> T_co:
        del value
        self.close()
        raised = error() if isinstance(error, type) else error
        raise raised.with_traceback(traceback)

    def close(self) -> None:
        """Tells the producer to stop; its `finally` blocks run."""
        steps = cast(object, self._steps)
        if isinstance(steps, Generator):
            cast("Generator[object]", steps).close()
