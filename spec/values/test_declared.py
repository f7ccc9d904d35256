"""Declared types: what the extension does between bytes and objects is what the same program says in Python."""

from __future__ import annotations

import array
import contextlib
import datetime
import enum
import functools
import os
import random
import re
import subprocess
import sys
import unittest
from collections import OrderedDict, UserList, deque, namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy
from declared_types import (
    ARGUMENTS,
    CODES,
    EAST,
    MOMENTS,
    RICH,
    TABLE,
    TREE,
    GaveUpError,
    Leaf,
    Mixed,
    Rank,
    Rich,
    Roomy,
    Tint,
    Tree,
    alone,
    arguments,
    general_decode,
    general_encode,
    meaning,
    outcome,
    rich,
    tree,
)
from memory import blocks_after, fail_each
from ringsnake import UNSET, DecodeError
from ringsnake._wire.schema_program import Program, RecordType, TypeTable
from ringsnake._wire.value import NativeProgram
from ringsnake.values import Map, NdArray, Timestamp, Url, decode, encode

LONG = bool(os.environ.get("RINGSNAKE_FUZZ"))
EVERY = tuple(range(256))
# Each kind of head, and the ends of their ranges.
SOME = bytes.fromhex(
    "00 01 03 06 11 7f 80 81 90 91 95 a0 a1 a2 c0 c1 c2 c4 c7 ca cb cf d0 d3 d4 d9 dc e0 ff"
)
VALUES = EVERY if LONG else SOME
TRUSTED = alone("r1")
TRUSTED_RICH = alone("r3")
TRUSTED_ARGUMENTS = alone(("r0", "[r2", "?d", "l0", "~|s"))


class Text(str):
    def __str__(self) -> str:
        return "what str() says"


class Whole(int):
    def __int__(self) -> int:
        return 12


class Fraction(float):
    def __float__(self) -> float:
        return 4.25


class Colour(str, enum.Enum):  # noqa: UP042 - a StrEnum's str() is the value
    UP = "up"


class Level(enum.IntEnum):
    ONE = 1


class Names(list):
    pass


class Liar(Leaf):
    """Of the record's class, but not exactly."""

    __slots__ = ()


class Timeless(datetime.tzinfo):
    def utcoffset(self, _: object) -> None:
        return None


class Later(datetime.datetime):
    pass


class Names2(dict):
    pass


Pair = namedtuple("Pair", "x y")

BARE = Leaf.__new__(Leaf)
PARTLY = Leaf("a", 1, 2, True, None)  # type: ignore[arg-type]
DOUBLES = array.array("d", [1.5, 2.5, 3.5])
CURVES = (
    DOUBLES,
    memoryview(DOUBLES),
    memoryview(DOUBLES)[::2],
    memoryview(DOUBLES)[0:0],
    memoryview(DOUBLES)[0:0:2],
    memoryview(DOUBLES)[0:1:2],
    memoryview(DOUBLES).cast("B"),
    array.array("f", [1]),
    numpy.zeros(3),
    numpy.zeros((0, 2)),
    numpy.zeros(4)[::2],
    numpy.zeros(2, ">f8"),
    numpy.float64(2),
)
ODD = (
    *(
        None,
        True,
        False,
        UNSET,
        0,
        1,
        2,
        -1,
        2**52,
        2**53 - 1,
        2**53,
        -(2**53),
        2**53 + 1,
        2**64,
    ),
    *(
        0.0,
        -0.0,
        1.0,
        2.5,
        float("nan"),
        float("inf"),
        2.0**52,
        1e300,
        1j,
        Whole(5),
        Fraction(1.5),
    ),
    *(
        Level.ONE,
        Colour.UP,
        Text("up"),
        "up",
        "down",
        "left",
        "",
        "é",
        "\udfff",
        Url("a:b"),
    ),
    *(
        b"",
        b"ab",
        bytearray(b"ab"),
        memoryview(b"ab"),
        memoryview(b"abcd")[::2],
        array.array("B"),
    ),
    *(
        numpy.float64(1.5),
        numpy.float32(1.5),
        numpy.int64(7),
        numpy.uint8(1),
        numpy.bool_(True),
    ),
    *(
        numpy.float16(1),
        numpy.longdouble(2),
        numpy.str_("up"),
        numpy.bytes_(b"x"),
        numpy.int8(-1),
    ),
    *(
        [],
        [1],
        [1.5, 2],
        ["up"],
        [None],
        (),
        (1,),
        Names([1]),
        deque([1]),
        UserList([1]),
        range(2),
    ),
    *(
        {},
        {"x": 1},
        OrderedDict(x=1),
        Map(),
        {1},
        frozenset(),
        object(),
        Pair(1, 2),
        int,
        Leaf,
    ),
    *(
        [[1]],
        [[None]],
        [(), []],
        [Leaf("a", 1, 2, True, 3)],
        [Roomy(1, 2)],
        Roomy(1, 2),
        Roomy,
    ),
    *(Leaf("a", 1, 2, True, 3), Liar("a", 1, 2, True, 3), BARE, PARTLY, *CURVES),
    *(
        *Tint,
        *Rank,
        *Mixed,
        "red",
        10,
        0.5,
        "name",
        "1px",
        "px",
        "https://example.org",
        "no url",
    ),
    *(
        *MOMENTS,
        datetime.datetime(2000, 1, 1),
        datetime.datetime(2000, 1, 1, tzinfo=Timeless()),
    ),
    *(
        Later(2000, 1, 1, tzinfo=datetime.UTC),
        datetime.date(2000, 1, 1),
        Timestamp(1, 1),
    ),
    *(
        re.compile("a"),
        re.compile(b"a"),
        re.compile("(?P<a>b)", re.X),
        ["a", "i"],
        ["(", ""],
    ),
    *(
        ("a", 1),
        ["a", 1],
        ("a", "b"),
        (1.0,),
        (1.0, UNSET),
        (1, 2),
        (1, 2, 3),
        ("a", ("b", 2)),
    ),
    *(
        {"a": 1.5, "b": 2},
        {"a": "b"},
        {1: [2]},
        {"1": [2]},
        {"01": [2]},
        {True: [1]},
        {1.5: 1},
    ),
    *(
        {"a" * 40: 1},
        {"é": 1},
        {"\udfff": 1},
        {Text("a"): 1},
        {"__proto__": 1},
        {"-0": [1]},
    ),
    *(
        Map({"a": 1}),
        Map({1: [1]}),
        Map({Tint.RED: Leaf("a", 1, 2, True, 3)}),
        Names2({"a": 1}),
    ),
    *(
        {Mixed.NAME: 1, "name": 2},
        {Tint.RED: 1},
        {"red": Leaf("a", 1, 2, True, 3)},
        {(1, 2): 1},
    ),
    *(
        {"a"},
        {1, 2},
        {1.5},
        {Tint.RED},
        {Mixed.NAME, "name"},
        {MOMENTS[0]},
        {None, 1},
        {"a", 1},
    ),
    *(
        frozenset({1}),
        frozenset({"a"}),
        {(1, 2)},
        [[]],
        [[], [[]]],
        [[[1]]],
        [0, "a"],
        [1, 1.5],
    ),
    *(
        [2, True],
        [7, None],
        [128, 1],
        [-1, 1],
        [0, 1, 2],
        [3, []],
        [True, 1],
        [5, "red"],
    ),
    *(
        array.array("H", [1]),
        array.array("l", [1]),
        array.array("Q", [1]),
        array.array("b", [1]),
    ),
    *(
        numpy.zeros(2, "i2"),
        numpy.zeros((2, 2)),
        numpy.zeros((3, 3)),
        numpy.zeros(2, "u1"),
    ),
    *(
        NdArray(b"ab", dtype="uint8Clamped"),
        NdArray(b"ab", dtype="int16"),
        rich(random.Random(1)),
    ),
)


class Reading(unittest.TestCase):
    """`alone` gives up what it does not know: whatever else it does has to be right."""

    def same(self, native: NativeProgram, program: Program, data: bytes) -> bool:
        """Whether the native half knew it; both ways must agree."""
        expected = outcome(lambda: general_decode(program, data))
        found = outcome(lambda: native.decode(data))
        if found[0] is GaveUpError:
            found = outcome(lambda: program.native.decode(data))
            self.assertEqual(found, expected, data.hex())
            return False
        # Where the bytes are no value that is said before anything is given up.
        self.assertEqual(found, expected, data.hex())
        return not issubclass(expected[0], Exception)

    def check_changes(
        self, native: NativeProgram, program: Program, message: bytes
    ) -> int:
        known = 0
        for size in range(len(message)):
            self.assertFalse(self.same(native, program, message[:size]))
        for more in (b"\0", b"\xc0", b"\xc1"):
            self.assertFalse(self.same(native, program, message + more))
        for place in range(len(message)):
            changed = bytearray(message)
            for byte in VALUES:
                changed[place] = byte
                known += self.same(native, program, bytes(changed))
        return known

    def test_honest_values_are_known(self) -> None:
        source = random.Random(1)
        for _ in range(100):
            value = tree(source)
            message = TREE.native.encode(value)
            self.assertTrue(self.same(TRUSTED, TREE, message))
            self.assertEqual(TRUSTED.encode(value), message)
            self.assertTrue(self.same(TRUSTED, TREE, general_encode(TREE, value)))
            message = ARGUMENTS.native.encode(arguments(source))
            self.assertTrue(self.same(TRUSTED_ARGUMENTS, ARGUMENTS, message))
            value = rich(source)
            message = RICH.native.encode(value)
            self.assertTrue(self.same(TRUSTED_RICH, RICH, message))
            self.assertTrue(self.same(TRUSTED_RICH, RICH, general_encode(RICH, value)))
            self.assertEqual(
                carried(lambda v=value: TRUSTED_RICH.encode(v)), carried_rich(value)
            )

    def test_each_part_is_known(self) -> None:
        """One that is not would make all of a record slow, and nothing else would tell."""
        source = random.Random(9)
        for _ in range(20):
            value = rich(source)
            for segment, name, code in RICH_FIELDS:
                part = getattr(value, name)
                message = alone(code).encode(part)
                self.assertEqual(
                    meaning(alone(code).decode(message)),
                    meaning(general_decode(TABLE.result(code), message)),
                    segment,
                )

    def test_every_prefix_and_every_change_of_a_byte(self) -> None:
        source = random.Random(2)
        messages = []
        while len(messages) < (40 if LONG else 4):
            message = TREE.native.encode(tree(source))
            if 80 < len(message) < (400 if LONG else 200):
                messages.append(message)
        # With its characters in a block, and without.
        messages += [
            general_encode(TREE, TREE.native.decode(message))
            for message in messages[:2]
        ]
        known = sum(self.check_changes(TRUSTED, TREE, message) for message in messages)
        riches = [RICH.native.encode(rich(source)) for _ in range(20 if LONG else 1)]
        parts = sum(
            self.check_changes(TRUSTED_RICH, RICH, message) for message in riches
        )
        self.assertGreater(parts, sum(map(len, riches)) * len(VALUES) // 50)
        changed = sum(map(len, messages)) * len(VALUES)
        print(f"{known} of {changed} changed trees are trees", file=sys.stderr)
        self.assertGreater(known, changed // 20)
        for _ in range(40 if LONG else 2):
            message = ARGUMENTS.native.encode(arguments(source))
            self.check_changes(TRUSTED_ARGUMENTS, ARGUMENTS, message)

    def test_every_type_of_every_value(self) -> None:
        odd = [
            encode(value)
            for value in ODD
            if not isinstance(outcome_of_encode(value), str)
        ]
        longer = "ca3fc00000 cc05 cd0005 ce00000005 cf0000000000000005 d005 d10005 d200000005 d30000000000000005 d9027570 db000000027570"
        longer += " c70300757070 c7020175 70 c5000161 c70100 00 dc0000 dd00000000 dd0000000105 c7040100757070 d5017570 d502 7500 d40016"
        odd += [bytes.fromhex(word) for word in longer.split()]
        for code in CODES:
            native, program = alone(code), TABLE.result(code)
            for message in odd:
                self.same(native, program, message)
                if code.startswith("["):
                    self.same(native, program, b"\x92" + message + message)

    def test_depth_and_budget_are_those_of_the_general_way(self) -> None:
        deep = TABLE.result("[" * 200 + "i")
        for depth in (127, 128, 129, 200):
            for end in (b"\x90", b"\x05", b"\x91\x05"):
                self.same(alone("[" * 200 + "i"), deep, b"\x91" * depth + end)
        for data in (
            b"\xdc\x01\x00",
            b"\x9f\x01",
            b"\x92\x92\x90\x90\x92\x90",
            b"\xdd\xff\xff\xff\xff",
        ):
            for code in ("[i", "[[i", "[[[i", "r0", "[r0"):
                self.same(alone(code), TABLE.result(code), data)


def outcome_of_encode(value: object) -> object:
    try:
        return encode(value)
    except Exception as error:
        return str(error)


def carried(action: Callable[[], bytes]) -> Any:
    """What the bytes mean: a message may have its characters in blocks or not."""
    return outcome(lambda: decode(action()))


def carried_rich(value: Rich) -> Any:
    return carried(lambda: general_encode(RICH, value))


RICH_FIELDS = [field for record in TABLE._types.records[3:4] for field in record.fields]


def small_tree() -> Tree:
    made = tree(random.Random(3))
    made.children = []
    return made


class Writing(unittest.TestCase):
    def same(self, code: str, value: object) -> None:
        program = TABLE.result(code)
        expected = carried(lambda: general_encode(program, value))
        self.assertEqual(
            carried(lambda: program.native.encode(value)), expected, (code, value)
        )
        found = carried(lambda: alone(code).encode(value))
        if found[0] is not GaveUpError:
            self.assertEqual(found, expected, (code, value))

    def test_every_value_as_every_type(self) -> None:
        for code in CODES:
            for value in ODD:
                self.same(code, value)
                if code.startswith("["):
                    self.same(code, [value, value])
                    self.same(code, (value,))

    def test_every_value_in_every_field(self) -> None:
        for value in ODD:
            for name in Tree.__slots__:
                changed = small_tree()
                setattr(changed, name, value)
                self.same("r1", changed)
            for name in Leaf.__slots__:
                changed = small_tree()
                setattr(changed.leaf, name, value)
                self.same("[r1", [changed])

    def test_every_value_in_every_part(self) -> None:
        for value in ODD:
            for name in Rich.__slots__:
                changed = rich(random.Random(4))
                setattr(changed, name, value)
                self.same("r3", changed)

    def test_a_moment_elsewhere_is_the_same_moment(self) -> None:
        program = TABLE.result("t").native
        noon = datetime.datetime(2026, 6, 1, 12, tzinfo=EAST)
        self.assertEqual(
            program.encode(noon), program.encode(noon.astimezone(datetime.UTC))
        )
        self.assertEqual(alone("t").encode(noon), program.encode(noon))

    def test_members_of_a_record_beside_its_fields(self) -> None:
        value = rich(random.Random(6))
        for key in ("tint", "what ever", "by_number", "byNumber", "nothing", ""):
            value.extra = {key: 1.5}
            message = general_encode(RICH, value)
            found = outcome(lambda m=message: RICH.native.decode(m))
            self.assertEqual(found, outcome(lambda m=message: general_decode(RICH, m)))
            is_field = key in ("tint", "what ever", "byNumber", "nothing")
            self.assertEqual(issubclass(found[0], Exception), is_field, key)

    def test_keys_that_collide_are_not_looked_up_here(self) -> None:
        modulus = sys.hash_info.modulus
        numbers = [(index + 8) * modulus for index in range(400)]
        for code, value in (
            ("{n", set(numbers[:400])),
            ("I[i", dict.fromkeys(numbers, [1])),
        ):
            message = general_encode(TABLE.result(code), value)
            with self.assertRaises((GaveUpError, DecodeError)):
                alone(code).decode(message)

    def test_a_field_that_is_not_there(self) -> None:
        for name in Tree.__slots__:
            changed = small_tree()
            delattr(changed, name)
            self.same("r1", changed)

    def test_what_holds_itself_ends(self) -> None:
        endless = tree(random.Random(5))
        endless.children = [endless]
        items: list[Any] = []
        items.append(items)
        for code, value in (("r1", endless), ("[" * 300 + "i", items)):
            program = TABLE.result(code)
            with self.assertRaises((RecursionError, Exception)) as caught:
                program.native.encode(value)
            self.assertNotIsInstance(caught.exception, SystemError)

    def test_what_changes_while_it_is_written(self) -> None:
        places: list[Any] = []

        class Meddler:
            """As a record: reading its field changes the list that holds it."""

            def __init__(self, x: object) -> None:
                del x

            @property
            def x(self) -> float:
                self.action()
                return 1.0

            def action(self) -> None: ...

        program = TypeTable(
            records=(RecordType("M", Meddler, ((".x", "x", "f"),)),)
        ).result("[r0")
        for action in (
            places.clear,
            lambda: places.append(Meddler(1)) if len(places) < 10 else None,
            places.pop,
        ):
            places[:] = [Meddler(1) for _ in range(4)]
            places[1].action = action
            written = outcome(lambda: program.native.encode(places))
            if written[0] is bytes:
                decode(program.native.encode(places))


class Classes(unittest.TestCase):
    """A class that does something itself does it; one that only keeps its fields is filled directly."""

    log: list[object]

    def setUp(self) -> None:
        self.log = []

    def made(self, cls: type, names: tuple[str, ...] = ("x", "y")) -> tuple[Any, bool]:
        """What comes of [1.5, "up"], and whether the class was left out of it."""
        fields = tuple(
            (f".{name}", name, code) for name, code in zip(names, "fs", strict=False)
        )
        table = TypeTable(records=(RecordType("Point", cls, fields),))
        program = table.result("r0")
        data = b"\x92" + encode(1.5) + encode("up")
        before = len(self.log)
        value = program.native.decode(data)
        calls = len(self.log) - before
        expected = general_decode(program, data)
        self.assertEqual(len(self.log) - before, 2 * calls, "both ways do the same")
        self.assertEqual(meaning(value), meaning(expected))
        self.assertEqual(
            decode(program.native.encode(value)), decode(general_encode(program, value))
        )
        return value, calls == 0

    def test_only_its_fields(self) -> None:
        @dataclass(slots=True)
        class Slots:
            x: float
            y: str = field(default_factory=str)

        @dataclass(frozen=True, slots=True)
        class Frozen:
            x: float
            y: str

        @dataclass(slots=True, kw_only=True, order=True, weakref_slot=True)
        class Named:
            x: float
            y: str

        for cls in (Slots, Frozen, Named):
            value, _ = self.made(cls)
            self.assertEqual((value.x, value.y), (1.5, "up"))

    def test_a_class_with_code_of_its_own(self) -> None:
        log = self.log

        class Traced:
            __slots__ = ("x", "y")

            def __init__(self, x: float, y: str) -> None:
                log.append("init")
                self.x, self.y = x, y

        class Made(type):
            def __call__(cls, *args: object, **kwargs: object) -> object:
                log.append("call")
                return super().__call__(*args, **kwargs)

        @dataclass(slots=True)
        class After:
            x: float
            y: str

            def __post_init__(self) -> None:
                log.append("post")

        @dataclass(slots=True)
        class Before:
            x: float
            y: str

            def __new__(cls, *_: object, **__: object) -> Before:
                log.append("new")
                return object.__new__(cls)

        @dataclass(slots=True)
        class Set:
            x: float
            y: str

            def __setattr__(self, name: str, value: object) -> None:
                log.append(name)
                object.__setattr__(self, name, value)

        @dataclass(slots=True)
        class Own:
            x: float
            y: str

            def __init__(self, x: float, y: str) -> None:
                log.append("own")
                self.x, self.y = x, y

        @dataclass(slots=True)
        class Wrapped:
            x: float
            y: str

        inner = Wrapped.__init__

        @functools.wraps(inner)
        def traced(self: Wrapped, *args: Any, **kwargs: Any) -> None:
            log.append("wrapped")
            inner(self, *args, **kwargs)

        Wrapped.__init__ = traced  # type: ignore[method-assign]

        @dataclass(slots=True)
        class Meta(metaclass=Made):
            x: float
            y: str

        @dataclass(slots=True)
        class Base:
            x: float
            y: str

            def __post_init__(self) -> None:
                log.append("base")

        @dataclass(slots=True)
        class Derived(Base):
            pass

        class Property:
            def __init__(self, x: float, y: str) -> None:
                self._x, self.y = x, y

            @property
            def x(self) -> float:
                log.append("read")
                return self._x

        for cls in (Traced, After, Before, Set, Own, Wrapped, Meta, Derived):
            value, left_out = self.made(cls)
            self.assertFalse(left_out, cls)
            self.assertEqual((value.x, value.y), (1.5, "up"))
        before = len(self.log)
        value = TypeTable(
            records=(RecordType("P", Property, ((".x", "x", "f"), (".y", "y", "s"))),)
        ).result("r0")
        value.native.encode(Property(1.5, "up"))
        self.assertEqual(len(self.log), before + 1)

    def test_a_field_that_the_class_does_not_take(self) -> None:
        @dataclass(slots=True)
        class Derived:
            x: float
            y: str = field(init=False)

        @dataclass(slots=True)
        class More:
            x: float
            y: str
            z: int

        for cls in (Derived, More):
            fields = ((".x", "x", "f"), (".y", "y", "s"))
            program = TypeTable(records=(RecordType("P", cls, fields),)).result("r0")
            for decoded in (
                program.native.decode,
                functools.partial(general_decode, program),
            ):
                with self.assertRaises(TypeError):
                    decoded(encode([1.5, "up"]))

    def test_a_class_of_code_without_a_file(self) -> None:
        """Where Python is given its program on the command line, `<string>` is also the user's file."""
        program = """
from dataclasses import dataclass
from ringsnake._wire.schema_program import RecordType, TypeTable
@dataclass(slots=True)
class Own:
    x: float
    def __init__(self, x):
        self.x = x + 1
table = TypeTable(records=(RecordType("Own", Own, ((".x", "x", "f"),)),))
print(table.result("r0").native.decode(bytes([0x91, 5])).x)
"""
        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=False, text=True
        )
        self.assertEqual((run.stdout, run.stderr), ("6.0\n", ""))

    def test_the_direct_way_is_still_taken(self) -> None:
        """Else nothing above tells the two apart. A descriptor of another class would be an error in it."""
        from ringsnake._wire.schema_program import _plain_slots

        self.assertIsNotNone(_plain_slots(Leaf, Leaf.__slots__))
        self.assertIsNotNone(_plain_slots(Tree, Tree.__slots__))
        self.assertIsNone(_plain_slots(Roomy, ("x", "y")))

    def test_a_class_that_refuses(self) -> None:
        @dataclass
        class Picky:
            x: float

            def __post_init__(self) -> None:
                if self.x < 0:
                    raise ValueError("negative")

        program = TypeTable(
            records=(RecordType("P", Picky, ((".x", "x", "f"),)),)
        ).result("[r0")
        good, bad = encode([[1.0]]), encode([[1.0], [-1.0]])
        self.assertEqual(program.native.decode(good), [Picky(1.0)])
        for decoded in (
            program.native.decode,
            functools.partial(general_decode, program),
        ):
            with self.assertRaisesRegex(ValueError, "^negative$"):
                decoded(bad)

    def test_a_class_that_makes_more_programs_meanwhile(self) -> None:
        @dataclass
        class Busy:
            x: float
            y: str

            def __post_init__(self) -> None:
                for _ in range(50):
                    table.arguments(("a", "f"), ("b", "s"))

        table = TypeTable(
            records=(RecordType("B", Busy, ((".x", "x", "f"), (".y", "y", "s"))),)
        )
        program = table.arguments(("a", "r0"), ("b", "[r0"), ("c", "r0"))
        one = [1.5, "up"]
        expected = [Busy(1.5, "up"), [Busy(1.5, "up")], Busy(1.5, "up")]
        self.assertEqual(program.native.decode(encode([one, [one], one])), expected)


class Memory(unittest.TestCase):
    ROUNDS = 2_000 if LONG else 60

    def calls(
        self,
        tree_type: NativeProgram = TREE.native,
        argument_types: NativeProgram = ARGUMENTS.native,
        native: Callable[[str], NativeProgram] = lambda code: TABLE.result(code).native,
    ) -> list[Any]:
        """Each of every kind: what is known, given up, refused, malformed; both ways."""
        source = random.Random(8)
        calls: list[Any] = []
        for _ in range(8):
            sent_as = (
                (tree_type, tree(source)),
                (argument_types, arguments(source)),
                (native("r3"), rich(source)),
            )
            for program, sent in sent_as:
                message = program.encode(sent)
                calls.append(functools.partial(program.encode, sent))
                calls.append(functools.partial(program.decode, message))
                step = len(message) // 20 + 1
                for size in range(0, len(message), step):
                    calls.append(functools.partial(program.decode, message[:size]))
                for place in range(0, len(message), step):
                    changed = bytearray(message)
                    changed[place] = 0xC3
                    calls.append(functools.partial(program.decode, bytes(changed)))
        calls.append(functools.partial(native("[l0").encode, [2.0**52, 2**52]))
        calls.append(functools.partial(native("[l0").encode, [2.0**52, 2**52, 2.0**60]))
        for value in ODD:
            for code in (
                "s",
                "f",
                "[i",
                "r0",
                "l0",
                "d",
                "[r2",
                "u2",
                "u3",
                "E0",
                "t",
                "Df",
                "{s",
            ):
                calls.append(functools.partial(native(code).encode, value))
                calls.append(functools.partial(native(code).encode, [value]))
        return calls

    def test_nothing_is_left_behind(self) -> None:
        calls = self.calls()
        watched = [
            UNSET,
            Leaf,
            Tree,
            Roomy,
            Rich,
            Tint,
            Rank,
            Map,
            None,
            True,
            Fraction,
            TREE.native,
            TABLE._schema,
        ]
        for call in calls:
            outcome_only(call)
        counts = [sys.getrefcount(each) for each in watched]
        for start in range(0, len(calls), 100):
            group = calls[start : start + 100]

            def all_of_them(group: list[Any] = group) -> None:
                for call in group:
                    outcome_only(call)

            self.assertLess(blocks_after(self.ROUNDS, all_of_them), self.ROUNDS)
        for each, count in zip(watched, counts, strict=True):
            self.assertLess(sys.getrefcount(each) - count, self.ROUNDS // 2, each)

    def test_a_program_goes_with_its_classes(self) -> None:
        def make() -> None:
            @dataclass(slots=True)
            class Self:
                again: object

            table = TypeTable(
                records=(RecordType("S", Self, ((".again", "again", "?r0"),)),)
            )
            Self.table = table  # type: ignore[attr-defined]
            Self.program = table.result("r0")  # type: ignore[attr-defined]
            outcome_only(lambda: Self.program.native.decode(b"\x91\xd4\0\0"))  # type: ignore[attr-defined]

        self.assertLess(blocks_after(100, make), 100)

    def test_each_allocation_in_turn_fails(self) -> None:
        try:
            import _testcapi
        except ImportError:
            self.skipTest("this Python has no _testcapi")
        # What is given up goes through Python code; here the extension's own has to say what happened.
        calls = self.calls(TRUSTED, TRUSTED_ARGUMENTS, alone)
        failures = 0
        for call in calls[:: 1 if LONG else 5]:
            expected = outcome(call)
            is_error = issubclass(expected[0], Exception)
            allowed = expected[0] if is_error else MemoryError
            if allowed is not ValueError:
                failures += fail_each(
                    _testcapi, call, 40 if is_error else 300, allowed=allowed
                )
            self.assertEqual(outcome(call), expected)
        print(f"{failures} allocations failed", file=sys.stderr)
        self.assertGreater(failures, 1000)


def outcome_only(call: Any) -> None:
    with contextlib.suppress(Exception):
        call()


if __name__ == "__main__":
    unittest.main()
