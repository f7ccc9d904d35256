"""Declared types that are extensions, or are made of several values: between what the user has and what the untyped codec takes.

Normative: spec/wire/value.md §1. Twins: lib/wire/declared/read.ts and write.ts, whose words these use.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._wire.any_map import Map
from ringsnake._wire.ndarray import NdArray
from ringsnake._wire.problems import Problems
from ringsnake._wire.schema_types import ArrayType
from ringsnake._wire.timestamp import Timestamp
from ringsnake._wire.unset import UNSET
from ringsnake._wire.url import Url
from ringsnake._wire.validation import as_int, as_str, mismatch, record_fields

if TYPE_CHECKING:
    Int8Array: TypeAlias = memoryview[int]
    """JavaScript's typed arrays: one-dimensional views. numpy reads them without a copy: `numpy.asarray(view)`."""
    Int16Array: TypeAlias = memoryview[int]
    Uint16Array: TypeAlias = memoryview[int]
    Int32Array: TypeAlias = memoryview[int]
    Uint32Array: TypeAlias = memoryview[int]
    Float32Array: TypeAlias = memoryview[float]
    BigInt64Array: TypeAlias = memoryview[int]
    BigUint64Array: TypeAlias = memoryview[int]
else:
    # Before 3.14 views have no types of items.
    Int8Array = Int16Array = Int32Array = BigInt64Array = memoryview
    Uint16Array = Uint32Array = BigUint64Array = Float32Array = memoryview
Uint8ClampedArray: TypeAlias = NdArray
"""Of this one a view would not be told from bytes."""

Convert: TypeAlias = Callable[[object], object]


class NDArray(Protocol):
    """An array of numbers of several dimensions: `numpy.ndarray` where numpy is installed, else a memoryview or an `NdArray`."""

    @property
    def shape(self) -> tuple[int, ...]: ...


_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
"""Those that both languages have. JavaScript's `u` and `v` are how Python's patterns are, its `g`, `y` and `d` are no part of one."""

_TYPED_ARRAYS: Final = {
    "b": "Int8Array",
    "h": "Int16Array",
    "H": "Uint16Array",
    "i": "Int32Array",
    "I": "Uint32Array",
    "f": "Float32Array",
    "q": "BigInt64Array",
    "Q": "BigUint64Array",
}
_SAME_ITEMS: Final = {"l": "q", "L": "Q", "q": "q", "Q": "Q"}
"""What `array` and numpy call the 64-bit integers of this platform."""


def no_members() -> dict[str, Any]:
    """The members that a record has beside its fields, unless some are given."""
    return {}


def as_undefined(value: object) -> object:
    """Nothing at all."""
    if value is UNSET:
        return value
    raise mismatch("undefined", value)


def datetime_to_wire(value: object) -> datetime.datetime:
    """An aware datetime, as the same moment in UTC."""
    if not isinstance(value, datetime.datetime):
        raise mismatch("Date", value)
    if value.utcoffset() is None:
        raise ValidationError("Date", "a naive datetime: give it a time zone, such as datetime.UTC")
    return value.astimezone(datetime.UTC)


def datetime_from_wire(value: object) -> datetime.datetime:
    """A moment within Python's years."""
    if isinstance(value, datetime.datetime) and value.utcoffset() is not None:
        return value
    if isinstance(value, Timestamp):
        raise ValidationError("Date of the years 1 to 9999, in microseconds", repr(value))
    raise mismatch("Date", value)


def url_to_wire(value: object) -> Url:
    """A string, as the URL that it is."""
    return value if isinstance(value, Url) else Url(as_str(value))


def text_from_wire(value: object) -> str:
    """A string; a URL is another type on the wire, although it is a `str` here."""
    if isinstance(value, Url):
        raise ValidationError("string", "Url")
    return as_str(value)


def url_from_wire(value: object) -> Url:
    """A URL, which is a `str`."""
    if isinstance(value, Url):
        return value
    raise mismatch("URL", value)


def pattern_to_wire(value: object) -> list[str]:
    """A compiled regular expression of text, as source and flags in JavaScript's words."""
    source = getattr(value, "pattern", None)
    flags = getattr(value, "flags", None)
    if not _is_a(re.Pattern, value) or not isinstance(source, str):
        raise mismatch("RegExp", value)
    javascript = re.sub(r"\(\?P<", "(?<", re.sub(r"\(\?P=(\w+)\)", r"\\k<\1>", source))
    letters = [letter for letter, bit in _FLAGS.items() if isinstance(flags, int) and flags & bit]
    return [javascript, "".join(letters)]


def pattern_from_wire(value: object) -> re.Pattern[str]:
    """The same the other way. What Python's patterns do not know is refused."""
    source, letters = map(as_str, record_fields(value, "RegExp", 2))
    flags = re.RegexFlag(0)
    for letter in letters:
        flags |= _FLAGS.get(letter, re.RegexFlag(0))
    python = re.sub(r"\(\?<(?![=!])", "(?P<", re.sub(r"\\k<(\w+)>", r"(?P=\1)", source))
    try:
        return re.compile(python, flags)
    except re.error:
        raise mismatch("RegExp that Python knows", f"/{source}/{letters}") from None


def as_matching(value: object, pattern: re.Pattern[str], expected: str) -> str:
    """A string of which all matches."""
    text = as_str(value)
    if pattern.fullmatch(text) is None:
        raise mismatch(expected, value)
    return text


def as_typed_array(value: object, code: str) -> object:
    """A view of any one-dimensional contiguous buffer of such items."""
    if code == "C":
        if isinstance(value, NdArray) and value.dtype == "uint8Clamped":
            return value
        raise mismatch("Uint8ClampedArray", value)
    try:
        view: memoryview[Any] = memoryview(cast(bytes, value))
    except TypeError:
        raise mismatch(_TYPED_ARRAYS[code], value) from None
    kind = _SAME_ITEMS.get(view.format, view.format)
    if kind == code and view.ndim == 1 and view.c_contiguous:
        return view
    raise mismatch(_TYPED_ARRAYS[code], value)


_FORMATS: Final = {
    "d": "float64",
    "f": "float32",
    "e": "float16",
    "b": "int8",
    "B": "uint8",
    "h": "int16",
    "H": "uint16",
    "i": "int32",
    "I": "uint32",
    "q": "int64",
    "Q": "uint64",
    "l": "int64",
    "L": "uint64",
    "?": "bool",
    "Zf": "complex64",
    "Zd": "complex128",
    "F": "complex64",
    "D": "complex128",
}


def as_ndarray(value: object, array: ArrayType) -> object:
    """A buffer of such items and of that shape."""
    dtype, shape = _array_parts(value)
    if dtype != array.dtype:
        raise mismatch(f"NDArray of {array.dtype}", value)
    wanted = array.shape
    fits = wanted is None or (
        len(wanted) == len(shape)
        and all(
            count is None or count == length for count, length in zip(wanted, shape, strict=True)
        )
    )
    if not fits:
        expected = ", ".join("n" if count is None else str(count) for count in wanted or ())
        raise ValidationError(f"shape [{expected}]", f"[{', '.join(map(str, shape))}]")
    return value


def ndarray_from_wire(value: object, array: ArrayType) -> object:
    """The same, as numpy's own where numpy is there already."""
    import sys

    checked = as_ndarray(value, array)
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return checked
    return checked.numpy() if isinstance(checked, NdArray) else numpy.asarray(checked)


def _array_parts(value: object) -> tuple[str | None, tuple[int, ...]]:
    if isinstance(value, NdArray):
        return value.dtype, value.shape
    dtype = getattr(value, "dtype", None)
    if dtype is not None:
        # Of numpy, perhaps big-endian: the writer turns it round.
        return str(dtype.newbyteorder("=")), tuple(cast("Any", value).shape)
    try:
        view: memoryview[Any] = memoryview(cast(bytes, value))
    except TypeError:
        return None, ()
    return _FORMATS.get(view.format), tuple(view.shape or ())


def as_set(value: object, item: Convert, *, frozen: bool) -> object:
    """A set of converted items."""
    if not isinstance(value, AbstractSet):
        raise mismatch("Set", value)
    items = cast("AbstractSet[object]", value)
    converted = _each(item, items, lambda index: f".values()[{index}]")
    return frozenset(converted) if frozen else set(converted)


def as_map(value: object, key: Convert, item: Convert) -> Map[object, object]:
    """A map of converted pairs."""
    if not isinstance(value, Mapping):
        raise mismatch("Map", value)
    pairs = cast("Mapping[object, object]", value)
    made: list[tuple[object, object]] = []
    problems: Problems | None = None
    for index, pair in enumerate(pairs.items()):
        halves: list[object] = []
        for convert, half, name in zip((key, item), pair, ("keys", "values"), strict=True):
            try:
                halves.append(convert(half))
            except Exception as error:
                problems = problems or Problems()
                problems.add(error, f".{name}()[{index}]")
        if problems is None:
            made.append((halves[0], halves[1]))
    if problems is not None:
        problems.tell()
    return Map(made)


def as_dict(value: object, item: Convert) -> dict[str, object]:
    """A dictionary whose keys are strings, of converted values."""
    if _is_a(Map, value) or not _is_a(Mapping, value):
        raise mismatch("object", value)
    members = cast("Mapping[object, object]", value)
    keys: list[str] = []
    for key in members:
        if not isinstance(key, str):
            raise ValidationError("object with strings as keys", f"a key {key!r}")
        keys.append(key)
    held = _each(item, members.values(), lambda index: member_segment(keys[index]))
    return dict(zip(keys, held, strict=True))


def keys_to_wire(value: object) -> dict[str, object]:
    """A dictionary whose keys are numbers, with them as JavaScript writes them."""
    if not isinstance(value, Mapping):
        raise mismatch("object", value)
    converted: dict[str, object] = {}
    for key, element in cast("Mapping[object, object]", value).items():
        if isinstance(key, bool) or not isinstance(key, int):
            raise ValidationError("object with numbers as keys", f"a key {key!r}")
        converted[str(key)] = element
    return converted


def keys_from_wire(value: dict[str, object]) -> dict[int, object]:
    """The same the other way."""
    converted: dict[int, object] = {}
    for key, element in value.items():
        if re.fullmatch("0|-?[1-9][0-9]*", key) is None:
            raise ValidationError("object with whole numbers as keys", f'a key "{key}"')
        converted[int(key)] = element
    return converted


def tuple_items(value: object, expected: str, *, least: int, most: int | None) -> Sequence[object]:
    """The items of a tuple, as many as there may be."""
    if not isinstance(value, list | tuple):
        raise mismatch(expected, value)
    items = cast("Sequence[object]", value)
    if len(items) < least or (most is not None and len(items) > most):
        raise ValidationError(expected, f"array of {len(items)}")
    return items


def branch_of(value: object, count: int, expected: str) -> tuple[int, object]:
    """The number and the value of a union's branch."""
    number, held = record_fields(value, expected, 2)
    index = as_int(number)
    if not 0 <= index < count:
        raise ValidationError(expected, f"branch {index}")
    return index, held


def _is_a(kind: type, value: object) -> bool:
    # Without the type checkers knowing it: of what they cannot name the items they complain.
    return isinstance(value, kind)


def member_segment(key: str) -> str:
    """How a member is written in a path: `.name`, or `["odd name"]`. Twin: memberSegment in lib/wire/validation.ts."""
    if key.replace("$", "_").isidentifier():
        return f".{key}"
    import json

    return f"[{json.dumps(key, ensure_ascii=False)}]"


def nearest(errors: Sequence[ValidationError | EncodeError]) -> Exception:
    """Of a union the branch that was meant, most likely: the one with the fewest problems, and of several the one that came farthest."""

    def distance(error: ValidationError | EncodeError) -> tuple[int, int]:
        count = len(error.problems) if isinstance(error, ValidationError) else 1
        return count, -len(error.path)

    return min(errors, key=distance)


def _each(
    convert: Convert, values: Iterable[object], segment: Callable[[int], str]
) -> list[object]:
    """The converted values."""
    converted: list[object] = []
    problems: Problems | None = None
    for index, value in enumerate(values):
        try:
            converted.append(convert(value))
        except Exception as error:
            problems = problems or Problems()
            problems.add(error, segment(index))
    if problems is not None:
        problems.tell()
    return converted
