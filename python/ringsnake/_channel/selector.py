"""Sleeps in asyncio's own poll, without a helper thread. Normative: spec/wire/ring.md §5.

An event loop that runs on this selector receives frames where it would sleep: no file descriptor, no callback and no
turn of the loop lie between a frame and its handler while both sides run.
"""

from __future__ import annotations

import selectors

from ringsnake._channel.channel import Channel


class RingSelector(selectors.DefaultSelector):
    """One loop, one channel. Threads: the loop's."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel
        self._doorbell = channel.endpoint.doorbell
        self.register(self._doorbell, selectors.EVENT_READ)

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        channel = self._channel
        if channel.closed:
            return self._poll(timeout)
        endpoint = channel.endpoint
        channel.drain_backlog()
        if timeout is not None and timeout <= 0:
            # The loop has work of its own; what has arrived gets its turn too.
            channel.receive()
            return self._poll(0)
        if endpoint.spin() or not endpoint.park_in_loop():
            channel.receive()
            return self._poll(0)
        try:
            events = self._poll(timeout)
        finally:
            endpoint.unpark()
        channel.drain_backlog()
        channel.receive()
        return events

    def _poll(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(timeout)
        others = [event for event in events if event[0].fd != self._doorbell]
        if len(others) != len(events) and not self._channel.closed:
            self._channel.endpoint.clear_doorbell()
        return others
