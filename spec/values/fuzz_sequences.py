"""Sequences of messages for the fuzzers: bytes that hold several messages, each behind a byte that says how long it is."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from ringsnake import RingsnakeError
from ringsnake.values import TypeRegistry, ValueDecoder, ValueEncoder

FOLDER = Path(__file__).parent.parent / "vectors" / "sequence"
LONGEST = 255


def sequence_seeds() -> list[bytes]:
    rows = [
        row
        for file in sorted(FOLDER.glob("*.json"))
        for row in json.loads(file.read_bytes())
    ]
    found: list[bytes] = []
    for row in rows:
        texts = [message["bytes"] for message in row["messages"]]
        if not all(isinstance(text, str) for text in texts):
            continue
        messages = [bytes.fromhex(text) for text in texts]
        if all(len(message) <= LONGEST for message in messages):
            found.append(
                b"".join(bytes([len(message)]) + message for message in messages)
            )
    return found


def read_sequence(data: bytes | memoryview, types: TypeRegistry) -> int:
    """What is read is written as shapes, and read again. Returns how many messages were values."""
    decoder = ValueDecoder(types=types)
    encoder, again = ValueEncoder(types=types), ValueDecoder(types=types)
    made = 0
    while len(data) > 0:
        message, data = data[1 : 1 + data[0]], data[1 + data[0] :]
        with contextlib.suppress(RingsnakeError):
            value = decoder.decode(message)
            made += 1
            again.decode(encoder.encode([value, value]))
    return made
