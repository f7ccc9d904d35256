"""The peer's items, for one reader. Twin: lib/session/remote-stream.ts."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from typing import Generic, TypeVar, cast

from ringsnake._errors import RingsnakeError
from ringsnake._session.remote_generator import Refused, RemoteGenerator
from ringsnake._session.stream_consumer import StreamConsumer
from ringsnake._wire.steps import Sent

T_co = TypeVar("T_co", covariant=True)


class RemoteStream(Generic[T_co]):
    """Items that the peer produces: `async for item in stream`. It may produce up to 1,024 small items, or 1 MiB, ahead.

    `aclose()`, and dropping the stream, tell the producer to stop; so does leaving a loop over a stream that nothing else refers to.

    Threads: the session's.
    """

    __slots__ = ("__weakref__", "_generator", "_opening")

    def __init__(self, opening: _Opening) -> None:
        self._opening = opening
        self._generator: AsyncGenerator[object, Sent | None] | None = None

    def __aiter__(self) -> AsyncIterator[T_co]:
        if self._generator is None:
            self._generator = _items(self._opening)
        return cast("AsyncIterator[T_co]", self._generator)

    def __anext__(self) -> Awaitable[T_co]:
        return aiter(self).__anext__()

    async def aclose(self) -> None:
        """Tells the producer to stop; its `finally` blocks run."""
        if self._generator is not None:
            await self._generator.aclose()
        self._opening.close()

    def __del__(self) -> None:
        # One that was begun ends with its generator.
        if self._generator is None:
            self._opening.close()


class _Opening:
    """A stream that is there, or that a call will bring."""

    __slots__ = ("_call", "_consumer", "_is_closed", "_thread")

    def __init__(
        self,
        consumer: StreamConsumer | None,
        call: Callable[[], Awaitable[StreamConsumer]] | None = None,
    ) -> None:
        self._consumer = consumer
        self._call = call
        self._is_closed = False
        self._thread = threading.get_ident()

    async def open(self) -> StreamConsumer | None:
        if self._consumer is None and self._call is not None and not self._is_closed:
            call, self._call = self._call, None
            self._consumer = await call()
        return None if self._is_closed else self._consumer

    @property
    def consumer(self) -> StreamConsumer | None:
        return self._consumer

    def close(self) -> None:
        self._is_closed = True
        consumer = self._consumer
        if consumer is None or not consumer.is_open:
            return
        if threading.get_ident() == self._thread:
            consumer.stop()
        elif not consumer.owner.loop.is_closed():
            # The collector may run anywhere.
            consumer.owner.loop.call_soon_threadsafe(consumer.stop)


def opened(consumer: StreamConsumer) -> RemoteStream[object]:
    """Of a stream that has arrived."""
    return RemoteStream(_Opening(consumer))


def consumer_of(stream: object) -> StreamConsumer:
    """What stands behind a stream that has arrived; from now on another's to stop."""
    if isinstance(stream, RemoteGenerator):
        stream = cast("RemoteGenerator[object, object, object]", stream).steps
    opening = cast("RemoteStream[object]", stream)._opening  # pyright: ignore[reportPrivateUsage]
    consumer = opening.consumer
    assert consumer is not None
    opening._consumer = None  # pyright: ignore[reportPrivateUsage]
    return consumer


def opening(call: Callable[[], Awaitable[StreamConsumer]]) -> RemoteStream[object]:
    """Of a stream that a call will bring, which is made when the first item is asked for."""
    return RemoteStream(_Opening(None, call))


async def _items(opening: _Opening) -> AsyncGenerator[object, Sent | None]:
    try:
        consumer = await opening.open()
        if consumer is None:
            return
        sent: Sent | None = None
        while True:
            try:
                consumer.ask(sent or ())
            except RingsnakeError as error:
                # The generator has not heard of it, and goes on.
                sent = yield Refused(error)
                continue
            if not consumer.is_ready:
                await consumer.wait()
            batch = consumer.take()
            if batch is None:
                return
            items, units = batch
            for item in items:
                sent = yield item
            consumer.give_back(units)
    finally:
        opening.close()


def blocking_items(consumer: StreamConsumer) -> Generator[object, Sent | None, None]:
    """The same for a reader that blocks its thread."""
    try:
        sent: Sent | None = None
        while True:
            try:
                consumer.ask(sent or ())
            except RingsnakeError as error:
                # The generator has not heard of it, and goes on.
                sent = yield Refused(error)
                continue
            if not consumer.is_ready:
                consumer.owner.wait_until_ready(consumer)
            batch = consumer.take()
            if batch is None:
                return
            items, units = batch
            for item in items:
                sent = yield item
            consumer.give_back(units)
    finally:
        consumer.stop()
