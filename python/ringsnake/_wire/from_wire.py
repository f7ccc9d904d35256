"""What the untyped reader gives, to declared values."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

from ringsnake._errors import ValidationError
from ringsnake._wire.any_map import Map
from ringsnake._wire.conversion import Conversion, Port, Referring, session_port
from ringsnake._wire.declared import (
    branch_of,
    datetime_from_wire,
    keys_from_wire,
    member_segment,
    ndarray_from_wire,
    pattern_from_wire,
    text_from_wire,
    url_from_wire,
)
from ringsnake._wire.open import as_other, is_none_of_branches
from ringsnake._wire.references import OWNER_RECEIVER, OWNER_SENDER, ObjectReference
from ringsnake._wire.schema_types import RecordType, Types
from ringsnake._wire.sources import Declared, Sources
from ringsnake._wire.unset import UNSET
from ringsnake._wire.validation import mismatch, record_fields


class FromWire(Conversion):
    """Checks what the peer sends."""

    def __init__(self, types: Types, referring: Referring, sources: Sources) -> None:
        super().__init__(types, referring, sources)
        self._own = {
            "s": lambda _, value, __: text_from_wire(value),
            "m": self._map_from_wire,
            "r": self._record,
            "u": self._union,
            "I": self._numbered,
            "E": self._enum,
            "N": lambda inner, value, _: ndarray_from_wire(value, types.arrays[int(inner)]),
            "p": lambda inner, value, port: tuple(self._tuple(inner, value, port)),
            "t": lambda _, value, __: datetime_from_wire(value),
            "w": lambda _, value, __: url_from_wire(value),
            "e": lambda _, value, __: pattern_from_wire(value),
            "=": self.convert,
            "?": lambda inner, value, port: (
                None if value is UNSET else self.convert(inner, value, port)
            ),
            "o": self._object,
            "c": lambda inner, value, port: self._reference("c", inner, value, port),
            "*": self._stream,
        }

    def convert(self, code: str, value: object, port: Port) -> object:
        try:
            return super().convert(code, value, port)
        except ValidationError:
            level = "full" if port is None else port.validation
            if level == "full" or not _is_taken(code, value, level):
                raise
            return value

    def _record(self, inner: str, value: object, port: Port) -> object:
        return self._made(self.types.records[int(inner)], value, port)

    def _made(self, record: RecordType, value: object, port: Port) -> object:
        slots = [(segment, code) for segment, _, code in record.fields]
        names = [attribute for _, attribute, _ in record.fields]
        if record.extra is not None:
            attribute, extra_code = record.extra
            slots.append(("", "D" + extra_code))
            names.append(attribute)
        fields = record_fields(value, record.name, len(slots))
        if any(code[0] == "=" for _, code in slots):
            # What is absent is what the class has for it.
            places = [
                place
                for place, (_, code) in enumerate(slots)
                if code[0] != "=" or fields[place] is not UNSET
            ]
            slots = [slots[place] for place in places]
            names = [names[place] for place in places]
            fields = [fields[place] for place in places]
        declared = Declared(self.sources, record.name)
        made = dict(zip(names, self.convert_all(slots, fields, port, declared), strict=True))
        if record.extra is not None:
            _refuse_fields(record, made[record.extra[0]])
        return record.cls(**made)

    def _map_from_wire(self, inner: str, value: object, port: Port) -> object:
        if type(value) is not Map:
            raise mismatch("Map", value)
        return self._map(inner, cast("Map[object, object]", value), port)

    def _union(self, inner: str, value: object, port: Port) -> object:
        union = self.types.unions[int(inner)]
        if union.tag and is_none_of_branches(value):
            _, held = record_fields(value, union.expected, 2)
            return self._other(union, held, port)
        index, held = branch_of(value, len(union.branches), union.expected)
        return self.convert(union.branches[index], held, port)

    def _numbered(self, inner: str, value: object, port: Port) -> object:
        return keys_from_wire(cast("dict[str, object]", self.convert("D" + inner, value, port)))

    def _enum(self, inner: str, value: object, _port: Port) -> object:
        enum = self.types.enums[int(inner)]
        for member in tuple(enum.cls) if enum.members is None else enum.members:
            if member.value == value and type(member.value) is type(value):
                return member
        return as_other(value, enum)

    def _object(self, inner: str, value: object, port: Port) -> object:
        """With what it says of itself, once in a message, unless it comes home."""
        record = self.types.data.get(int(inner))
        if record is None:
            return self._reference("o", inner, value, port)
        name = cast(Any, self.referring.referred("o", inner)).name
        reference: object = value
        fields: object = None
        kind: type = type(value)
        told = kind is list
        if told:
            reference, fields = record_fields(value, name, 2)
        if told and isinstance(reference, ObjectReference) and reference.owner == OWNER_RECEIVER:
            raise ValidationError(f"{name} without data", "array")
        found = self._reference("o", inner, reference, port)
        if cast(ObjectReference, reference).owner == OWNER_SENDER:
            read = partial(self._made, record, fields, port) if told else None
            session_port(port).tell(cast(ObjectReference, reference).number, read)
        return found

    def _reference(self, kind: str, inner: str, value: object, port: Port) -> object:
        referred = cast(Any, self.referring.referred(kind, inner))
        if not isinstance(value, ObjectReference):
            raise mismatch(referred.name, value)
        return session_port(port).find(value, referred)

    def _stream(self, inner: str, value: object, port: Port) -> object:
        return session_port(port).open_stream(value, cast(Any, self.referring.stream(inner)))


_NOT_LOOKED_AT: Final = {"l": str | int | float, "E": str | int | float, "P": str, "i": float}
"""Of values of these kinds the level `shape` does not ask which they are."""

_LEAVES: Final = frozenset("sfibn0zxyBVdtweaNPlEv")
"""Types whose values have no parts of their own."""


def _is_taken(code: str, value: object, level: str) -> bool:
    """Whether a value that does not fit is taken as it is."""
    kind = code[0]
    if level == "off":
        return kind in _LEAVES
    return isinstance(value, _NOT_LOOKED_AT.get(kind, ()))


def _refuse_fields(record: RecordType, extra: object) -> None:
    """What is a field is no other member as well."""
    fields = {segment for segment, _, _ in record.fields}
    for key in cast("dict[str, object]", extra):
        if member_segment(key) in fields:
            raise ValidationError("a key that is no field", f'a key "{key}"')
