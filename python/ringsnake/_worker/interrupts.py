"""Interrupts handlers that go on although nobody waits for them, when the host asks for it. Twin: lib/worker/escalation.ts."""

from __future__ import annotations

import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from types import CodeType, FrameType
from typing import TypeVar, cast

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._errors import Interrupted
from ringsnake._ring.native import raise_below_frame, raise_in_thread
from ringsnake._session.call_context import CURRENT
from ringsnake._session.callee import Callee
from ringsnake._session.session import Session

T = TypeVar("T")

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_PROXIES = _PACKAGE + "_proxies" + os.sep
"""Runs the peer's programs, as a handler does: what those call is the handler's own."""


def interrupt_at(signal_number: int, session: Session, run: Callable[..., object]) -> None:
    """From now on that signal interrupts the handlers whose callers have given up, in this thread and in the pool.

    `run` is the function that runs the loop. What is innocent is not hit: an exception is raised only where a handler's own code is
    running, or what that has called of other packages, and only once for each call.
    """
    bounds = {
        Callee.HANDLER_RUNNER,
        RingEventLoop.start_task.__code__,
        RingEventLoop.run_nested.__code__,
        RingEventLoop.run_ready.__code__,
        run.__code__,
    }
    callee = session.callee
    callee.interrupts = ThreadInterrupts(in_loop=False)

    def on_signal(_: int, frame: FrameType | None) -> None:
        context = CURRENT.get()
        is_handler = context is not None and _is_handlers_own(frame, bounds)
        # This looks at what has arrived, too, which the loop cannot do while a handler runs.
        is_unwanted = is_handler and context is not None and context.cancelled
        callee.interrupt_threads()
        if is_unwanted and context is not None and not context.interrupted:
            context.interrupted = True
            raise Interrupted("the caller waits no longer, and the time for ending is up")

    signal.signal(signal_number, on_signal)


def _is_handlers_own(frame: FrameType | None, bounds: set[CodeType]) -> bool:
    """Whether no code of this package runs on behalf of the handler: that must not stop half-way."""
    top = frame
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_PACKAGE):
            return (frame.f_code in bounds or file.startswith(_PROXIES)) and frame is not top
        frame = frame.f_back
    return False


class ThreadInterrupts:
    """Raises Interrupted in other threads, and only where they run the own code of the handler that is meant."""

    def __init__(self, *, in_loop: bool) -> None:
        self.in_loop = in_loop
        """Whether handlers in the loop are run by it, too: where no signal reaches its thread."""
        self._running: dict[object, tuple[int, FrameType]] = {}
        """The thread, and the frame that has called the handler; by the call."""

    def run(self, call: object, handler: Callable[[], T]) -> T:
        """Runs it; in its thread."""
        thread = threading.get_ident()
        self._running[call] = (thread, sys._getframe())
        try:
            return handler()
        finally:
            del self._running[call]
            # One that was raised too late must not hit what the thread does next.
            raise_in_thread(thread, None)

    async def run_task(self, call: object, coroutine: Coroutine[object, object, T]) -> T:
        """Runs each step of a handler's; in its thread."""
        return await self._steps(call, coroutine)

    @types.coroutine
    def _steps(
        self, call: object, coroutine: Coroutine[object, object, T]
    ) -> Generator[object, object, T]:
        # What `yield from` does, step by step. Source: PEP 380, "Formal Semantics".
        step: Callable[[], object] = partial(coroutine.send, None)
        while True:
            try:
                waited = self.run(call, step)
            except StopIteration as end:
                return cast("T", end.value)
            try:
                value = yield waited
            except BaseException as thrown:
                step = partial(coroutine.throw, thrown)
            else:
                step = partial(coroutine.send, value)

    def interrupt(self, call: object) -> bool:
        """Whether it could be. Threads: any other than the handler's, or a signal handler there."""
        running = self._running.get(call)
        if running is None:
            return False
        return raise_below_frame(running[0], Interrupted, running[1], _PACKAGE, _PROXIES)

    def interrupt_all(self) -> None:
        """Whatever is running, wanted or not. Threads: as before."""
        for call in list(self._running):
            self.interrupt(call)
