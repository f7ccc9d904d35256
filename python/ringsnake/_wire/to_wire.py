"""Declared values to what the untyped writer takes."""

from __future__ import annotations

from inspect import getattr_static
from types import SimpleNamespace
from typing import Any, cast

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._wire.branches import accepts, distance
from ringsnake._wire.conversion import Conversion, Port, Referring, session_port
from ringsnake._wire.declared import (
    as_ndarray,
    datetime_to_wire,
    keys_to_wire,
    nearest,
    pattern_to_wire,
    url_to_wire,
)
from ringsnake._wire.open import as_other
from ringsnake._wire.problems import Problems
from ringsnake._wire.references import OWNER_RECEIVER, ObjectReference
from ringsnake._wire.schema_types import RecordType, Types
from ringsnake._wire.sources import Sources
from ringsnake._wire.steps import source_of
from ringsnake._wire.unset import UNSET
from ringsnake._wire.validation import mismatch


class ToWire(Conversion):
    """Checks what the user gives."""

    def __init__(self, types: Types, referring: Referring, sources: Sources) -> None:
        super().__init__(types, referring, sources)
        self._own = {
            "r": self._record,
            "u": self._union,
            "I": lambda inner, value, port: self.convert("D" + inner, keys_to_wire(value), port),
            "E": self._enum,
            "N": lambda inner, value, _: as_ndarray(value, types.arrays[int(inner)]),
            "t": lambda _, value, __: datetime_to_wire(value),
            "w": lambda _, value, __: url_to_wire(value),
            "e": lambda _, value, __: pattern_to_wire(value),
            "=": lambda inner, value, port: (
                value if value is UNSET else self.convert(inner, value, port)
            ),
            "?": lambda inner, value, port: (
                UNSET if value is None else self.convert(inner, value, port)
            ),
            "o": self._object,
            "c": lambda inner, value, port: self._reference("c", inner, value, port),
            "*": self._stream,
        }

    def _record(self, inner: str, value: object, port: Port) -> list[object]:
        record = self.types.records[int(inner)]
        if not isinstance(value, record.cls):
            raise mismatch(record.name, value)
        return self._fields(record, value, port)

    def _fields(self, record: RecordType, value: object, port: Port) -> list[object]:
        declared = record.fields
        if record.extra is not None:
            attribute, code = record.extra
            declared = (*declared, ("", attribute, "D" + code))
        fields: list[object] = []
        problems: Problems | None = None
        for index, (segment, attribute, code) in enumerate(declared):
            try:
                fields.append(self.convert(code, getattr(value, attribute), port))
            except Exception as error:
                problems = problems or Problems()
                problems.add(error, segment, self.sources.of(record.name, index))
        if problems is not None:
            problems.tell()
        return fields

    def _union(self, inner: str, value: object, port: Port) -> object:
        """The first branch that the value is of. What it looks like is tried first; that is almost always all."""
        union = self.types.unions[int(inner)]
        errors: list[ValidationError | EncodeError] = []
        alike = [
            index for index, code in enumerate(union.branches) if accepts(self.types, code, value)
        ]
        if union.tag and not alike and type(value) is dict:
            return [None, self._other(union, cast(object, value), None)]
        # An instance of a class is one of those above it, too.
        alike.sort(key=lambda index: distance(self.types, union.branches[index], value))
        for index in alike:
            code = union.branches[index]
            try:
                return [index, self.convert(code, value, port)]
            except (ValidationError, EncodeError) as error:
                errors.append(error)
        raise nearest(errors) if errors else mismatch(union.expected, value)

    def _enum(self, inner: str, value: object, _port: Port) -> object:
        """The value of a member, which may be given for it."""
        enum = self.types.enums[int(inner)]
        for member in tuple(enum.cls) if enum.members is None else enum.members:
            if member is value or (member.value == value and type(member.value) is type(value)):
                return member.value
        return as_other(value, enum)

    def _object(self, inner: str, value: object, port: Port) -> object:
        """With what it says of itself, once in a message, unless it comes home."""
        reference = self._reference("o", inner, value, port)
        record = self.types.data.get(int(inner))
        if record is None or reference.owner == OWNER_RECEIVER or reference.is_told:
            return reference
        return [reference, self._fields(record, _data_of(value, record), port)]

    def _reference(self, kind: str, inner: str, value: object, port: Port) -> ObjectReference:
        referred = cast(Any, self.referring.referred(kind, inner))
        return session_port(port).export(value, referred)

    def _stream(self, inner: str, value: object, port: Port) -> object:
        program = cast(Any, self.referring.stream(inner))
        return session_port(port).send_stream(source_of(value, program.generator), program)


def _data_of(value: object, record: RecordType) -> SimpleNamespace:
    """What an object says of itself. Each member is read once: it may be a property."""
    data = SimpleNamespace()
    for _, attribute, code in record.fields:
        try:
            member: object = getattr(value, attribute)
        except AttributeError:
            if getattr_static(value, attribute, None) is not None:
                raise
            member = None if code[0] == "?" else UNSET
        setattr(data, attribute, member)
    return data
