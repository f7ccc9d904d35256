"""The head of every frame: 16 bytes, little-endian, before one value. Normative: spec/wire/frame.md.

Twin: lib/wire/frame.ts.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from ringsnake._errors import ProtocolError
from ringsnake._wire.constants_gen import FRAME_HEADER_BYTES, FrameKind

# kind, flags, interface index, call id, method index, reserved
_LAYOUT = struct.Struct("<BBHIII")
assert _LAYOUT.size == FRAME_HEADER_BYTES

_KINDS = {int(kind): kind for kind in FrameKind}


class FrameHeader(NamedTuple):
    """A decoded frame header."""

    kind: FrameKind
    call_id: int = 0
    """Chosen by the caller, echoed by the answer; 0 where the kind has no call."""
    interface_index: int = 0
    """Index in the callee's list of served interfaces; calls only."""
    method_index: int = 0
    """Index in that interface; calls only."""


def pack_frame_header(
    kind: FrameKind, call_id: int = 0, interface_index: int = 0, method_index: int = 0
) -> bytes:
    """The 16 bytes of a header."""
    return _LAYOUT.pack(kind, 0, interface_index, call_id, method_index, 0)


def unpack_frame_header(header: bytes) -> FrameHeader:
    """Raises ProtocolError for a header this version does not know."""
    if len(header) != FRAME_HEADER_BYTES:
        raise ProtocolError(
            f"a frame of {len(header)} bytes is shorter than its header, {FRAME_HEADER_BYTES} bytes"
        )
    number, flags, interface_index, call_id, method_index, reserved = _LAYOUT.unpack(header)
    kind = _KINDS.get(number)
    if kind is None:
        raise ProtocolError(f"frame kind {number} is unknown")
    if flags or reserved:
        raise ProtocolError(
            f"a frame has bits set that this version reserves (flags {flags}, reserved {reserved})"
        )
    return FrameHeader(kind, call_id, interface_index, method_index)
