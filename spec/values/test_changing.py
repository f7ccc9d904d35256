"""Another process writes to the message while it is read: what comes is a whole value or an error of ours, never a broken object.

A str whose kind does not fit its characters is such an object: whoever trusts it reads or writes beyond it.
"""

from __future__ import annotations

import mmap
import os
import random
import signal
import sys
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from declared_types import TREE, tree
from ringsnake import RingsnakeError
from ringsnake.values import decode, encode

LONG = bool(os.environ.get("RINGSNAKE_STRESS") or os.environ.get("RINGSNAKE_FUZZ"))
TRIES = 20_000 if LONG else 400
SIZE = 20_000


@contextmanager
def flickering(*messages: bytes) -> Iterator[memoryview]:
    """Memory that another process fills with one of the messages after the other, at full speed."""
    size = len(messages[0])
    memory = mmap.mmap(-1, size)
    memory[:] = messages[0]
    child = os.fork()
    if child == 0:
        try:
            while os.getppid() == PARENT:
                for _ in range(100):
                    for message in messages:
                        memory[:] = message
        finally:
            os._exit(0)
    try:
        with memoryview(memory) as view:
            yield view
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        memory.close()


PARENT = os.getpid()


def is_whole(text: str) -> bool:
    """Whether it is of the smallest kind that holds it, as every str is."""
    try:
        again = text.encode("utf-16-le", "surrogatepass").decode(
            "utf-16-le", "surrogatepass"
        )
        data = text.encode("utf-8", "surrogatepass")
        return (
            data.decode("utf-8", "surrogatepass") == again == text
            and sys.getsizeof(again) == sys.getsizeof(text)
            and data.isascii() == text.isascii()
        )
    except UnicodeError:
        return False


def texts_of(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from texts_of(list(value))
            yield from texts_of(list(value.values()))
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from texts_of(item)
        case _:
            for name in getattr(type(value), "__slots__", ()):
                yield from texts_of(getattr(value, name, None))


def extension(type_: int, body: bytes) -> bytes:
    return b"\xc9" + len(body).to_bytes(4, "big") + bytes([type_]) + body


def string(body: bytes) -> bytes:
    return b"\xdb" + len(body).to_bytes(4, "big") + body


class Changing(unittest.TestCase):
    def read_while_it_changes(
        self, read: Callable[[memoryview], object], *messages: bytes, least: int = 2
    ) -> None:
        outcomes: dict[object, int] = {}
        with flickering(*messages) as view:
            for number in range(50 * TRIES):
                # The other process may have to wait for its turn.
                if number >= TRIES and len(outcomes) >= least:
                    break
                try:
                    value = read(view)
                except RingsnakeError:
                    outcomes["refused"] = outcomes.get("refused", 0) + 1
                    continue
                for text in texts_of(value):
                    self.assertTrue(is_whole(text), f"try {number}: {text[:20]!a}")
                key = hash(str(value)) if isinstance(value, str) else "read"
                outcomes[key] = outcomes.get(key, 0) + 1
                if not LONG and number > 50 and len(outcomes) > 20:
                    break
        # Else nothing changed.
        self.assertGreaterEqual(len(outcomes), least)

    def test_latin1(self) -> None:
        ascii_, accents = extension(1, b"a" * SIZE), extension(1, b"\xe9" * SIZE)
        self.read_while_it_changes(decode, ascii_, accents)

    def test_latin1_of_one_accent(self) -> None:
        plain = b"a" * SIZE
        self.read_while_it_changes(
            decode, extension(1, plain), extension(1, plain[:-1] + b"\xe9")
        )

    def test_utf8(self) -> None:
        for one, other in (
            ("a", "é"),
            ("a", "漢"),
            ("é", "漢"),
            ("a", "😀"),
            ("漢", "😀"),
        ):
            size = 12 * (SIZE // 12)
            messages = [
                string(character.encode() * (size // len(character.encode())))
                for character in (one, other)
            ]
            self.read_while_it_changes(decode, *messages)

    def test_utf16(self) -> None:
        for one, other in (
            ("a", "é"),
            ("a", "漢"),
            ("é", "漢"),
            ("aa", "😀"),
            ("漢漢", "😀"),
            ("aa", "\ud800a"),
        ):
            messages = [
                extension(2, (each * SIZE).encode("utf-16-le", "surrogatepass"))
                for each in (one, other)
            ]
            self.read_while_it_changes(decode, *messages)

    def test_short_strings_keys_and_names(self) -> None:
        words = ("a" * 22, "é" * 11, "漢" * 7 + "a", "😀" * 5 + "aa")
        messages = [encode({f"{i}": word for i in range(200)}) for word in words]
        self.assertEqual(len(set(map(len, messages))), 1)
        self.read_while_it_changes(decode, *messages, least=1)
        messages = [
            b"\xdc\x00\xc8"
            + b"".join(b"\x81" + encode(word) + b"\xc0" for _ in range(200))
            for word in words
        ]
        self.read_while_it_changes(decode, *messages, least=1)

    def test_everything_at_once(self) -> None:
        source = random.Random(6)
        value = [tree(source) for _ in range(4)]
        message = TREE.native.encode(value[0])
        untyped = encode(
            [
                {1: {"a", 2.5}, "b": [b"x" * 99, 2**70]},
                ValueError("é" * 30),
                {"k": [1] * 50},
            ]
            * 5
        )
        for read, data in ((TREE.native.decode, message), (decode, untyped)):
            changed = [data]
            for _ in range(20):
                copy = bytearray(data)
                for _ in range(8):
                    copy[source.randrange(len(copy))] = source.randrange(256)
                changed.append(bytes(copy))
            self.read_while_it_changes(read, *changed, least=1)


class TheMeasure(unittest.TestCase):
    def test_a_str_of_the_wrong_kind_is_seen(self) -> None:
        import ctypes

        text = "".join(["ab", "cd"] * 20)
        self.assertTrue(is_whole(text))
        offset = sys.getsizeof("") - 1
        ctypes.memset(id(text) + offset, 0xE9, 3)
        self.assertFalse(is_whole(text))
        ctypes.memset(id(text) + offset, 0x61, 3)


if __name__ == "__main__":
    unittest.main()
