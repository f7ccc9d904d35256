"""A worker's life: hello, import, welcome, calls, goodbye. What the host sees of it: lib/worker/place.ts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable
from typing import Protocol, cast

from ringsnake._channel.control import ControlSocket
from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import HandshakeError, ProtocolError
from ringsnake._proxies.service import objects_service
from ringsnake._ring.native import Endpoint
from ringsnake._session.exposure import read_exposure, read_validation
from ringsnake._session.remote_error import error_to_wire
from ringsnake._session.served_interface import ServedInterface, announce, read_announcement
from ringsnake._session.services import Served
from ringsnake._session.session import Session, closed_by_host
from ringsnake._session.session_owner import SessionOwner
from ringsnake._wire.constants_gen import (
    BULK_LIMIT_DEFAULT,
    BULK_THRESHOLD_DEFAULT,
    WIRE_VERSION,
    FrameKind,
)

_log = logging.getLogger("ringsnake.worker")

_RECURSION_LIMIT = 10_000
"""Frames of Python: some 20 for each of 256 calls, and the user's own."""

ORPHAN_GRACE_MS = 750
"""How long an orderly end may take after the host has died."""


class Place(Protocol):
    """Where a worker lives: a process of its own, or a thread of its host's."""

    def begin(self, host_pid: int, hello: dict[str, object]) -> None:
        """The host has said who it is."""
        ...

    def enter(self, session: Session, control: ControlSocket) -> None:
        """The session with the host is there; nothing of the user's has run yet."""
        ...

    def serve(self, module: str, hello: dict[str, object]) -> Served:
        """Imports the module, and gives what it serves. Raises what that raises."""
        ...

    def offer(self, session: Session, served: Served) -> dict[str, object]:
        """What else the host is told of what is served."""
        ...

    def interrupt(
        self, session: Session, hello: dict[str, object], run: Callable[..., object]
    ) -> None:
        """From now on handlers that nobody waits for can be interrupted, if the host asks for it. `run` runs the loop."""
        ...


def live(control: ControlSocket, place: Place) -> int:
    """The exit code."""
    hello, descriptors = control.receive_hello()
    try:
        host_pid, module, interfaces = _read_hello(hello)
    except HandshakeError as error:
        control.send(FrameKind.REFUSAL, error_to_wire(error))
        return 1
    fields = cast("dict[str, object]", hello)
    place.begin(host_pid, fields)
    endpoint = Endpoint(
        "attach",
        0,
        number_of(fields, "bulkLimit") or BULK_LIMIT_DEFAULT,
        _spin(fields),
        descriptors[0],
    )
    if host_pid == os.getpid():
        # From another thread the extension takes a copy, since the number might be that one's.
        os.close(descriptors[0])
    threshold = number_of(fields, "bulkThreshold")
    if threshold is not None:
        endpoint.set_bulk_threshold(threshold)
    channel = FrameChannel(endpoint)
    # Calls that block inside each other, up to the session's limit, must not end in a RecursionError.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION_LIMIT))
    channel.bulk_threshold = BULK_THRESHOLD_DEFAULT if threshold is None else threshold
    loop = RingEventLoop()
    loop.add_sleeper(channel)
    channel.serve_later = lambda seconds: loop.call_later(seconds, channel.serve)
    asyncio.set_event_loop(loop)

    def on_broken(error: ProtocolError) -> None:
        _log.error("the host broke the wire, the worker ends: %s", error)
        loop.stop()

    session = Session(
        channel, loop, interfaces, SessionOwner(on_broken, closed_by_host, _serving_hint)
    )
    session.exposure = read_exposure(fields.get("exposeErrors"))
    session.streams.exposure = session.exposure
    session.look(read_validation(fields))
    if fields.get("valuePreviews") is False:
        session.hide_previews()
    place.enter(session, control)
    try:
        served = place.serve(module, fields)
    except (Exception, SystemExit) as error:
        control.send(FrameKind.REFUSAL, error_to_wire(error) | {"code": "RS_MODULE_IMPORT"})
        return 1
    services = [*served.services, objects_service(session)]
    session.serve(services, latencies=fields.get("latencies") is True)
    endpoint.set_types(served.types)
    place.interrupt(session, fields, _run)
    control.send(
        FrameKind.WELCOME,
        {
            "python": sys.version.split()[0],
            "serves": announce(services),
            **place.offer(session, served),
        },
    )
    names = [service.definition.name for service in served.services]
    about = {"ringsnake_module": module}
    _log.info(
        "worker %d serves %s",
        os.getpid(),
        ", ".join(names) or "nothing",
        extra={"ringsnake_event": "worker:start", **about},
    )
    status = _run(loop, session, control)
    _log.info("worker %d ends", os.getpid(), extra={"ringsnake_event": "worker:exit", **about})
    return status


def _read_hello(hello: object) -> tuple[int, str, list[ServedInterface]]:
    """The host's pid, the module to import, and what the host serves."""
    fields = cast("dict[str, object]", hello) if isinstance(hello, dict) else {}
    if fields.get("wireVersion") != WIRE_VERSION:
        raise HandshakeError(
            f"the host speaks wire version {fields.get('wireVersion')}, this package {WIRE_VERSION}: "
            "use the Python half of the same ringsnake package"
        )
    host_pid, module = fields.get("hostPid"), fields.get("module")
    if not (isinstance(host_pid, int) and isinstance(module, str)):
        raise HandshakeError("hello names no host process or no module")
    return host_pid, module, read_announcement(fields.get("serves"))


def _serving_hint(name: str) -> str:
    return f"in TypeScript pass `serves: [new {name}Server(…)]` to spawn() or embed()"


def _spin(hello: dict[str, object]) -> float:
    """Microseconds to spin before sleeping, as the host wants it; negative: what pays."""
    spin = hello.get("spin")
    return float(spin) if isinstance(spin, (int, float)) else -1


def number_of(hello: dict[str, object], member: str) -> int | None:
    """A number that the host wants; None: it says nothing."""
    value = hello.get(member)
    return value if isinstance(value, int) and value >= 0 else None


def _run(loop: RingEventLoop, session: Session, control: ControlSocket) -> int:
    def on_control() -> None:
        messages = control.receive()
        if messages is None:
            loop.remove_reader(control.fileno())
            session.end(closed_by_host())
            loop.stop()
        else:
            follow(messages)

    def follow(messages: list[tuple[FrameKind, object]]) -> None:
        if any(kind is FrameKind.GOODBYE for kind, _ in messages):
            loop.create_task(say_goodbye())

    async def say_goodbye() -> None:
        # Calls that were made before may still lie in the ring, which the goodbye has overtaken on the socket.
        while session.channel.waiting and session.channel.ready:
            session.channel.serve()
        await session.drain()
        session.end(closed_by_host())
        loop.stop()

    loop.add_reader(control.fileno(), on_control)
    follow(control.take_received())
    loop.run_forever()
    # Cancelled handlers get one turn to clean up.
    pending = asyncio.all_tasks(loop)
    if pending:
        # A worker on a thread may be told meanwhile to end at once.
        with contextlib.suppress(RuntimeError):
            loop.run_until_complete(asyncio.wait(pending, timeout=ORPHAN_GRACE_MS / 1000))
    return 0
