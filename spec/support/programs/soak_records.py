"""Records of random sizes that carry their number and a checksum. Twin: spec/support/soak.ts."""

from __future__ import annotations

import struct
import zlib

HEADER = struct.Struct("<III")
BLOCK_BYTES = 65_536


class Random:
    """Pseudo-random numbers, the same in both languages: xorshift32."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def next(self) -> int:
        x = self._state
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self._state = x
        return x


def size_of(random: Random) -> int:
    kind = random.next() % 1000
    if kind < 900:
        return random.next() % 200
    if kind < 998:
        return random.next() % 4_000
    return random.next() % 40_000


def checksum(data: bytes | memoryview) -> int:
    """Adler-32 of every 16th byte."""
    return zlib.adler32(bytes(data[::16]))


def _make_block() -> bytes:
    random = Random(99)
    return bytes(random.next() & 0xFF for _ in range(BLOCK_BYTES))


BLOCK = _make_block()


class SoakSender:
    """Makes record after record."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._number = 0

    def next(self) -> bytes:
        size = size_of(self._random)
        start = self._random.next() % (BLOCK_BYTES - 40_000)
        data = BLOCK[start : start + size]
        record = HEADER.pack(self._number, size, checksum(data)) + data
        self._number += 1
        return record


class SoakReceiver:
    """Counts what is wrong with the records that arrive."""

    def __init__(self) -> None:
        self.received = 0
        self.corrupt = 0
        self.misplaced = 0

    def take(self, data: bytes | memoryview) -> None:
        number, size, expected = HEADER.unpack_from(data)
        body = memoryview(data)[HEADER.size :]
        if number != self.received:
            self.misplaced += 1
        if size != len(body) or expected != checksum(body):
            self.corrupt += 1
        self.received += 1
