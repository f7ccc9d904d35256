"""A stream of the peer's: what has arrived and was not taken. Its life is the table in lib/session/stream-consumer.ts.

Twin: lib/session/stream-consumer.ts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from ringsnake._errors import CancelledError, EncodeError, ProtocolError, ValidationError
from ringsnake._session.declared_error import ErrorType
from ringsnake._session.stream_origin import StreamOrigin, batch_located, sent_located
from ringsnake._wire.constants_gen import STREAM_WINDOW
from ringsnake._wire.schema_program import TakenProgram
from ringsnake._wire.steps import Sent
from ringsnake._wire.unset import UNSET

_CREDIT_PIECE = STREAM_WINDOW // 2
"""Credit goes back in pieces of at least so many units."""


class ConsumerOwner(Protocol):
    """What a consumer asks of the streams around it."""

    loop: asyncio.AbstractEventLoop

    def send_credit(self, number: int, units: int, /) -> None: ...

    def send_ask(self, number: int, sent: Sent, takes: TakenProgram, /) -> None:
        """Asks for one item. Raises for what cannot be sent, and then nothing was."""
        ...

    def send_stop(self, number: int, /) -> None: ...

    def show(self, error: Exception, /) -> None:
        """Takes out of an error what is not shown here."""
        ...

    def wait_until_ready(self, consumer: StreamConsumer, /) -> None:
        """Blocks the thread until it has something to say."""
        ...


class StreamConsumer:
    """Threads: the event loop's."""

    def __init__(
        self, number: int, owner: ConsumerOwner, takes: TakenProgram | None = None
    ) -> None:
        self.number = number
        self._takes = takes
        """Of a generator that takes values: no item comes that was not asked for."""
        self.throws: Sequence[ErrorType] = ()
        """The errors that the method declares whose result it is."""
        self.origin: StreamOrigin | None = None
        """For errors about its items."""
        self._received = 0
        self._asked = 0
        """Items that were asked for."""
        self._owner = owner
        self._batches: deque[tuple[list[object], int]] = deque()
        self._granted = STREAM_WINDOW if takes is None else 0
        """What the producer may still send."""
        self._taken = 0
        """What was taken and not granted again."""
        self.is_open = True
        """Whether items are wanted and can come."""
        self._failure: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.on_closed: Callable[[StreamConsumer], None] | None = None

    @property
    def owner(self) -> ConsumerOwner:
        return self._owner

    @property
    def is_ready(self) -> bool:
        """Whether there is a batch, or the end."""
        return bool(self._batches) or not self.is_open

    def take(self) -> tuple[list[object], int] | None:
        """The next items and what they cost; None: the end. Raises what the producer raised. REQUIRES: is_ready."""
        if self._batches:
            return self._batches.popleft()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        return None

    def ask(self, sent: Sent) -> None:
        """Of a generator that takes values, asks for the next item."""
        takes = self._takes
        if takes is None or not self.is_open:
            return
        is_nothing = (sent == (None,) and not takes.admits_none) or (
            len(sent) == 1 and sent[0] is UNSET and not takes.admits_unset
        )
        try:
            self._owner.send_ask(self.number, () if is_nothing else sent, takes)
        except (ValidationError, EncodeError) as error:
            sent_located(error, self.origin, self._asked)
            self._owner.show(error)
            raise error from None
        self._asked += 1
        self._granted += 1

    def give_back(self, units: int) -> None:
        """All of a batch was taken."""
        if self._takes is not None:
            return
        self._taken += units
        if self._taken >= _CREDIT_PIECE and self.is_open:
            self._granted += self._taken
            self._owner.send_credit(self.number, self._taken)
            self._taken = 0

    async def wait(self) -> None:
        """Until it is ready."""
        while not self.is_ready:
            self._waiter = waiter = self._owner.loop.create_future()
            try:
                await waiter
            finally:
                if self._waiter is waiter:
                    self._waiter = None

    def receive(self, units: int, value: object, error: Exception | None) -> None:
        """A frame of items. Raises ProtocolError for one that must not be."""
        if self._granted <= 0:
            raise ProtocolError(
                f"the peer sent items of stream {self.number} without credit for them"
            )
        if self._takes is not None and units != 1:
            raise ProtocolError(f"the peer sent {units} units of stream {self.number} for one item")
        self._granted -= units
        if not self.is_open:
            return
        if error is not None:
            batch_located(error, self.origin, self._received)
            self._owner.show(error)
            self.fail(error)
            return
        items = cast("list[object]", value) if isinstance(value, list) else []
        if not 0 < len(items) <= units:
            raise ProtocolError(f"the peer sent a wrong number of items of stream {self.number}")
        self._received += len(items)
        self._batches.append((items, units))
        self._wake()

    def end(self, failure: BaseException | None) -> None:
        """The producer has ended it, or nothing can come any more."""
        if self.is_open:
            self._failure = failure
        self._close()

    def stop(self) -> None:
        """Nobody wants the rest."""
        self._batches.clear()
        if self.is_open:
            self._owner.send_stop(self.number)
        self._close()

    def fail(self, reason: BaseException) -> None:
        """The same; who waits or asks gets `reason`."""
        if self.is_open:
            self._failure = reason
            self.stop()

    def cancel(self) -> None:
        """The call that it belongs to was given up."""
        self.fail(CancelledError("the caller waits no longer"))

    def limit(self, seconds: float, error: BaseException) -> None:
        """It fails with `error` if it has not ended in so many seconds."""
        if self.is_open:
            self._timer = self._owner.loop.call_later(seconds, self.fail, error)

    def _close(self) -> None:
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        on_closed, self.on_closed = self.on_closed, None
        if on_closed is not None:
            on_closed(self)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
