"""A channel's place in an asyncio loop: who waits, and what wakes the loop for it. Normative: spec/wire/ring.md §5.

In a RingEventLoop the channel parks where the loop sleeps. In any other loop it has but add_reader(): there it parks
each time before something of it waits, and is roused by its doorbell.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._errors import ChannelClosedError
from ringsnake._ring.native import NativeChannel


class LoopLink:
    """Threads: the loop's. Kept alive by the loop until the channel is closed or used in another loop."""

    def __init__(self, channel: NativeChannel) -> None:
        """In the running loop."""
        self._channel = channel
        self._loop = asyncio.get_running_loop()
        self._process = os.getpid()
        self._receivers: list[asyncio.Future[None]] = []
        self._sender: asyncio.Future[None] | None = None
        self._watched: int = -1
        """The descriptor that tells of the peer: its process, or before that the channel's socket."""
        self._ended = False
        self.sender_turn = _SenderTurn(self)
        """`async with` waits for it; then one waits in it for what an attempt to send lacked."""
        self.doorbell = channel._doorbell
        self.spin = channel._spin
        self.park = channel._park
        self._hooked = isinstance(self._loop, RingEventLoop)
        if isinstance(self._loop, RingEventLoop):
            self._loop.add_sleeper(self)
        else:
            self._loop.add_reader(self.doorbell, self._on_doorbell)
        self._watch_peer()

    @property
    def waiting(self) -> bool:
        """Whether the loop must look at the channel before it sleeps."""
        return bool(self._receivers) or self._sender is not None

    def is_in_running_loop(self) -> bool:
        """Whether this is the place to wait. Raises RuntimeError when somebody waits in another loop."""
        if asyncio.get_running_loop() is self._loop:
            return True
        if self.waiting and not self._loop.is_closed():
            raise RuntimeError("the channel is waited for in another event loop")
        return False

    async def wait_to_receive(self) -> None:
        """Until there may be a message, or the peer is gone."""
        future = self._loop.create_future()
        self._receivers.append(future)
        try:
            await self._wait(future)
        finally:
            if future in self._receivers:
                self._receivers.remove(future)

    async def wait_to_send(self) -> None:
        """Until what the last attempt lacked may be had, or the peer is gone."""
        self._sender = future = self._loop.create_future()
        self._channel._want(True)
        try:
            # What arrives must not keep the loop from sleeping until there is room.
            if not self._receivers:
                self._channel._keep_messages()
            await self._wait(future)
        finally:
            self._sender = None
            if not self._ended:
                self._channel._want(False)

    def hold_senders(self, wait: bool) -> None:
        """Whether try_send() and the like send nothing."""
        if not self._ended:
            self._channel._hold_senders(wait)

    def unpark(self) -> None:
        """The loop runs again. A signal's handler may have closed the channel while it slept."""
        if not self._ended:
            self._channel._unpark()

    def clear_doorbell(self) -> None:
        """It was heard."""
        if not self._ended:
            self._channel._clear_doorbell()

    def serve(self) -> None:
        """Wakes who waits, if there is a reason to."""
        if self.waiting and self._channel._ready():
            self._wake()

    def leave(self) -> None:
        """The channel goes on in another loop."""
        if self._loop.is_closed() or self._process != os.getpid():
            return
        if isinstance(self._loop, RingEventLoop):
            self._loop.remove_sleeper(self)
        else:
            self._loop.remove_reader(self.doorbell)
        self._stop_watching()

    def end(self) -> None:
        """The channel is about to be closed: who waits will find it closed."""
        self._ended = True
        self.leave()
        if not self._loop.is_closed() and self._process == os.getpid():
            self._wake()

    async def _wait(self, future: asyncio.Future[None]) -> None:
        if not self._hooked and not self.park():
            # Something is ready already, though perhaps not for this one: whom it is for gets its turn.
            self._loop.call_soon(self._wake)
        await future
        if self._ended:
            raise ChannelClosedError("the channel was closed here")

    def _on_doorbell(self) -> None:
        if not self._ended:
            self.clear_doorbell()
            self.unpark()
            self._wake()

    def _wake(self) -> None:
        for future in (*self._receivers, self._sender):
            if future is not None and not future.done():
                future.set_result(None)

    def _watch_peer(self) -> None:
        meeting = self._channel._meeting_descriptor
        self._watched = self._channel._peer_descriptor if meeting < 0 else meeting
        if self._watched >= 0:
            self._loop.add_reader(self._watched, self._on_peer)

    def _stop_watching(self) -> None:
        if self._watched >= 0:
            self._loop.remove_reader(self._watched)
            self._watched = -1

    def _on_peer(self) -> None:
        """The peer has attached, or is gone. Both descriptors stay readable, and tell once."""
        self._stop_watching()
        if self._channel._look_at_peer():
            self._wake()
        else:
            self._watch_peer()


class _SenderTurn:
    """Serves those that wait to send in order, one at a time; others may not overtake them."""

    def __init__(self, link: LoopLink) -> None:
        self._link = link
        self._lock = asyncio.Lock()
        self._queued = 0

    async def __aenter__(self) -> Callable[[], Awaitable[None]]:
        self._queued += 1
        self._link.hold_senders(True)
        try:
            await self._lock.acquire()
        except BaseException:
            self._leave()
            raise
        return self._link.wait_to_send

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()
        self._leave()

    def _leave(self) -> None:
        self._queued -= 1
        if self._queued == 0:
            self._link.hold_senders(False)
