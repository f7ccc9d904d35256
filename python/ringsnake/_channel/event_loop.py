"""An asyncio loop that sleeps on rings. Normative: spec/wire/ring.md §5.

Frames are received where the loop would sleep: no descriptor, no callback and no turn of the loop lie between a frame
and its handler while both sides run.
"""

from __future__ import annotations

import asyncio
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from itertools import count
from typing import Protocol

_FRAMES_FOR = 200e-6
"""Seconds of frames before descriptors and timers get their turn, which costs as much as three answers."""

_ROUNDS_PER_LOOK = 8
"""Rounds of frames before a look at the clock; each waits at most one spin, 50 µs."""

_POLL_EVERY = 50e-6
"""Seconds that descriptors wait at most while one turn of the loop follows the other."""


class RingSleeper(Protocol):
    """What sleeps in the loop's poll: one side of a channel, whatever it carries."""

    doorbell: int
    """Descriptor that rouses the loop."""
    spin: Callable[[], bool]
    """Looks for a while, if that can pay; true when there is something to do."""
    park: Callable[[], bool]
    """True: the loop may sleep. False: there is something to do."""

    @property
    def waiting(self) -> bool:
        """Whether it waits for anything."""
        ...

    def unpark(self) -> None:
        """The loop runs again."""
        ...

    def clear_doorbell(self) -> None:
        """It was heard."""
        ...

    def serve(self) -> None:
        """Does what there is to do, or has it done in the loop's next turn."""
        ...


class RingEventLoop(asyncio.SelectorEventLoop):
    """The standard loop, with the channels that are used in it built in: `asyncio.Runner(loop_factory=RingEventLoop)`.

    Threads: the one that runs it.
    """

    # The base class's queue of callbacks, its heap of timers and its one turn, the same in every CPython since 3.4. Nothing public says whether one
    # waits, starts a task at once, or runs the loop inside of a callback.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _run_once: Callable[[], None]
    _check_closed: Callable[[], None]
    _thread_id: int | None
    _stopping: bool

    def __init__(self) -> None:
        self._ring_selector = _RingSelector(self)
        self._nested: list[Callable[[], bool]] = []
        """When each run inside of a run is over."""
        super().__init__(self._ring_selector)

    def next_timer(self) -> asyncio.TimerHandle | None:
        """The one that the loop will wake up for."""
        return self._scheduled[0] if self._scheduled else None

    def has_turn(self, timer: asyncio.TimerHandle | None) -> bool:
        """Whether there is a reason for the loop's next turn: callbacks, another next timer, or that it need not run any more."""
        return (
            bool(self._ready)
            or self._stopping
            or self.next_timer() is not timer
            or (bool(self._nested) and self._nested[-1]())
        )

    def run_ready(self) -> None:
        """Runs the callbacks that are ready now, as the loop's next turn would, without the rest of a turn."""
        # Only a turn of the loop's own tells of callbacks that take long.
        if self._ready and not self.get_debug():
            for _ in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()

    def enter(self) -> asyncio.AbstractEventLoop | None:
        """Makes it the running loop of this thread, although nobody runs it: for a blocking call that serves others.

        Returns what leave() must be given.
        """
        self._check_closed()
        previous = asyncio._get_running_loop()
        self._thread_id = threading.get_ident()
        asyncio._set_running_loop(self)
        return previous

    def leave(self, previous: asyncio.AbstractEventLoop | None) -> None:
        """Takes enter() back."""
        self._thread_id = None
        asyncio._set_running_loop(previous)

    def add_sleeper(self, sleeper: RingSleeper) -> None:
        """From now on the loop looks at it before it sleeps, and is roused by it."""
        self._ring_selector.add_sleeper(sleeper)

    def run_nested(self, done: Callable[[], bool]) -> None:
        """Runs the loop inside of one of its own callbacks, until `done()`: for code that may not return before."""
        task = asyncio.current_task(self)
        if task is not None:
            asyncio.tasks._leave_task(self, task)
        waiting = len(self._ready)
        self._nested.append(done)
        try:
            while not done():
                self._run_once()
        finally:
            self._nested.pop()
            # The turn that goes on then will take as many callbacks as there were when it began.
            for _ in range(waiting - len(self._ready)):
                self._ready.append(_nothing(self))
            if task is not None:
                asyncio.tasks._enter_task(self, task)

    def start_task(
        self, coroutine: Coroutine[object, object, object], context: Context
    ) -> asyncio.Task[object]:
        """A task that has done its first step: one that never waits is done, without a turn of the loop."""
        current = asyncio.current_task(self)
        if current is not None:
            asyncio.tasks._leave_task(self, current)
        try:
            task = asyncio.Task(coroutine, loop=self, context=context)
            # Its first step, which is in the queue's last place.
            self._ready.pop()._run()
            return task
        finally:
            if current is not None:
                asyncio.tasks._enter_task(self, current)

    def remove_sleeper(self, sleeper: RingSleeper) -> None:
        """Before its doorbell is closed."""
        self._ring_selector.remove_sleeper(sleeper)


def _nothing(loop: asyncio.AbstractEventLoop) -> asyncio.Handle:
    """A callback that was cancelled."""
    handle = asyncio.Handle(print, (), loop)
    handle.cancel()
    return handle


class _RingSelector(selectors.DefaultSelector):
    def __init__(self, loop: RingEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._polled = 0.0
        """When it was last asked whether descriptors are ready, without waiting."""
        self._sleepers: dict[int, RingSleeper] = {}
        """By doorbell."""

    def add_sleeper(self, sleeper: RingSleeper) -> None:
        self.register(sleeper.doorbell, selectors.EVENT_READ)
        self._sleepers[sleeper.doorbell] = sleeper

    def remove_sleeper(self, sleeper: RingSleeper) -> None:
        self.unregister(sleeper.doorbell)
        del self._sleepers[sleeper.doorbell]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        waiting = [sleeper for sleeper in self._sleepers.values() if sleeper.waiting]
        if not waiting:
            return self._poll(timeout)
        if timeout is not None and timeout <= 0:
            # The loop has work of its own; what has arrived gets its turn too.
            _serve(waiting)
            return self._poll_now_and_then()
        # For this one the time-out was computed.
        timer = self._loop.next_timer()
        has_turn, run_ready = self._loop.has_turn, self._loop.run_ready
        are_waiting = True
        end = time.monotonic() + _FRAMES_FOR
        for rounds in count(1):
            # With several there is none to spin for: parking looks at each of them.
            if not (len(waiting) == 1 and waiting[0].spin()) and _park(waiting):
                return self._sleep(waiting, timeout)
            for sleeper in waiting:
                sleeper.serve()
                are_waiting &= sleeper.waiting
            if are_waiting:
                run_ready()
            if not are_waiting or has_turn(timer):
                break
            if rounds % _ROUNDS_PER_LOOK == 0 and time.monotonic() >= end:
                break
        return self._poll_now_and_then()

    def _sleep(
        self, parked: Sequence[RingSleeper], timeout: float | None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        try:
            events = self._poll(timeout)
        finally:
            for sleeper in parked:
                sleeper.unpark()
        _serve(parked)
        return events

    def _poll_now_and_then(self) -> list[tuple[selectors.SelectorKey, int]]:
        """Whether descriptors are ready, without waiting: a system call, which not each turn of a busy loop shall make."""
        now = time.monotonic()
        if now - self._polled < _POLL_EVERY:
            return []
        self._polled = now
        return self._poll(0)

    def _poll(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(timeout)
        others = [event for event in events if event[0].fd not in self._sleepers]
        if len(others) != len(events):
            for key, _ in events:
                sleeper = self._sleepers.get(key.fd)
                if sleeper is not None:
                    sleeper.clear_doorbell()
        return others


def _park(sleepers: Sequence[RingSleeper]) -> bool:
    """Parks all, or none of them."""
    for i, sleeper in enumerate(sleepers):
        if not sleeper.park():
            for parked in sleepers[:i]:
                parked.unpark()
            return False
    return True


def _serve(sleepers: Sequence[RingSleeper]) -> None:
    for sleeper in sleepers:
        sleeper.serve()
