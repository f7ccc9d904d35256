"""The context of a call as it crosses, in front of the arguments. Normative: spec/wire/frame.md §6.

Twin: lib/session/frame-context.ts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from ringsnake._errors import DecodeError
from ringsnake._wire.value import decode, encode

NO_METADATA: Final[Mapping[str, object]] = MappingProxyType({})


def context_to_wire(timeout: float | None, metadata: Mapping[str, object]) -> bytes:
    """What is left of the caller's time, in seconds, and its metadata. Raises EncodeError."""
    milliseconds = None if timeout is None else timeout * 1000
    return encode([milliseconds, dict(metadata) if metadata else None])


def context_from_wire(content: bytes) -> tuple[float | None, Mapping[str, object]]:
    """Of what arrived: what is ill-formed counts as not given."""
    try:
        value = decode(content)
    except DecodeError:
        value = None
    fields = cast("list[object]", value) if isinstance(value, list) else []
    timeout, metadata = [*fields, None, None][:2]
    is_time = isinstance(timeout, (int, float)) and timeout >= 0
    return (
        cast(float, timeout) / 1000 if is_time else None,
        cast("dict[str, object]", metadata) if isinstance(metadata, dict) else NO_METADATA,
    )
