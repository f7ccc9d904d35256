"""Frames outside the rings: on the control socket. Normative: spec/wire/frame.md. Twin: lib/wire/frame.ts.

In the rings the native endpoint writes and reads the same header next to the value.
"""

from __future__ import annotations

import struct

from ringsnake._errors import ProtocolError
from ringsnake._wire.constants_gen import FRAME_HEADER_BYTES, FrameKind
from ringsnake._wire.value import decode, encode

# kind, flags, interface index, call id, method index, parent
_LAYOUT = struct.Struct("<BBHIII")
assert _LAYOUT.size == FRAME_HEADER_BYTES


def encode_frame(kind: FrameKind, value: object) -> bytes:
    """A frame that belongs to no call."""
    return _LAYOUT.pack(kind, 0, 0, 0, 0, 0) + encode(value)


def decode_frame(frame: bytes) -> tuple[FrameKind, object]:
    """Its kind and value. Raises ProtocolError or DecodeError."""
    if len(frame) < FRAME_HEADER_BYTES:
        raise ProtocolError(
            f"a frame of {len(frame)} bytes is shorter than its header, {FRAME_HEADER_BYTES} bytes"
        )
    number, flags, _, _, _, _ = _LAYOUT.unpack_from(frame)
    if flags:
        raise ProtocolError(f"a frame has flags set that belong to calls ({flags})")
    try:
        kind = FrameKind(number)
    except ValueError:
        raise ProtocolError(f"frame kind {number} is unknown") from None
    return kind, decode(frame[FRAME_HEADER_BYTES:])
