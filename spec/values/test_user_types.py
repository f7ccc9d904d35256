"""What is the user's own: registered types, dataclasses, Enums, exceptions."""

from __future__ import annotations

import dataclasses
import enum
import unittest
from typing import Any

from ringsnake import DecodeError, EncodeError, RemoteError
from ringsnake.values import UNSET, TypeRegistry, decode, encode


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0
    label: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Stamped:
    name: str
    length: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.name))


class Color(enum.Enum):
    RED = "red"
    BLUE = 2


class Level(enum.IntEnum):
    LOW = 1


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and other.cents == self.cents

    __hash__ = None  # type: ignore[assignment]


def _money(body: bytes) -> Money:
    if len(body) != 4:
        raise ValueError("four bytes are money")
    return Money(int.from_bytes(body, "big"))


def registry() -> TypeRegistry:
    types = TypeRegistry()
    types.register("Point", Point)
    types.register("Stamped", Stamped)
    types.register("Color", Color)
    types.register("Level", Level)
    types.register_extension(32, Money, lambda it: it.cents.to_bytes(4, "big"), _money)
    return types


class RegisteredTypes(unittest.TestCase):
    def test_instances_come_back_as_instances(self) -> None:
        types = registry()
        for value in (
            Point(1.5, -0.0, "é"),
            Stamped("abc"),
            Color.BLUE,
            Level.LOW,
            Money(7),
        ):
            for whole in (value, [value, {"a": value}]):
                result = decode(encode(whole, types=types), types=types)
                self.assertEqual(result, whole)
                self.assertIs(type(result), type(whole))
        self.assertIs(decode(encode(Level.LOW, types=types), types=types), Level.LOW)

    def test_the_bytes_are_a_name_and_a_value(self) -> None:
        types = TypeRegistry()
        types.register("C", Color)
        self.assertEqual(
            encode(Color.RED, types=types).hex(" "), "c7 06 13 a1 43 a3 72 65 64"
        )

    def test_who_does_not_know_the_name_gets_the_value(self) -> None:
        data = encode(Point(1.0), types=registry())
        self.assertEqual(decode(data), {"x": 1.0, "y": 0.0, "label": None})
        with self.assertRaisesRegex(DecodeError, "byte 0: unknown extension type 32"):
            decode(encode(Money(1), types=registry()))

    def test_a_dataclass_that_is_not_registered_crosses_by_its_fields(self) -> None:
        data = encode([Point(1.0)])
        self.assertEqual(decode(data), [{"x": 1.0, "y": 0.0, "label": None}])
        self.assertEqual(decode(data, types=registry()), [Point(1.0)])
        with self.assertRaises(EncodeError) as caught:
            encode([Point(1.0, label=object())])  # type: ignore[arg-type]
        self.assertEqual(caught.exception.path, "[0].label")

    def test_an_enum_that_is_not_registered_cannot_cross(self) -> None:
        with self.assertRaisesRegex(EncodeError, "a value of type Color cannot cross"):
            encode(Color.RED)

    def test_a_subclass_is_not_the_registered_class(self) -> None:
        class Other(Money):
            pass

        with self.assertRaisesRegex(EncodeError, "Other"):
            encode(Other(1), types=registry())

    def test_what_a_function_raises_is_told_with_the_place(self) -> None:
        types = TypeRegistry()

        def refuse(value: object) -> Any:
            raise ValueError("never")

        types.register("Money", Money, refuse, refuse)
        with self.assertRaises(EncodeError) as caught:
            encode({"m": [Money(1)]}, types=types)
        self.assertEqual(str(caught.exception), ".m[0]: a Money cannot cross: never")
        for name, body, why in (
            ("Point", "81 a1 7a 01", "invalid value of type Point: "),
            ("Point", "01", "invalid value of type Point: its fields are not a map"),
            ("Color", "07", "invalid value of type Color: 7 is not a valid Color"),
        ):
            text = name.encode()
            inner = bytes([0xA0 | len(text)]) + text + bytes.fromhex(body)
            data = bytes([0x91, 0xC7, len(inner), 19]) + inner
            with self.assertRaisesRegex(DecodeError, f"byte 1: {why}"):
                decode(data, types=registry())
        with self.assertRaisesRegex(
            DecodeError, "invalid value of extension 32: four bytes"
        ):
            decode(b"\xd4\x20\x00", types=registry())

    def test_what_is_no_fault_of_the_value_passes(self) -> None:
        types = TypeRegistry()

        def interrupt(value: object) -> Any:
            raise KeyboardInterrupt

        types.register("Money", Money, interrupt, interrupt)
        with self.assertRaises(KeyboardInterrupt):
            encode([Money(1)], types=types)
        with self.assertRaises(KeyboardInterrupt):
            decode(b"\xc7\x07\x13\xa5Money\x01", types=types)

    def test_registrations_that_contradict_each_other(self) -> None:
        types = registry()
        for name, cls in (
            ("Point", Money),
            ("Again", Point),
            ("int", int),
            ("dict", dict),
        ):
            with self.assertRaises(ValueError):
                types.register(name, cls, lambda it: it, lambda it: it)
        with self.assertRaises(ValueError):
            TypeRegistry().register("Money", Money)
        for code in (31, 64, 32):
            with self.assertRaises(ValueError):
                types.register_extension(code, Money, bytes, _money)

    def test_options_of_other_types_are_refused(self) -> None:
        for types in (1, {}, object()):
            with self.assertRaises(TypeError):
                encode(1, types=types)  # type: ignore[arg-type]
            with self.assertRaises(TypeError):
                decode(b"\1", types=types)  # type: ignore[arg-type]
        with self.assertRaises(ValueError):
            decode(b"\1", arrays="list")  # type: ignore[arg-type]
        with self.assertRaises(TypeError):
            encode(1, True)  # type: ignore[misc]

    def test_identity_of_instances(self) -> None:
        types = registry()
        point = Point(1.0)
        result = decode(encode([point, point], identity=True, types=types), types=types)
        self.assertIs(result[0], result[1])
        point.label = [point]  # type: ignore[assignment]
        with self.assertRaisesRegex(EncodeError, "a value that contains itself"):
            encode(point, identity=True, types=types)


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


class Exceptions(unittest.TestCase):
    def cross(self, error: BaseException) -> Any:
        data = encode(error)
        result = decode(data)
        self.assertEqual(encode(result), data)
        return result

    def test_pythons_own_come_back_as_their_class(self) -> None:
        for error in (
            ValueError("no"),
            KeyError("k"),
            OSError("gone"),
            SystemExit("3"),
            Warning(),
        ):
            result = self.cross(error)
            self.assertIs(type(result), type(error))
            self.assertEqual(str(result), str(error))
            self.assertIsNone(result.__cause__)
            self.assertFalse(hasattr(result, "__notes__"))

    def test_others_are_remote_errors_that_keep_the_name(self) -> None:
        class FaultError(Exception):
            pass

        result = self.cross(raised(FaultError("broke")))
        self.assertIs(type(result), RemoteError)
        self.assertEqual((result.type, result.remote_message), ("FaultError", "broke"))
        self.assertIn("in raised", result.traceback)
        self.assertTrue(result.traceback.endswith("FaultError: broke\n"))
        error = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")
        self.assertEqual(self.cross(error).type, "UnicodeDecodeError")

    def test_causes_contexts_and_notes(self) -> None:
        error = ValueError("outer")
        error.__cause__ = TypeError("cause")
        error.__cause__.__context__ = KeyError("context")
        error.add_note("first")
        error.add_note("second")
        result = self.cross(error)
        self.assertIs(type(result.__cause__), TypeError)
        self.assertIs(type(result.__cause__.__cause__), KeyError)
        self.assertEqual(result.__notes__, ["first", "second"])
        error.__cause__.__suppress_context__ = True
        self.assertIsNone(self.cross(error).__cause__.__cause__)

    def test_notes_of_a_remote_error_do_not_grow(self) -> None:
        class FaultError(Exception):
            pass

        error = raised(FaultError("broke"))
        error.add_note("mine")
        result = self.cross(self.cross(error))
        self.assertEqual(len(result.__notes__), 2)
        self.assertEqual(result.__notes__[1], "mine")

    def test_groups(self) -> None:
        group = ExceptionGroup(
            "all", [ValueError("a"), ExceptionGroup("in", [TypeError("b")])]
        )
        result = self.cross(group)
        self.assertIs(type(result), ExceptionGroup)
        self.assertEqual(result.message, "all")
        self.assertIs(type(result.exceptions[1].exceptions[0]), TypeError)
        base = self.cross(BaseExceptionGroup("all", [KeyboardInterrupt("c")]))
        self.assertIs(type(base), BaseExceptionGroup)

    def test_a_remote_cause_that_is_no_exception(self) -> None:
        data = encode(RemoteError("Fault", "", ""))
        with_cause = data.replace(bytes.fromhex("d4 00 00"), bytes.fromhex("c4 01 07"))
        result = decode(with_cause)
        self.assertEqual(result.remote_details.cause, b"\7")
        self.assertEqual(encode(result), with_cause)
        self.assertIs(decode(data).remote_details.cause, UNSET)

    def test_codes(self) -> None:
        class CodedError(Exception):
            code = "E_CODED"

        self.assertEqual(decode(encode(CodedError())).remote_details.code, "E_CODED")
        self.assertEqual(
            decode(encode(EncodeError("x"))).remote_details.code, "RS_ENCODE"
        )

    def test_an_error_that_cannot_be_shown(self) -> None:
        class BrokenError(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        message = decode(encode(BrokenError())).remote_message
        self.assertEqual(message, "(its message cannot be shown: RuntimeError)")

    def test_causes_that_form_a_cycle_are_an_error(self) -> None:
        one, other = ValueError("one"), ValueError("other")
        one.__cause__, other.__cause__ = other, one
        with self.assertRaises(EncodeError) as caught:
            encode(one)
        self.assertEqual(caught.exception.path, ".cause.cause")


if __name__ == "__main__":
    unittest.main()
