"""A frame channel's place in an asyncio loop. Normative: spec/wire/ring.md §5.

In a RingEventLoop the channel parks where the loop sleeps. Any other loop has but add_reader(): there the channel stays
parked while the loop does whatever it does, and its doorbell calls it back.
"""

from __future__ import annotations

import asyncio

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel

_LOOK_AGAIN_S = 0.005
"""When the peer seems to have gone: who watches its process will say so, and close the channel."""


class FrameLink:
    """Threads: the loop's."""

    def __init__(self, channel: FrameChannel, loop: asyncio.AbstractEventLoop) -> None:
        """From now on frames are served in `loop`, until the channel is closed."""
        self._channel = channel
        self._loop = loop
        self._doorbell = channel.doorbell
        self._has_turn = False
        channel.leave_loop = self._leave
        if isinstance(loop, RingEventLoop):
            loop.add_sleeper(channel)
            channel.serve_later = lambda seconds: loop.call_later(seconds, channel.serve)
        else:
            channel.serve_later = lambda seconds: loop.call_later(seconds, self._turn)
            channel.on_waited = self._on_waited
            loop.add_reader(self._doorbell, self._on_doorbell)
            loop.call_soon(self._turn)

    def _on_doorbell(self) -> None:
        self._channel.clear_doorbell()
        self._turn()

    def _on_waited(self) -> None:
        if not self._has_turn:
            self._has_turn = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        channel = self._channel
        self._has_turn = False
        channel.unpark()
        channel.serve()
        if not channel.waiting or channel.park():
            return
        if channel.ready:
            self._on_waited()
        else:
            self._loop.call_later(_LOOK_AGAIN_S, self._turn)

    def _leave(self) -> None:
        if self._loop.is_closed():
            return
        if isinstance(self._loop, RingEventLoop):
            self._loop.remove_sleeper(self._channel)
        else:
            self._loop.remove_reader(self._doorbell)
