"""A running Node.js process and the session with it: the mirror image of lib/worker/worker.ts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
import weakref
from collections.abc import Awaitable, Generator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from ringsnake._channel.control import ControlSocket
from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._channel.frame_link import FrameLink
from ringsnake._errors import (
    ProtocolError,
    RingsnakeError,
    SessionClosedError,
    StartTimeoutError,
    WorkerExitedError,
)
from ringsnake._proxies.js import JavaScript
from ringsnake._proxies.service import guest_of, objects_service
from ringsnake._ring.native import Bulk, Endpoint
from ringsnake._ring.waiting import spin_of
from ringsnake._session.served_interface import ServedInterface
from ringsnake._session.session import ClientClass, Session
from ringsnake._session.session_owner import SessionOwner
from ringsnake._wire.constants_gen import FrameKind
from ringsnake._worker.node_handshake import read_answer, say_hello
from ringsnake._worker.node_process import NodeProcess, WorkerExit

if TYPE_CHECKING:
    from ringsnake._session.interface import Service
    from ringsnake._worker.spawn_node import NodeOptions

ClientT = TypeVar("ClientT")
ResultT = TypeVar("ResultT")

_TERMINATE_S = 2.0
"""Between SIGTERM and SIGKILL."""

_EXIT_NEWS_S = 0.5
"""How long the news of an exit may take that explains why the channel has ended."""

_CANCEL_S = 1.0
"""How long what is cancelled may take to clean up."""

_live: weakref.WeakSet[NodeWorker] = weakref.WeakSet()


class NodeWorker:
    """A worker in Node.js, from `ringsnake.spawn_node()`. It starts when it is entered:

        with spawn_node("server.ts") as node:            # in a plain program
        async with spawn_node("server.ts") as node:      # in a running event loop, whose calls are awaited
        node = await spawn_node("server.ts")             # the same; closed with `await node.aclose()`

    In a plain program calls block: `client.sync.add(1, 2)`. The worker's calls are served while this thread is in one, in run()
    or in serve_forever().

    Threads: the one that started it.
    """

    def __init__(self, options: NodeOptions) -> None:
        self._options = options
        self._process: NodeProcess | None = None
        self._control: ControlSocket | None = None
        self._session: Session | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._private_loop: RingEventLoop | None = None
        self._thread = 0
        self._ended: asyncio.Event | None = None
        self._answer: asyncio.Future[list[ServedInterface]] | None = None
        self._closing = False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __await__(self) -> Generator[object, None, Self]:
        return self.__aenter__().__await__()

    def start(self) -> Self:
        """Starts the worker in a plain program; `with` does it, too. Raises as spawn_node() says."""
        if _is_in_loop():
            raise RuntimeError(
                "an event loop runs in this thread: `async with ringsnake.spawn_node(…)`, "
                "or `await ringsnake.spawn_node(…)`"
            )
        self._private_loop = RingEventLoop()
        try:
            self._private_loop.run_until_complete(self._start())
        except BaseException:
            self._private_loop.close()
            raise
        return self

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running_process().pid

    @property
    def exit(self) -> WorkerExit | None:
        """How the process ended; None while it runs."""
        return self._running_process().exit

    def client(
        self,
        client_class: ClientClass[ClientT],
        *,
        timeout: float | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> ClientT:
        """A client for an interface that the worker serves: `node.client(CalculatorClient)`.

        Args:
            timeout: seconds that each of its calls may take.
            metadata: travels with each of its calls.

        Raises:
            UnknownInterfaceError, SchemaMismatchError: the worker serves no such interface.
        """
        session = self._open_session()
        return session.client(client_class, timeout=timeout, metadata=metadata)

    @property
    def js(self) -> JavaScript:
        """JavaScript without an interface: `node.js.require("node:fs")`. See `JavaScript`."""
        session = self._open_session()
        return JavaScript(lambda: guest_of(session))

    def allocate(self, size: int) -> Bulk:
        """Shared memory for arrays to send; see ringsnake.allocate()."""
        return self._open_session().channel.allocate(size)

    def run(self, awaitable: Awaitable[ResultT]) -> ResultT:
        """In a plain program: waits for calls, such as `node.run(client.add(1, 2))`, or for a gather() of many.

        Raises:
            RuntimeError: the worker was started in an event loop, or in another thread.
        """
        loop = self._owned_loop()
        task = loop.create_task(_wait_for(awaitable))
        try:
            return loop.run_until_complete(task)
        except BaseException:
            # An interrupt: nobody waits for it any more.
            if not task.done():
                _cancel(loop, {task})
            raise

    def serve_forever(self) -> WorkerExit:
        """In a plain program: serves the worker's calls until it ends."""
        self._owned_loop().run_until_complete(self.wait())
        exit_ = self.exit
        assert exit_ is not None
        return exit_

    async def wait(self) -> WorkerExit:
        """Waits until the process has ended, for whatever reason."""
        assert self._ended is not None
        await self._ended.wait()
        exit_ = self.exit
        assert exit_ is not None
        return exit_

    def close(self) -> WorkerExit | None:
        """Ends a worker of a plain program in good order; see aclose()."""
        if self._process is None:
            return None
        loop = self._private_loop
        if loop is None:
            raise RuntimeError("the worker was started in an event loop: `await node.aclose()`")
        if not loop.is_closed():
            self._owned_loop().run_until_complete(self.aclose())
            _cancel(loop, asyncio.all_tasks(loop))
            loop.close()
        return self.exit

    async def aclose(self) -> WorkerExit:
        """Ends the worker in good order: it finishes running calls, then exits.

        After `close_timeout` seconds it is told to (SIGTERM), two seconds later it is killed. Open calls then raise
        SessionClosedError. May be called again.
        """
        process = self._running_process()
        self._closing = True
        if self._control is not None and process.exit is None:
            with contextlib.suppress(OSError):
                self._control.send(FrameKind.GOODBYE, None)
            if not await self._ends_within(self._options.close_timeout):
                process.kill(signal.SIGTERM)
                if not await self._ends_within(_TERMINATE_S):
                    process.kill(signal.SIGKILL)
        return await self.wait()

    def kill(self) -> None:
        """Kills the process (SIGKILL). Open calls raise WorkerExitedError."""
        self._running_process().kill(signal.SIGKILL)

    async def _start(self) -> None:
        if self._process is not None:
            raise RuntimeError("the worker was started before: each spawn_node() starts one")
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._ended = asyncio.Event()
        options = self._options
        endpoint = Endpoint(
            "create", options.ring_capacity, options.bulk_limit, spin_of(options.waiting)
        )
        try:
            process = self._launch(endpoint)
        except BaseException:
            endpoint.close()
            raise
        try:
            # What the module calls while it is imported is served already.
            self._open(endpoint)
            await self._shake_hands(endpoint, process)
        except BaseException:
            self._closing = True
            process.kill(signal.SIGKILL)
            await asyncio.shield(self.wait())
            raise
        _live.add(self)

    def _launch(self, endpoint: Endpoint) -> NodeProcess:
        options = self._options
        own, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = process = NodeProcess(
                    [
                        options.node,
                        *options.node_args,
                        options.program,
                        str(theirs.fileno()),
                        *options.args,
                    ],
                    environment=options.environment,
                    cwd=options.cwd,
                    inherited=theirs.fileno(),
                    stdout=options.stdout,
                    stderr=options.stderr,
                )
            except BaseException:
                own.close()
                raise
        self._control = ControlSocket(own)
        with contextlib.suppress(RingsnakeError):
            # It may have ended already; who watches it will say how.
            endpoint.watch_peer(process.pid)
        return process

    def _open(self, endpoint: Endpoint) -> None:
        options, loop = self._options, self._loop
        assert loop is not None
        if options.bulk_threshold is not None:
            endpoint.set_bulk_threshold(options.bulk_threshold)
        endpoint.set_types(options.types)
        channel = FrameChannel(endpoint)
        owner = SessionOwner(self._on_broken, self._peer_gone, _serving_hint)
        self._session = Session(channel, loop, [], owner)
        self._session.look(options.validation)
        if not options.value_previews:
            self._session.hide_previews()
        self._session.serve(self._services(self._session))
        FrameLink(channel, loop)
        this = weakref.ref(self)

        def tell() -> None:
            # In the process's thread.
            worker = this()
            if worker is not None:
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(worker._on_end)

        self._running_process().on_end(tell)

    def _services(self, session: Session) -> list[Service]:
        options = self._options
        return [*options.serves, objects_service(session, is_exposed=options.expose_python)]

    async def _shake_hands(self, endpoint: Endpoint, process: NodeProcess) -> None:
        options, control, loop, session = self._options, self._control, self._loop, self._session
        assert control is not None and loop is not None and session is not None
        self._answer = loop.create_future()
        loop.add_reader(control.fileno(), self._on_control)
        # When it is gone already, its end is on its way and says more.
        with contextlib.suppress(OSError):
            say_hello(
                control,
                endpoint,
                module=options.module,
                spin=spin_of(options.waiting),
                bulk_limit=options.bulk_limit,
                bulk_threshold=options.bulk_threshold,
                previews=options.value_previews,
                validation=options.validation,
                serves=session.services,
            )
        try:
            async with asyncio.timeout(options.start_timeout):
                session.peer_interfaces = await self._answer
        except TimeoutError:
            raise StartTimeoutError(
                f"{options.module} was not imported within {options.start_timeout} s: raise "
                "`start_timeout`, or look what the module does while it is imported"
            ) from None

    def _on_control(self) -> None:
        control, loop = self._control, self._loop
        assert control is not None and loop is not None
        try:
            messages = control.receive()
        except RingsnakeError as error:
            self._settle(error)
            messages = None
        if messages is None:
            # The process's end follows and says the rest.
            loop.remove_reader(control.fileno())
            return
        for kind, value in messages:
            try:
                self._settle(read_answer(kind, value, self._options.module))
            except RingsnakeError as error:
                self._settle(error)

    def _settle(self, answer: list[ServedInterface] | RingsnakeError) -> None:
        if self._answer is None or self._answer.done():
            return
        if isinstance(answer, RingsnakeError):
            self._answer.set_exception(answer)
        else:
            self._answer.set_result(answer)

    def _on_end(self) -> None:
        process, control, loop, session = self._process, self._control, self._loop, self._session
        assert process is not None and control is not None and loop is not None
        assert session is not None and process.exit is not None and self._ended is not None
        # A refusal may still lie unread in the socket, and says more than the exit does.
        control.set_blocking(False)
        self._on_control()
        reason = self._peer_gone()
        self._settle(reason)
        session.end(reason)
        loop.remove_reader(control.fileno())
        control.close()
        self._ended.set()
        _live.discard(self)

    def _on_broken(self, _: ProtocolError) -> None:
        self.kill()

    def _peer_gone(self) -> RingsnakeError:
        """For who is blocked in a call: the loop does not run, which would be told."""
        self._running_process().wait(_EXIT_NEWS_S)
        return SessionClosedError("the worker was closed") if self._closing else self._exit_error()

    def _exit_error(self) -> WorkerExitedError:
        process = self._running_process()
        exit_code, signal_ = process.exit or (None, None)
        return WorkerExitedError(
            f"worker {process.pid}",
            exit_code=exit_code,
            signal=signal_,
            stderr=process.stderr_tail,
        )

    async def _ends_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait()
        return self._running_process().exit is not None

    def _running_process(self) -> NodeProcess:
        if self._process is None:
            raise RuntimeError("the worker was not started: use it as `with` or `async with` do")
        return self._process

    def _open_session(self) -> Session:
        self._running_process()
        assert self._session is not None
        return self._session

    def _owned_loop(self) -> RingEventLoop:
        self._running_process()
        if self._private_loop is None:
            raise RuntimeError("the worker was started in an event loop: await its calls there")
        if threading.get_ident() != self._thread:
            raise RuntimeError(
                "the worker belongs to the thread that started it: each thread starts its own"
            )
        return self._private_loop

    def _forget(self) -> None:
        """In a child of fork(), which has no part in it: it must not hide our end from the worker."""
        if self._control is not None:
            self._control.close()
        if self._session is not None:
            self._session.channel.leave_loop = None
            self._session.channel.close()


async def _wait_for(awaitable: Awaitable[ResultT]) -> ResultT:
    return await awaitable


def _is_in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _cancel(loop: asyncio.AbstractEventLoop, tasks: set[asyncio.Task[ResultT]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=_CANCEL_S))


def _serving_hint(name: str) -> str:
    return f"in TypeScript call `serve(new {name}Server(…))` of 'ringsnake' while the module is imported"


def _forget_all() -> None:
    for worker in list(_live):
        worker._forget()
    _live.clear()


os.register_at_fork(after_in_child=_forget_all)
