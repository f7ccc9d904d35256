"""Calls in both directions over one channel: makes ours, and hands the peer's to the Callee. Normative: spec/wire/frame.md. Twin: lib/session/session.ts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import (
    EncodeError,
    ProtocolError,
    RingsnakeError,
    SchemaMismatchError,
    SessionClosedError,
    UnknownCallError,
    UnknownInterfaceError,
    ValidationError,
)
from ringsnake._session.callee import Callee
from ringsnake._session.interface import Caller, InterfaceDefinition, Method, Service
from ringsnake._session.remote_error import error_from_wire
from ringsnake._session.served_interface import ServedInterface, schema_difference
from ringsnake._wire.constants_gen import FrameKind

_log = logging.getLogger("ringsnake")

# Plain integers: looking a member up in an enum costs more than comparing it.
_CALL = int(FrameKind.CALL)
_RESULT = int(FrameKind.RESULT)
_ERROR = int(FrameKind.ERROR)

_CALL_IDS = 2**32

ClientT = TypeVar("ClientT")
ClientT_co = TypeVar("ClientT_co", covariant=True)


class ClientClass(Protocol[ClientT_co]):
    """A generated client class."""

    @property
    def definition(self) -> InterfaceDefinition: ...

    def __call__(self, caller: Caller, /) -> ClientT_co: ...


@dataclass(slots=True)
class _Call:
    """A call we made. Its life is the table in lib/session/call.ts."""

    method: Method
    future: asyncio.Future[object]


@dataclass(frozen=True, slots=True)
class _InterfaceCaller:
    session: Session
    definition: InterfaceDefinition
    interface_index: int

    async def call(self, method: int, args: Sequence[object], /) -> object:
        return await self.session.call(
            self.definition.methods[method], self.interface_index, method, args
        )


@dataclass(slots=True)
class Session:
    """Threads: the event loop's."""

    channel: FrameChannel
    loop: asyncio.AbstractEventLoop
    peer_interfaces: Sequence[ServedInterface]
    broken: Callable[[ProtocolError], None]
    """The peer broke the wire: nothing can follow."""
    serving_hint: Callable[[str], str]
    """What the peer must do to serve the interface of that name."""
    _calls: dict[int, _Call] = field(default_factory=dict[int, _Call])
    _callee: Callee = field(init=False)
    _ended: RingsnakeError | None = None
    _next_call_id: int = 1

    def __post_init__(self) -> None:
        self.channel.receiver = self
        self._callee = Callee(self.channel, self.loop)

    def serve(self, services: Sequence[Service]) -> None:
        """Called once, before the peer is told what is served."""
        self._callee.services = services
        self.channel.arguments = tuple(
            tuple(method.arguments.native for method in service.definition.methods)
            for service in services
        )

    def client(self, client_class: ClientClass[ClientT]) -> ClientT:
        """A client for an interface that the peer serves.

        Raises:
            UnknownInterfaceError: the peer serves no interface of that name.
            SchemaMismatchError: the two sides' code comes from different interfaces.
        """
        definition = client_class.definition
        names = [served.name for served in self.peer_interfaces]
        if definition.name not in names:
            served_names = ", ".join(names) or "nothing"
            raise UnknownInterfaceError(
                f"the peer does not serve {definition.name}; it serves {served_names}: "
                f"{self.serving_hint(definition.name)}"
            )
        index = names.index(definition.name)
        served = self.peer_interfaces[index]
        if served.hash != definition.hash:
            difference = schema_difference(definition.schema, served.schema)
            raise SchemaMismatchError(
                f"{definition.name} differs between the two sides: run `ringsnake gen` for both "
                f"from the same file (- only here, + only there)\n{difference}",
                difference,
            )
        return client_class(_InterfaceCaller(self, definition, index))

    async def call(
        self, method: Method, interface_index: int, method_index: int, args: Sequence[object]
    ) -> object:
        """Calls the peer. Raises what the other side raised, or ClosedError."""
        if self._ended is not None:
            raise self._ended
        if asyncio.get_running_loop() is not self.loop:
            raise RuntimeError(
                f"{method.name}() was called outside the worker's event loop: "
                "use asyncio.run_coroutine_threadsafe() from other threads"
            )
        self.channel.refuse_when_full()
        call_id = self._take_call_id()
        try:
            self.channel.send(
                _CALL, call_id, tuple(args), interface_index, method_index, method.arguments
            )
        except (ValidationError, EncodeError) as error:
            raise error.locate(f"{method.name}({error.path})") from None
        future = self.loop.create_future()
        self._calls[call_id] = _Call(method, future)
        self.channel.results[call_id] = method.result.native
        return await future

    async def drain(self) -> None:
        """Waits until the calls that run here have answered."""
        await self._callee.drain()

    def end(self, reason: RingsnakeError) -> None:
        """Ends the session: every open and every later call raises `reason`."""
        if self._ended is not None:
            return
        self._ended = reason
        self.channel.close()
        self._callee.cancel()
        calls, self._calls = self._calls, {}
        for call in calls.values():
            if not call.future.done():
                call.future.set_exception(reason)

    def on_broken(self, error: ProtocolError) -> None:
        self.end(error)
        self.broken(error)

    def on_frame(
        self,
        kind: int,
        call_id: int,
        interface_index: int,
        method_index: int,
        value: object,
        error: Exception | None,
        /,
    ) -> None:
        if kind == _CALL:
            self._callee.receive(call_id, interface_index, method_index, value, error)
        elif kind in (_RESULT, _ERROR):
            self._on_answer(kind, call_id, value, error)
        else:
            raise ProtocolError(f"frame kind {kind} does not belong in a ring")

    def _on_answer(self, kind: int, call_id: int, value: object, error: Exception | None) -> None:
        call = self._calls.pop(call_id, None)
        self.channel.results.pop(call_id, None)
        if call is None:
            unknown = UnknownCallError(
                f"the peer answered call {call_id}, which is not open; the answer was dropped"
            )
            _log.error("%s: %s", unknown.code, unknown)
            return
        if call.future.done():
            return  # its caller was cancelled
        if isinstance(error, ValidationError):
            error.locate(f"{call.method.name}(){error.path}")
        if error is not None:
            call.future.set_exception(error)
        elif kind == _ERROR:
            call.future.set_exception(error_from_wire(value))
        else:
            call.future.set_result(value)

    def _take_call_id(self) -> int:
        call_id = self._next_call_id
        while call_id == 0 or call_id in self._calls:
            call_id = (call_id + 1) % _CALL_IDS
        self._next_call_id = (call_id + 1) % _CALL_IDS
        return call_id


def closed_by_host() -> SessionClosedError:
    """The host has closed the session or is gone."""
    return SessionClosedError("the host closed the session")
