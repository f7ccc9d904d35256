"""Calls in both directions over one channel: makes ours, and hands the peer's to the Callee. Normative: spec/wire/frame.md. Twin: lib/session/session.ts."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._channel.frame_log import FrameLog, frames_are_logged
from ringsnake._errors import (
    CallDepthError,
    ProtocolError,
    RingsnakeError,
    SessionClosedError,
    UnknownInterfaceError,
)
from ringsnake._ring.native import in_direct_call
from ringsnake._session.call_observer import CallObserver
from ringsnake._session.call_options import DEFAULT_OPTIONS, CallOptions
from ringsnake._session.call_target import CallTarget, service_targets
from ringsnake._session.callee import Callee, Outcome
from ringsnake._session.direct_calls import result_served
from ringsnake._session.exposure import Exposure
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.interface import Caller, InterfaceDefinition, Service
from ringsnake._session.objects import HandleStatistics, SessionObjects
from ringsnake._session.open_calls import CallFuture, OpenCall, OpenCalls, timeout_error
from ringsnake._session.served_interface import ServedInterface
from ringsnake._session.session_caller import SessionCaller
from ringsnake._session.session_owner import SessionOwner
from ringsnake._session.streams import Streams
from ringsnake._wire.constants_gen import PROMISED_RESULTS_MAX, FrameKind
from ringsnake._wire.references import ValidationLevel

if TYPE_CHECKING:
    from ringsnake._session.schema_agreements import SchemaAgreements
    from ringsnake._session.statistics import SessionStatistics

_log = logging.getLogger("ringsnake")

# Plain integers: looking a member up in an enum costs more than comparing it.
_CALL = int(FrameKind.CALL)
_RESULT = int(FrameKind.RESULT)
_ERROR = int(FrameKind.ERROR)
_CALL_OBJECT = int(FrameKind.CALL_OBJECT)
_CALL_RESULT = int(FrameKind.CALL_RESULT)
_RELEASE = int(FrameKind.RELEASE)
_CANCEL = int(FrameKind.CANCEL)
_PING = int(FrameKind.PING)
_PONG = int(FrameKind.PONG)
_SCHEMA = int(FrameKind.SCHEMA)

_DEPTH_LIMIT = 256
"""Blocking calls inside each other, each of which a call of the peer has come in between."""

_PEER_DIED, _PEER_CLOSED = 3, 4
"""What Endpoint.wait() returns."""

ClientT = TypeVar("ClientT")
ClientT_co = TypeVar("ClientT_co", covariant=True)


class ClientClass(Protocol[ClientT_co]):
    """A generated client class."""

    @property
    def definition(self) -> InterfaceDefinition: ...

    def __call__(self, caller: Caller, /) -> ClientT_co: ...


class Session:
    """Threads: the event loop's, but for `call_sync`."""

    def __init__(
        self,
        channel: FrameChannel,
        loop: asyncio.AbstractEventLoop,
        peer_interfaces: Sequence[ServedInterface],
        owner: SessionOwner,
    ) -> None:
        self.channel = channel
        self.loop = loop
        self.peer_interfaces = peer_interfaces
        self.exposure: Exposure = "full"
        self.previews = True
        """Whether errors about values show their beginning."""
        """What errors tell the peer."""
        self._owner = owner
        self._thread = threading.get_ident()
        self._calls = OpenCalls(channel, self)
        self.streams = Streams(channel, loop, self._wait_until)
        self._calls.on_streams = self.streams.write
        self._objects = SessionObjects(self, channel, loop, self._send_released)
        self._objects.streams = self.streams
        self._callee = Callee(channel, loop, self, self._objects)
        self._ended: RingsnakeError | None = None
        self._blocked_tasks = 0
        """Of those, how many were made by a handler that is a task."""
        self._pings: dict[int, asyncio.Future[float]] = {}
        self._ping_id = 0
        self._definitions: dict[int, InterfaceDefinition] = {}
        """Of the peer's interfaces, those that clients were made for."""
        self.services: Sequence[Service] = ()
        self.proxies: object = None
        """What runs for objects without an interface, which this knows nothing of."""
        self._schemas: SchemaAgreements | None = None
        """None: both sides have the same ones so far."""
        self.rejected: dict[str, int] = {}
        """How often something that the peer sent was refused, by the code of the error; calls not counted."""
        channel.receiver = self
        if frames_are_logged():
            channel.log = FrameLog(self._name_of, channel.byte_counts)

    @property
    def callee(self) -> Callee:
        return self._callee

    def look(self, level: ValidationLevel) -> None:
        """From now on so closely at what arrives."""
        self._objects.validation = level

    def hide_previews(self) -> None:
        """From now on no error about a value shows it."""
        self.previews = self.streams.previews = self._calls.previews = False

    def serve(self, services: Sequence[Service], *, latencies: bool = False) -> None:
        """Called once, before the peer is told what is served. `latencies`: record how long calls take."""
        self._calls.observer = CallObserver.if_wanted("call", latencies=latencies)
        self._callee.observer = CallObserver.if_wanted("handler", latencies=latencies)
        self.services = services
        self._callee.serve(services)
        self.channel.arguments = tuple(
            tuple(method.arguments.native for method in service.definition.methods)
            for service in services
        )

    def client(
        self,
        client_class: ClientClass[ClientT],
        *,
        timeout: float | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> ClientT:
        """A client for an interface that the peer serves.

        Args:
            timeout: seconds that each of its calls may take.
            metadata: travels with each of its calls.

        Raises:
            UnknownInterfaceError: the peer serves no interface of that name.
            SchemaMismatchError: the peer's interface is another, with which this one cannot work.
        """
        definition = client_class.definition
        names = [served.name for served in self.peer_interfaces]
        if definition.name not in names:
            # Without ringsnake's own.
            users = [name for name in names if not name.startswith("Ringsnake")]
            served_names = ", ".join(users) or "nothing"
            raise UnknownInterfaceError(
                f"the peer does not serve {definition.name}; it serves {served_names}: "
                f"{self._owner.serving_hint(definition.name)}"
            )
        index = names.index(definition.name)
        served = self.peer_interfaces[index]
        calling = definition
        if served.hash != definition.hash:
            calling, index = self._known_schemas().calling(definition, served, index)
        self._definitions[index] = definition
        options = DEFAULT_OPTIONS.merged(timeout, metadata)
        return client_class(SessionCaller(self, service_targets(calling, index), options))

    def _known_schemas(self) -> SchemaAgreements:
        if self._schemas is None:
            # Here, because most sessions never need it.
            from ringsnake._session.schema_agreements import SchemaAgreements

            self._schemas = SchemaAgreements(self, self._callee)
        return self._schemas

    async def call(
        self, target: CallTarget, args: Sequence[object], options: CallOptions
    ) -> object:
        """Calls the peer. Raises what the other side raised, or ClosedError."""
        if asyncio.get_running_loop() is not self.loop:
            raise RuntimeError(
                f"{target.method.property}() was called outside the session's event loop: use the client's "
                "`sync`, or asyncio.run_coroutine_threadsafe() from other threads"
            )
        call = self._start(target, args, options)
        future = self._future_of(call)
        timer = None
        if call.deadline is not None:
            timer = self.loop.call_later(
                call.deadline - time.monotonic(), call.give_up, timeout_error(target.method)
            )
        try:
            return await future
        except asyncio.CancelledError as cancelled:
            call.give_up(cancelled)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def begin(
        self, target: CallTarget, args: Sequence[object], options: CallOptions
    ) -> tuple[OpenCall, asyncio.Future[object]]:
        """Sends a call at once; who cancels the future gives it up. Threads: the event loop's."""
        if threading.get_ident() != self._thread:
            raise RuntimeError(
                f"{target.method.property}() was called outside the session's event loop: use `sync`"
            )
        call = self._start(target, args, options)
        future = call.future = CallFuture(call, self.loop)
        if call.deadline is not None:
            timer = self.loop.call_later(
                call.deadline - time.monotonic(), call.give_up, timeout_error(target.method)
            )
            future.add_done_callback(lambda _: timer.cancel())
        return call, future

    def _future_of(self, call: OpenCall) -> asyncio.Future[object]:
        future: asyncio.Future[object] = self.loop.create_future()
        call.future = future
        return future

    @property
    def may_pipeline(self) -> bool:
        """Whether the peer surely knows the results still that are on their way."""
        return len(self._calls) <= PROMISED_RESULTS_MAX

    def handles(self) -> HandleStatistics:
        """How many objects and functions are in use across the session, by the name of their type."""
        return self._objects.statistics()

    def _send_released(self, released: Sequence[int]) -> None:
        if not self.channel.closed:
            self.channel.send(_RELEASE, 0, released)

    def tell_nothing(self) -> None:
        """Ends a wait of the peer's. Threads: the event loop's."""
        self._send_released(())

    def call_sync(self, target: CallTarget, args: Sequence[object], options: CallOptions) -> object:
        """The same, blocking the thread: any. In the loop's the peer's calls are served meanwhile."""
        if threading.get_ident() != self._thread:
            return self._call_from_thread(target, args, options)
        loop = self.loop
        if loop.is_running() or not isinstance(loop, RingEventLoop):
            return self._call_here(target, args, options)
        self._must_be_open()
        # A plain program, or the import of a worker's module: handlers shall find their loop all the same.
        previous = loop.enter()
        try:
            return self._call_here(target, args, options)
        finally:
            loop.leave(previous)

    def _call_here(
        self, target: CallTarget, args: Sequence[object], options: CallOptions
    ) -> object:
        if self._callee.depth >= _DEPTH_LIMIT:
            raise CallDepthError(
                f"{target.method.property}() would be blocking call {_DEPTH_LIMIT + 1} inside of another: "
                "the two sides call each other without end, or await where you can"
            )
        self.streams.is_blocking = True
        try:
            call = self._start(target, args, options, is_blocking=True)
        finally:
            self.streams.is_blocking = False
        is_task = self._callee.is_handled_by_task()
        self._callee.depth += 1
        self._blocked_tasks += is_task
        try:
            while call.is_open:
                self._wait(call)
        except BaseException as interrupt:
            call.give_up(interrupt)
            raise
        finally:
            self._callee.depth -= 1
            self._blocked_tasks -= is_task
            if self._callee.may_run_received:
                self.loop.call_soon(self._callee.run_received)
        if call.error is not None:
            raise call.error
        return call.value

    def is_blocked_on(self, call_id: int, /) -> bool:
        """Whether a thread is blocked until that call of ours, or one for which it was made, is answered."""
        return self._calls.is_blocked_on(call_id)

    async def ping(self) -> float:
        """Seconds until the peer's event loop has answered."""
        self._must_be_open()
        self._ping_id = (self._ping_id + 1) % 2**32
        ping_id, sent = self._ping_id, time.monotonic()
        future: asyncio.Future[float] = self.loop.create_future()
        self._pings[ping_id] = future
        self.channel.send(_PING, ping_id, None)
        try:
            return await future - sent
        finally:
            self._pings.pop(ping_id, None)

    def statistics(self) -> SessionStatistics:
        """What went through it so far."""
        self._must_be_open()
        # Here, because most sessions are never asked, and its many types would be made at every start.
        from ringsnake._session.session_statistics import statistics_of

        return statistics_of(
            self.channel,
            self._calls,
            self._callee,
            handles=self.handles(),
            rejected=self.rejected,
        )

    async def drain(self) -> None:
        """Waits until the calls that run here have answered."""
        await self._callee.drain()

    def end(self, reason: RingsnakeError) -> None:
        """Ends the session: every open and every later call raises `reason`."""
        if self._ended is not None:
            return
        self._ended = reason
        self.channel.close()
        self._callee.end()
        self._objects.end()
        self._calls.end(reason)
        self.streams.end(reason)
        for ping in self._pings.values():
            if not ping.done():
                ping.set_exception(reason)

    def on_broken(self, error: ProtocolError) -> None:
        self.end(error)
        self._owner.on_broken(error)

    def on_frame(  # noqa: PLR0912, PLR0913 -- one branch for a kind, and the fields of a frame: an object for each would cost time on the hot path
        self,
        kind: int,
        flags: int,
        call_id: int,
        interface_index: int,
        method_index: int,
        parent: int,
        value: object,
        error: Exception | None,
        context: bytes | None,
        /,
    ) -> None:
        # What is frequent, first.
        is_call = kind == _CALL or kind in (_CALL_OBJECT, _CALL_RESULT)
        if self.streams.has_read:
            opened = self.streams.end_message(error)
            if is_call:
                self._callee.opened = opened
            else:
                self._calls.declare(call_id, opened)
        if is_call:
            self._callee.receive(
                kind, call_id, flags, interface_index, method_index, parent, value, error, context
            )
        elif kind in (_RESULT, _ERROR):
            unknown = self._calls.answer(kind, call_id, value, error)
            if unknown is not None:
                self.rejected[unknown.code] = self.rejected.get(unknown.code, 0) + 1
                _log.error("%s: %s", unknown.code, unknown)
        elif kind == _CANCEL:
            self._callee.cancel(call_id)
        elif kind == _RELEASE:
            self._objects.released(value)
        elif kind == _SCHEMA:
            self._known_schemas().receive(interface_index, method_index, value)
        elif kind == _PING:
            self.channel.send(_PONG, call_id, None)
        elif kind == _PONG:
            ping = self._pings.get(call_id)
            if ping is not None and not ping.done():
                ping.set_result(time.monotonic())
        elif not self.streams.on_frame(kind, call_id, method_index, value, error):
            raise ProtocolError(f"frame kind {kind} does not belong in a ring")

    def on_plain_call(
        self, outcome: int, call: object, value: object, variables: Context | None, /
    ) -> None:
        self._callee.finish(Outcome(outcome), cast(IncomingCall, call), value, variables)

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        """Blocks the thread, serving what arrives."""
        if threading.get_ident() != self._thread:
            raise RuntimeError("a stream is read in the session's thread only")
        while not condition():
            if self._callee.futures or self.streams.is_producing:
                assert isinstance(self.loop, RingEventLoop)
                self.loop.run_nested(condition)
                return
            result = self.channel.wait(-1)
            self.channel.serve()
            if not condition() and result in (_PEER_DIED, _PEER_CLOSED):
                self.end(closed_by_host())

    def _name_of(
        self, is_sent: bool, kind: int, call_id: int, interface_index: int, method_index: int
    ) -> str | None:
        """For the log: what a frame is about."""
        if kind == _CALL:
            if not is_sent:
                return self._callee.name_of_method(interface_index, method_index)
            definition = self._definitions.get(interface_index)
            if definition is None:
                return None
            return f"{definition.name}.{definition.methods[method_index].name}"
        is_ours = is_sent == (kind == _CANCEL)
        return self._calls.name_of(call_id) if is_ours else self._callee.name_of(call_id)

    def _must_be_open(self) -> None:
        if self._ended is not None:
            raise self._ended

    def _start(
        self,
        target: CallTarget,
        args: Sequence[object],
        options: CallOptions,
        *,
        is_blocking: bool = False,
    ) -> OpenCall:
        self._must_be_open()
        return self._calls.start(target, args, options, is_blocking=is_blocking)

    def _call_from_thread(
        self, target: CallTarget, args: Sequence[object], options: CallOptions
    ) -> object:
        self._must_be_open()
        # A host's thread may call as soon as it was welcomed, which is just before the loop runs.
        if not self.loop.is_running() and not in_direct_call():
            raise RuntimeError(
                f"{target.method.property}() was called from a thread that does not run the session, and nobody else does"
            )
        # The context of the handler's call goes along, as it does with every task.
        future = asyncio.run_coroutine_threadsafe(self.call(target, args, options), self.loop)
        return result_served(self, future)

    def _wait(self, call: OpenCall) -> None:
        """Blocks the thread until something has arrived, and serves it."""
        left = -1.0
        if call.deadline is not None:
            left = call.deadline - time.monotonic()
            if left <= 0:
                call.give_up(timeout_error(call.method))
                return
        self._callee.run_received()
        if not call.is_open:
            return
        waits_here = len(self._callee.futures) > self._blocked_tasks or self.streams.is_producing
        if waits_here and isinstance(self.loop, RingEventLoop):
            # What waits in the loop may be what the call waits for. No other loop can be run here.
            self._run_loop(self.loop, call, left)
            return
        result = self.channel.wait(left)
        self.channel.serve()
        if call.is_open and result in (_PEER_DIED, _PEER_CLOSED):
            self.end(self._owner.peer_gone())

    def _run_loop(self, loop: RingEventLoop, call: OpenCall, left: float) -> None:
        timer = None
        if left >= 0:
            timer = loop.call_later(left, call.give_up, timeout_error(call.method))
        loop.run_nested(lambda: not call.is_open)
        if timer is not None:
            timer.cancel()


def closed_by_host() -> SessionClosedError:
    """The host has closed the session or is gone."""
    return SessionClosedError("the host closed the session")
