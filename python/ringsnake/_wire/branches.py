"""Which branches of a union a value may be of, by what it looks like."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from numbers import Integral, Real
from typing import Protocol

from ringsnake._wire.ndarray import NdArray
from ringsnake._wire.schema_types import (
    AliasType,
    EnumType,
    LiteralType,
    RecordType,
    TupleType,
    UnionType,
)
from ringsnake._wire.unset import UNSET

_EXACT_FLOAT = 2**53


class Types(Protocol):
    """The parts of a `TypeTable` that this asks."""

    records: Sequence[RecordType]
    literals: Sequence[LiteralType]
    enums: Sequence[EnumType]
    unions: Sequence[UnionType]
    tuples: Sequence[TupleType]
    aliases: Sequence[AliasType]


def accepts(types: Types, code: str, value: object) -> bool:
    """Whether a value of the type with this code may look like that. Says yes where only a conversion can tell."""
    kind, inner = code[0], code[1:]
    match kind:
        case "r":
            return isinstance(value, types.records[int(inner)].cls)
        case "s" | "P":
            return isinstance(value, str)
        case "w":
            return isinstance(value, str)
        case "l":
            return any(
                member == value and _kind(member) is _kind(value)
                for member in types.literals[int(inner)].members
            )
        case "E":
            enum = types.enums[int(inner)]
            return value in (tuple(enum.cls) if enum.members is None else enum.members)
        case "b":
            return isinstance(value, bool)
        case "f":
            is_number = isinstance(value, Real) and not isinstance(value, bool)
            return is_number and not (isinstance(value, int) and abs(value) > _EXACT_FLOAT)
        case "i" | "n":
            return isinstance(value, Integral) and not isinstance(value, bool)
        case "0":
            return value is None
        case "z":
            return value is UNSET
        case "t":
            return isinstance(value, datetime.datetime)
        case "e":
            return isinstance(value, re.Pattern)
        case "y":
            return isinstance(value, bytes | bytearray | memoryview)
        case "a" | "d" | "N":
            return (
                isinstance(value, memoryview | NdArray)
                or hasattr(value, "__array__")
                or (type(value).__name__ == "array")
            )
        case "[":
            is_sequence = isinstance(value, Sequence)
            return is_sequence and not isinstance(value, str | bytes | bytearray | memoryview)
        case "p":
            return isinstance(value, list | tuple)
        case "{" | "(":
            return isinstance(value, AbstractSet)
        case "D" | "I" | "m":
            return isinstance(value, Mapping)
        case "c":
            return callable(value)
        case "|" | "~" | "?":
            return value is None or value is UNSET or accepts(types, inner, value)
        case "g":
            return accepts(types, types.aliases[int(inner)].code, value)
        case "u":
            return any(accepts(types, each, value) for each in types.unions[int(inner)].branches)
        case _:
            return True


def _kind(value: object) -> type | None:
    if isinstance(value, str):
        return str
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, Real) else None
