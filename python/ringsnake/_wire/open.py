"""Literals and enumerations that are open: besides the known values they have others of the same kinds.

Twin: lib/wire/declared/open.ts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ringsnake._errors import ValidationError
from ringsnake._wire.schema_types import EnumType, LiteralType
from ringsnake._wire.validation import as_bool, as_float, as_int, as_literal, as_str, mismatch

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
