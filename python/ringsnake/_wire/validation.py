"""Checks of values against their declared types. Twin: lib/wire/validation.ts, whose words it uses.

Each `as_*` returns the value in the form that goes to the wire or to the user, or raises `ValidationError`. The exact type is
tested first, because that is what almost every value has; subclasses and registered numbers (numpy's) take the slow path.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias, TypeVar, cast

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._wire.problems import Problems
from ringsnake._wire.unset import UNSET

T = TypeVar("T")

if TYPE_CHECKING:
    Float64Array: TypeAlias = memoryview[float]
else:
    # Before 3.14 views have no types of items.
    Float64Array = memoryview
"""JavaScript's `Float64Array`: a one-dimensional view of doubles. numpy reads it without a copy: `numpy.asarray(view)`."""

NULL: Final = (None,)
"""The one member of the type `null`, for `as_literal`."""

_SAFE_INTEGER: Final = 2**53 - 1
"""`Number.MAX_SAFE_INTEGER`: the largest integer that `Int` carries."""

_EXACT_FLOAT: Final = 2**53
"""Every integer up to here is a float exactly."""

_LOOKED_AT: Final = 10_000
"""Items behind a wrong one that are looked at, too."""

_PREVIEW: Final = 40
"""Characters of a value shown in an error."""


def mismatch(expected: str, actual: object) -> ValidationError:
    """The error for a value that is not of its declared type: `expected string, got number 12345`."""
    return ValidationError(expected, describe(actual))


def within(error: Exception, segment: str) -> Exception:
    """Puts `segment` (`.x`, `[3]`, `points`) in front of the path of an error about a value, and returns the error."""
    if segment and isinstance(error, ValidationError | EncodeError):
        error.prepend(segment)
    return error


def describe(value: object) -> str:
    """A value's kind in the words of TypeScript and, where it is short enough to help, the value."""
    match value:
        case None:
            return "null"
        case bool():
            return f"boolean {'true' if value else 'false'}"
        case str():
            return f"string {_quote(value)}"
        case int():
            return _describe_integer(value)
        case float():
            return f"number {_number(value)}"
        case bytes() | bytearray():
            return "bytes"
        case memoryview():
            return "bytes" if value.format in ("B", "c") else "memoryview"
        case list() | tuple():
            return "array"
        case dict():
            return "object"
        case set() | frozenset():
            return "Set"
        case _:
            return "undefined" if value is UNSET else _cut(type(value).__name__)


def as_str(value: object) -> str:
    """A string."""
    if type(value) is str:
        return value
    if isinstance(value, str):
        # Its characters, whatever a class of the user's shows of them: `str()` of an enum's member is its name.
        return str.__str__(value)
    raise mismatch("string", value)


def as_bool(value: object) -> bool:
    """`True` or `False`; nothing that is merely true or false."""
    if value is True or value is False:
        return value
    raise mismatch("boolean", value)


def as_float(value: object) -> float:
    """A number: a float, an int that a float holds exactly, or what is registered as real (numpy's)."""
    if type(value) is float:
        return value
    if type(value) is int:
        if -_EXACT_FLOAT <= value <= _EXACT_FLOAT:
            return float(value)
    else:
        number = _integral(value)
        if number is not None:
            if -_EXACT_FLOAT <= number <= _EXACT_FLOAT:
                return float(number)
        elif isinstance(value, Real) and not isinstance(value, int):
            return float(value)
    raise mismatch("number", value)


def as_int(value: object) -> int:
    """A whole number within ±(2**53 - 1)."""
    if type(value) is int:
        if -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
            return value
    else:
        number = _integral(value)
        if number is not None and -_SAFE_INTEGER <= number <= _SAFE_INTEGER:
            return number
    raise mismatch("integer", value)


def as_bigint(value: object) -> int:
    """A whole number of any size."""
    if type(value) is int:
        return value
    number = _integral(value)
    if number is not None:
        return number
    raise mismatch("bigint", value)


def as_none(value: object) -> None:
    """`None`."""
    if value is not None:
        raise mismatch("null", value)


def as_void(value: object) -> None:
    """The result of a method without one: whatever it returned is dropped."""
    del value


def as_bytes(value: object, expected: str = "bytes") -> bytes:
    """Bytes. A bytearray or a view of bytes goes to the wire as it is; what comes from the wire is always `bytes`."""
    if type(value) is bytes:
        return value
    if isinstance(value, bytes | bytearray) or _is_byte_view(value):
        return cast(bytes, value)
    raise mismatch(expected, value)


def as_float64_array(value: object) -> memoryview[float]:
    """A view of any one-dimensional contiguous buffer of doubles: `array.array`, a numpy array, a memoryview."""
    try:
        view = memoryview(cast(bytes, value))
    except TypeError:
        raise mismatch("Float64Array", value) from None
    if view.format == "d" and view.ndim == 1 and view.c_contiguous:
        return cast("memoryview[float]", view)
    raise mismatch("Float64Array", value)


def as_array(value: object, item: Callable[[object], T]) -> list[T]:
    """A list of converted items; a tuple or another sequence that is not text or bytes will do."""
    items = _sequence(value)
    result: list[T] = []
    append = result.append
    try:
        for element in items:
            append(item(element))
    except Exception as error:
        _tell_problems(error, items, len(result), item)
    return result


def _tell_problems(
    error: Exception, items: Sequence[object], index: int, item: Callable[[object], object]
) -> NoReturn:
    """Of the item at the index, and of those behind it."""
    problems = Problems()
    problems.add(error, f"[{index}]")
    for at in range(index + 1, min(len(items), index + _LOOKED_AT)):
        try:
            item(items[at])
        except Exception as other:
            problems.add(other, f"[{at}]")
    problems.tell()


def as_literal(value: object, members: Collection[T], expected: str) -> T:
    """The member that equals the value and is of its kind: 1 is not `True`."""
    if type(value) is str and value in members:
        return cast(T, value)
    kind = _literal_kind(value)
    if kind is not None:
        for member in members:
            if member == value and _literal_kind(member) is kind:
                return member
    raise mismatch(expected, value)


def record_fields(value: object, name: str, count: int) -> list[object]:
    """The fields of a record from the wire: an array of exactly `count` values."""
    if type(value) is not list:
        raise mismatch(name, value)
    fields = cast("list[object]", value)
    if len(fields) != count:
        if name == "arguments":
            raise ValidationError(f"{count} arguments", f"{len(fields)}")
        raise ValidationError(f"{name} of {count} fields", f"array of {len(fields)}")
    return fields


def _sequence(value: object) -> Sequence[object]:
    if type(value) is list or type(value) is tuple:
        return cast("Sequence[object]", value)
    if isinstance(value, str | bytes | bytearray | memoryview):
        raise mismatch("array", cast(object, value))
    if isinstance(value, Sequence):
        return cast("Sequence[object]", value)
    raise mismatch("array", value)


def _is_byte_view(value: object) -> bool:
    return (
        isinstance(value, memoryview)
        and value.format in ("B", "c")
        and value.ndim == 1
        and value.contiguous
    )


def _integral(value: object) -> int | None:
    """What is registered as integral (numpy's), but not a boolean, which Python registers as well."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        return None
    return int(value)


def _literal_kind(value: object) -> type | None:
    """What equal values must agree in: JavaScript has one kind of number."""
    if isinstance(value, str):
        return str
    if isinstance(value, bool):
        return bool
    if value is None:
        return type(None)
    return float if isinstance(value, Real) else None


def _describe_integer(value: int) -> str:
    # What JavaScript would hold as a bigint, or else has no number for. Decimal conversion is quadratic: large ones in hexadecimal.
    if -_EXACT_FLOAT <= value <= _EXACT_FLOAT:
        return f"number {int(value)}"
    return f"bigint {_cut(str(int(value)) if value.bit_length() < 128 else hex(value))}"


def _number(value: float) -> str:
    """As JavaScript prints it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    magnitude = abs(value)
    if value.is_integer() and magnitude < 1e21:
        return str(int(value))
    text = repr(float(value))
    if 1e-6 <= magnitude < 1e21:
        return text if "e" not in text else _positional(text)
    return re.sub(r"e([+-])0", r"e\1", text)


def _positional(text: str) -> str:
    """`1.5e-05` → `0.000015`: Python turns to exponents earlier than JavaScript does."""
    mantissa, exponent = text.split("e")
    digits = mantissa.lstrip("-").replace(".", "")
    sign = "-" if mantissa.startswith("-") else ""
    return f"{sign}0.{'0' * (-int(exponent) - 1)}{digits}"


def _quote(text: str) -> str:
    # Here, because only errors quote, and most workers start without needing it.
    import json

    quoted = json.dumps(text[:_PREVIEW], ensure_ascii=False)
    # A lone surrogate cannot be printed.
    quoted = re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", quoted)
    if len(text) <= _PREVIEW and _length(quoted) <= _PREVIEW:
        return quoted
    return f'{_first(quoted, _PREVIEW - 2)}…"'


def _cut(text: str) -> str:
    return text if _length(text) <= _PREVIEW else f"{_first(text, _PREVIEW - 1)}…"


def _length(text: str) -> int:
    """As JavaScript counts: characters beyond 0xFFFF are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _first(text: str, length: int) -> str:
    while _length(text[:length]) > length:
        text = text[: len(text[:length]) - 1]
    return text[:length]
