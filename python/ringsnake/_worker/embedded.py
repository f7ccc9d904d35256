"""Workers that live on threads of their host's process. Normative: spec/wire/embedding.md. Twin: lib/worker/thread.ts.

The interpreter's main thread belongs to the whole process, whichever threads of Node.js have workers: it only starts
them, and does what is asked of all of Python.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from ringsnake._channel.control import ControlSocket
from ringsnake._ring.native import (
    DirectTarget,
    embedder_started,
    forget_thread,
    freeze,
    raise_in_thread,
)
from ringsnake._session.direct_calls import offer_direct_calls
from ringsnake._session.services import Served, collect_services
from ringsnake._session.session import closed_by_host
from ringsnake._wire.constants_gen import FrameKind
from ringsnake._worker.host import forget_session, set_session
from ringsnake._worker.interrupts import ThreadInterrupts
from ringsnake._worker.life import live, number_of
from ringsnake._worker.module import import_module
from ringsnake._worker.standard_streams import keep_standard_streams

if TYPE_CHECKING:
    from ringsnake._session.session import Session

_REQUEST_BYTES = 4096

_STACK_BYTES = 64 * 1024 * 1024
"""Of a worker's thread: recursion in C code then ends at the limit of recursion, not at that of the stack."""


def main(requests: int, embedder: int) -> None:
    """Python's main thread. Never returns: what an interpreter leaves behind when it is finalized is not safe for those who go on."""
    embedder_started(embedder)
    # What was made until now lives as long as the process.
    gc.freeze()
    gc.enable()
    keep_standard_streams()
    # What `-c` has left there.
    sys.argv = [""]
    source = socket.socket(fileno=requests)
    workers = Workers()
    while True:
        environment, *request = source.recv(_REQUEST_BYTES).decode().split()
        try:
            _follow(workers, embedder, environment, request)
        except BaseException:
            traceback.print_exc()


def _follow(workers: Workers, embedder: int, environment: str, request: list[str]) -> None:
    """Does what an environment of Node's asks for."""
    match request:
        case ["start", number, descriptor]:
            workers.start((environment, number), int(descriptor))
        case ["stop", number]:
            workers.stop((environment, number))
        case ["kill", number]:
            workers.kill((environment, number))
        case ["interrupt", number, call_id]:
            workers.interrupt((environment, number), int(call_id))
        case ["ctrl-c"]:
            workers.interrupt_all()
        case ["stacks", descriptor]:
            _tell_stacks(int(descriptor))
        case ["leave", thread]:
            workers.leave(environment)
            if thread != "0":
                forget_thread(int(thread))
        case ["exit"]:
            _end(embedder)
        case unknown:
            print("ringsnake: no such request:", *unknown, file=sys.stderr)


_Name: TypeAlias = tuple[str, str]
"""Of a worker: its environment, and its number there."""


class Workers:
    """The threads that workers live on."""

    def __init__(self) -> None:
        self._importing = threading.Lock()
        self._served: dict[str, Served] = {}
        """By module: it is imported once, whoever asks for it."""
        self._living: dict[_Name, _HostThread] = {}

    def start(self, name: _Name, descriptor: int) -> None:
        """A worker, whose end of the control socket that is."""
        control = ControlSocket(socket.socket(fileno=descriptor))
        place = self._living[name] = _HostThread(self, name, control)
        before = threading.stack_size(_STACK_BYTES)
        try:
            place.thread.start()
        except BaseException:
            del self._living[name]
            control.close()
            raise
        finally:
            threading.stack_size(before)

    def stop(self, name: _Name) -> None:
        """It ends as soon as it has nothing to run."""
        place = self._living.get(name)
        if place is not None:
            place.stop()

    def kill(self, name: _Name) -> None:
        """It ends where it runs Python code."""
        place = self._living.get(name)
        if place is not None:
            place.kill()

    def interrupt(self, name: _Name, call_id: int) -> None:
        """The caller of a call waits no longer, and its handler goes on."""
        place = self._living.get(name)
        if place is not None:
            place.interrupt_call(call_id)

    def interrupt_all(self) -> None:
        """Somebody has pressed Ctrl-C at a prompt."""
        for listen in AT_CTRL_C:
            listen()
        for place in list(self._living.values()):
            place.interrupt_all()

    def leave(self, environment: str) -> None:
        """Nobody is there any more who could use its workers."""
        for name, place in list(self._living.items()):
            if name[0] == environment:
                place.kill()

    def left(self, name: _Name) -> None:
        """It has ended."""
        del self._living[name]

    def serve(self, module: str, args: list[str]) -> Served:
        """What a module serves, which is imported if nobody has done that; and what others have served before, since it may rest on those."""
        with self._importing:
            if module not in self._served:
                sys.argv = [module, *args]
                self._served[module] = collect_services(lambda: import_module(module))
            own = self._served[module]
            together = {service.definition.name: service for service in own.services}
            for served in self._served.values():
                for service in served.services:
                    together.setdefault(service.definition.name, service)
            return Served(list(together.values()), own.types)


class _HostThread:
    """One worker's."""

    def __init__(self, workers: Workers, name: _Name, control: ControlSocket) -> None:
        self._workers = workers
        self._name = name
        self._control = control
        self._leaves = False
        self._session: Session | None = None
        self._direct: DirectTarget | None = None
        self._interrupts: ThreadInterrupts | None = None
        self.thread = threading.Thread(target=self._live, name="ringsnake", daemon=True)

    def _live(self) -> None:
        try:
            live(self._control, self)
        except SystemExit:
            pass  # it was told to end
        except BaseException:
            traceback.print_exc()
        finally:
            while not self._leaves:
                # From here on it is not killed; it may have been just now.
                with contextlib.suppress(SystemExit):
                    self._leaves = True
                    raise_in_thread(threading.get_ident(), None)
            self._leave()

    def begin(self, host_pid: int, hello: dict[str, object]) -> None:
        """It is this process."""

    def enter(self, session: Session, control: ControlSocket) -> None:
        self._session = session
        set_session(session)
        _OPEN[session] = control

    def serve(self, module: str, hello: dict[str, object]) -> Served:
        args = hello.get("args")
        return self._workers.serve(module, cast("list[str]", args) if args else [])

    def offer(self, session: Session, served: Served) -> dict[str, object]:
        offer = offer_direct_calls(session, served.services, served.types)
        if offer is None:
            return {}
        self._direct, methods = offer
        return {"direct": {"address": self._direct.address, "methods": methods}}

    def interrupt(
        self, session: Session, hello: dict[str, object], run: Callable[..., object]
    ) -> None:
        if number_of(hello, "interruptSignal") is not None:
            # Signals are for the program's own thread; what comes instead is a request.
            session.callee.interrupts = self._interrupts = ThreadInterrupts(in_loop=True)

    def interrupt_call(self, call_id: int) -> None:
        """Its caller waits no longer."""
        if self._session is not None:
            self._session.callee.interrupt(call_id)

    def interrupt_all(self) -> None:
        """What runs at the moment."""
        if self._interrupts is not None:
            self._interrupts.interrupt_all()

    def stop(self) -> None:
        """Threads: any."""
        session = self._session
        # Its loop may be closed by now.
        with contextlib.suppress(RuntimeError):
            if session is not None:
                session.loop.call_soon_threadsafe(session.loop.stop)

    def kill(self) -> None:
        """Threads: the interpreter's main one."""
        self.stop()
        if not self._leaves:
            raise_in_thread(self.thread.ident or 0, SystemExit)

    def _leave(self) -> None:
        """Lets go of what would go with a process."""
        self._workers.left(self._name)
        session = self._session
        try:
            if self._direct is not None:
                self._direct.close()
            if session is not None:
                del _OPEN[session]
                forget_session(session)
                session.end(closed_by_host())
                for task in asyncio.all_tasks(session.loop):
                    # It was killed: nobody is to hear of what it had not ended.
                    setattr(task, "_log_destroy_pending", False)  # noqa: B010 -- asyncio itself says it so, and type checkers do not know it
                session.loop.close()
        finally:
            # Now that nothing of it is left; the host may have gone.
            with contextlib.suppress(OSError):
                self._control.send(FrameKind.GOODBYE, None)
            self._control.close()


AT_CTRL_C: list[Callable[[], None]] = []
"""Called on the interpreter's main thread."""

_OPEN: dict[Session, ControlSocket] = {}
"""Of the workers that live."""


def _close_in_child() -> None:
    """A forked child is not a party: it must neither hide our ends from the host nor touch the rings."""
    for session, control in _OPEN.items():
        control.close()
        session.channel.close()


os.register_at_fork(after_in_child=_close_in_child)


def _tell_stacks(descriptor: int) -> None:
    """Writes what all threads are doing, but for this one."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    with open(descriptor, "w") as file:
        for ident, frame in sys._current_frames().items():
            if ident == threading.get_ident():
                continue
            print(f"Thread {names.get(ident, ident)} (most recent call first):", file=file)
            for place in reversed(traceback.extract_stack(frame)):
                print(f'  File "{place.filename}", line {place.lineno} in {place.name}', file=file)


def _end(embedder: int) -> None:
    """The process ends: what modules have left for that, and nothing after it."""
    try:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            # Nobody may read it any more.
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    finally:
        freeze(embedder)
