"""Calls on the results of calls that are not there yet. Normative: spec/wire/objects.md §5. Twin: lib/session/pipelined.ts."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, cast

from ringsnake._errors import BackpressureError
from ringsnake._session.call_options import CallOptions
from ringsnake._session.call_target import CallTarget, result_targets
from ringsnake._session.imported_objects import ImportedHandle
from ringsnake._session.interface import Caller, Handler, InterfaceDefinition, handler_of
from ringsnake._session.object_caller import ObjectCaller, caller_of, handle_of, look_at
from ringsnake._session.open_stream import open_stream, open_stream_sync
from ringsnake._session.remote_stream import RemoteStream
from ringsnake._session.session_caller import CallStarter, SessionCaller
from ringsnake._wire.steps import source_of

T = TypeVar("T")


class ComingObject:
    """The result of a call of ours, which is an object. Threads: the event loop's."""

    def __init__(
        self,
        session: CallStarter,
        call: tuple[CallTarget, Sequence[object], CallOptions],
    ) -> None:
        target = call[0]
        assert target.method.result_interface is not None
        self.session = session
        self.definition: InterfaceDefinition = target.method.result_interface()
        self._call, self.future = session.begin(*call)

    @property
    def handle(self) -> ImportedHandle | None:
        return handle_of(self._call.value) if self.is_there else None

    @property
    def is_there(self) -> bool:
        return not self._call.is_open

    def caller(self, options: CallOptions) -> Caller | None:
        """Who calls it; None: it must be waited for. Raises what the call raised."""
        call = self._call
        if not call.is_open:
            if call.error is not None:
                raise call.error
            behind = caller_of(call.value)
            if isinstance(behind, ObjectCaller):
                return behind.with_options(timeout=options.timeout, metadata=options.metadata)
            return _OwnCaller(call.value, self.definition)
        if not self.session.may_pipeline:
            return None
        # What is called hears of the failure; nobody else has to.
        self.future.add_done_callback(look_at)
        targets = result_targets(self.definition, call.call_id)
        return SessionCaller(self.session, targets, options)


class ComingCaller:
    """Calls an object that is still to come, or has come meanwhile."""

    __slots__ = ("_coming", "_options")

    def __init__(self, coming: ComingObject, options: CallOptions) -> None:
        self._coming = coming
        self._options = options

    @property
    def handle(self) -> ImportedHandle | None:
        return self._coming.handle

    async def call(self, method: int, args: Sequence[object], /) -> object:
        caller = self._coming.caller(self._options)
        if caller is None:
            await self._coming.future
            return await self.call(method, args)
        return await caller.call(method, args)

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        return self._now().call_sync(method, args)

    def stream(self, method: int, args: Sequence[object], /) -> RemoteStream[object]:
        return open_stream(self, method, args, options=self._options)

    def stream_sync(self, method: int, args: Sequence[object], /) -> Iterator[object]:
        return open_stream_sync(self, method, args, options=self._options)

    def call_for_object(
        self, method: int, args: Sequence[object], promised: Callable[[Caller], T], /
    ) -> T:
        return self._now().call_for_object(method, args, promised)

    def arrival(self) -> Awaitable[object]:
        return self._coming.future

    def data(self) -> object:
        if not self._coming.is_there:
            raise TypeError("what an object says of itself comes with it: await it first")
        return self._now().data()

    def release(self) -> bool:
        handle = self._coming.handle
        if handle is not None:
            return handle.release()
        if self._coming.is_there:
            return False
        self._coming.future.add_done_callback(_release_arrived)
        return True

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> ComingCaller:
        return ComingCaller(self._coming, self._options.merged(timeout, metadata))

    def _now(self) -> Caller:
        caller = self._coming.caller(self._options)
        if caller is None:
            raise BackpressureError(
                "too many calls are open for one more on a result that is not there: await that first"
            )
        return caller


class _OwnCaller:
    """Calls an object of this side, which has come home."""

    def __init__(self, value: object, definition: InterfaceDefinition) -> None:
        self._value = value
        self._definition = definition

    async def call(self, method: int, args: Sequence[object], /) -> object:
        result = self.call_sync(method, args)
        return await cast("Awaitable[object]", result) if inspect.isawaitable(result) else result

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        handler = handler_of(self._value, self._definition.methods[method])
        return cast(Handler, handler)(*args)

    def stream(self, method: int, args: Sequence[object], /) -> RemoteStream[object]:
        return cast("RemoteStream[object]", self._source(method, args))

    def stream_sync(self, method: int, args: Sequence[object], /) -> Iterator[object]:
        return iter(cast("Iterable[object]", self._source(method, args)))

    def _source(self, method: int, args: Sequence[object]) -> object:
        source = self.call_sync(method, args)
        return source_of(source, self._definition.methods[method].result.generator)

    def call_for_object(
        self, method: int, args: Sequence[object], promised: Callable[[Caller], T], /
    ) -> T:
        del promised
        return cast(T, self.call_sync(method, args))

    def arrival(self) -> Awaitable[object]:
        raise TypeError("this object is there already: nothing is to be awaited")

    def data(self) -> object:
        return self._value

    def release(self) -> bool:
        return False

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> _OwnCaller:
        del timeout, metadata
        return self


def _release_arrived(future: asyncio.Future[object]) -> None:
    if not future.cancelled() and future.exception() is None:
        handle = handle_of(future.result())
        if handle is not None:
            handle.release()
