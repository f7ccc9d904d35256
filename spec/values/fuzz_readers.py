"""Mutated messages for the readers, for a number of times or of seconds: `fuzz_readers.py TIMES [SEED]`, `fuzz_readers.py 60s`.

Each is read untyped, and declared, or as a sequence of messages; what was read is written and read again. Now and then an allocation
fails meanwhile. Any error that is not ours ends the run; what a sanitizer says ends it, too.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from declared_types import (
    ARGUMENTS,
    RICH,
    TABLE,
    TREE,
    GaveUpError,
    alone,
    arguments,
    rich,
    tree,
)
from fuzz_sequences import read_sequence, sequence_seeds
from memory import is_of_the_interpreter
from ringsnake import RingsnakeError
from ringsnake._wire.value import NativeProgram
from ringsnake.values import TypeRegistry, decode, encode

FOLDER = Path(__file__).parent.parent / "vectors" / "value"
DECLARED = [alone("r1"), alone(("r0", "[r2", "?d", "l0", "~|s"))]
DECLARED += [alone(code) for code in ("[l0", "[[f", "[?d", "[y", "[n", "[r2", "[~|s")]
DECLARED += [alone("r3")] * 4
DECLARED += [
    alone(code)
    for code in ("[u1", "[u2", "[u3", "[u4", "{f", "m2", "D[E0", "I[i", "[p2")
]
TYPES = TypeRegistry()
TYPES.register("registered", Path, str, lambda value: Path(str(value)))
TYPES.register_extension(33, bytearray, bytes, bytearray)
HEADS = bytes(
    [0, 1, 0x7F, 0x80, 0x81, 0x90, 0x91, 0xA0, 0xA1, *range(0xC0, 0xE1), 0xFF]
)
TYPE_BYTES = bytes([*range(23), 33, 0xFF])
MOST = 4096


def seeds() -> list[bytes]:
    rows = [
        row
        for file in sorted(FOLDER.glob("*.json"))
        for row in json.loads(file.read_bytes())
    ]
    texts = [row["bytes"] for row in rows if isinstance(row["bytes"], str)]
    source = random.Random(0)
    found = [bytes.fromhex(text) for text in texts]
    found += [TREE.native.encode(tree(source)) for _ in range(60)]
    found += [ARGUMENTS.native.encode(arguments(source)) for _ in range(60)]
    found += [RICH.native.encode(rich(source)) for _ in range(60)]
    for _, name, code in TABLE._types.records[3].fields:
        program = TABLE.result(code).native
        found += [program.encode(getattr(rich(source), name)) for _ in range(4)]
    return [each for each in found if 0 < len(each) <= MOST]


def mutated(source: random.Random, corpus: list[bytes]) -> bytes:
    data = bytearray(source.choice(corpus))
    for _ in range(source.randrange(1, 4)):
        at = source.randrange(len(data) + 1)
        match source.randrange(9):
            case 0:
                data[at : at + 1] = source.randbytes(1)
            case 1:
                data[at : at + 1] = bytes([source.choice(HEADS)])
            case 2:
                other = source.choice(corpus)
                start = source.randrange(len(other))
                data[at:at] = other[start : start + source.randrange(40)]
            case 3:
                del data[at : at + source.randrange(1, 6)]
            case 4:
                data[at:at] = data[at : at + source.randrange(30)]
            case 5:
                # An extension around what follows, of its right length or nearly.
                body = data[at : at + source.randrange(24)]
                size = max(0, len(body) + source.choice((0, 0, 0, -1, 1)))
                data[at : at + len(body)] = (
                    bytes([0xC7, size, source.choice(TYPE_BYTES)]) + body
                )
            case 6:
                del data[at:]
            case 7:
                data[at : at + 4] = source.choice(
                    (b"\xff" * 4, b"\0\0\0\1", b"\x7f\xff\xff\xff")
                )
            case _:
                data[:0] = b"\x91"
    return bytes(data[:MOST])


def read(data: bytes, native: NativeProgram) -> int:
    """How many values it made."""
    made = 0
    for options in ({}, {"arrays": "numpy", "types": TYPES}):
        with contextlib.suppress(RingsnakeError):
            value = decode(data, **options)
            made += 1
            written = encode(value, identity=True, tuples=True, types=TYPES)
            decode(written, **options)
    with contextlib.suppress(RingsnakeError, GaveUpError):
        value = native.decode(data)
        made += 1
        native.decode(native.encode(value))
    return made


def fails_well(testcapi: Any, native: NativeProgram, data: bytes, number: int) -> bool:
    """Whether the allocation of this number was needed; it fails."""
    raised: BaseException | None = None
    testcapi.set_nomemory(number, number + 1)
    try:
        native.decode(data)
    except BaseException as error:
        raised = error
    testcapi.remove_mem_hooks()
    allowed = MemoryError | RingsnakeError | GaveUpError
    if (
        raised is not None
        and not isinstance(raised, allowed)
        and not is_of_the_interpreter(raised)
    ):
        raise raised
    return isinstance(raised, MemoryError)


def turns(limit: str) -> Iterator[int]:
    if not limit.endswith("s"):
        yield from range(int(limit))
        return
    end = time.monotonic() + float(limit[:-1])
    number = 0
    while time.monotonic() < end:
        yield from range(number, number + 100)
        number += 100


def main(limit: str, seed: int) -> None:
    try:
        import _testcapi
    except ImportError:
        _testcapi = None
    source = random.Random(seed)
    corpus, sequences = seeds(), sequence_seeds()
    executions = values = failures = 0
    for number in turns(limit):
        data = mutated(source, corpus)
        native = source.choice(DECLARED)
        if number % 4 == 3:
            data = mutated(source, sequences)
        try:
            values += (
                read_sequence(data, TYPES) if number % 4 == 3 else read(data, native)
            )
        except BaseException:
            print(
                f"after {number} executions of seed {seed}: {data.hex()}",
                file=sys.stderr,
            )
            raise
        executions += 1
        if _testcapi is not None and number % 8 == 0:
            failures += fails_well(_testcapi, native, data, source.randrange(40))
        # What is a value in a new way may lead to others.
        if number % 97 == 0 and number % 4 != 3 and len(data) > 8:
            corpus[source.randrange(len(corpus))] = data
    print(
        json.dumps({"executions": executions, "values": values, "failures": failures})
    )


if __name__ == "__main__":
    TABLE.result("s")
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1)
