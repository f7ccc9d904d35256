"""Frames both ways over one region. Twin: lib/channel/channel.ts."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from ringsnake._errors import (
    BackpressureError,
    MessageTooLargeError,
    ProtocolError,
    SessionClosedError,
)
from ringsnake._ring.endpoint import Endpoint
from ringsnake._wire.constants_gen import FRAME_HEADER_BYTES
from ringsnake._wire.frame import FrameHeader, unpack_frame_header
from ringsnake._wire.value import encode

_HIGH_WATER_MARK = 64 * 1024 * 1024
"""Bytes that may wait for room in the ring before sending is refused."""

_FRAMES_PER_TURN = 512
"""Frames received per turn of the event loop, so that other events get their turn."""


class ChannelReceiver(Protocol):
    """What a channel hands up."""

    def on_frame(self, header: FrameHeader, value: object, error: Exception | None) -> None:
        """One frame; `error` says what is wrong with its value, if anything."""
        ...

    def on_broken(self, error: ProtocolError) -> None:
        """The peer broke the wire; the channel receives no more."""
        ...


class Channel:
    """One thread: the event loop's. A sent frame wakes a sleeping peer at once."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._broken = False
        self._closed = False
        self.receiver: ChannelReceiver | None = None
        """Set before the first receive()."""

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    @property
    def closed(self) -> bool:
        return self._closed

    def send(self, header: bytes, value: object) -> None:
        """Sends one frame, or keeps it until the ring has room.

        Raises:
            EncodeError, MessageTooLargeError, BackpressureError: and then nothing was sent.
        """
        if self._closed:
            raise SessionClosedError("the session was closed")
        # Behind waiting frames nothing may overtake.
        frame = self._encode(header, value) if self._backlog else self._endpoint.try_send(header, value)
        if frame is not None:
            self._wait(frame)
        self._endpoint.wake_peer()

    def receive(self) -> bool:
        """Receives what is there, at most one turn's worth. False when there was nothing."""
        if self._broken or self._closed:
            return False
        endpoint, receiver = self._endpoint, self.receiver
        assert receiver is not None
        count = 0
        try:
            while count < _FRAMES_PER_TURN:
                frame = endpoint.receive(FRAME_HEADER_BYTES)
                if frame is None:
                    break
                # Nothing of the record is needed any more: everything was copied out.
                endpoint.release()
                count += 1
                header, value, error = frame
                receiver.on_frame(unpack_frame_header(header), value, error)
                if self._closed:
                    return True
            if endpoint.broken:
                raise ProtocolError("the ring holds what no peer may write")
        except ProtocolError as error:
            self._broken = True
            receiver.on_broken(error)
        return count > 0

    def drain_backlog(self) -> None:
        """Sends what waited for room."""
        if not self._backlog:
            return
        while self._backlog and self._endpoint.try_send_encoded(self._backlog[0]):
            self._backlog_bytes -= len(self._backlog.popleft())
        self._endpoint.want_room(len(self._backlog[0]) if self._backlog else 0)
        self._endpoint.wake_peer()

    @property
    def backlog_bytes(self) -> int:
        """Bytes of frames that wait for room."""
        return self._backlog_bytes

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._backlog.clear()
            self._backlog_bytes = 0
            self._endpoint.close()

    def _encode(self, header: bytes, value: object) -> bytes:
        frame = header + encode(value)
        if len(frame) > self._endpoint.max_payload:
            raise MessageTooLargeError(len(frame), self._endpoint.max_payload)
        return frame

    def _wait(self, frame: bytes) -> None:
        if self._backlog_bytes + len(frame) > _HIGH_WATER_MARK:
            raise BackpressureError(
                f"{self._backlog_bytes} bytes already wait for the peer to read: "
                "await earlier calls before making more"
            )
        self._backlog.append(frame)
        self._backlog_bytes += len(frame)
        if len(self._backlog) == 1:
            self._endpoint.want_room(len(frame))
