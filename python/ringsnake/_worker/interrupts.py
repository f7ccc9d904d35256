"""Interrupts handlers that go on although nobody waits for them, when the host asks for it. Twin: lib/worker/escalation.ts."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import CodeType, FrameType

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._errors import Interrupted
from ringsnake._ring.native import raise_in_thread
from ringsnake._session.call_context import CURRENT
from ringsnake._session.callee import Callee
from ringsnake._session.session import Session

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
    callee.interrupts = PoolInterrupts()

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


class PoolInterrupts:
    """Raises Interrupted in threads of the pool, and only while they run the handler that is meant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[object, int] = {}
        """Threads, by what they run."""

    def run(self, call: object, handler: Callable[[], object]) -> object:
        """Runs it; in its thread."""
        thread = threading.get_ident()
        self._running[call] = thread
        try:
            return handler()
        finally:
            with self._lock:
                del self._running[call]
            # One that was raised too late must not hit what the thread does next.
            raise_in_thread(thread, None)

    def interrupt(self, call: object) -> None:
        """In the loop's thread, or in its signal handler: never waits."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            thread = self._running.get(call)
            if thread is not None:
                raise_in_thread(thread, Interrupted)
        finally:
            self._lock.release()
