"""A worker's process: its start, what it writes, its end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from ringsnake._errors import StartError

Output = Literal["inherit", "ignore"] | Callable[[str], object]
"""Where a stream goes: to this process's own, nowhere, or line by line to a function, in a thread of the worker."""

_TAIL = 8 * 1024
"""Bytes of stderr kept for error messages."""

_LAST_WORDS_MS = 20
"""After the exit, how long more is waited for: a forked grandchild may hold the pipe open."""

_LAST_WORDS_MOST_S = 1.0
"""And for how long it is read at most: that one may write on."""

_CHUNK = 64 * 1024


class WorkerExit(NamedTuple):
    """How a worker process ended."""

    exit_code: int | None
    signal: str | None
    """Such as `SIGKILL`."""


class NodeProcess:
    """A thread of its own reads the pipes and reaps the process, whatever the program does meanwhile."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        cwd: str | os.PathLike[str] | None,
        inherited: int,
        stdout: Output,
        stderr: Output,
    ) -> None:
        """Starts it; it inherits the descriptor, which stays ours. Raises StartError."""
        try:
            self._process = subprocess.Popen(
                argv,
                env=environment,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=None if stdout == "inherit" else _target(stdout),
                # Its end is part of error messages.
                stderr=subprocess.PIPE,
                pass_fds=(inherited,),
                bufsize=0,
            )
        except OSError as error:
            raise StartError(f"{argv[0]} could not be started: {error}") from error
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self.exit: WorkerExit | None = None
        """How it ended; None while it runs."""
        self._sinks: dict[int, Callable[[bytes], None]] = {}
        if self._process.stdout is not None:
            self._sinks[self._process.stdout.fileno()] = _sink(stdout, 1)
        assert self._process.stderr is not None
        shown = _sink(stderr, 2)

        def keep_and_show(data: bytes) -> None:
            self._keep(data)
            shown(data)

        self._sinks[self._process.stderr.fileno()] = keep_and_show
        self._watch = os.pidfd_open(self._process.pid)
        name = f"ringsnake worker {self._process.pid}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def stderr_tail(self) -> str:
        """The last lines that it wrote to stderr."""
        return b"".join(self._tail)[-_TAIL:].decode(errors="replace").rstrip()

    def on_end(self, callback: Callable[[], None]) -> None:
        """Calls back once it has ended, in another thread; at once if it has."""
        with self._lock:
            if not self._ended.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def wait(self, timeout: float | None = None) -> WorkerExit | None:
        """Blocks until it has ended, and its last words are known; seconds. None: it still runs."""
        self._ended.wait(timeout)
        return self.exit

    def kill(self, number: signal.Signals) -> None:
        """Sends a signal, unless it has ended."""
        self._process.send_signal(number)

    def _run(self) -> None:
        poll = select.poll()
        for descriptor in (self._watch, *self._sinks):
            poll.register(descriptor, select.POLLIN)
        open_pipes = set(self._sinks)
        until: float | None = None
        while until is None or (open_pipes and time.monotonic() < until):
            ready = poll.poll(None if until is None else _LAST_WORDS_MS)
            if not ready:
                break
            for descriptor, _ in ready:
                if descriptor == self._watch:
                    self._process.wait()
                    poll.unregister(descriptor)
                    until = time.monotonic() + _LAST_WORDS_MOST_S
                elif not self._read(descriptor):
                    poll.unregister(descriptor)
                    open_pipes.discard(descriptor)
        self._end(open_pipes)

    def _read(self, descriptor: int) -> bool:
        data = os.read(descriptor, _CHUNK)
        self._sinks[descriptor](data)
        return bool(data)

    def _end(self, open_pipes: set[int]) -> None:
        os.close(self._watch)
        for descriptor in open_pipes:
            self._sinks[descriptor](b"")
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        code = self._process.returncode
        self.exit = WorkerExit(None, _signal_name(-code)) if code < 0 else WorkerExit(code, None)
        with self._lock:
            self._ended.set()
        for callback in self._callbacks:
            callback()
        self._callbacks.clear()

    def _keep(self, data: bytes) -> None:
        self._tail.append(data)
        self._tail_size += len(data)
        # Whole chunks only, so that a flood costs no copying.
        while self._tail_size - len(self._tail[0]) >= _TAIL:
            self._tail_size -= len(self._tail.popleft())


def _target(output: Output) -> int:
    return subprocess.DEVNULL if output == "ignore" else subprocess.PIPE


def _sink(output: Output, descriptor: int) -> Callable[[bytes], None]:
    """What takes the data of a stream, and b"" at its end."""
    if output == "ignore":
        return lambda _: None
    if output == "inherit":
        return lambda data: _write(descriptor, data)
    return _Lines(output).feed


def _write(descriptor: int, data: bytes) -> None:
    # Ours may be closed, or nobody may read it.
    with contextlib.suppress(OSError):
        while data:
            data = data[os.write(descriptor, data) :]


class _Lines:
    def __init__(self, take: Callable[[str], object]) -> None:
        self._take = take
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines.append(self._rest)
        for line in lines:
            self._give(line.decode(errors="replace"))

    def _give(self, line: str) -> None:
        try:
            self._take(line)
        except Exception:
            # The thread must go on: it reaps the process.
            import logging

            logging.getLogger("ringsnake").exception("what takes a worker's lines has failed")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
