"""Messages both ways between two processes. Twin: lib/channel/channel.ts. Normative: spec/wire/ring.md and spec/wire/bulk.md."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Literal, Self

from ringsnake._channel.loop_link import LoopLink
from ringsnake._errors import ChannelClosedError
from ringsnake._ring.native import Bulk, NativeChannel
from ringsnake._ring.region import Doorbell, Region
from ringsnake._ring.waiting import RingStatistics, Waiting, spin_of
from ringsnake._wire.constants_gen import BULK_LIMIT_DEFAULT, RING_CAPACITY_DEFAULT

if TYPE_CHECKING:
    from typing_extensions import Buffer

Message = bytes | Bulk
"""A copy of a message; or one in place, which is the receiver's to release."""

_MESSAGES_PER_TURN = 256
"""Messages that receive_async() may hand out before other tasks get their turn."""


class Channel(NativeChannel):
    """Bytes both ways between two processes, or between two threads of one.

    A message of up to half a ring goes through the ring; a larger one goes by reference and arrives as a Bulk. Messages
    arrive once, whole and in order; what the peer sent before it closed or died still arrives.

    `for message in channel` receives until the peer closes, `async for` does so in an event loop. Used as a context
    manager the channel is closed at the end.

    Threads: one at a time, best the one that made it: its end tells a peer in this process that the channel is dead.
    While one is blocked in the channel, without the GIL, every use by another raises RuntimeError, but for close().
    A child of fork() has no part in it: every use there raises ChannelClosedError. Owns shared memory and descriptors
    until close().
    """

    _link: LoopLink | None = None
    _received_in_turn = 0

    @classmethod
    def create(
        cls,
        *,
        ring_capacity: int = RING_CAPACITY_DEFAULT,
        bulk_limit: int = BULK_LIMIT_DEFAULT,
        waiting: Waiting = "adaptive",
    ) -> Self:
        """The first side of a new channel. `descriptor` is all that the peer needs.

        Args:
            ring_capacity: bytes each way, a power of two from 64 KiB to 1 GiB.
            bulk_limit: bytes that this side may have in segments, and of the peer's that it maps.
            waiting: how this side waits before it sleeps.

        Raises:
            ValueError: one of them is out of its limits.
            ResourceError: the system has no memory or no descriptor left.
        """
        return cls("create", ring_capacity, bulk_limit, spin_of(waiting))

    @classmethod
    def attach(
        cls,
        descriptor: int,
        *,
        bulk_limit: int = BULK_LIMIT_DEFAULT,
        waiting: Waiting = "adaptive",
    ) -> Self:
        """The second side, of the `descriptor` of the first one: inherited, or of another thread of this process.

        Takes it over; but in the process that created the channel it stays that side's.

        Raises:
            ProtocolError: it is nothing of the kind.
            ResourceError: the system has no memory or no descriptor left.
        """
        return cls("attach", 0, bulk_limit, spin_of(waiting), descriptor)

    @classmethod
    def of(
        cls,
        region: Region,
        side: Literal[0, 1],
        own_doorbell: Doorbell,
        peer_doorbell: Doorbell,
        *,
        waiting: Waiting = "adaptive",
    ) -> Self:
        """Either side, of parts whose descriptors travelled another way; it takes copies.

        No message can be larger than half a ring then, and in an event loop the peer's death is not noticed.
        """
        parts = (region.descriptor, own_doorbell.descriptor, peer_doorbell.descriptor)
        if -1 in parts:
            raise ValueError("the region or a doorbell was closed")
        return cls("make", 0, 0, spin_of(waiting), *map(os.dup, parts), side)

    def statistics(self) -> RingStatistics:
        """What has been counted so far."""
        return RingStatistics(*self._statistics())

    def close(self) -> None:
        """Tells the peer, and lets go of everything. A Bulk that was received stays valid. May be called again.

        What producer.write() has laid out goes out first; an open claim is given up, and its memoryview released.
        What waits in the channel raises ChannelClosedError: coroutines at once, a thread that is blocked within 250 ms.
        """
        link, self._link = self._link, None
        if link is not None:
            link.end()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def batches(self, max: int = 256) -> Iterator[list[Message]]:
        """What has arrived, at most `max` messages at a time, until the peer closes; blocks while there is none."""
        while True:
            try:
                batch = self.receive_many(max, None)
            except ChannelClosedError:
                if self.closed:
                    raise
                return
            yield batch

    async def receive_async(self) -> Message:
        """The next message; see receive(). Runs in any asyncio loop that has add_reader(), best in RingEventLoop."""
        self._received_in_turn += 1
        if self._received_in_turn >= _MESSAGES_PER_TURN:
            self._received_in_turn = 0
            # Before a message is taken: a coroutine that is cancelled here has none to lose.
            await asyncio.sleep(0)
        message = self.receive(0)
        if message is None:
            link = self._linked()
            # What is ready may also be room for a sender, which must get its turn then: one look only.
            if self._look_briefly():
                message = self.receive(0)
            while message is None:
                await link.wait_to_receive()
                message = self.receive(0)
        return message

    async def send_async(self, data: Buffer) -> None:
        """Sends, when there is room; see try_send(). Calls of several tasks are served in order."""
        if self.try_send(data):
            return
        async with self._linked().sender_turn as wait:
            while not self._try_send_in_turn(data):
                await wait()

    async def allocate_async(self, size: int) -> Bulk:
        """Shared memory for a message of `size` bytes, as soon as there is some; see try_allocate()."""
        bulk = self.try_allocate(size)
        if bulk is None:
            async with self._linked().sender_turn as wait:
                while (bulk := self.try_allocate(size)) is None:
                    await wait()
        return bulk

    async def send_bulk_async(self, bulk: Bulk, length: int | None = None) -> None:
        """Hands an allocation over when there is room; see try_send_bulk()."""
        if self.try_send_bulk(bulk, length):
            return
        async with self._linked().sender_turn as wait:
            while not self._try_send_bulk_in_turn(bulk, length):
                await wait()

    async def __aiter__(self) -> AsyncIterator[Message]:
        while True:
            try:
                message = await self.receive_async()
            except ChannelClosedError:
                if self.closed:
                    raise
                return
            yield message

    def _linked(self) -> LoopLink:
        """Our place in the running loop."""
        if self._link is None or not self._link.is_in_running_loop():
            if self._link is not None:
                self._link.leave()
            self._link = LoopLink(self)
        return self._link
