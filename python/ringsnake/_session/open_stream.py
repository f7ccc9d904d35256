"""Streams that calls bring. Twin: lib/session/open-stream.ts."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Sequence
from typing import Protocol

from ringsnake._session.call_options import CallOptions
from ringsnake._session.remote_stream import RemoteStream, blocking_items, opening
from ringsnake._session.stream_consumer import StreamConsumer
from ringsnake._session.stream_limits import StreamLimits


class _Callable(Protocol):
    def call(self, method: int, args: Sequence[object], /) -> Coroutine[object, object, object]: ...

    def call_sync(self, method: int, args: Sequence[object], /) -> object: ...


def open_stream(
    caller: _Callable, method: int, args: Sequence[object], *, options: CallOptions
) -> RemoteStream[object]:
    """The call is made when the first item is asked for, which then brings what is wrong with it."""

    async def call() -> StreamConsumer:
        limits = StreamLimits(options)
        return limits.apply(await caller.call(method, args))

    return opening(call)


def open_stream_sync(
    caller: _Callable, method: int, args: Sequence[object], *, options: CallOptions
) -> Iterator[object]:
    """The call is made at once; blocks for each item that is not there yet."""
    limits = StreamLimits(options)
    return blocking_items(limits.apply(caller.call_sync(method, args)))
