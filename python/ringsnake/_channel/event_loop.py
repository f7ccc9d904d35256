"""An asyncio loop that sleeps on a ring. Normative: spec/wire/ring.md §5.

Frames are received where the loop would sleep: no descriptor, no callback and no turn of the loop lie between a frame
and its handler while both sides run.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Collection

from ringsnake._channel.channel import Channel

_ROUNDS_PER_TURN = 32
"""Rounds of frames before descriptors and timers get their turn; each waits at most one spin, 50 µs."""


class RingEventLoop(asyncio.SelectorEventLoop):
    """The standard loop, with one channel built in. Threads: the one that runs it."""

    # The base class's queue of callbacks, the same in every CPython since 3.4. Nothing public says whether one waits.
    _ready: Collection[object]

    def __init__(self, channel: Channel) -> None:
        super().__init__(_RingSelector(channel, self))

    def has_ready(self) -> bool:
        """Whether callbacks wait for the loop's next turn."""
        return bool(self._ready)


class _RingSelector(selectors.DefaultSelector):
    def __init__(self, channel: Channel, loop: RingEventLoop) -> None:
        super().__init__()
        self._channel = channel
        self._loop = loop
        self._doorbell = channel.endpoint.doorbell
        self.register(self._doorbell, selectors.EVENT_READ)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        channel = self._channel
        if channel.closed:
            return self._poll(timeout)
        channel.drain_backlog()
        if timeout is not None and timeout <= 0:
            # The loop has work of its own; what has arrived gets its turn too.
            channel.receive()
            return self._poll(0)
        endpoint, has_ready = channel.endpoint, self._loop.has_ready
        for _ in range(_ROUNDS_PER_TURN):
            if not endpoint.spin() and endpoint.park_in_loop():
                return self._sleep(timeout)
            channel.drain_backlog()
            channel.receive()
            if channel.closed or has_ready():
                break
        return self._poll(0)

    def _sleep(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        channel = self._channel
        try:
            events = self._poll(timeout)
        finally:
            channel.endpoint.unpark()
        channel.drain_backlog()
        channel.receive()
        return events

    def _poll(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(timeout)
        others = [event for event in events if event[0].fd != self._doorbell]
        if len(others) != len(events) and not self._channel.closed:
            self._channel.endpoint.clear_doorbell()
        return others
