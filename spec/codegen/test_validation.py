"""The checks that generated Python calls. Run by python.spec.ts; the standard library only."""

from __future__ import annotations

import array
import collections
import enum
import fractions
import math
import numbers
import unittest
from collections.abc import Callable

from ringsnake._errors import DecodeError, EncodeError, ValidationError
from ringsnake._wire.unset import UNSET
from ringsnake._wire.validation import (
    NULL,
    as_array,
    as_bigint,
    as_bool,
    as_bytes,
    as_float,
    as_float64_array,
    as_int,
    as_literal,
    as_none,
    as_str,
    as_void,
    mismatch,
    record_fields,
    within,
)

SAFE = 2**53 - 1


class Colour(str, enum.Enum):  # noqa: UP042 - a StrEnum's str() is the value
    UP = "up"


class Text(str):
    pass


class NumpyLikeInteger:
    """Registered as numpy registers its own, without being an int."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __int__(self) -> int:
        return self.value


numbers.Integral.register(NumpyLikeInteger)


class Rejecting(unittest.TestCase):
    def refuses(self, convert: Callable[[object], object], value: object, message: str) -> None:
        with self.assertRaises(ValidationError) as caught:
            convert(value)
        self.assertEqual(str(caught.exception), message)
        self.assertEqual(caught.exception.code, "RS_VALIDATION")


class Scalars(Rejecting):
    def test_a_string_is_a_str_and_nothing_else(self) -> None:
        self.assertEqual(as_str("a"), "a")
        self.assertIs(type(as_str(Text("a"))), str)
        self.assertEqual(as_str(Colour.UP), "up")
        self.assertIs(type(as_str(Colour.UP)), str)
        self.refuses(as_str, 12345, "expected string, got number 12345")
        self.refuses(as_str, b"a", "expected string, got bytes")
        self.refuses(as_str, None, "expected string, got null")
        self.refuses(as_str, UNSET, "expected string, got undefined")

    def test_a_boolean_is_true_or_false(self) -> None:
        self.assertIs(as_bool(True), True)
        self.refuses(as_bool, 1, "expected boolean, got number 1")
        self.refuses(as_bool, "", 'expected boolean, got string ""')

    def test_a_number_is_a_float_or_an_int_that_a_float_holds(self) -> None:
        for value in (1.5, 3, -(2**53), fractions.Fraction(1, 2), NumpyLikeInteger(4)):
            self.assertIs(type(as_float(value)), float)
        self.assertEqual(as_float(NumpyLikeInteger(4)), 4.0)
        self.assertTrue(math.isnan(as_float(math.nan)))
        self.assertEqual(math.copysign(1, as_float(-0.0)), -1)
        self.refuses(as_float, 2**53 + 1, "expected number, got bigint 9007199254740993")
        self.refuses(as_float, True, "expected number, got boolean true")
        self.refuses(as_float, "1", 'expected number, got string "1"')

    def test_an_integer_is_whole_and_safe(self) -> None:
        for value in (0, SAFE, -SAFE):
            self.assertEqual(as_int(value), value)
        self.assertIs(type(as_int(NumpyLikeInteger(4))), int)
        self.refuses(as_int, SAFE + 1, "expected integer, got number 9007199254740992")
        self.refuses(as_int, 1.0, "expected integer, got number 1")
        self.refuses(as_int, False, "expected integer, got boolean false")

    def test_a_bigint_has_any_size(self) -> None:
        self.assertEqual(as_bigint(2**200), 2**200)
        self.assertEqual(as_bigint(NumpyLikeInteger(4)), 4)
        self.refuses(as_bigint, True, "expected bigint, got boolean true")
        self.refuses(as_bigint, 1.0, "expected bigint, got number 1")

    def test_null_is_none_and_void_is_whatever(self) -> None:
        self.assertIsNone(as_none(None))
        self.assertIsNone(as_literal(None, NULL, "null"))
        self.refuses(as_none, 0, "expected null, got number 0")
        self.refuses(
            lambda value: as_literal(value, NULL, "null"), UNSET, "expected null, got undefined"
        )
        self.assertIsNone(as_void("dropped"))

    def test_a_literal_is_a_member_of_its_own_kind(self) -> None:
        self.assertEqual(as_literal("a", frozenset({"a", "b"}), '"a" or "b"'), "a")
        self.assertIs(type(as_literal(Text("a"), frozenset({"a"}), '"a"')), str)
        self.assertIs(as_literal(True, (1, True), "1 or true"), True)
        self.assertIs(type(as_literal(1, (True, 1), "true or 1")), int)
        self.assertIs(type(as_literal(1.0, (1, 2), "1 or 2")), int)
        for value in (1, "c", [], {}, None, UNSET):
            with self.assertRaises(ValidationError):
                as_literal(value, (True, "a"), "true or a")


class Binary(Rejecting):
    def test_bytes_are_bytes_a_bytearray_or_a_view_of_bytes(self) -> None:
        for value in (b"ab", bytearray(b"ab"), memoryview(b"ab")):
            self.assertEqual(bytes(as_bytes(value)), b"ab")
        self.refuses(as_bytes, "ab", 'expected bytes, got string "ab"')
        self.refuses(as_bytes, array.array("d", [1]), "expected bytes, got array")
        self.refuses(as_bytes, memoryview(array.array("d", [1])), "expected bytes, got memoryview")
        self.refuses(as_bytes, memoryview(b"abcd")[::2], "expected bytes, got bytes")

    def test_a_float64_array_is_any_contiguous_buffer_of_doubles(self) -> None:
        doubles = array.array("d", [0.5, 1])
        for value in (doubles, memoryview(doubles)):
            view = as_float64_array(value)
            self.assertEqual(list(view), [0.5, 1])
            self.assertEqual(view.format, "d")
        self.refuses(as_float64_array, [0.5], "expected Float64Array, got array")
        self.refuses(as_float64_array, array.array("f", [1]), "expected Float64Array, got array")
        self.refuses(as_float64_array, b"12345678", "expected Float64Array, got bytes")
        self.refuses(
            as_float64_array,
            memoryview(array.array("d", [1, 2, 3]))[::2],
            "expected Float64Array, got memoryview",
        )


class Containers(Rejecting):
    def test_an_array_is_a_sequence_that_is_not_text(self) -> None:
        for value in ([1, 2], (1, 2), range(1, 3), collections.UserList([1, 2])):
            self.assertEqual(as_array(value, as_float), [1.0, 2.0])
        for wrong, shown in (("ab", 'string "ab"'), (b"ab", "bytes"), ({}, "object"), ({1}, "Set")):
            self.refuses(lambda v: as_array(v, as_float), wrong, f"expected array, got {shown}")

    def test_an_error_in_an_array_says_where(self) -> None:
        nested = lambda value: as_array(value, lambda item: as_array(item, as_str))  # noqa: E731
        self.refuses(nested, [["a"], ["b", 1]], "[1][1]: expected string, got number 1")

    def test_a_record_has_as_many_fields_as_declared(self) -> None:
        self.assertEqual(record_fields([1, 2], "Point", 2), [1, 2])
        self.refuses(
            lambda value: record_fields(value, "Point", 2),
            [1],
            "expected Point of 2 fields, got array of 1",
        )
        self.refuses(
            lambda value: record_fields(value, "arguments", 2), [1], "expected 2 arguments, got 1"
        )
        self.refuses(
            lambda value: record_fields(value, "Point", 2), {}, "expected Point, got object"
        )


class Paths(unittest.TestCase):
    def test_segments_are_put_in_front_of_errors_about_values(self) -> None:
        for error in (mismatch("string", 1), EncodeError("no")):
            self.assertIs(within(within(within(error, ".x"), "[3]"), "points"), error)
            self.assertEqual(error.path, "points[3].x")
            self.assertIs(within(error, ""), error)
            self.assertEqual(error.path, "points[3].x")

    def test_other_errors_are_left_alone(self) -> None:
        for error in (DecodeError("bad"), ValueError("bad")):
            self.assertIs(within(error, ".x"), error)
            self.assertEqual(str(error), "bad")


if __name__ == "__main__":
    unittest.main()
