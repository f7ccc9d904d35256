"""The Unix socket beside the rings: handshake, descriptors, orderly end. Normative: spec/wire/handshake.md §2.

Twin: lib/channel/control.ts.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Sequence

from ringsnake._errors import HandshakeError
from ringsnake._wire.constants_gen import (
    CONTROL_DESCRIPTOR,
    CONTROL_FRAME_MAX,
    HELLO_DESCRIPTORS,
    FrameKind,
)
from ringsnake._wire.frame import decode_frame, encode_frame

_LENGTH_BYTES = 4
_CHUNK = 64 * 1024
_DESCRIPTOR_BYTES = struct.calcsize("i")


class ControlSocket:
    """Blocking during the handshake, then read by the event loop."""

    def __init__(self, end: socket.socket | None = None) -> None:
        """Takes `end` over: the host's. Without it, the end that a worker has inherited."""
        self._socket = socket.socket(fileno=CONTROL_DESCRIPTOR) if end is None else end
        # Not for the processes that the module starts: they would hide our end from the host.
        self._socket.set_inheritable(False)
        self._received = bytearray()

    def fileno(self) -> int:
        return self._socket.fileno()

    def set_blocking(self, blocking: bool) -> None:
        self._socket.setblocking(blocking)

    def receive_hello(self) -> tuple[object, list[int]]:
        """Blocks until the host's hello is there.

        Returns:
            Its value, and the descriptors that came with it; the caller owns them.
        """
        # Not recv_fds(), which ignores its flags: what is started meanwhile would inherit the descriptors.
        room = socket.CMSG_SPACE(HELLO_DESCRIPTORS * _DESCRIPTOR_BYTES)
        data, ancillary, _, _ = self._socket.recvmsg(_CHUNK, room, socket.MSG_CMSG_CLOEXEC)
        descriptors = [
            descriptor
            for level, kind, numbers in ancillary
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS
            for (descriptor,) in struct.iter_unpack("i", numbers)
        ]
        if len(descriptors) != HELLO_DESCRIPTORS:
            raise HandshakeError(
                f"hello came with {len(descriptors)} descriptors instead of {HELLO_DESCRIPTORS}"
            )
        self._received += data
        while True:
            for kind, value in self._messages():
                if kind is not FrameKind.HELLO:
                    raise HandshakeError(f"the host began with {kind.name.lower()}")
                return value, descriptors
            data = self._socket.recv(_CHUNK)
            if not data:
                raise HandshakeError("the host closed the connection before its hello was complete")
            self._received += data

    def take_received(self) -> list[tuple[FrameKind, object]]:
        """Messages that came along with the hello."""
        return list(self._messages())

    def receive(self) -> list[tuple[FrameKind, object]] | None:
        """Messages that have arrived; None when the host closed its end. Call when readable."""
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return []
        except ConnectionError:
            return None
        if not data:
            return None
        self._received += data
        return self.take_received()

    def send(self, kind: FrameKind, value: object, descriptors: Sequence[int] = ()) -> None:
        """Sends one message; blocks while the socket's buffer is full. The descriptors travel with it and stay ours."""
        frame = encode_frame(kind, value)
        message = len(frame).to_bytes(_LENGTH_BYTES, "little") + frame
        sent = socket.send_fds(self._socket, [message], descriptors) if descriptors else 0
        self._socket.sendall(message[sent:])

    def close(self) -> None:
        self._socket.close()

    def _messages(self) -> Iterator[tuple[FrameKind, object]]:
        while len(self._received) >= _LENGTH_BYTES:
            length = int.from_bytes(self._received[:_LENGTH_BYTES], "little")
            if length > CONTROL_FRAME_MAX:
                raise HandshakeError(f"a control message of {length} bytes is not one of ours")
            end = _LENGTH_BYTES + length
            if len(self._received) < end:
                return
            frame = bytes(self._received[_LENGTH_BYTES:end])
            del self._received[:end]
            yield decode_frame(frame)
