"""A worker's life: hello, import, welcome, calls, goodbye. Twin: lib/worker/main.ts."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from typing import cast

from ringsnake._channel.control import ControlSocket
from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import HandshakeError, ProtocolError
from ringsnake._proxies.service import objects_service
from ringsnake._ring.native import Endpoint, exit_with_parent
from ringsnake._session.exposure import read_exposure, read_validation
from ringsnake._session.remote_error import error_to_wire
from ringsnake._session.served_interface import ServedInterface, announce, read_announcement
from ringsnake._session.services import served_types, take_services
from ringsnake._session.session import Session, closed_by_host
from ringsnake._session.session_owner import SessionOwner
from ringsnake._wire.constants_gen import (
    BULK_LIMIT_DEFAULT,
    BULK_THRESHOLD_DEFAULT,
    WIRE_VERSION,
    FrameKind,
)
from ringsnake._worker.host import set_session
from ringsnake._worker.interrupts import interrupt_at
from ringsnake._worker.module import import_module
from ringsnake._worker.stacks import show_stacks_at

_log = logging.getLogger("ringsnake.worker")

_RECURSION_LIMIT = 10_000
"""Frames of Python: some 20 for each of 256 calls, and the user's own."""

_ORPHAN_GRACE_MS = 750
"""How long an orderly end may take after the host has died."""


def main() -> int:  # noqa: PLR0915 -- a worker's life, step by step
    """The exit code."""
    # A Ctrl-C at the terminal reaches the whole group; it is the host that decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        control = ControlSocket()
    except OSError:
        print("python -m ringsnake is started by spawn() in Node.js, not by hand", file=sys.stderr)
        return 2
    hello, descriptors = control.receive_hello()
    try:
        host_pid, module, interfaces = _read_hello(hello)
    except HandshakeError as error:
        control.send(FrameKind.REFUSAL, error_to_wire(error))
        return 1
    exit_with_parent(host_pid, _ORPHAN_GRACE_MS)
    stack_signal = _number(hello, "stackSignal")
    if stack_signal is not None:
        show_stacks_at(stack_signal)
    endpoint = Endpoint(
        "attach", 0, _number(hello, "bulkLimit") or BULK_LIMIT_DEFAULT, _spin(hello), descriptors[0]
    )
    threshold = _number(hello, "bulkThreshold")
    if threshold is not None:
        endpoint.set_bulk_threshold(threshold)
    channel = FrameChannel(endpoint)
    # Calls that block inside each other, up to the session's limit, must not end in a RecursionError.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION_LIMIT))
    channel.bulk_threshold = BULK_THRESHOLD_DEFAULT if threshold is None else threshold
    loop = RingEventLoop()
    loop.add_sleeper(channel)
    asyncio.set_event_loop(loop)

    def on_broken(error: ProtocolError) -> None:
        _log.error("the host broke the wire, the worker ends: %s", error)
        loop.stop()

    owner = SessionOwner(on_broken, closed_by_host, _serving_hint)
    session = Session(channel, loop, interfaces, owner)
    session.exposure = read_exposure(cast(dict[str, object], hello).get("exposeErrors"))
    session.streams.exposure = session.exposure
    session.look(read_validation(cast(dict[str, object], hello)))
    if cast(dict[str, object], hello).get("valuePreviews") is False:
        session.hide_previews()
    set_session(session)
    # A forked child is not a party: it must neither hide our end from the host nor touch the rings, which it does
    # not even have mapped.
    os.register_at_fork(after_in_child=control.close)
    os.register_at_fork(after_in_child=channel.close)
    # As if the module had been started by hand: its name, and what `args` says.
    sys.argv = sys.argv[1:]
    try:
        import_module(module)
    except (Exception, SystemExit) as error:
        control.send(FrameKind.REFUSAL, error_to_wire(error) | {"code": "RS_MODULE_IMPORT"})
        return 1
    services = [*take_services(), objects_service(session)]
    fields = cast(dict[str, object], hello)
    session.serve(services, latencies=fields.get("latencies") is True)
    endpoint.set_types(served_types())
    interrupt_signal = _number(hello, "interruptSignal")
    if interrupt_signal is not None:
        interrupt_at(interrupt_signal, session, _run)
    control.send(
        FrameKind.WELCOME,
        {"python": sys.version.split()[0], "serves": announce(services)},
    )
    names = [service.definition.name for service in services[:-1]]
    _log.info(
        "worker %d serves %s",
        os.getpid(),
        ", ".join(names) or "nothing",
        extra={"ringsnake_event": "worker:start", "ringsnake_module": module},
    )
    status = _run(loop, session, control)
    _log.info(
        "worker %d ends",
        os.getpid(),
        extra={"ringsnake_event": "worker:exit", "ringsnake_module": module},
    )
    return status


def _read_hello(hello: object) -> tuple[int, str, list[ServedInterface]]:
    """The host's pid, the module to import, and what the host serves."""
    fields = cast(dict[str, object], hello) if isinstance(hello, dict) else {}
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
    return f"in TypeScript pass `serves: [new {name}Server(…)]` to spawn()"


def _spin(hello: object) -> float:
    """Microseconds to spin before sleeping, as the host wants it; negative: what pays."""
    spin = cast(dict[str, object], hello).get("spin")
    return float(spin) if isinstance(spin, (int, float)) else -1


def _number(hello: object, member: str) -> int | None:
    """A number that the host wants; None: it says nothing."""
    value = cast(dict[str, object], hello).get(member)
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
        while session.channel.ready:
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
        loop.run_until_complete(asyncio.wait(pending, timeout=_ORPHAN_GRACE_MS / 1000))
    return 0
