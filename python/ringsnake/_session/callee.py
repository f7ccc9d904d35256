"""Runs the calls that the peer makes, and answers each exactly once. Normative: spec/wire/frame.md §4.

Twin: lib/session/callee.ts.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import Context, copy_context
from enum import Enum
from functools import partial
from typing import Protocol, cast

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import (
    CancelledError,
    Interrupted,
    ProtocolError,
    UnknownHandleError,
    UnknownMethodError,
    ValidationError,
)
from ringsnake._session.blocking import is_blocking
from ringsnake._session.call_context import CURRENT
from ringsnake._session.call_observer import CallObserver
from ringsnake._session.exposure import Exposure
from ringsnake._session.frame_context import context_from_wire
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.interface import Handler, Method, Service, handler_of
from ringsnake._session.located import argument_located, result_located
from ringsnake._session.objects import SessionObjects
from ringsnake._session.promised_results import PromisedResult, PromisedResults
from ringsnake._session.remote_error import Telling
from ringsnake._session.send_error import send_error
from ringsnake._session.stream_consumer import StreamConsumer
from ringsnake._session.stream_origin import StreamOrigin
from ringsnake._session.streams import Streams
from ringsnake._wire.constants_gen import FRAME_BLOCKING, FrameKind
from ringsnake._wire.value import NativeProgram

# Plain integers: looking a member up in an enum costs more than comparing it.
_CALL = int(FrameKind.CALL)
_CALL_OBJECT = int(FrameKind.CALL_OBJECT)
_RESULT = int(FrameKind.RESULT)
_ERROR = int(FrameKind.ERROR)


_SERVING_DEPTH = 16
"""From so many blocking calls inside each other on, only calls that one of them waits for are served: unrelated ones wait, so that they cannot
reach the limit."""


class Outcome(Enum):
    """How the native half has ended a call that it does not finish. Twin: csrc/python/plain_calls.h."""

    AWAITABLE = 0
    """The handler gave what is to be awaited."""
    RAISED = 1
    """It raised."""
    UNSENT = 2
    """It gave a result that nobody waits for any more."""
    REFUSED = 3
    """The result could not be encoded, and that is why."""
    KEPT = 4
    """Its frame must wait for room."""


class CalleeSession(Protocol):
    """What a callee knows of its session."""

    exposure: Exposure
    previews: bool
    """What errors tell the peer."""

    def is_blocked_on(self, call_id: int, /) -> bool:
        """Whether a thread is blocked until that call of ours is answered."""
        ...

    @property
    def streams(self) -> Streams: ...


class Interrupts(Protocol):
    """Runs handlers so that another thread can interrupt them."""

    @property
    def in_loop(self) -> bool:
        """Those in the loop, too; else only those of the pool."""
        ...

    def run(self, call: object, handler: Callable[[], object], /) -> object: ...

    def run_task(
        self, call: object, coroutine: Coroutine[object, object, object], /
    ) -> Coroutine[object, object, object]: ...

    def interrupt(self, call: object, /) -> bool:
        """Whether it could be."""
        ...


class Callee:
    """Threads: the event loop's. `def` handlers run at once, `async def` ones as tasks, marked ones in the pool."""

    def __init__(
        self,
        channel: FrameChannel,
        loop: asyncio.AbstractEventLoop,
        session: CalleeSession,
        objects: SessionObjects,
    ) -> None:
        self._objects = objects
        self._promised = PromisedResults(objects, channel)
        self._channel = channel
        self._loop = loop
        self.session = session
        self._handlers: tuple[tuple[tuple[Handler, Method, bool], ...], ...] = ()
        """By interface and method; and whether it runs in the pool."""
        self._names: tuple[str, ...] = ()
        """Of the interfaces."""
        self._open: dict[int, IncomingCall] = {}
        """Calls that were not answered yet."""
        self._received: deque[IncomingCall] = deque()
        """Calls that wait: until no handler looks at what has arrived, or until fewer calls lie inside each other."""
        self._looking = False
        self._depth = 0
        self.opened: list[StreamConsumer] = []
        """Streams among the arguments of the call that is being received."""
        self.rejected: dict[str, int] = {}
        """Calls that could not be handled, by the code of the error."""
        self._interrupts: Interrupts | None = None
        self.observer: CallObserver | None = None
        """None: nobody is told of calls."""
        self.futures: set[asyncio.Future[object]] = set()
        """What handlers that have not ended yet will give."""

    def serve(self, services: Sequence[Service]) -> None:
        """Called once."""
        self._names = tuple(service.definition.name for service in services)
        self._handlers = tuple(
            tuple(_found(service, method) for method in service.definition.methods)
            for service in services
        )
        plain = tuple(
            tuple(_plain_method(found) for found in interface) for interface in self._handlers
        )
        self._channel.set_plain_calls(plain, self, IncomingCall, CURRENT, self._open)
        self._allow_plain()

    def add(self, interface_index: int, service: Service) -> bool:
        """A service once more, for callers with another schema; False: not under that index."""
        if interface_index != len(self._handlers):
            return False
        methods = service.definition.methods
        self._names += (service.definition.name,)
        self._handlers += (tuple(_found(service, method) for method in methods),)
        self._channel.arguments += (tuple(method.arguments.native for method in methods),)
        return True

    @property
    def depth(self) -> int:
        """Blocking calls of ours inside each other."""
        return self._depth

    @depth.setter
    def depth(self, depth: int) -> None:
        self._depth = depth
        self._allow_plain()

    @property
    def interrupts(self) -> Interrupts | None:
        """None: handlers are not interrupted."""
        return self._interrupts

    @interrupts.setter
    def interrupts(self, interrupts: Interrupts | None) -> None:
        self._interrupts = interrupts
        self._allow_plain()

    def _allow_plain(self) -> None:
        """The native half neither postpones calls nor tells anybody of them, and an interrupt could not tell a handler from it."""
        self._channel.runs_plain = (
            self._depth < _SERVING_DEPTH
            and not self._looking
            and self.observer is None
            and self._interrupts is None
        )

    def is_handled_by_task(self) -> bool:
        """Whether the running code is a handler that has waited before."""
        return asyncio.current_task(self._loop) in self.futures

    async def drain(self) -> None:
        """Waits until the calls that run here have answered."""
        while self.futures:
            await asyncio.wait(self.futures)

    def end(self) -> None:
        """The session is over: nobody waits for what runs here."""
        self._received.clear()
        # The native half has the same dict.
        calls = list(self._open.values())
        self._open.clear()
        for call in calls:
            call.cancel()

    def receive(  # noqa: PLR0912, PLR0913 -- one frame, and the fields of a frame: an object for each would cost time on the hot path
        self,
        kind: int,
        call_id: int,
        flags: int,
        interface_index: int,
        method_index: int,
        parent: int,
        value: object,
        error: Exception | None,
        encoded_context: bytes | None,
    ) -> None:
        """One call: runs it, or answers with what is wrong with it."""
        if call_id in self._open:
            raise ProtocolError(f"the peer made call {call_id} again before it was answered")
        promised: PromisedResult | None = None
        handler: Handler | None
        blocks = False
        try:
            if kind == _CALL:
                handler, method, blocks = self._handlers[interface_index][method_index]
            else:
                method, handler, promised = self._find(kind, interface_index, method_index)
                blocks = handler is not None and is_blocking(handler)
        except IndexError:
            self._reject(call_id, _unknown_method(kind, interface_index, method_index))
            return
        except (UnknownMethodError, UnknownHandleError) as unknown:
            self._reject(call_id, unknown)
            return
        if error is not None:
            if isinstance(error, ValidationError):
                argument_located(error, method)
            self._reject(call_id, error)
            return
        call = IncomingCall(self, call_id, parent, method, cast("list[object]", value))
        call.handler = handler
        if kind == _CALL:
            call.interface_index = interface_index
        if blocks:
            call.blocks = True
        if promised is not None:
            call.promised = promised
        if encoded_context is not None:
            timeout, call.metadata = context_from_wire(encoded_context)
            call.deadline = None if timeout is None else time.monotonic() + timeout
        self._open[call_id] = call
        if self.observer is not None:
            call.observed = self.observer.begin(self._name(call), call_id, call.metadata)
        if self.opened:
            opened, self.opened = self.opened, []
            for index, consumer in enumerate(opened):
                consumer.origin = StreamOrigin(method, in_result=False, number=index)
                call.add(consumer)
                consumer.on_closed = call.discard
        if method.result_interface is not None:
            self._promised.open(call_id, method.result_interface())
        if self._looking or (self.depth >= _SERVING_DEPTH and self._must_wait(flags, parent)):
            self._received.append(call)
        else:
            self._run(call)

    def _find(
        self, kind: int, interface_index: int, method_index: int
    ) -> tuple[Method, Handler | None, PromisedResult | None]:
        """What a call on an object is addressed to. Raises what the peer is to hear when that is not there."""
        try:
            if kind == _CALL_OBJECT:
                exported = self._objects.exported(method_index)
                methods = exported.definition.methods
                return methods[interface_index], exported.handlers[interface_index], None
            promised = self._promised.get(method_index)
            return promised.definition.methods[interface_index], None, promised
        except IndexError:
            raise _unknown_method(kind, interface_index, method_index) from None

    @property
    def running(self) -> int:
        """Calls that were not answered yet."""
        return len(self._open)

    def name_of(self, call_id: int) -> str | None:
        """Of a call that was not answered yet."""
        call = self._open.get(call_id)
        return None if call is None else self._name(call)

    def name_of_method(self, interface_index: int, method_index: int) -> str | None:
        """Of what is served."""
        try:
            method = self._handlers[interface_index][method_index][1]
            return f"{self._names[interface_index]}.{method.name}"
        except IndexError:
            return None

    def _reject(self, call_id: int, error: Exception) -> None:
        code = str(getattr(error, "code", type(error).__name__))
        self.rejected[code] = self.rejected.get(code, 0) + 1
        self._answer_error(call_id, error)

    def _name(self, call: IncomingCall) -> str:
        if call.interface_index < 0:
            return call.method.name
        return f"{self._names[call.interface_index]}.{call.method.name}"

    def _must_wait(self, flags: int, parent: int) -> bool:
        """Whether neither a thread of the peer nor one of ours is blocked until it is answered."""
        return not flags & FRAME_BLOCKING and not self.session.is_blocked_on(parent)

    def cancel(self, call_id: int) -> None:
        """The peer waits no longer. Of a call that was answered meanwhile: nothing."""
        call = self._open.get(call_id)
        if call is None:
            return
        if call in self._received:
            # It has not begun: nobody shall wait for it, nor hold it against its handler.
            self._received.remove(call)
            call.cancel()
            self._answer_error(call_id, call.reason())
            return
        call.cancel()

    def interrupt_threads(self) -> None:
        """Those of the pool whose callers wait no longer."""
        if self.interrupts is None:
            return
        for call in list(self._open.values()):
            if call.is_stoppable or call.interrupted or not call.known_cancelled:
                continue
            call.interrupted = self.interrupts.interrupt(call)

    def interrupt(self, call_id: int) -> None:
        """One whose caller waits no longer, as the host says: it may not have arrived here. Threads: any."""
        call = self._open.get(call_id)
        if call is not None and not call.interrupted and self.interrupts is not None:
            call.interrupted = self.interrupts.interrupt(call)

    def look(self) -> None:
        """What has arrived, without running the calls among it: a handler asks whether it is still wanted."""
        if self._looking or self._channel.closed:
            return
        if asyncio._get_running_loop() is not self._loop:
            return  # Another thread's: the loop looks by itself.
        self._looking = True
        self._allow_plain()
        try:
            self._channel.serve()
        finally:
            self._looking = False
            self._allow_plain()
        if self._received:
            self._loop.call_soon(self.run_received)

    @property
    def may_run_received(self) -> bool:
        """Whether calls had to wait that need not any more."""
        return bool(self._received) and self.depth < _SERVING_DEPTH

    def run_received(self) -> None:
        """Runs the calls that had to wait, if they need not any more."""
        while self._received and not self._channel.closed and self.depth < _SERVING_DEPTH:
            self._run(self._received.popleft())

    def _run(self, call: IncomingCall) -> None:
        if call.known_cancelled:
            self._answer_error(call.call_id, call.reason())
            return
        promised = call.promised
        handler = call.handler
        if promised is not None:
            if not promised.is_settled:
                promised.waiting.append(call)
                return
            try:
                handler = promised.handler(call.method)
                call.blocks = is_blocking(handler)
            except Exception as raised:
                self._answer_error(call.call_id, raised)
                return
        assert handler is not None
        # Only the handler holds them from here on, so that what it lets go of is gone.
        args, call.args = call.args, []
        variables = copy_context()
        variables.run(CURRENT.set, call)
        try:
            future: asyncio.Future[object]
            if call.blocks:
                run = partial(variables.run, handler, *args)
                if self.interrupts is not None:
                    call.is_stoppable = False
                    run = partial(self.interrupts.run, call, run)
                future = self._loop.run_in_executor(None, run)
            else:
                if self._interrupts is not None and self._interrupts.in_loop:
                    handler = self._interruptible(self._interrupts, call, handler)
                result = variables.run(handler, *args)
                if not hasattr(result, "__await__"):
                    self._answer(call, result)
                    return
                future = self._start(cast(Awaitable[object], result), variables)
        except (Exception, SystemExit, Interrupted) as raised:
            self._answer_error(call.call_id, raised, call.method)
            return
        self._follow(call, future)

    @staticmethod
    def _interruptible(interrupts: Interrupts, call: IncomingCall, handler: Handler) -> Handler:
        def run(*args: object) -> object:
            result = interrupts.run(call, partial(handler, *args))
            if not hasattr(result, "__await__"):
                return result
            return interrupts.run_task(call, _as_coroutine(cast("Awaitable[object]", result)))

        return run

    HANDLER_RUNNER = _run.__code__
    """What this calls is the handler's own code: see interrupts.py."""

    def finish(
        self, outcome: Outcome, call: IncomingCall, value: object, variables: Context | None
    ) -> None:
        """A call whose handler was run by the native half, in `variables`, and that is not finished."""
        if outcome is Outcome.AWAITABLE:
            assert variables is not None
            try:
                future = self._start(cast(Awaitable[object], value), variables)
            except (Exception, SystemExit, Interrupted) as raised:
                self._answer_error(call.call_id, raised, call.method)
            else:
                self._follow(call, future)
        elif outcome is Outcome.RAISED:
            if not isinstance(value, (Exception, SystemExit, Interrupted)):
                raise cast(BaseException, value)
            self._answer_error(call.call_id, value, call.method)
        elif outcome is Outcome.UNSENT:
            self._answer(call, value)
        elif outcome is Outcome.REFUSED:
            self._refuse_result(call, cast(BaseException, value))
        else:
            self._channel.keep(cast(bytes, value))
            del self._open[call.call_id]

    def _follow(self, call: IncomingCall, future: asyncio.Future[object]) -> None:
        """Answers when it is done."""
        if future.done():
            self._answer_future(call, future)
            return
        call.future = future
        self.futures.add(future)
        future.add_done_callback(partial(self._on_done, call))

    def _start(self, awaitable: Awaitable[object], variables: Context) -> asyncio.Future[object]:
        coroutine = _as_coroutine(awaitable)
        if isinstance(self._loop, RingEventLoop):
            return self._loop.start_task(coroutine, variables)
        return self._loop.create_task(coroutine, context=variables)

    def _on_done(self, call: IncomingCall, future: asyncio.Future[object]) -> None:
        self.futures.discard(future)
        self._answer_future(call, future)

    def _answer_future(self, call: IncomingCall, future: asyncio.Future[object]) -> None:
        if future.cancelled():
            error = call.reason() if call.known_cancelled else asyncio.CancelledError()
            self._answer_error(call.call_id, error)
            return
        raised = future.exception()
        if raised is None:
            self._answer(call, future.result())
        else:
            self._answer_error(call.call_id, raised, call.method)

    def _answer(self, call: IncomingCall, value: object) -> None:
        channel = self._channel
        if channel.closed:
            return
        method, call_id = call.method, call.call_id
        if call.known_cancelled:
            problem = CancelledError(f"nobody waited for {method.property}() any more")
            self._answer_error(call_id, problem)
            return
        try:
            if method.result.refers:
                self._send_referring(call, value)
            else:
                channel.send(_RESULT, call_id, value, 0, 0, method.result)
        except Exception as error:
            self._refuse_result(call, error)
        else:
            del self._open[call_id]
            if call.observed is not None:
                call.observed.end(None)
            if method.result_interface is not None:
                self._run_waiting(self._promised.settle(call_id, value, None))

    def _refuse_result(self, call: IncomingCall, error: BaseException) -> None:
        if not isinstance(error, Exception):
            raise error
        result_located(error, call.method)
        # Nothing that a value does while it is encoded may end the event loop.
        self._answer_error(call.call_id, error)

    def _run_waiting(self, calls: Sequence[IncomingCall]) -> None:
        """Calls on a result that has come."""
        if calls:
            self._received.extend(calls)
            self._loop.call_soon(self.run_received)

    def _send_referring(self, call: IncomingCall, value: object) -> None:
        streams = self.session.streams
        streams.answered = call
        try:
            self._channel.send(_RESULT, call.call_id, value, program=call.method.result)
        finally:
            streams.answered = None

    def _answer_error(
        self, call_id: int, raised: BaseException, method: Method | None = None
    ) -> None:
        call = self._open.get(call_id)
        try:
            if not self._channel.closed:
                self._send_error(call_id, raised, method)
        finally:
            self._open.pop(call_id, None)
            if call is not None and call.observed is not None:
                call.observed.end(raised)

    def _send_error(self, call_id: int, raised: BaseException, method: Method | None) -> None:
        self._run_waiting(self._promised.settle(call_id, None, raised))
        throws = () if method is None else method.throws
        telling = Telling(throws, self.session.exposure, self.session.previews)
        send_error(self._channel, _ERROR, call_id, raised, telling)


def _found(service: Service, method: Method) -> tuple[Handler, Method, bool]:
    handler = cast(Handler, handler_of(service.implementation, method))
    return handler, method, is_blocking(handler)


def _plain_method(
    found: tuple[Handler, Method, bool],
) -> tuple[Handler, Method, NativeProgram] | None:
    handler, method, blocks = found
    refers = method.arguments.refers or method.result.refers
    if blocks or refers or method.result.lends():
        return None
    return handler, method, method.result.native


def _unknown_method(kind: int, interface_index: int, method_index: int) -> UnknownMethodError:
    index, where = method_index, f"interface {interface_index}"
    if kind != _CALL:
        index, where = interface_index, f"object {method_index}"
    return UnknownMethodError(
        f"method {index} of {where} is not served here: "
        "run `ringsnake gen` for both sides from the same file"
    )


def _as_coroutine(awaitable: Awaitable[object]) -> Coroutine[object, object, object]:
    if inspect.iscoroutine(awaitable):
        return awaitable
    return _awaited(awaitable)


async def _awaited(awaitable: Awaitable[object]) -> object:
    return await awaitable
