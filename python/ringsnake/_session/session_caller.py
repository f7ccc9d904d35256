"""Calls the methods that it is given. Twin: lib/session/session-caller.ts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from ringsnake._session.call_options import CallOptions
from ringsnake._session.call_target import CallTarget
from ringsnake._session.interface import Caller
from ringsnake._session.open_calls import OpenCall
from ringsnake._session.open_stream import open_stream, open_stream_sync
from ringsnake._session.remote_stream import RemoteStream

T = TypeVar("T")


class CallStarter(Protocol):
    """What calls are made with: a session."""

    def call(
        self, target: CallTarget, args: Sequence[object], options: CallOptions, /
    ) -> Coroutine[object, object, object]: ...

    def call_sync(
        self, target: CallTarget, args: Sequence[object], options: CallOptions, /
    ) -> object: ...

    def begin(
        self, target: CallTarget, args: Sequence[object], options: CallOptions, /
    ) -> tuple[OpenCall, asyncio.Future[object]]:
        """Sends the call at once. Threads: the event loop's."""
        ...

    @property
    def may_pipeline(self) -> bool:
        """Whether the peer surely knows the results still that are on their way."""
        ...


class SessionCaller:
    """What generated clients are made of."""

    __slots__ = ("_options", "_session", "_targets")

    def __init__(
        self, session: CallStarter, targets: Sequence[CallTarget], options: CallOptions
    ) -> None:
        self._session = session
        self._targets = targets
        self._options = options

    # No `async def`: it would only await the other one.
    def call(self, method: int, args: Sequence[object], /) -> Coroutine[object, object, object]:
        return self._session.call(self._targets[method], args, self._options)

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        return self._session.call_sync(self._targets[method], args, self._options)

    def stream(self, method: int, args: Sequence[object], /) -> RemoteStream[object]:
        return open_stream(self, method, args, options=self._options)

    def stream_sync(self, method: int, args: Sequence[object], /) -> Iterator[object]:
        return open_stream_sync(self, method, args, options=self._options)

    def call_for_object(
        self, method: int, args: Sequence[object], promised: Callable[[Caller], T], /
    ) -> T:
        target = self._targets[method]
        # Here, because what is called may give an object to come.
        from ringsnake._session.pipelined import ComingCaller, ComingObject

        coming = ComingObject(self._session, (target, args, self._options))
        return promised(ComingCaller(coming, self._options))

    def arrival(self) -> Awaitable[object]:
        raise TypeError("a client is no object to come")

    def data(self) -> object:
        raise TypeError(
            "what an object says of itself is known of those that were sent, and of no service"
        )

    def release(self) -> bool:
        return False

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> SessionCaller:
        options = self._options.merged(timeout, metadata)
        return SessionCaller(self._session, self._targets, options)
