"""A stream of ours. Its life is the table in lib/session/stream-producer.ts. Twin: lib/session/stream-producer.ts."""

from __future__ import annotations

import asyncio
import types
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Sequence,
)
from contextvars import Context
from typing import Protocol, TypeAlias, TypeVar, cast

from ringsnake._errors import EncodeError, ProtocolError, ValidationError
from ringsnake._session.call_context import CallContext
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.stream_origin import (
    StreamOrigin,
    batch_located,
    item_located,
    sent_located,
)
from ringsnake._wire.constants_gen import FRAME_HEADER_BYTES, STREAM_WINDOW
from ringsnake._wire.references import OWNER_RECEIVER, ObjectReference, ReferencePort
from ringsnake._wire.schema_program import StreamProgram
from ringsnake._wire.steps import Sent
from ringsnake._wire.unset import UNSET
from ringsnake._wire.value import ItemBatch, encode

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")

StreamSource: TypeAlias = AsyncIterable[T] | Iterable[T]
"""What a stream can be made of: a generator of either kind, a list, anything that is iterable."""

GeneratorSource: TypeAlias = AsyncGenerator[T, S] | Generator[T, S, R]
"""What a generator that takes values can be made of."""

_BATCH_UNITS = 256
"""A frame of items is sent when it costs so many units, or when the producer has no further item now."""


class _Weighed:
    """Stands for a session while the size of an item is found out: nothing is lent, nor asked what it says of itself."""

    def export(self, _value: object, _referred: object, /) -> ObjectReference:
        return ObjectReference(0, OWNER_RECEIVER)


_WEIGHED = cast("ReferencePort", _Weighed())


class ProducerOwner(Protocol):
    """What a producer asks of the streams around it."""

    loop: asyncio.AbstractEventLoop

    @property
    def bulk_threshold(self) -> int: ...

    def send_frame(self, frame: bytes, /) -> None: ...

    def send_alone(self, number: int, item: object, units: int, program: StreamProgram, /) -> None:
        """Sends one item, with what it refers to."""
        ...

    def on_end(self, producer: StreamProducer, failure: BaseException | None, /) -> None:
        """It ended: the consumer is told."""
        ...


class StreamProducer:
    """Threads: the event loop's."""

    def __init__(
        self,
        number: int,
        source: StreamSource[object],
        program: StreamProgram,
        owner: ProducerOwner,
        call: IncomingCall | None,
        origin: StreamOrigin | None,
    ) -> None:
        self.number = number
        self.throws = () if call is None else call.method.throws
        """The errors that the method declares whose result it is."""
        self._origin = origin
        self._items: int | None = 0
        """Those that were sent. None: it is not known."""
        self._source = source
        self._program = program
        self._owner = owner
        self._context: CallContext | None = call
        """Of the call that it is the result of."""
        self._batch = ItemBatch(program.item.native)
        self._one_by_one = program.is_bytes or program.lends
        self._credit = STREAM_WINDOW
        self._asked: deque[Sent | Exception] = deque()
        """Of a generator that takes values: what was sent for each item that is not given yet, or what is wrong with it."""
        self._asked_count = 0
        self._stopping = False
        self._ended = False
        self._task: asyncio.Task[None] | None = None
        self._resume: asyncio.Future[None] | None = None
        """Waits for credit."""

    def start(self, variables: Context) -> None:
        """Begins to ask for items."""
        if not self._ended:
            self._task = self._owner.loop.create_task(self._run(), context=variables)

    def credit(self, units: int, value: object, error: Exception | None) -> None:
        """The consumer has taken so many, or asks for an item. Raises ProtocolError where the session must end."""
        if self._program.takes is not None:
            self._ask(units, value, error)
        else:
            self._credit += units
        if self._may_go_on() and self._resume is not None and not self._resume.done():
            self._resume.set_result(None)

    def _may_go_on(self) -> bool:
        return self._credit > 0 if self._program.takes is None else bool(self._asked)

    def _ask(self, units: int, value: object, error: Exception | None) -> None:
        if units != 1:
            raise ProtocolError(
                f"the peer asked for an item of stream {self.number} with {units} units"
            )
        if len(self._asked) >= STREAM_WINDOW:
            raise ProtocolError(
                f"the peer asked for too many items of stream {self.number} at once"
            )
        if error is not None:
            sent_located(error, self._origin, self._asked_count)
            self._asked.append(error)
        else:
            takes = self._program.takes
            sent = tuple(cast("Sequence[object]", value))
            if sent == (UNSET,) and takes is not None and not takes.admits_unset:
                sent = ()
            self._asked.append(cast("Sent", sent))
        self._asked_count += 1

    def stop(self) -> None:
        """The consumer wants no more."""
        if self._stopping or self._ended:
            return
        self._stopping = True
        if self._context is not None:
            self._context.cancel()
        if self._task is None:
            self._end(None)
        else:
            self._task.cancel()

    def abandon(self) -> None:
        """Nobody hears it any more."""
        self._ended = True
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        failure: BaseException | None = None
        try:
            if self._program.takes is not None:
                await self._drive_asked(self._source)
            elif isinstance(self._source, AsyncIterable):
                await self._drive_async(aiter(self._source))
            else:
                await self._drive(iter(self._source))
        except asyncio.CancelledError as cancelled:
            failure = None if self._stopping else cancelled
        except (ValidationError, EncodeError) as error:
            failure = error
        except Exception as error:
            failure = error
        self._end(failure)

    async def _drive_asked(self, source: StreamSource[object]) -> None:
        """Of a generator that takes values: one item for each that is asked for."""
        generator = self._program.generator
        returns = generator is not None and generator.returns
        # As every generator, it can be sent nothing before it has begun.
        has_begun = False
        try:
            while True:
                sent = await self._next_asked()
                given = sent if has_begun else None
                has_begun = True
                try:
                    item = await _given(source, given)
                except StopAsyncIteration:
                    return
                self._send_asked(item)
                # Nobody will ask behind what was returned.
                if returns and len(cast("tuple[object, ...]", item)) > 1:
                    return
        finally:
            if isinstance(source, AsyncGenerator):
                await cast("AsyncGenerator[object, object]", source).aclose()
            else:
                cast("Generator[object, object]", source).close()

    async def _next_asked(self) -> Sent:
        while not self._asked:
            await self._until_told()
        asked = self._asked.popleft()
        if isinstance(asked, Exception):
            raise asked
        return asked

    def _send_asked(self, item: object) -> None:
        """1 unit, whatever its size."""
        if self._ended or self._stopping:
            return
        number = self._items or 0
        try:
            self._owner.send_alone(self.number, item, 1, self._program)
        except ValidationError as error:
            batch_located(error, self._origin, number)
            raise
        except EncodeError as error:
            item_located(error.locate(error.path.removeprefix("[0]")), self._origin, number)
            raise
        self._items = number + 1

    async def _until_told(self) -> None:
        """Until credit has come."""
        self._resume = self._owner.loop.create_future()
        try:
            await self._resume
        finally:
            self._resume = None

    async def _drive(self, iterator: Iterator[object]) -> None:
        try:
            while not await self._fill(iterator):
                # Others get their turn.
                await asyncio.sleep(0)
        finally:
            close = cast("Callable[[], object] | None", getattr(iterator, "close", None))
            if close is not None and isinstance(iterator, types.GeneratorType):
                close()

    async def _fill(self, iterator: Iterator[object]) -> bool:
        """Sends items for a while. True: there are no more."""
        most = await self._may_ask()
        if not self._one_by_one:
            has_ended = self._batch.fill(iterator, most)
            self._flush()
            return has_ended
        for item in iterator:
            self._take(item)
            if self._batch.units >= most or self._credit <= 0:
                self._flush()
                return False
        return True

    async def _drive_async(self, iterator: AsyncIterator[object]) -> None:
        try:
            if self._one_by_one:
                await self._drive_one_by_one(iterator)
                return
            anext_ = iterator.__anext__
            while True:
                most = await self._may_ask()
                filled = self._batch.fill_async(anext_, most)
                self._flush()
                if filled is True:
                    return
                if filled is False:
                    await asyncio.sleep(0)
                    continue
                try:
                    item = await _resumed(*filled)
                except StopAsyncIteration:
                    return
                self._batch.add(item)
        finally:
            aclose = getattr(iterator, "aclose", None)
            if aclose is not None:
                await aclose()

    async def _drive_one_by_one(self, iterator: AsyncIterator[object]) -> None:
        async for item in iterator:
            self._take(item)
            self._flush()
            await self._may_ask()

    def _take(self, item: object) -> None:
        """Large bytes, and what is lent, go alone."""
        if self._program.lends:
            size = len(encode(self._program.item.to_wire(item, _WEIGHED)))
        elif type(item) is bytes and len(item) >= self._owner.bulk_threshold:
            size = len(item)
        else:
            self._batch.add(item)
            return
        self._flush()
        units = 1 + (size >> 10)
        self._owner.send_alone(self.number, item, units, self._program)
        if self._items is not None:
            self._items += 1
        self._credit -= units

    async def _may_ask(self) -> int:
        """What the next items may cost; waits until they may cost something."""
        if self._batch.units >= self._credit:
            self._flush()
        while self._credit <= 0:
            await self._until_told()
        return min(self._credit, _BATCH_UNITS)

    def _flush(self) -> None:
        if self._batch.units == 0 or self._ended or self._stopping:
            return
        frame, units = self._batch.take(self.number)
        count = _count(frame)
        self._items = None if self._items is None or count is None else self._items + count
        self._owner.send_frame(frame)
        self._credit -= units

    def _end(self, failure: BaseException | None) -> None:
        if self._ended:
            return
        self._flush()
        if isinstance(failure, ValidationError | EncodeError) and not failure.is_placed:
            item_located(failure, self._origin, self._items)
        self._ended = True
        self._owner.on_end(self, failure)


async def _given(source: StreamSource[object], sent: Sent | None) -> object:
    """The next item of a generator that is given that."""
    if isinstance(source, AsyncGenerator):
        return await cast("AsyncGenerator[object, object]", source).asend(sent)
    try:
        return cast("Generator[object, object]", source).send(sent)
    except StopIteration:
        # A coroutine may not raise it.
        raise StopAsyncIteration from None


def _count(frame: bytes) -> int | None:
    """The items in a frame of them, which are an array."""
    tag = frame[FRAME_HEADER_BYTES]
    if tag & 0xF0 == _FIXARRAY:
        return tag & 0x0F
    size = _ARRAY_SIZES.get(tag)
    if size is None:
        return None
    return int.from_bytes(frame[FRAME_HEADER_BYTES + 1 : FRAME_HEADER_BYTES + 1 + size], "big")


_FIXARRAY = 0x90
_ARRAY_SIZES = {0xDC: 2, 0xDD: 4}
"""Bytes of the count behind these tags."""


@types.coroutine
def _resumed(
    awaitable: Generator[object, None, object], waits_for: object
) -> Generator[object, None, object]:
    """What is left of an awaitable that has been run up to where it waits."""
    while True:
        try:
            yield waits_for
        except BaseException as raised:
            try:
                waits_for = awaitable.throw(raised)
            except StopIteration as done:
                return done.value
        else:
            try:
                waits_for = awaitable.send(None)
            except StopIteration as done:
                return done.value
