"""Literals, enumerations and unions of objects that are open: besides the known values they have others of the same kinds.

Twin: lib/wire/declared/open.ts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from ringsnake._errors import ValidationError
from ringsnake._wire.schema_types import EnumType, LiteralType, UnionType
from ringsnake._wire.validation import (
    as_bool,
    as_float,
    as_int,
    as_literal,
    as_str,
    describe,
    mismatch,
)

_KINDS: Final[dict[str, Callable[[object], object]]] = {
    "s": as_str,
    "i": as_int,
    "f": as_float,
    "b": as_bool,
}


def as_open(value: object, literal: LiteralType) -> object:
    """The member that equals the value, or else the value."""
    try:
        return as_literal(value, literal.members, literal.expected)
    except ValidationError:
        return as_other(value, literal)


def as_other(value: object, declared: LiteralType | EnumType) -> object:
    """A value that is no member. Refused where there are none."""
    for code in declared.others:
        try:
            return _KINDS[code](value)
        except ValidationError:
            continue
    raise mismatch(declared.expected, value)


_WORDS: Final = {"s": "string", "i": "integer", "f": "number", "b": "boolean"}


def is_none_of_branches(value: object) -> bool:
    """On the wire such an object stands behind nil."""
    return isinstance(value, list) and cast("list[object]", value)[:1] == [None]


def check_other_tag(tag: object, union: UnionType) -> None:
    """Of an object of an open union that is of no branch: what has a known tag stands in its branch, where all of it is checked."""
    expected = " or ".join(_WORDS[code] for code in union.others)
    as_other(tag, LiteralType((), expected, union.others))
    if any(tag == known and _is_bool(tag) is _is_bool(known) for known in union.known):
        raise ValidationError(f"{expected} that is of no branch", describe(tag))


def _is_bool(value: object) -> bool:
    """Python's are numbers, too."""
    return isinstance(value, bool)
