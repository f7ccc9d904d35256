"""The committed golden module at work. Run by python.spec.ts. Each value goes both ways: in C++ and in Python."""

from __future__ import annotations

import array
import asyncio
import re
import unittest
from collections.abc import Sequence
from typing import cast

import every_construct_gen as generated
from ringsnake._errors import ValidationError
from ringsnake.generated import UNSET, Method
from ringsnake.values import decode, encode

POINT = generated.Point(x=1, y=2)


def everything(**changes: object) -> generated.Everything:
    values: dict[str, object] = {
        "text": "text",
        "ratio": 1,
        "user_id": 7,
        "enabled": True,
        "huge": 2**70,
        "nothing": None,
        "data": b"ab",
        "samples": array.array("d", [0.5]),
        "outcome": 'it\'s "odd"',
        "level": -3,
        "ratio_mode": 0.5,
        "switched": True,
        "inline": "a",
        "constant": "only",
        "side": "left",
        "point": POINT,
        "polygons": [generated.Polygon(corners=[POINT], unit="mm")],
        "matrix": [[1, 2], []],
        "gaps": [1, None],
        "outcomes": ["done"],
        "generic": [["a"], []],
        "maybe": None,
        "maybe_outcome": None,
        "created_at": 1,
    }
    return generated.Everything(**(values | changes))  # type: ignore[arg-type]  # of any field


def method(name: str) -> Method:
    return next(m for m in generated.every_construct_definition.methods if m.name == name)


def comparable(value: object) -> str:
    return re.sub(r"<memory at \w+>", "<memory>", repr(value))


def through_arguments(name: str, *args: object) -> list[object]:
    found = method(name)
    wire = found.arguments.to_wire(args)
    data = found.arguments.native.encode(args)
    # What the two halves write is the same, but for where the characters lie.
    assert comparable(decode(data)) == comparable(decode(encode(wire)))
    general, direct = found.arguments.from_wire(decode(data)), found.arguments.native.decode(data)
    assert repr(comparable(direct)) == repr(comparable(general))
    return cast("list[object]", direct)


class RoundTrips(unittest.TestCase):
    def test_values_come_back_as_they_went(self) -> None:
        value = everything()
        [back, options] = through_arguments("echo", value, UNSET)
        assert isinstance(back, generated.Everything)
        self.assertIs(options, UNSET)
        self.assertEqual(list(back.samples), [0.5])
        back.samples = value.samples
        self.assertEqual(back, value)
        self.assertIs(type(back.ratio), float)

    def test_optional_fields_keep_absent_and_null_apart(self) -> None:
        for null in (None, UNSET, "a"):
            [back, _] = through_arguments("echo", everything(optional_null=null), None)
            assert isinstance(back, generated.Everything)
            self.assertEqual(back.optional_null, null)
            self.assertIsNone(back.optional)

    def test_absent_fields_are_undefined_on_the_wire(self) -> None:
        sent = cast("list[object]", method("echo").arguments.to_wire([everything(), None]))
        wire, options = sent
        assert isinstance(wire, list)
        self.assertIs(wire[23], UNSET)
        self.assertIsNone(options)

    def test_trees_and_empty_records(self) -> None:
        leaf = generated.Tree(label="b", children=[], next=None)
        tree = generated.Tree(label="a", children=[leaf], parent=leaf, next=leaf)
        self.assertEqual(through_arguments("trees", (tree,)), [[tree]])
        self.assertEqual(through_arguments("empty", generated.Empty()), [generated.Empty()])
        self.assertEqual(through_arguments("nothing"), [])

    def test_results_are_converted(self) -> None:
        self.assertIsNone(method("nothing").result.to_wire("dropped"))
        self.assertEqual(method("literal").result.to_wire("ok"), "ok")
        self.assertEqual(method("methods").result.to_wire([(1, 2)]), [[1.0, 2.0]])
        self.assertIsNone(method("methods").result.from_wire(None))


class Problems(unittest.TestCase):
    def refuses(self, name: str, args: Sequence[object], message: str) -> None:
        program = method(name).arguments
        for encoder in (program.to_wire, program.native.encode):
            with self.assertRaises(ValidationError) as caught:
                encoder(tuple(args))
            words, _, source = str(caught.exception).partition(" (declared at ")
            self.assertEqual(words, message)
            self.assertRegex(source, r"^[a-z/-]+\.ts:\d+\)$")

    def test_a_wrong_argument_is_named_with_its_typescript_path(self) -> None:
        wrong = everything(text=12345)
        self.refuses("echo", [wrong, None], "everything.text: expected string, got number 12345")
        polygon = generated.Polygon(corners=[generated.Point(x="a", y=0)])  # type: ignore[arg-type]  # wrong on purpose
        self.refuses(
            "echo",
            [everything(polygons=[polygon]), None],
            'everything.polygons[0].corners[0].x: expected number, got string "a"',
        )
        self.refuses(
            "echo",
            [everything(matrix=[[1], ["b"]]), None],
            'everything.matrix[1][0]: expected number, got string "b"',
        )
        self.refuses(
            "echo",
            [everything(user_id=0.5), None],
            "everything.userID: expected integer, got number 0.5",
        )
        self.refuses("outcomes", [4, None], "level: expected 1, 2 or -3, got number 4")
        self.refuses(
            "outcomes",
            [1, "lost"],
            'mode: expected "done", "failed" or "it\'s \\"odd\\"", got string "lost"',
        )
        self.refuses("echo", [None, None], "everything: expected Everything, got null")
        self.refuses("echo", [{}, None], "everything: expected Everything, got object")

    def test_a_wrong_value_from_the_wire_is_named_as_well(self) -> None:
        with self.assertRaises(ValidationError) as caught:
            method("list").arguments.native.decode(encode([["a", 1], UNSET, UNSET]))
        self.assertEqual(
            str(caught.exception),
            "list[1]: expected string, got number 1 (declared at every-construct.ts:138)",
        )


class Clients(unittest.TestCase):
    def test_a_client_calls_by_index_with_all_arguments(self) -> None:
        calls: list[tuple[int, Sequence[object]]] = []

        class Recorder:
            async def call(self, method: int, args: Sequence[object], /) -> object:
                calls.append((method, args))
                return ["a"]

        client = generated.EveryConstructClient(Recorder())
        self.assertEqual(asyncio.run(client.list(["a"])), ["a"])
        self.assertEqual(calls, [(3, (["a"], None, None))])
        self.assertIs(client.definition, generated.every_construct_definition)

    def test_a_server_carries_its_implementation(self) -> None:
        class Reporter:
            def report(self, done: float, total: float | None = None, /) -> None:
                del done, total

        reporter = Reporter()
        server = generated.ProgressServer(reporter)
        self.assertIs(server.implementation, reporter)
        self.assertEqual(server.definition.name, "Progress")


if __name__ == "__main__":
    unittest.main()
