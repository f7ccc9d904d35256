"""Which branches of a union a value may be of, by what it looks like."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from numbers import Integral, Real
from typing import Final

from ringsnake._wire.ndarray import NdArray
from ringsnake._wire.schema_types import Types
from ringsnake._wire.unset import UNSET

_EXACT_FLOAT = 2**53


def accepts(types: Types, code: str, value: object) -> bool:
    """Whether a value of the type with this code may look like that. Says yes where only a conversion can tell."""
    kind, inner = code[0], code[1:]
    looks = _LOOKS.get(kind)
    if looks is not None:
        return looks(value)
    match kind:
        case "r":
            return isinstance(value, types.records[int(inner)].cls)
        case "l":
            literal = types.literals[int(inner)]
            return any(_LOOKS[other](value) for other in literal.others) or any(
                member == value and _kind(member) is _kind(value) for member in literal.members
            )
        case "E":
            enum = types.enums[int(inner)]
            return any(_LOOKS[other](value) for other in enum.others) or value in (
                tuple(enum.cls) if enum.members is None else enum.members
            )
        case "|" | "~" | "?" | "=":
            return value is None or value is UNSET or accepts(types, inner, value)
        case "u" if types.unions[int(inner)].tag and isinstance(value, dict):
            return True
        case "g" | "u":
            return any(accepts(types, part, value) for part in types.parts(code))
        case _:
            return True


def distance(types: Types, code: str, value: object) -> int:
    """How far above the value's class that of the record with this code is. 0 for what is no record."""
    kind, inner = code[0], code[1:]
    if kind == "r":
        lineage = type(value).__mro__
        cls = types.records[int(inner)].cls
        return lineage.index(cls) if cls in lineage else 0
    if kind in "|~?=gu":
        parts = (part for part in types.parts(code) if accepts(types, part, value))
        return min((distance(types, part, value) for part in parts), default=0)
    return 0


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return type(value) is not bool and -_EXACT_FLOAT <= value <= _EXACT_FLOAT
    return isinstance(value, Real)


def _is_whole(value: object) -> bool:
    return type(value) is not bool and isinstance(value, Integral)


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview)


def _is_array(value: object) -> bool:
    kind = type(value)
    return kind in (memoryview, NdArray) or hasattr(kind, "__array__") or kind.__name__ == "array"


def _is_sequence(value: object) -> bool:
    is_text = isinstance(value, str | bytes | bytearray | memoryview)
    return not is_text and isinstance(value, Sequence)


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


_LOOKS: Final[dict[str, Callable[[object], bool]]] = {
    "s": lambda value: isinstance(value, str),
    "P": lambda value: isinstance(value, str),
    "w": lambda value: isinstance(value, str),
    "b": lambda value: isinstance(value, bool),
    "f": _is_number,
    "i": _is_whole,
    "n": _is_whole,
    "0": lambda value: value is None,
    "z": lambda value: value is UNSET,
    "t": lambda value: isinstance(value, datetime.datetime),
    "e": lambda value: isinstance(value, re.Pattern),
    "y": _is_bytes,
    "Y": _is_bytes,
    "B": _is_bytes,
    "V": _is_bytes,
    "a": _is_array,
    "d": _is_array,
    "N": _is_array,
    "[": _is_sequence,
    "p": lambda value: isinstance(value, list | tuple),
    "{": lambda value: isinstance(value, AbstractSet),
    "(": lambda value: isinstance(value, AbstractSet),
    "D": _is_mapping,
    "I": _is_mapping,
    "m": _is_mapping,
    "c": callable,
}


def _kind(value: object) -> type | None:
    if isinstance(value, str):
        return str
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, Real) else None
