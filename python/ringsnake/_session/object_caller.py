"""Calls an object or a function of the peer's. Twin: lib/session/object-caller.ts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from typing import TypeVar

from ringsnake._session.call_options import CallOptions
from ringsnake._session.call_target import CallTarget, object_targets
from ringsnake._session.client import Client
from ringsnake._session.imported_objects import ImportedHandle
from ringsnake._session.interface import Caller
from ringsnake._session.open_stream import open_stream, open_stream_sync
from ringsnake._session.remote_stream import RemoteStream
from ringsnake._session.session_caller import SessionCaller

T = TypeVar("T")


class ObjectCaller:
    """What stubs of the peer's objects are made of."""

    __slots__ = ("_options", "_targets", "handle")

    def __init__(self, handle: ImportedHandle, options: CallOptions) -> None:
        self.handle = handle
        self._options = options
        self._targets: tuple[CallTarget, ...] | None = None

    def call(self, method: int, args: Sequence[object], /) -> Coroutine[object, object, object]:
        return self.handle.session.call(self._target(method), args, self._options)

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        return self.handle.session.call_sync(self._target(method), args, self._options)

    def stream(self, method: int, args: Sequence[object], /) -> RemoteStream[object]:
        return open_stream(self, method, args, options=self._options)

    def stream_sync(self, method: int, args: Sequence[object], /) -> Iterator[object]:
        return open_stream_sync(self, method, args, options=self._options)

    def call_for_object(
        self, method: int, args: Sequence[object], promised: Callable[[Caller], T], /
    ) -> T:
        self._target(method)
        targets = self._targets or ()
        return SessionCaller(self.handle.session, targets, self._options).call_for_object(
            method, args, promised
        )

    def arrival(self) -> Awaitable[object]:
        raise TypeError("this object is there already: nothing is to be awaited")

    def begin(self, args: Sequence[object]) -> asyncio.Future[object]:
        """Calls a function at once."""
        handle = self.handle
        _, future = handle.session.begin(self._target(0), args, self._options)
        if handle.definition.returns_nothing:
            # Whoever calls a function without a result need not look at it.
            future.add_done_callback(look_at)
        return future

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> ObjectCaller:
        return ObjectCaller(self.handle, self._options.merged(timeout, metadata))

    def data(self) -> object:
        return self.handle.data

    def release(self) -> bool:
        return self.handle.release()

    def _target(self, method: int) -> CallTarget:
        handle = self.handle
        handle.must_be_held()
        if self._targets is None:
            self._targets = object_targets(handle.definition, handle.number)
        return self._targets[method]


class RemoteFunction:
    """A function of the peer's. What it returns is awaited; `sync` blocks until the result is there."""

    __slots__ = ("__weakref__", "_caller")

    def __init__(self, caller: ObjectCaller) -> None:
        self._caller = caller

    def __call__(self, *args: object) -> asyncio.Future[object]:
        return self._caller.begin(args)

    def sync(self, *args: object) -> object:
        """The same, blocking."""
        return self._caller.call_sync(0, args)

    def __repr__(self) -> str:
        return f"<function of the peer: {self._caller.handle.definition.name}>"


def look_at(future: asyncio.Future[object]) -> None:
    """Nobody else has to: an error that is not looked at is logged."""
    if not future.cancelled():
        future.exception()


def caller_of(value: object) -> object:
    """What stands behind a stub or a client."""
    return value._caller if isinstance(value, RemoteFunction | Client) else None


def handle_of(value: object) -> ImportedHandle | None:
    """Of a stub of the peer's."""
    caller = caller_of(value)
    # An object that was still to come has one once it is there.
    handle = getattr(caller, "handle", None)
    return handle if isinstance(handle, ImportedHandle) else None
