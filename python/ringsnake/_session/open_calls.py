"""The calls we have made and that were not answered yet. Twin: lib/session/open-calls.ts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import (
    CallTimeoutError,
    EncodeError,
    RingsnakeError,
    UnknownCallError,
    ValidationError,
)
from ringsnake._session.call_context import CURRENT, CallContext
from ringsnake._session.call_observer import CallObserver, Observed
from ringsnake._session.call_options import DEFAULT_OPTIONS, CallOptions
from ringsnake._session.call_target import CallTarget
from ringsnake._session.frame_context import NO_METADATA, context_to_wire
from ringsnake._session.interface import Method
from ringsnake._session.located import argument_located, result_located
from ringsnake._session.remote_error import error_from_wire
from ringsnake._session.stream_consumer import StreamConsumer
from ringsnake._session.stream_origin import StreamOrigin
from ringsnake._wire.constants_gen import FRAME_BLOCKING, FrameKind

_CALL_IDS = 2**32
_CANCEL = int(FrameKind.CANCEL)
_ERROR = int(FrameKind.ERROR)


class OpenCall:
    """A call we made. Its life is the table in lib/session/call.ts."""

    __slots__ = (
        "_calls",
        "call_id",
        "context",
        "deadline",
        "error",
        "future",
        "is_blocking",
        "is_open",
        "observed",
        "target",
        "value",
    )

    def __init__(
        self,
        calls: OpenCalls,
        call_id: int,
        target: CallTarget,
        context: CallContext | None,
        deadline: float | None,
    ) -> None:
        self._calls = calls
        self.call_id = call_id
        self.target = target
        self.context = context
        self.deadline = deadline
        """When it is given up, as `time.monotonic()` tells the time."""
        self.is_blocking = False
        """Whether a thread is blocked until it is settled."""
        self.is_open = True
        """Whether somebody waits for it."""
        self.value: object = None
        self.error: BaseException | None = None
        """Once it is settled: how."""
        self.observed: Observed | None = None
        """None: nobody is told of it."""
        self.future: asyncio.Future[object] | None = None
        """Gets the outcome, where the event loop awaits it."""

    @property
    def method(self) -> Method:
        return self.target.method

    @property
    def name(self) -> str:
        """With the interface."""
        return f"{self.target.interface_name}.{self.target.method.name}"

    def settle(self, value: object, error: BaseException | None) -> None:
        """Once; afterwards nothing happens."""
        if not self.is_open:
            return
        self.is_open = False
        self.value = value
        self.error = error
        if self.observed is not None:
            self.observed.end(error)
        if self.context is not None:
            self.context.discard(self)
        future = self.future
        # One whose task was cancelled is done.
        if future is not None and not future.done():
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

    def give_up(self, reason: BaseException) -> None:
        """The caller waits no longer: it gets `reason`, and the peer is told."""
        if self.is_open:
            self.settle(None, reason)
            self._calls.tell_given_up(self)

    def cancel(self) -> None:
        """The call for which it was made was cancelled."""
        assert self.context is not None
        self.give_up(self.context.reason())


class CallFuture(asyncio.Future[object]):
    """The outcome of a call that was sent at once. Who cancels it gives the call up."""

    def __init__(self, call: OpenCall, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._call = call

    # No callback, which would cost a turn of the loop for each call.
    def cancel(self, msg: object | None = None) -> bool:
        if not super().cancel(msg):
            return False
        self._call.give_up(asyncio.CancelledError())
        return True


class OpenCalls:
    """Threads: the session's."""

    def __init__(self, channel: FrameChannel, session: object) -> None:
        self._channel = channel
        self._session = session
        self.previews = True
        """Whether errors about values show their beginning."""
        self.on_streams: Callable[[Method], None] = _ignore
        """Told of a call with streams among its arguments, before it is written."""
        self._calls: dict[int, OpenCall] = {}
        self._next_call_id = 1
        self.late = 0
        """Answers that came after the caller had stopped waiting."""
        self.failed = 0
        """Answers with errors that came in time."""
        self.cancelled = 0
        """Calls given up."""
        self.observer: CallObserver | None = None
        """None: nobody is told of calls."""

    def __len__(self) -> int:
        return len(self._calls)

    def name_of(self, call_id: int) -> str | None:
        """None when no such call is open."""
        call = self._calls.get(call_id)
        return None if call is None else call.name

    def start(
        self,
        target: CallTarget,
        args: Sequence[object],
        options: CallOptions,
        *,
        is_blocking: bool,
    ) -> OpenCall:
        """Sends a call.

        Raises:
            ValidationError, EncodeError: the arguments cannot cross.
            BackpressureError: too much waits already.
            CallTimeoutError, CancelledError: there is no time for it.
        """
        method = target.method
        context = CURRENT.get()
        deadline: float | None = None
        encoded: bytes | None = None
        parent = 0
        if context is not None:
            if context.known_cancelled:
                raise context.reason()
            if context.session is self._session:
                parent = context.call_id
        if options is not DEFAULT_OPTIONS or (
            context is not None
            and (context.deadline is not None or context.metadata is not NO_METADATA)
        ):
            deadline, encoded = _terms(options, context, method)
        self._channel.refuse_when_full()
        call_id = self._take_call_id()
        if method.arguments.refers:
            self.on_streams(method)
        try:
            self._channel.send(
                target.kind,
                call_id,
                tuple(args),
                target.interface_index,
                target.method_index,
                method.arguments,
                parent,
                encoded,
                FRAME_BLOCKING if is_blocking else 0,
            )
        except (ValidationError, EncodeError) as error:
            argument_located(error, method)
            raise self._shown(error) from None
        call = OpenCall(self, call_id, target, context, deadline)
        call.is_blocking = is_blocking
        self._calls[call_id] = call
        self._channel.results[call_id] = method.result.native
        if context is not None:
            context.add(call)
        if self.observer is not None:
            call.observed = self.observer.begin(call.name, call_id, options.metadata or NO_METADATA)
        return call

    def _shown(self, error: ValidationError | EncodeError) -> Exception:
        if not self.previews and isinstance(error, ValidationError):
            error.without_previews()
        return error

    def is_blocked_on(self, call_id: int) -> bool:
        """Whether a thread of ours is blocked until that call, or one for which it was made, is answered."""
        while call_id != 0:
            call = self._calls.get(call_id)
            if call is None:
                return False
            if call.is_blocking and call.is_open:
                return True
            context = call.context
            call_id = context.parent if context and context.session is self._session else 0
        return False

    def declare(self, call_id: int, streams: Sequence[StreamConsumer]) -> None:
        """Streams of the answer to that call end with the errors that its method declares."""
        call = self._calls.get(call_id)
        if call is not None:
            for index, stream in enumerate(streams):
                stream.throws = call.method.throws
                stream.origin = StreamOrigin(call.method, in_result=True, number=index)

    def answer(
        self, kind: int, call_id: int, value: object, error: Exception | None
    ) -> UnknownCallError | None:
        """An answer arrived. Returns what is wrong with its being sent at all."""
        call = self._calls.pop(call_id, None)
        self._channel.results.pop(call_id, None)
        if call is None:
            return UnknownCallError(
                f"the peer answered call {call_id}, which is not open; the answer was dropped"
            )
        if not call.is_open:
            self.late += 1
            on_late = call.method.on_late
            if on_late is not None and error is None and kind != _ERROR:
                on_late(value)
        elif error is not None:
            if isinstance(error, ValidationError):
                result_located(error, call.method)
                self._shown(error)
            call.settle(None, error)
        elif kind == _ERROR:
            self.failed += 1
            call.settle(None, error_from_wire(value, call.method.throws))
        else:
            call.settle(value, None)
        return None

    def end(self, reason: RingsnakeError) -> None:
        """All that wait get `reason`."""
        calls, self._calls = self._calls, {}
        self._channel.results.clear()
        for call in calls.values():
            call.settle(None, reason)

    def tell_given_up(self, call: OpenCall) -> None:
        """Its number stays taken until the peer has answered."""
        self.cancelled += 1
        if not self._channel.closed and call.call_id in self._calls:
            self._channel.send(_CANCEL, call.call_id, None)

    def _take_call_id(self) -> int:
        call_id = self._next_call_id
        while call_id == 0 or call_id in self._calls:
            call_id = (call_id + 1) % _CALL_IDS
        self._next_call_id = (call_id + 1) % _CALL_IDS
        return call_id


def _ignore(method: Method) -> None:
    del method


def timeout_error(method: Method) -> CallTimeoutError:
    """Its time is up."""
    return CallTimeoutError(f"{method.property}() was not answered in time")


def _terms(
    options: CallOptions, context: CallContext | None, method: Method
) -> tuple[float | None, bytes | None]:
    """The deadline, and what crosses of it and of the metadata, if anything."""
    deadline = None if context is None else context.deadline
    metadata: Mapping[str, object] = NO_METADATA if context is None else context.metadata
    if options.metadata is not None:
        metadata = {**metadata, **options.metadata}
    now = time.monotonic()
    if options.timeout is not None:
        own = now + options.timeout
        deadline = own if deadline is None else min(own, deadline)
    if deadline is not None and deadline <= now:
        raise timeout_error(method)
    if deadline is None and not metadata:
        return None, None
    return deadline, context_to_wire(None if deadline is None else deadline - now, metadata)
