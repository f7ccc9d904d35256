"""The Python half of the codec's benchmark: `value_contest.py ROUNDS`, payloads as JSON on standard input.

Prints one JSON object a payload. Twin: bench/values/js-contest.ts.
"""

from __future__ import annotations

import dataclasses
import json
import pickle
import sys
from collections.abc import Callable, Sequence
from itertools import repeat
from time import perf_counter_ns
from typing import Any, NamedTuple

import msgpack
import msgspec
import orjson
import ormsgpack
from people_gen import Person
from ringsnake.values import ValueDecoder, ValueEncoder, decode, encode

ROUND_NS = 2_000_000

Encode = Callable[[Any], bytes]
Decode = Callable[[bytes], Any]


class Payload(NamedTuple):
    name: str
    value: Any
    method: str | None


class Work(NamedTuple):
    """A function and what it is called with, and nothing around them that would be measured, too."""

    run: Callable[[Any], object]
    argument: object


class Codec(NamedTuple):
    """A way to code a value. With a `record`, for payloads of a known type, made of its fields."""

    name: str
    encode: Encode
    decode: Decode
    record: Callable[..., object] | None = None


class PersonStruct(msgspec.Struct, array_like=True):
    """The same fields as Person, in msgspec's own kind of class."""

    id: int
    name: str
    email: str
    age: int
    score: float
    active: bool
    city: str
    created: float
    tags: list[str]
    note: str | None


GENERIC: Sequence[Codec] = (
    Codec("ringsnake", encode, decode),
    # As on a connection: what a message has defined, the next ones refer to.
    Codec("ringsnake, shapes", ValueEncoder().encode, ValueDecoder().decode),
    Codec(
        "msgspec", msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder().decode
    ),
    Codec("msgpack", msgpack.packb, msgpack.unpackb),
    Codec("ormsgpack", ormsgpack.packb, ormsgpack.unpackb),
    Codec("orjson", orjson.dumps, orjson.loads),
    Codec("json", lambda value: json.dumps(value).encode(), json.loads),
    Codec("pickle 5", lambda value: pickle.dumps(value, 5), pickle.loads),
)


def known(method: str) -> Sequence[Codec]:
    def msgspec_of(name: str, record: Callable[..., object]) -> Codec:
        kind: Any = record if method == "one" else list[record]  # type: ignore[valid-type]  # a class that is known when it runs
        decoder = msgspec.msgpack.Decoder(kind)
        return Codec(name, msgspec.msgpack.Encoder().encode, decoder.decode, record)

    if method == "numbers":
        return ringsnake_known(method)
    return (
        msgspec_of("msgspec to its Struct", PersonStruct),
        msgspec_of("msgspec to the dataclass", Person),
        *ringsnake_known(method),
    )


def ringsnake_known(method: str) -> Sequence[Codec]:
    from people_gen import people_definition

    (found,) = (each for each in people_definition.methods if each.name == method)
    return (
        Codec(
            "ringsnake, known type",
            found.result.native.encode,
            found.result.native.decode,
            None if method == "numbers" else Person,
        ),
    )


def of_records(payload: Payload, record: Callable[..., object]) -> object:
    if payload.method == "one":
        return record(**payload.value)
    return [record(**fields) for fields in payload.value]


def measure(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Nanoseconds of each: the best of many short rounds, in which all take turns."""

    def time(work: Work, times: int) -> int:
        run, argument = work
        before = perf_counter_ns()
        for _ in repeat(None, times):
            run(argument)
        return perf_counter_ns() - before

    counts = {
        name: max(1, ROUND_NS * 3 // max(time(work, 3), 1))
        for name, work in works.items()
    }
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], time(work, counts[name]) / counts[name])
    return best


def compare(payload: Payload, rounds: int) -> dict[str, object]:
    encodes: dict[str, Work] = {}
    decodes: dict[str, Work] = {}
    for codec in (*GENERIC, *(known(payload.method) if payload.method else ())):
        value = (
            payload.value if codec.record is None else of_records(payload, codec.record)
        )
        # The second time shapes are defined, the third time they are known.
        for _ in range(2):
            codec.decode(codec.encode(value))
        data = codec.encode(value)
        if plain(codec.decode(data)) != plain(value):
            raise ValueError(f"{codec.name} does not keep {payload.name}")
        encodes[codec.name] = Work(codec.encode, value)
        decodes[codec.name] = Work(codec.decode, data)
    return {
        "payload": payload.name,
        "encode": measure(encodes, rounds),
        "decode": measure(decodes, rounds),
    }


def plain(value: object) -> object:
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.asdict(value)
    return dataclasses.asdict(value) if isinstance(value, Person) else value


def main() -> None:
    rounds = int(sys.argv[1])
    payloads = [Payload(**payload) for payload in json.load(sys.stdin)]
    json.dump([compare(payload, rounds) for payload in payloads], sys.stdout)


main()
