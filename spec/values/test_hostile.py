"""Bytes from an enemy, and memory that runs out: an error each time, nothing lost, time and memory linear."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import random
import sys
import time
import tracemalloc
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from memory import blocks_after, fail_each
from ringsnake import UNSET, DecodeError, RingsnakeError
from ringsnake._ring.native import Endpoint
from ringsnake.values import Map, NdArray, Timestamp, TypeRegistry, Url, decode, encode

STRESS = bool(os.environ.get("RINGSNAKE_STRESS"))
ROUNDS = 10_000 if STRESS else 200
GROUP = 50
"""Messages that are measured together: interpreters keep a few blocks for themselves, which a leak must exceed."""
FOLDER = Path(__file__).parent.parent / "vectors" / "value"


class Named:
    def __init__(self, value: object) -> None:
        if value is None:
            raise ValueError("null is refused")
        self.value = value


TYPES = TypeRegistry()
TYPES.register("registered", Named, lambda it: it.value, Named)
TYPES.register_extension(33, bytearray, bytes, bytearray)


def expanded(text: Any) -> str:
    if isinstance(text, str):
        return text
    return "".join(
        p if isinstance(p, str) else p["repeat"][0] * p["repeat"][1] for p in text
    )


def vectors(limit: int) -> list[bytes]:
    """All of at most `limit` bytes, accepted and rejected."""
    rows = [
        row
        for file in sorted(FOLDER.glob("*.json"))
        for row in json.loads(file.read_bytes())
    ]
    found = [bytes.fromhex(expanded(row["bytes"])) for row in rows]
    return [data for data in found if len(data) <= limit]


def try_decode(data: bytes) -> object:
    """The value, or None when the bytes are refused."""
    try:
        return decode(data, types=TYPES)
    except RingsnakeError:
        return None


def both_ways(data: bytes) -> None:
    try:
        value = decode(data, types=TYPES)
        encode(value, types=TYPES)
        encode(value, identity=True, tuples=True, types=TYPES)
    except RingsnakeError:
        pass


class Leaks(unittest.TestCase):
    def test_no_vector_leaves_anything_behind(self) -> None:
        messages = vectors(600)
        self.assertGreater(len(messages), 700)
        for data in messages:
            both_ways(data)
        sentinels = [
            UNSET,
            Map,
            NdArray,
            Timestamp,
            Url,
            Named,
            ValueError,
            *TYPES._readers,
        ]
        counts = [sys.getrefcount(sentinel) for sentinel in sentinels]
        objects = len(gc.get_objects())
        for start in range(0, len(messages), GROUP):
            group = messages[start : start + GROUP]

            def all_of_them(group: list[bytes] = group) -> None:
                for data in group:
                    both_ways(data)

            self.assertLess(blocks_after(ROUNDS, all_of_them), ROUNDS)
        self.assertLess(len(gc.get_objects()) - objects, ROUNDS // 2)
        for sentinel, count in zip(sentinels, counts, strict=True):
            self.assertLess(sys.getrefcount(sentinel) - count, ROUNDS // 2, sentinel)

    def test_the_measure_sees_one_object_a_round(self) -> None:
        kept: list[object] = []
        growth = blocks_after(ROUNDS, lambda: kept.append(try_decode(b"\xca????")))
        self.assertGreaterEqual(growth, ROUNDS)

    def test_a_failure_in_the_middle_leaves_nothing_behind(self) -> None:
        value = {"a": [1, {2}, (3, {"b": object()})], 4: b""}

        def fail() -> None:
            with contextlib.suppress(RingsnakeError):
                encode(value, identity=True, tuples=True)

        self.assertLess(blocks_after(200, fail), 20)


class Cost(unittest.TestCase):
    """By counting memory; time is bounded only so that a quadratic reader cannot hide."""

    def assert_linear(self, data: bytes) -> None:
        try_decode(b"\xc0")
        tracemalloc.start()
        started = time.monotonic()
        value = try_decode(data)
        elapsed = time.monotonic() - started
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del value
        self.assertLess(peak, 32 * len(data) + 65_536)
        self.assertLess(elapsed, 5)

    def test_heads_that_claim_more_than_there_is(self) -> None:
        size = 1 << 16
        for head in (
            "dd 00 00 ff ff",
            "df 00 00 7f ff",
            "dc ff ff",
            "de 7f ff",
            "9f",
            "8f",
        ):
            self.assert_linear(bytes.fromhex(head) * (size // len(bytes.fromhex(head))))
        tuples = b"\x90"
        for _ in range(300):
            tuples = (
                b"\xc9"
                + (len(tuples) + 5).to_bytes(4, "big")
                + b"\x16\xdd\0\0\xff\xff"
                + tuples
            )
        self.assert_linear(tuples)

    def test_one_budget_for_all_of_a_message(self) -> None:
        with self.assertRaisesRegex(
            DecodeError, "more elements than the message has bytes"
        ):
            decode(
                b"\x92" + b"\xdc\x00\x20" + b"\xc0" * 32 + b"\xdc\x00\x20" + b"\xc0" * 3
            )
        with self.assertRaisesRegex(
            DecodeError, "more elements than the message has bytes"
        ):
            decode(b"\x92\xc7\x05\x04\x00\xdc\x00\x0a\x01")

    def test_depth_is_counted_in_extensions_too(self) -> None:
        for type_, inner in ((0x16, b"\x91"), (0x04, b"\x01\x91"), (0x13, b"\xa1a")):
            data = b"\xc0"
            for _ in range(2000):
                body = inner + data
                data = b"\xc9" + len(body).to_bytes(4, "big") + bytes([type_]) + body
            with self.assertRaisesRegex(DecodeError, "nested deeper than 128"):
                decode(data)

    def test_many_surrogates_and_many_keys(self) -> None:
        lone = b"\x00\xd8" * 100_000
        self.assert_linear(b"\xc9" + len(lone).to_bytes(4, "big") + b"\x02" + lone)
        keys = b"".join(
            b"\xa4" + index.to_bytes(4, "big") for index in range(0, 1 << 26, 1 << 10)
        )
        count = len(keys) // 5
        same = b"\xa1k\xc0" * count
        self.assert_linear(b"\xdf" + count.to_bytes(4, "big") + same)

    def test_keys_that_collide_are_refused(self) -> None:
        modulus = sys.hash_info.modulus
        count = 20_000
        same_hash = [(index + 8) * modulus for index in range(count)]
        for keys in (
            same_hash,
            [(key,) for key in same_hash],
            [-key for key in same_hash],
        ):
            for whole in (set(keys[:50]), Map.fromkeys(keys[:50])):
                self.assertEqual(decode(encode(whole, tuples=True)), whole)
            written = [encode(key, tuples=True) for key in keys]
            items = b"".join(written)
            pairs = b"".join(key + b"\xc0" for key in written)
            for type_, inner in (
                (4, b"\x00\xdd" + len(keys).to_bytes(4, "big") + items),
                (5, b"\xdf" + len(keys).to_bytes(4, "big") + pairs),
            ):
                message = (
                    b"\xc9" + len(inner).to_bytes(4, "big") + bytes([type_]) + inner
                )
                started = time.monotonic()
                with self.assertRaisesRegex(
                    DecodeError, "byte 0: too many keys that collide"
                ):
                    decode(message)
                self.assertLess(time.monotonic() - started, 1)

    def test_regular_keys_are_no_enemies(self) -> None:
        for keys in (
            range(50_000),
            range(0, 50_000 << 20, 1 << 20),
            range(0, 5_000 << 44, 1 << 44),
            [index / 2 for index in range(20_000)],
            [index / 1024 for index in range(20_000)],
            [float(index << 70) for index in range(5_000)],
            [(index, -index) for index in range(20_000)],
            [-index for index in range(20_000)],
        ):
            value = dict.fromkeys(keys, 0)
            self.assertEqual(decode(encode(value, tuples=True)), value)
            whole = set(keys)
            self.assertEqual(decode(encode(whole, tuples=True)), whole)

    def test_many_references_cost_what_they_are(self) -> None:
        count = 10_000
        data = (
            b"\xdd"
            + (count + 1).to_bytes(4, "big")
            + b"\xd4\x10\x90"
            + b"\xd6\x11\0\0\0\0" * count
        )
        self.assert_linear(data)


class Changes(unittest.TestCase):
    def test_any_bytes_are_a_value_or_a_decode_error(self) -> None:
        messages = vectors(80)
        source = random.Random(4)
        for _ in range(100 * ROUNDS):
            data = bytearray(source.choice(messages) + source.choice(messages))
            for _ in range(source.randrange(1, 4)):
                if data:
                    data[source.randrange(len(data))] = source.randrange(256)
            with contextlib.suppress(DecodeError):
                decode(data[: source.randrange(len(data) + 1)], types=TYPES)

    def test_what_was_read_is_written_and_read_again(self) -> None:
        for data in vectors(2000):
            try:
                value = decode(data, types=TYPES)
            except DecodeError:
                continue
            written = encode(value, identity=True, tuples=True, types=TYPES)
            again = decode(written, types=TYPES)
            last = encode(again, identity=True, tuples=True, types=TYPES)
            # The order of a set's items is Python's own.
            self.assertEqual(sorted(last), sorted(written))

    def test_what_changes_while_it_is_written(self) -> None:
        class Meddler:
            def __init__(self, action: Callable[[], object]) -> None:
                self.action = action

        types = TypeRegistry()
        types.register("m", Meddler, lambda it: it.action(), Meddler)
        for make in (
            lambda items: items.clear(),
            lambda items: (
                items.append(1) if isinstance(items, list) else items.update({"z": 1})
            ),
        ):
            for items in ([0, 1, 2], {"a": 1, "b": 2}):
                holder: Any = list(items) if isinstance(items, list) else dict(items)
                meddler = Meddler(lambda make=make, holder=holder: make(holder))
                if isinstance(holder, list):
                    holder.insert(0, meddler)
                else:
                    holder = {"m": meddler, **holder}
                    meddler.action = lambda make=make, holder=holder: make(holder)
                try:
                    encode(holder, types=types)
                except RingsnakeError as error:
                    self.assertIn("changed", str(error))


class WhileSent(unittest.TestCase):
    def test_a_value_cannot_use_the_channel_that_it_is_sent_on(self) -> None:
        endpoint = Endpoint("create", 65_536, 1 << 20, 0.0)
        outcomes: list[object] = []

        class MeddlingError(Exception):
            def __str__(self) -> str:
                for action in (endpoint.close, endpoint.receive, endpoint.wake_peer):
                    try:
                        outcomes.append(action())
                    except RuntimeError as error:
                        outcomes.append(str(error))
                return "meddled"

        self.assertIsNone(endpoint.try_send(16, 0, 1, 0, 0, 0, [MeddlingError()], True))
        self.assertEqual(
            outcomes, ["a value that is being sent or received uses its channel"] * 3
        )
        endpoint.close()


class NoMemory(unittest.TestCase):
    """Each allocation in turn fails."""

    def setUp(self) -> None:
        try:
            import _testcapi
        except ImportError:
            self.skipTest("this Python has no _testcapi")
        self.testcapi = _testcapi

    def test_every_vector(self) -> None:
        messages = vectors(120)
        for data in messages:
            both_ways(data)
        failures = 0
        for data in messages:
            failures += fail_each(
                self.testcapi, functools.partial(decode, data, types=TYPES), 300
            )
            value = try_decode(data)
            failures += fail_each(
                self.testcapi,
                functools.partial(encode, value, identity=True, types=TYPES),
                300,
            )
            both_ways(data)
        self.assertGreater(failures, 5 * len(messages))


if __name__ == "__main__":
    unittest.main()
