"""What people do with generated records. Run by python.spec.ts."""

from __future__ import annotations

import array
import copy
import dataclasses
import pickle
import sys
import unittest
from typing import cast, get_type_hints

import every_construct_gen as generated
from every_construct_gen import Empty, JobLost, Patch, Point, Polygon, Tree, _types
from ringsnake.generated import UNSET, deprecated

LEAF = Tree(label="leaf", children=[], next=None)


class Shown(unittest.TestCase):
    def test_a_record_shows_its_fields_but_those_that_are_absent(self) -> None:
        self.assertEqual(repr(Point(x=1, y=2.5)), "Point(x=1, y=2.5)")
        self.assertEqual(repr(Patch()), "Patch()")
        self.assertEqual(repr(Patch(ratio=0.5)), "Patch(ratio=0.5)")
        self.assertEqual(repr(Empty()), "Empty()")
        # Null is a value where it must be given.
        self.assertEqual(repr(LEAF), "Tree(label='leaf', children=[], next=None)")

    def test_null_and_absent_are_shown_as_what_they_are(self) -> None:
        value = everything()
        self.assertNotIn("optional_null", repr(value))
        value.optional_null = None
        self.assertIn("optional_null=None", repr(value))

    def test_long_values_are_cut_and_say_how_much_is_missing(self) -> None:
        tree = Tree(label="x" * 1000, children=[LEAF] * 25, next=None)
        text = repr(tree)
        self.assertIn(f"label='{'x' * 200}' + 800 more, ", text)
        self.assertEqual(text.count("label='leaf'"), 20)
        self.assertTrue(text.endswith(", + 5 more], next=None)"), text)
        value = everything(data=b"a" * 201, samples=array.array("d", range(30)))
        self.assertIn(f"data=b'{'a' * 200}' + 1 more", repr(value))
        self.assertRegex(repr(value), r"samples=array\('d', \[0\.0, 1\.0, .*19\.0, \+ 10 more\]\)")
        value.samples = cast("array.array[float]", memoryview(array.array("d", [0.5])))
        self.assertIn("samples=memoryview('d', [0.5])", repr(value))
        value.samples.release()  # type: ignore[attr-defined]  # a view
        self.assertIn("samples=<released memory at ", repr(value))

    def test_what_is_short_is_shown_as_python_does(self) -> None:
        for shown in (
            [1],
            [],
            (1,),
            (),
            (1, 2),
            {1},
            set(),
            frozenset({1}),
            frozenset(),
            {"a": b""},
        ):
            value = everything(matrix=shown)
            self.assertIn(f"matrix={shown!r}, gaps=", repr(value))

    def test_a_record_in_itself_ends(self) -> None:
        tree = Tree(label="a", children=[], next=None)
        tree.children.append(tree)
        self.assertEqual(repr(tree), "Tree(label='a', children=[...], next=None)")


class Evolution(unittest.TestCase):
    def test_a_record_is_replaced_field_by_field(self) -> None:
        polygon = Polygon(corners=[Point(x=0, y=0)], unit="mm")
        other = dataclasses.replace(polygon, unit="px")
        self.assertEqual(other, Polygon(corners=[Point(x=0, y=0)], unit="px"))
        self.assertEqual(polygon.unit, "mm")
        self.assertIs(other.corners, polygon.corners)
        with self.assertRaises(TypeError):
            dataclasses.replace(polygon, side="left")

    @unittest.skipIf(sys.version_info < (3, 13), "copy.replace came with 3.13")
    def test_copy_replace_does_the_same(self) -> None:
        moved = copy.replace(Point(x=1, y=2), x=5)  # type: ignore[attr-defined]  # from 3.13 on
        self.assertEqual(moved, Point(x=5, y=2))

    def test_records_are_copied_and_compared_as_values(self) -> None:
        copied = copy.deepcopy(LEAF)
        self.assertEqual(copied, LEAF)
        self.assertIsNot(copied.children, LEAF.children)
        with self.assertRaises(AttributeError):
            copied.lable = "misspelt"  # type: ignore[attr-defined]  # wrong on purpose

    def test_fields_are_given_by_their_names_only(self) -> None:
        with self.assertRaises(TypeError):
            Point(1, 2)  # type: ignore[call-arg, misc]  # wrong on purpose


class Deprecated(unittest.TestCase):
    def test_calls_of_what_is_deprecated_warn_where_they_stand(self) -> None:
        @deprecated("use b")
        def a(x: int) -> int:
            return x

        with self.assertWarnsRegex(DeprecationWarning, "^use b$") as caught:
            self.assertEqual(a(1), 1)
        self.assertEqual(caught.filename, __file__)
        self.assertEqual((a.__name__, a.__deprecated__), ("a", "use b"))  # type: ignore[attr-defined]


class Package(unittest.TestCase):
    def test_what_is_imported_is_one_class_wherever_it_comes_from(self) -> None:
        self.assertIs(_types.Point, generated.Point)
        for value in (LEAF, JobLost("gone", job="a", outcome="done", class_=[], since=None)):
            self.assertEqual(repr(pickle.loads(pickle.dumps(value))), repr(value))

    def test_what_was_pickled_with_a_single_module_is_read(self) -> None:
        pickled = pickle.dumps(Empty(), protocol=0).replace(
            b"every_construct_gen._types", b"every_construct_gen"
        )
        self.assertEqual(pickle.loads(pickled), Empty())

    def test_errors_are_named_as_they_are_imported(self) -> None:
        self.assertEqual(JobLost.__module__, "every_construct_gen")

    def test_types_of_fields_can_be_asked_for(self) -> None:
        self.assertEqual(get_type_hints(Point), {"x": float, "y": float})
        self.assertIs(get_type_hints(Polygon)["unit"].__args__[-1], type(None))

    def test_all_that_is_public_is_exported(self) -> None:
        self.assertEqual([name for name in generated.__all__ if not hasattr(generated, name)], [])
        self.assertLessEqual(
            {"Point", "EveryConstruct", "EveryConstructClient", "every_construct_definition"},
            set(generated.__all__),
        )


def everything(**changes: object) -> generated.Everything:
    values: dict[str, object] = {
        field.name: None
        for field in dataclasses.fields(generated.Everything)
        if field.default is dataclasses.MISSING
    }
    value = generated.Everything(**(values | changes))  # type: ignore[arg-type]  # of any field
    assert value.optional_null is UNSET
    return value


if __name__ == "__main__":
    unittest.main()
