"""What reader_fuzzer.cc calls: functions that take any bytes, and raise nothing but MemoryError."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from declared_types import GaveUpError, alone
from fuzz_sequences import read_sequence
from ringsnake import RingsnakeError
from ringsnake._wire.value import NativeProgram
from ringsnake.values import TypeRegistry, decode, encode

TYPES = TypeRegistry()
TYPES.register_extension(33, bytearray, bytes, bytearray)


def read_any(data: memoryview) -> None:
    with contextlib.suppress(RingsnakeError):
        value = decode(data, types=TYPES)
        decode(encode(value, identity=True, tuples=True, types=TYPES), types=TYPES)


def read_messages(data: memoryview) -> None:
    read_sequence(data, TYPES)


def reader_of(native: NativeProgram) -> Callable[[memoryview], None]:
    def read(data: memoryview) -> None:
        with contextlib.suppress(RingsnakeError, GaveUpError):
            native.decode(native.encode(native.decode(data)))

    return read


READERS = [
    read_any,
    reader_of(alone("r1")),
    reader_of(alone(("r0", "[r2", "?d", "l0", "~|s"))),
    reader_of(alone("[[f")),
    reader_of(alone("[~|r0")),
    read_messages,
    reader_of(alone("r3")),
    reader_of(alone("[u1")),
    reader_of(alone("m2")),
]
