"""Runs what is typed at a prompt, as Python's own prompt does. Twin: lib/repl/console.ts."""

from __future__ import annotations

import ast
import asyncio
import builtins
import codeop
import inspect
import linecache
import rlcompleter
import signal
import sys
import threading
import traceback
from collections.abc import Coroutine
from types import CodeType, FrameType
from typing import Final, cast

from ringsnake._errors import Interrupted
from ringsnake._proxies.host import ObjectHost
from ringsnake._proxies.service import SessionObjects
from ringsnake._repl.interrupted_code import PACKAGE, is_users_code
from ringsnake._ring.native import raise_below_frame, raise_in_thread

DONE: Final = ""
MORE: Final = "+"
LEFT: Final = "x"
FAILED: Final = "!"
"""What an answer begins with; behind LEFT comes an exit code, behind FAILED what Python would print."""

_CALLING: Final = frozenset({ObjectHost._call.__code__, SessionObjects.call.__code__})
"""Where the user's functions are called: those in C have no frame of their own."""

_KEPT: Final = 200
"""Inputs that tracebacks can show."""
_MAX_COMPLETIONS: Final = 500


class Console:
    """Threads: the event loop's."""

    def __init__(self, namespace: dict[str, object]) -> None:
        namespace.setdefault("__builtins__", builtins)
        self._namespace = namespace
        self._compile = codeop.CommandCompiler()
        self._compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._count = 0
        self._task: asyncio.Task[object] | None = None
        self._running: FrameType | None = None
        """What has called the code that runs."""
        self._thread = threading.get_ident()
        self._is_cancelled = False

    def listen(self) -> None:
        """From now on Ctrl-C stops what runs, wherever it was begun."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._on_signal)
            return
        # On a thread of the host's process, to which the signal goes.
        from ringsnake._worker.embedded import AT_CTRL_C

        AT_CTRL_C.append(self._on_request)

    def push(self, source: str) -> str | Coroutine[object, object, str]:
        """Runs it if it is complete. A coroutine for what has to be awaited."""
        name = f"<python-input-{self._count}>"
        try:
            code = self._compile(source, name, "single")
        except (SyntaxError, OverflowError, ValueError) as error:
            self._count += 1
            return FAILED + "".join(traceback.format_exception_only(error))
        if code is None:
            return MORE
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        linecache.cache.pop(f"<python-input-{self._count - _KEPT}>", None)
        self._count += 1
        return self._run(code)

    def cancel(self) -> None:
        """Stops what is awaited."""
        if self._task is not None:
            self._is_cancelled = True
            self._task.cancel()

    def complete(self, text: str) -> str:
        """What a name or a dotted name may become, one a line."""
        completer = rlcompleter.Completer(self._namespace)
        found: list[str] = []
        for state in range(_MAX_COMPLETIONS):
            match = completer.complete(text, state)
            if match is None:
                break
            if match not in found:
                found.append(match)
        return "\n".join(found)

    def _run(self, code: CodeType) -> str | Coroutine[object, object, str]:
        try:
            self._running = sys._getframe()
            try:
                outcome: object = eval(code, self._namespace)
            finally:
                self._running = None
                # One that came too late.
                raise_in_thread(self._thread, None)
        except BaseException as error:
            return _told(error)
        if code.co_flags & inspect.CO_COROUTINE:
            return self._awaited(cast("Coroutine[object, object, object]", outcome))
        _flush()
        return DONE

    async def _awaited(self, coroutine: Coroutine[object, object, object]) -> str:
        # One of its own: cancelling the call's would be giving up the call.
        self._task = asyncio.get_running_loop().create_task(coroutine)
        self._is_cancelled = False
        try:
            await self._task
        except asyncio.CancelledError as error:
            # Not by us: the host has given up.
            if not self._is_cancelled:
                raise
            return _told(KeyboardInterrupt().with_traceback(error.__traceback__))
        except BaseException as error:
            return _told(error)
        finally:
            self._task = None
        _flush()
        return DONE

    def _on_signal(self, _: int, frame: FrameType | None) -> None:
        if self._running is not None:
            raise KeyboardInterrupt
        # Of an expression at the other prompt.
        if is_users_code(frame, _CALLING):
            raise Interrupted("interrupted")

    def _on_request(self) -> None:
        running = self._running
        if running is not None:
            raise_below_frame(self._thread, KeyboardInterrupt, running, PACKAGE, "")


def _told(error: BaseException) -> str:
    """As Python prints it, without our own frames."""
    _flush()
    if isinstance(error, SystemExit):
        return LEFT + _exit_code(error)
    if isinstance(error, Interrupted):
        error = KeyboardInterrupt().with_traceback(error.__traceback__)
    told = traceback.TracebackException.from_exception(error)
    _forget_ourselves(told)
    return FAILED + "".join(told.format())


def _forget_ourselves(told: traceback.TracebackException) -> None:
    """Who calls the code, and who interrupts it, is no part of its story."""
    own = [frame for frame in told.stack if not frame.filename.startswith(PACKAGE)]
    told.stack[:] = own
    for inner in (told.__cause__, told.__context__):
        if inner is not None:
            _forget_ourselves(inner)


def _exit_code(error: SystemExit) -> str:
    if error.code is None:
        return "0"
    if isinstance(error.code, int):
        return str(error.code & 0xFF)
    # A message, as `sys.exit("no")` has it.
    print(error.code, file=sys.stderr)
    return "1"


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            # Closed by the code that was run, or by who reads.
            continue
