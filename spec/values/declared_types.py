"""A rich interface for the specs of declared types, its values by chance, and both ways to carry them."""

from __future__ import annotations

import array
import datetime
import enum
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ringsnake import UNSET
from ringsnake._wire.schema_program import Program, TypeTable
from ringsnake._wire.schema_types import (
    AliasType,
    ArrayType,
    EnumType,
    LiteralType,
    MapType,
    PatternType,
    RecordType,
    TupleType,
    UnionType,
)
from ringsnake._wire.value import NativeProgram
from ringsnake.values import Map, NdArray, Url, decode, encode


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


class Tint(enum.StrEnum):
    RED = "red"
    GREEN = "green"


class Rank(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Mixed(enum.Enum):
    ZERO = 0
    HALF = 0.5
    NAME = "name"


@dataclass(slots=True)
class Rich:
    """A field of each type that is made of several values, or is an extension."""

    tint: Tint
    rank: Rank
    mixed: Mixed
    born: datetime.datetime
    home: Url
    pattern: re.Pattern[str]
    width: str
    pair: tuple[str, float]
    span: tuple[float, ...]
    line: tuple[object, ...]
    part: Leaf | Roomy
    json: object
    any: object
    tags: set[str]
    primes: frozenset[int]
    scores: dict[str, float]
    by_number: dict[int, list[int]]
    by_name: Map[str, float]
    by_tint: Map[Tint, Leaf]
    ports: memoryview
    pixels: NdArray
    unknown: object
    nothing: object
    nested: list[object]
    extra: dict[str, float] = field(default_factory=dict)


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
        RecordType(
            "Rich",
            Rich,
            (
                (".tint", "tint", "E0"),
                (".rank", "rank", "E1"),
                (".mixed", "mixed", "E2"),
                (".born", "born", "t"),
                (".home", "home", "w"),
                (".pattern", "pattern", "e"),
                (".width", "width", "P0"),
                (".pair", "pair", "p0"),
                (".span", "span", "p1"),
                (".line", "line", "p2"),
                (".part", "part", "u0"),
                (".json", "json", "u1"),
                (".any", "any", "u2"),
                (".tags", "tags", "{s"),
                (".primes", "primes", "(i"),
                (".scores", "scores", "Df"),
                (".byNumber", "by_number", "I[i"),
                (".byName", "by_name", "m0"),
                (".byTint", "by_tint", "m1"),
                (".ports", "ports", "aH"),
                (".pixels", "pixels", "aC"),
                ('["what ever"]', "unknown", "x"),
                (".nothing", "nothing", "z"),
                (".nested", "nested", "g0"),
            ),
            extra=("extra", "f"),
        ),
    ),
    literals=(STATES,),
    enums=(
        EnumType(Tint, '"red" or "green"'),
        EnumType(Rank, "1 or 10"),
        EnumType(Mixed, '0, 0.5 or "name"'),
        EnumType(Tint, '"red"', (Tint.RED,)),
    ),
    patterns=(PatternType("-?[0-9]+px", "`${number}px`"),),
    arrays=(ArrayType("float64", (None, 2)), ArrayType("int16", None)),
    maps=(
        MapType("s", "f"),
        MapType("E0", "r0"),
        MapType("x", "x"),
        MapType("[i", "i"),
    ),
    tuples=(
        TupleType(("s", "f"), "[string, number]"),
        TupleType(("f", "~f"), "[number, number?]", least=1),
        TupleType(("s",), "[string, ...Pair[]]", least=1, rest="p0"),
    ),
    unions=(
        UnionType(("r0", "r2"), "Part"),
        UnionType(("s", "f", "b", "[|u1", "D|u1"), "Json"),
        UnionType(("f", "n", "b", "t", "y", "E3", "P0", "s"), "Any"),
        UnionType(("l0", "E1", "aH", "[s", "{s", "m0"), "Odd"),
        UnionType(("z", "e", "d", "w", "|r2", "g0", "x"), "Last"),
    ),
    aliases=(AliasType("[g0"),),
)
TREE = TABLE.result("r1")
RICH = TABLE.result("r3")
ARGUMENTS = TABLE.arguments(
    ("leaf", "r0"), ("places", "[r2"), ("curve", "?d"), ("state", "l0"), ("note", "~|s")
)
CODES = ("s", "f", "i", "b", "n", "0", "y", "d", "v", "l0", "r0", "r1", "r2")
CODES += tuple(
    prefix + code for prefix in ("[", "|", "?", "~", "~|", "[[", "[|") for code in CODES
)
NEW = (
    "z",
    "x",
    "t",
    "w",
    "e",
    "E0",
    "E1",
    "E2",
    "E3",
    "P0",
    "N0",
    "N1",
    "p0",
    "p1",
    "p2",
    "g0",
)
NEW += (
    "u0",
    "u1",
    "u2",
    "u3",
    "u4",
    "m0",
    "m1",
    "m2",
    "m3",
    "{s",
    "{f",
    "{E0",
    "{t",
    "{[i",
    "(i",
)
NEW += (
    "Df",
    "Dx",
    "I[i",
    "ab",
    "ah",
    "aH",
    "aI",
    "af",
    "aq",
    "aQ",
    "aC",
    "{x",
    "{|i",
    "D[E0",
    "r3",
)
CODES += tuple(prefix + code for prefix in ("", "[", "~|") for code in NEW)
"""Each type by its code, and in others."""


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
    if kind is dict or kind is Map:
        return kind, [(meaning(key), meaning(item)) for key, item in value.items()]
    if kind is set or kind is frozenset:
        return kind, sorted(map(repr, value))
    if isinstance(value, enum.Enum):
        return kind, value.name
    if kind.__name__ == "ndarray":
        return kind, str(value.dtype), value.shape, value.tobytes()
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
        memoryview(
            array.array("d", [source.random() for _ in range(source.randrange(4))])
        ),
        None,
        [
            tree(source, depth + 1)
            for _ in range(source.randrange(3 if depth < 2 else 1))
        ],
    )


UTC = datetime.UTC
EAST = datetime.timezone(datetime.timedelta(hours=2))
MOMENTS = (
    datetime.datetime(1970, 1, 1, tzinfo=UTC),
    datetime.datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime.datetime(1, 1, 1, tzinfo=UTC),
    datetime.datetime(9999, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
    datetime.datetime(1969, 12, 31, 23, 59, 59, 500, tzinfo=UTC),
    datetime.datetime(2000, 3, 1, 12, fold=1, tzinfo=UTC),
    datetime.datetime(2000, 3, 1, 12, tzinfo=EAST),
)


def json_value(source: random.Random, depth: int = 0) -> object:
    kind = source.randrange(3 if depth > 2 else 5)
    if kind == 3:
        return [json_value(source, depth + 1) for _ in range(source.randrange(4))]
    if kind == 4:
        return {
            name: json_value(source, depth + 1) for name in TEXTS[: source.randrange(4)]
        }
    return source.choice(
        ((None, True, False)[depth == 0 :], TEXTS, (1.5, -2.0, 7))[kind]
    )


def rich(source: random.Random) -> Rich:
    def some(items: Any, most: int = 3) -> list[Any]:
        return source.sample(tuple(items), source.randrange(most))

    return Rich(
        source.choice(tuple(Tint)),
        source.choice(tuple(Rank)),
        source.choice((Mixed.ZERO, Mixed.NAME)),
        source.choice(MOMENTS),
        Url("https://example.org/é"),
        re.compile(r"(?P<a>\w)+(?P=a)", source.choice((0, re.IGNORECASE, re.DOTALL))),
        source.choice(("1px", "-20px")),
        (source.choice(TEXTS), source.choice((1.0, 2))),
        source.choice(((1.0,), (1.0, 2.5), (1.0, UNSET))),
        ("a", *some([("b", 1.0), ("漢", 2.0)])),
        source.choice((leaf(source), Roomy(1.0, 2.0))),
        json_value(source),
        source.choice(
            (1, 2.5, 2**60, True, MOMENTS[1], b"ab", Tint.RED, "green", "3px")
        ),
        set(some(TEXTS)),
        frozenset(some(INTEGERS)),
        dict.fromkeys(some(TEXTS), 1.5),
        dict.fromkeys(some(INTEGERS), [1]),
        Map.fromkeys(some(TEXTS), 2.5),
        Map.fromkeys(some(Tint), leaf(source)),
        memoryview(array.array("H", range(source.randrange(4)))),
        NdArray(b"abc"[: source.randrange(4)], dtype="uint8Clamped"),
        source.choice((None, [1, {"a": (2.5, "x" * 40)}], MOMENTS[2], {1: 2})),
        UNSET,
        source.choice(([], [[], [[]]])),
        dict.fromkeys(some(("odd key", "tints", "_")), 0.5),
    )


def arguments(source: random.Random) -> tuple[object, ...]:
    return (
        leaf(source),
        [Roomy(source.choice(FLOATS), 2) for _ in range(source.randrange(3))],
        source.choice((None, memoryview(array.array("d", [1.5, -0.0])))),
        source.choice(STATES.members),
        source.choice((UNSET, None, "note")),
    )
