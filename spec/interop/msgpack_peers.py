"""Python's msgpack and msgspec, one JSON object a line: the other half of msgpack.spec.ts.

In: {"read": hex, "with": name} or {"write": meaning, "with": name}. Out: {"meaning": ..., "extensions": count, "byteKeys": count},
{"bytes": hex}, or {"error": text}. A meaning is written as spec/vectors/README.md says.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from typing import Any

import msgpack
import msgspec
from value_meanings import MeaningReader, ValueMaker


class Opaque:
    """An extension, whatever it is."""

    def __init__(self, code: int, data: bytes) -> None:
        self.code = code
        self.data = data


def read_msgpack(data: bytes, *, any_keys: bool) -> tuple[object, list[Opaque]]:
    found: list[Opaque] = []

    def hook(code: int, body: bytes) -> Opaque:
        found.append(Opaque(code, bytes(body)))
        return found[-1]

    # Any lengths: what the bytes that are there bound already.
    value = msgpack.unpackb(data, ext_hook=hook, strict_map_key=not any_keys, timestamp=0)
    return value, found


def read_msgspec(data: bytes) -> tuple[object, list[Opaque]]:
    found: list[Opaque] = []

    def hook(code: int, body: memoryview) -> Opaque:
        found.append(Opaque(code, bytes(body)))
        return found[-1]

    return msgspec.msgpack.decode(data, ext_hook=hook), found


READERS: dict[str, Callable[[bytes], tuple[object, list[Opaque]]]] = {
    "msgpack": lambda data: read_msgpack(data, any_keys=False),
    "msgpack, any keys": lambda data: read_msgpack(data, any_keys=True),
    "msgspec": read_msgspec,
}
WRITERS: dict[str, Callable[[object], bytes]] = {
    "msgpack": msgpack.packb,
    "msgpack, short floats": lambda value: msgpack.packb(value, use_single_float=True),
    "msgspec": msgspec.msgpack.encode,
}


class Reader:
    """Describes what a peer read; counts what only it takes."""

    def __init__(self) -> None:
        self.byte_keys = 0

    def meaning(self, value: Any) -> dict[str, Any]:
        match value:
            case Opaque():
                return {"extension": [value.code, value.data.hex()]}
            case msgpack.Timestamp():
                return {"extension": [-1, value.to_bytes().hex()]}
            case list():
                return {"array": [self.meaning(item) for item in value]}
            case dict():
                return {"map": [[self.key(key), self.meaning(item)] for key, item in value.items()]}
            case _:
                return MeaningReader(value).meaning()

    def key(self, key: object) -> str:
        if isinstance(key, bytes):
            self.byte_keys += 1
        return key if isinstance(key, str) else repr(key)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    name = request["with"]
    if "write" in request:
        return {"bytes": WRITERS[name](ValueMaker().make(request["write"])).hex()}
    try:
        value, found = READERS[name](bytes.fromhex(request["read"]))
    except (ValueError, TypeError, msgspec.MsgspecError, RecursionError, struct.error) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    reader = Reader()
    meaning = reader.meaning(value)
    return {"meaning": meaning, "extensions": len(found), "byteKeys": reader.byte_keys}


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))
