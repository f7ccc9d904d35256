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
from functools import partial
from typing import Protocol, cast

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import (
    CancelledError,
    EncodeError,
    Interrupted,
    MessageTooLargeError,
    ProtocolError,
    UnknownMethodError,
    ValidationError,
)
from ringsnake._session.blocking import is_blocking
from ringsnake._session.call_context import CURRENT, CallContext
from ringsnake._session.call_observer import CallObserver
from ringsnake._session.frame_context import NO_METADATA, context_from_wire
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.interface import Handler, Service
from ringsnake._session.remote_error import error_to_wire, shortened, without_details
from ringsnake._wire.constants_gen import FRAME_BLOCKING, FrameKind

# Plain integers: looking a member up in an enum costs more than comparing it.
_RESULT = int(FrameKind.RESULT)
_ERROR = int(FrameKind.ERROR)


class CalleeSession(Protocol):
    """What a callee knows of its session."""

    def is_blocked_on(self, call_id: int, /) -> bool:
        """Whether a thread is blocked until that call of ours is answered."""
        ...

    def is_deep(self) -> bool:
        """Whether so many blocking calls lie inside each other that only what they wait for is served."""
        ...


class ThreadInterrupts(Protocol):
    """Runs handlers in threads so that they can be interrupted."""

    def run(self, call: object, handler: Callable[[], object], /) -> object: ...

    def interrupt(self, call: object, /) -> None: ...


class Callee:
    """Threads: the event loop's. `def` handlers run at once, `async def` ones as tasks, marked ones in the pool."""

    def __init__(
        self, channel: FrameChannel, loop: asyncio.AbstractEventLoop, session: CalleeSession
    ) -> None:
        self._channel = channel
        self._loop = loop
        self._session = session
        self._services: Sequence[Service] = ()
        self._handlers: tuple[tuple[Handler, ...], ...] = ()
        self._open: dict[int, IncomingCall] = {}
        """Calls that were not answered yet."""
        self._received: deque[IncomingCall] = deque()
        """Calls that wait: until no handler looks at what has arrived, or until fewer calls lie inside each other."""
        self._looking = False
        self.rejected: dict[str, int] = {}
        """Calls that could not be handled, by the code of the error."""
        self.interrupts: ThreadInterrupts | None = None
        """None: handlers are not interrupted."""
        self.observer: CallObserver | None = None
        """None: nobody is told of calls."""
        self.futures: set[asyncio.Future[object]] = set()
        """What handlers that have not ended yet will give."""

    def serve(self, services: Sequence[Service]) -> None:
        """Called once."""
        self._services = services
        self._handlers = tuple(
            tuple(
                cast(Handler, getattr(service.implementation, method.attribute))
                for method in service.definition.methods
            )
            for service in services
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
        calls, self._open = self._open, {}
        for call in calls.values():
            call.cancel()

    def receive(
        self,
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
        try:
            handler = self._handlers[interface_index][method_index]
            definition = self._services[interface_index].definition
            method = definition.methods[method_index]
        except IndexError:
            problem = UnknownMethodError(
                f"method {method_index} of interface {interface_index} is not "
                "served here: run `ringsnake gen` for both sides from the same file"
            )
            self._reject(call_id, problem)
            return
        if isinstance(error, ValidationError):
            error.locate(f"{method.name}({error.path})")
        if error is not None:
            self._reject(call_id, error)
            return
        deadline, metadata = None, NO_METADATA
        if encoded_context is not None:
            timeout, metadata = context_from_wire(encoded_context)
            deadline = None if timeout is None else time.monotonic() + timeout
        context = CallContext(
            self._session, call_id, parent, deadline=deadline, metadata=metadata, look=self._look
        )
        call = IncomingCall(context, definition.name, method, handler, cast("list[object]", value))
        self._open[call_id] = call
        if self.observer is not None:
            call.observed = self.observer.begin(call.name, call_id, metadata)
        if self._looking or self._must_wait(flags, parent):
            self._received.append(call)
        else:
            self._run(call)

    @property
    def running(self) -> int:
        """Calls that were not answered yet."""
        return len(self._open)

    def name_of(self, call_id: int) -> str | None:
        """Of a call that was not answered yet."""
        call = self._open.get(call_id)
        return None if call is None else call.name

    def name_of_method(self, interface_index: int, method_index: int) -> str | None:
        """Of what is served."""
        try:
            definition = self._services[interface_index].definition
            return f"{definition.name}.{definition.methods[method_index].name}"
        except IndexError:
            return None

    def _reject(self, call_id: int, error: Exception) -> None:
        code = str(getattr(error, "code", type(error).__name__))
        self.rejected[code] = self.rejected.get(code, 0) + 1
        self._answer_error(call_id, error)

    def _must_wait(self, flags: int, parent: int) -> bool:
        """Whether neither a thread of the peer nor one of ours is blocked until it is answered, and too many lie inside each other."""
        session = self._session
        return (
            session.is_deep() and not flags & FRAME_BLOCKING and not session.is_blocked_on(parent)
        )

    def cancel(self, call_id: int) -> None:
        """The peer waits no longer. Of a call that was answered meanwhile: nothing."""
        call = self._open.get(call_id)
        if call is None:
            return
        if call in self._received:
            # It has not begun: nobody shall wait for it, nor hold it against its handler.
            self._received.remove(call)
            call.cancel()
            self._answer_error(call_id, call.context.reason())
            return
        call.cancel()

    def interrupt_threads(self) -> None:
        """Those of the pool whose callers wait no longer."""
        if self.interrupts is None:
            return
        for call in list(self._open.values()):
            context = call.context
            if call.is_stoppable or context.interrupted or not context.known_cancelled:
                continue
            context.interrupted = True
            self.interrupts.interrupt(call)

    def _look(self) -> None:
        """What has arrived, without running the calls among it: a handler asks whether it is still wanted."""
        if self._looking or self._channel.closed:
            return
        if asyncio._get_running_loop() is not self._loop:
            return  # Another thread's: the loop looks by itself.
        self._looking = True
        try:
            self._channel.serve()
        finally:
            self._looking = False
        if self._received:
            self._loop.call_soon(self.run_received)

    @property
    def has_received(self) -> bool:
        """Whether calls had to wait."""
        return bool(self._received)

    def run_received(self) -> None:
        """Runs the calls that had to wait, if they need not any more."""
        while self._received and not self._channel.closed and not self._session.is_deep():
            self._run(self._received.popleft())

    def _run(self, call: IncomingCall) -> None:
        context = call.context
        if context.known_cancelled:
            self._answer_error(context.call_id, context.reason())
            return
        variables = copy_context()
        variables.run(CURRENT.set, context)
        try:
            future: asyncio.Future[object]
            if is_blocking(call.handler):
                run = partial(variables.run, call.handler, *call.args)
                if self.interrupts is not None:
                    call.is_stoppable = False
                    run = partial(self.interrupts.run, call, run)
                future = self._loop.run_in_executor(None, run)
            else:
                result = variables.run(call.handler, *call.args)
                if not hasattr(result, "__await__"):
                    self._answer(call, result)
                    return
                coroutine = _as_coroutine(cast(Awaitable[object], result))
                future = self._start(coroutine, variables)
        except (Exception, SystemExit, Interrupted) as raised:
            self._answer_error(context.call_id, raised)
            return
        if future.done():
            self._answer_future(call, future)
            return
        call.future = future
        self.futures.add(future)
        future.add_done_callback(partial(self._on_done, call))

    HANDLER_RUNNER = _run.__code__
    """What this calls is the handler's own code: see interrupts.py."""

    def _start(
        self, coroutine: Coroutine[object, object, object], variables: Context
    ) -> asyncio.Future[object]:
        if isinstance(self._loop, RingEventLoop):
            return self._loop.start_task(coroutine, variables)
        return self._loop.create_task(coroutine, context=variables)

    def _on_done(self, call: IncomingCall, future: asyncio.Future[object]) -> None:
        self.futures.discard(future)
        self._answer_future(call, future)

    def _answer_future(self, call: IncomingCall, future: asyncio.Future[object]) -> None:
        if future.cancelled():
            is_told = call.context.known_cancelled
            error = call.context.reason() if is_told else asyncio.CancelledError()
            self._answer_error(call.context.call_id, error)
            return
        raised = future.exception()
        if raised is None:
            self._answer(call, future.result())
        else:
            self._answer_error(call.context.call_id, raised)

    def _answer(self, call: IncomingCall, value: object) -> None:
        if self._channel.closed:
            return
        method, call_id = call.method, call.context.call_id
        if call.context.known_cancelled:
            problem = CancelledError(f"nobody waited for {method.name}() any more")
            self._answer_error(call_id, problem)
            return
        try:
            self._channel.send(_RESULT, call_id, value, program=method.result)
        except (ValidationError, EncodeError) as error:
            self._answer_error(call_id, error.locate(f"{method.name}(){error.path}"))
        except Exception as error:
            # Nothing that a value does while it is encoded may end the event loop.
            self._answer_error(call_id, error)
        else:
            del self._open[call_id]
            if call.observed is not None:
                call.observed.end(None)

    def _answer_error(self, call_id: int, raised: BaseException) -> None:
        call = self._open.get(call_id)
        try:
            if not self._channel.closed:
                self._send_error(call_id, raised)
        finally:
            self._open.pop(call_id, None)
            if call is not None and call.observed is not None:
                call.observed.end(raised)

    def _send_error(self, call_id: int, raised: BaseException) -> None:
        error = error_to_wire(raised)
        try:
            self._channel.send(_ERROR, call_id, error)
        except MessageTooLargeError:
            self._channel.send(_ERROR, call_id, shortened(error))
        except Exception as problem:
            # The caller must hear something, whatever the error's details do.
            self._answer_plain_error(call_id, without_details(error, str(problem)))

    def _answer_plain_error(self, call_id: int, error: dict[str, object]) -> None:
        try:
            self._channel.send(_ERROR, call_id, error)
        except MessageTooLargeError:
            # This fits into any ring.
            self._channel.send(_ERROR, call_id, shortened(error))


def _as_coroutine(awaitable: Awaitable[object]) -> Coroutine[object, object, object]:
    if inspect.iscoroutine(awaitable):
        return awaitable
    return _awaited(awaitable)


async def _awaited(awaitable: Awaitable[object]) -> object:
    return await awaitable
