"""A rich interface for the specs of declared types, its values by chance, and both ways to carry them."""

from __future__ import annotations

import array
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ringsnake import UNSET
from ringsnake._wire.schema_program import LiteralType, Program, RecordType, TypeTable
from ringsnake._wire.value import NativeProgram
from ringsnake.values import decode, encode


@dataclass(slots=True)
class Leaf:
    name: str
    size: float
    count: int
    is_open: bool
    big: int


@dataclass(slots=True)
class Tree:
    leaf: Leaf
    twig: Leaf | None
    label: str | None
    rank: float | None
    note: object
    state: str | float | bool
    sizes: list[float]
    grid: list[list[int]]
    data: bytes
    curve: memoryview
    nothing: None
    children: list[Tree]


@dataclass
class Roomy:
    """Without slots: its class is called."""

    x: float
    y: float = 0


STATES = LiteralType(("up", "down", 1, 2.5, True, 2**52), "a state")
TABLE = TypeTable(
    records=(
        RecordType(
            "Leaf",
            Leaf,
            (
                (".name", "name", "s"),
                (".size", "size", "f"),
                (".count", "count", "i"),
                (".isOpen", "is_open", "b"),
                (".big", "big", "n"),
            ),
        ),
        RecordType(
            "Tree",
            Tree,
            (
                (".leaf", "leaf", "r0"),
                (".twig", "twig", "?r0"),
                (".label", "label", "|s"),
                (".rank", "rank", "?f"),
                (".note", "note", "~|s"),
                (".state", "state", "l0"),
                (".sizes", "sizes", "[f"),
                (".grid", "grid", "[[i"),
                (".data", "data", "y"),
                (".curve", "curve", "d"),
                (".nothing", "nothing", "0"),
                (".children", "children", "[r1"),
            ),
        ),
        RecordType("Roomy", Roomy, ((".x", "x", "f"), (".y", "y", "f"))),
    ),
    literals=(STATES,),
)
TREE = TABLE.result("r1")
ARGUMENTS = TABLE.arguments(
    ("leaf", "r0"), ("places", "[r2"), ("curve", "?d"), ("state", "l0"), ("note", "~|s")
)
CODES = ("s", "f", "i", "b", "n", "0", "y", "d", "v", "l0", "r0", "r1", "r2")
CODES += tuple(prefix + code for prefix in ("[", "|", "?", "~", "~|", "[[", "[|") for code in CODES)


class GaveUpError(Exception):
    """The native half leaves it to the general way."""


def _give_up(value: object, _port: object = None) -> object:
    raise GaveUpError


def alone(
    code: str | tuple[str, ...], give_up: Callable[[object], object] = _give_up
) -> NativeProgram:
    """The native half of a program, which says what it does not know."""
    return NativeProgram(TABLE._schema, code, give_up, give_up)


def general_decode(program: Program, data: bytes) -> object:
    """What the native half must do as well, in words."""
    return program.from_wire(decode(data))


def general_encode(program: Program, value: object) -> bytes:
    return encode(program.to_wire(value))


def meaning(value: Any) -> Any:
    """What can be told of a value: equal exactly when types and contents are, all the way down."""
    kind = type(value)
    if kind is float:
        return kind, repr(value)
    if kind is list or kind is tuple:
        return kind, [meaning(item) for item in value]
    if kind is dict:
        return kind, [(key, meaning(item)) for key, item in value.items()]
    if kind is memoryview:
        return kind, value.format, value.shape, value.tobytes(), value.readonly
    if value is UNSET:
        return (kind,)
    names = getattr(kind, "__slots__", ()) or getattr(value, "__dict__", ())
    if names:
        return kind, [(name, meaning(getattr(value, name, "absent"))) for name in names]
    return kind, repr(value)


def outcome(action: Callable[[], object]) -> Any:
    """The meaning of what it returns, or the error with its text."""
    try:
        value = action()
    except Exception as error:
        return type(error), str(error)
    return meaning(value)


TEXTS = ("", "a", "snake", "é" * 5, "漢字", "é" * 40, "漢" * 40, "x" * 33, "😀" * 7)
FLOATS = (0.0, -0.0, 1.5, float("inf"), float("nan"), 3, -(2**53), 1e300)
INTEGERS = (0, 1, -1, 127, 128, -33, 2**16, -(2**31), 2**53 - 1, 1 - 2**53)
BIGS = (*INTEGERS, 2**53, 2**64 - 1, 2**64, -(2**63) - 1, 2**200)


def leaf(source: random.Random) -> Leaf:
    return Leaf(
        source.choice(TEXTS),
        source.choice(FLOATS),
        source.choice(INTEGERS),
        source.random() < 0.5,
        source.choice(BIGS),
    )


def tree(source: random.Random, depth: int = 0) -> Tree:
    return Tree(
        leaf(source),
        leaf(source) if source.random() < 0.5 else None,
        source.choice((None, *TEXTS)),
        source.choice((None, *FLOATS)),
        source.choice((UNSET, None, *TEXTS)),
        source.choice(STATES.members),
        [source.choice(FLOATS) for _ in range(source.randrange(4))],
        [
            [source.choice(INTEGERS) for _ in range(source.randrange(20))]
            for _ in range(source.randrange(3))
        ],
        source.randbytes(source.randrange(40)),
        memoryview(array.array("d", [source.random() for _ in range(source.randrange(4))])),
        None,
        [tree(source, depth + 1) for _ in range(source.randrange(3 if depth < 2 else 1))],
    )


def arguments(source: random.Random) -> tuple[object, ...]:
    return (
        leaf(source),
        [Roomy(source.choice(FLOATS), 2) for _ in range(source.randrange(3))],
        source.choice((None, memoryview(array.array("d", [1.5, -0.0])))),
        source.choice(STATES.members),
        source.choice((UNSET, None, "note")),
    )
