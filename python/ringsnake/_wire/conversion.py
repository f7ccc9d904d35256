"""What conversions to the wire and from it do alike, by the code of the type. Form: ARCHITECTURE.md, "Schema programs"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias, cast

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._wire.declared import (
    as_dict,
    as_map,
    as_matching,
    as_set,
    as_typed_array,
    as_undefined,
    member_segment,
    tuple_items,
)
from ringsnake._wire.open import as_open, check_other_tag
from ringsnake._wire.problems import Problems
from ringsnake._wire.references import ReferencePort
from ringsnake._wire.schema_types import Types, UnionType
from ringsnake._wire.sources import Declared, Sources
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
    as_str,
    as_void,
    mismatch,
)

Port: TypeAlias = ReferencePort | None
"""Who knows the objects that are referred to."""

Step: TypeAlias = Callable[[str, object, Port], object]
"""Converts a value of the type with this code."""

_SCALARS: Final[dict[str, Callable[[object], object]]] = {
    "s": as_str,
    "f": as_float,
    "i": as_int,
    "b": as_bool,
    "n": as_bigint,
    "y": as_bytes,
    "Y": lambda value: memoryview(as_bytes(value)),
    "B": lambda value: as_bytes(value, "ArrayBuffer"),
    "V": lambda value: as_bytes(value, "DataView"),
    "d": as_float64_array,
    "v": as_void,
    "z": as_undefined,
    "x": lambda value: value,
    "0": lambda value: as_literal(value, NULL, "null"),
}


class Referring(Protocol):
    """Who knows what is declared of objects, functions and streams."""

    def referred(self, kind: str, index: str, /) -> object:
        """What is declared of an object or a function."""
        ...

    def stream(self, code: str, /) -> object:
        """The programs of the items of that type."""
        ...


class Conversion:
    """One direction; what it does in its own way is in `_own`, by the first letter of the code."""

    def __init__(self, types: Types, referring: Referring, sources: Sources) -> None:
        self.types: Final = types
        self.sources: Final = sources
        self.referring: Final = referring
        self._patterns = [(re.compile(pattern), expected) for pattern, expected in types.patterns]
        self._own: dict[str, Step] = {}
        self._steps: Final[dict[str, Step]] = {
            "[": self._array,
            "|": lambda inner, value, port: (
                None if value is None else self.convert(inner, value, port)
            ),
            "~": lambda inner, value, port: (
                UNSET if value is UNSET else self.convert(inner, value, port)
            ),
            "g": lambda inner, value, port: self.convert(
                types.aliases[int(inner)].code, value, port
            ),
            "a": lambda inner, value, _: as_typed_array(value, inner),
            "{": lambda inner, value, port: as_set(value, self._item(inner, port), frozen=False),
            "(": lambda inner, value, port: as_set(value, self._item(inner, port), frozen=True),
            "D": lambda inner, value, port: as_dict(value, self._item(inner, port)),
            "m": self._map,
            "p": self._tuple,
            "P": self._matching,
            "l": self._literal,
        }

    def convert(self, code: str, value: object, port: Port) -> object:
        """The checked value of the type with that code. ValidationError, with the path to what is wrong."""
        kind = code[0]
        step = self._own.get(kind) or self._steps.get(kind)
        return _SCALARS[kind](value) if step is None else step(code[1:], value, port)

    def convert_all(
        self,
        slots: Sequence[tuple[str, str]],
        values: Sequence[object],
        port: Port,
        declared: Declared | None = None,
    ) -> list[object]:
        """Of each value the segment of its path and the code of its type."""
        converted: list[object] = []
        problems: Problems | None = None
        for index, (segment, code) in enumerate(slots):
            try:
                converted.append(self.convert(code, values[index], port))
            except Exception as error:
                problems = problems or Problems()
                source = None if declared is None else declared.of(index)
                problems.add(error, segment, source)
        if problems is not None:
            problems.tell()
        return converted

    def _item(self, code: str, port: Port) -> Callable[[object], object]:
        return lambda item: self.convert(code, item, port)

    def _array(self, inner: str, value: object, port: Port) -> object:
        return as_array(value, self._item(inner, port))

    def _map(self, inner: str, value: object, port: Port) -> object:
        key, held = self.types.maps[int(inner)]
        return as_map(value, self._item(key, port), self._item(held, port))

    def _matching(self, inner: str, value: object, _port: Port) -> object:
        pattern, expected = self._patterns[int(inner)]
        return as_matching(value, pattern, expected)

    def _literal(self, inner: str, value: object, _port: Port) -> object:
        literal = self.types.literals[int(inner)]
        return as_open(value, literal)

    def _other(self, union: UnionType, value: object, port: Port) -> object:
        """An object of an open union that is of no branch: its keys are all that whoever does not know it has."""
        if type(value) is not dict:
            raise mismatch("object", value)
        members = cast("dict[object, object]", value)
        if port is not None and port.validation == "off":
            return members
        try:
            check_other_tag(members.get(union.tag, UNSET), union)
        except ValidationError as error:
            problems = Problems()
            segment = member_segment(union.tag)
            problems.add(error, segment, self._declared(union.branches[0], segment))
            problems.tell()
        return members

    def _declared(self, code: str, segment: str) -> str | None:
        """Where a record's field was."""
        record = self.types.records[int(code[1:])]
        places = [index for index, field in enumerate(record.fields) if field[0] == segment]
        return self.sources.of(record.name, places[0]) if places else None

    def _tuple(self, inner: str, value: object, port: Port) -> list[object]:
        types = self.types.tuples[int(inner)]
        count = len(types.items)
        least = count if types.least is None else types.least
        most = count if types.rest is None else None
        items = tuple_items(value, types.expected, least=least, most=most)
        codes = [*types.items[: len(items)]]
        if types.rest is not None:
            codes.extend(types.rest for _ in range(len(items) - count))
        slots = [(f"[{index}]", code) for index, code in enumerate(codes)]
        return self.convert_all(slots, items, port)


def session_port(port: Port) -> ReferencePort:
    """Who knows the objects. EncodeError outside of a session."""
    if port is None:
        raise EncodeError("objects and streams can cross only in a session", "")
    return port
