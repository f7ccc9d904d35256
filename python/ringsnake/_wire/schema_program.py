"""Declared types, as generated code states them. Form: ARCHITECTURE.md, "Schema programs"; not part of the wire.

The extension interprets a program between bytes and objects (csrc/python/schema_program.h). What it gives up, because it is
wrong or seldom seen, is converted or refused here, where the words are.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from dataclasses import Field, dataclass
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from ringsnake._errors import EncodeError
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
    record_fields,
    within,
)
from ringsnake._wire.value import NativeProgram, NativeSchema

_SCALARS: Final[dict[str, Callable[[object], object]]] = {
    "s": as_str,
    "f": as_float,
    "i": as_int,
    "b": as_bool,
    "n": as_bigint,
    "y": as_bytes,
    "d": as_float64_array,
    "v": as_void,
}

Step: TypeAlias = Callable[[str, object], object]
"""Converts a value of the type with this code."""


PortStep: TypeAlias = "Callable[[object, ReferencePort | None], object]"


class RecordType(NamedTuple):
    """A record and the class of its values."""

    name: str
    cls: type
    fields: Sequence[tuple[str, str, str]] = ()
    """Of each, in the order of the wire: its segment in a path, its attribute, the code of its type."""


class LiteralType(NamedTuple):
    """A union of literals."""

    members: tuple[str | float | bool, ...]
    expected: str
    """How an error lists them."""


class ReferencePort(Protocol):
    """What a session makes of the streams in messages."""

    def send_stream(self, source: object, program: StreamProgram, /) -> object:
        """What to send for a stream of ours."""
        ...

    def open_stream(self, reference: object, program: StreamProgram, /) -> object:
        """The stream of the peer's."""
        ...


@dataclass(frozen=True, slots=True)
class StreamProgram:
    """The items of a stream, one and as an array of them."""

    item: Program
    items: Program
    is_bytes: bool
    """Such items may go by reference."""


@dataclass(frozen=True, slots=True)
class Program:
    """One declared type: of a result, or of the arguments of a method."""

    native: NativeProgram
    to_wire: Callable[[object], object]
    """The checked value as what the untyped writer takes. The native half does the same to bytes."""
    from_wire: Callable[[object], object]
    refers: bool = False
    """Whether its values refer to streams."""


class TypeTable:
    """The types of one generated module, which programs name by their codes."""

    def __init__(
        self, *, records: Sequence[RecordType] = (), literals: Sequence[LiteralType] = ()
    ) -> None:
        self._records = records
        self._literals = literals
        self._schema = NativeSchema(
            tuple(_native_record(record) for record in records),
            tuple(literal.members for literal in literals),
        )

    def result(self, code: str) -> Program:
        """The program of one value."""

        encode, decode = self._steps(code)

        def to_wire(value: object, port: ReferencePort | None = None) -> object:
            return encode(value, port)

        def from_wire(value: object, port: ReferencePort | None = None) -> object:
            return decode(value, port)

        native = NativeProgram(self._schema, code, to_wire, from_wire)
        return Program(native, to_wire, from_wire, "*" in code)

    def arguments(self, *parameters: tuple[str, str]) -> Program:
        """The program of a sequence of arguments: of each its name and the code of its type."""

        steps = {code: self._steps(code) for _, code in parameters}

        def to_wire(value: object, port: ReferencePort | None = None) -> object:
            values = cast("Sequence[object]", value)
            return _convert_all(lambda code, one: steps[code][0](one, port), parameters, values)

        def from_wire(value: object, port: ReferencePort | None = None) -> object:
            fields = record_fields(value, "arguments", len(parameters))
            return _convert_all(lambda code, one: steps[code][1](one, port), parameters, fields)

        codes = tuple(code for _, code in parameters)
        native = NativeProgram(self._schema, codes, to_wire, from_wire)
        return Program(native, to_wire, from_wire, any("*" in code for code in codes))

    def _steps(self, code: str) -> tuple[PortStep, PortStep]:
        """To the wire and from it, of a whole result or argument: only such are streams."""
        if "*" not in code[:2]:
            return (
                lambda value, _: self._encode(code, value),
                lambda value, _: self._decode(code, value),
            )
        inner = code[code.index("*") + 1 :]
        program = StreamProgram(self.result(inner), self.result("[" + inner), inner == "y")
        is_optional = code[0] == "?"

        def encode(value: object, port: ReferencePort | None) -> object:
            if is_optional and value is None:
                return UNSET
            if port is None:
                raise EncodeError("a stream cannot cross outside of a session")
            return port.send_stream(value, program)

        def decode(value: object, port: ReferencePort | None) -> object:
            if is_optional and value is UNSET:
                return None
            if port is None:
                raise mismatch("stream", value)
            return port.open_stream(value, program)

        return encode, decode

    def _encode(self, code: str, value: object) -> object:
        kind, inner = code[0], code[1:]
        if kind == "r":
            record = self._records[int(inner)]
            if not isinstance(value, record.cls):
                raise mismatch(record.name, value)
            return [self._field(value, *field) for field in record.fields]
        if kind == "?":
            return UNSET if value is None else self._encode(inner, value)
        return self._convert(self._encode, code, value)

    def _field(self, value: object, segment: str, attribute: str, code: str) -> object:
        try:
            return self._encode(code, getattr(value, attribute))
        except Exception as error:
            raise within(error, segment)  # noqa: B904 - it is the same error, with its place

    def _decode(self, code: str, value: object) -> object:
        kind, inner = code[0], code[1:]
        if kind == "r":
            record = self._records[int(inner)]
            fields = record_fields(value, record.name, len(record.fields))
            slots = [(segment, code) for segment, _, code in record.fields]
            values = _convert_all(self._decode, slots, fields)
            names = [attribute for _, attribute, _ in record.fields]
            return record.cls(**dict(zip(names, values, strict=True)))
        if kind == "?":
            return None if value is UNSET else self._decode(inner, value)
        return self._convert(self._decode, code, value)

    def _convert(self, step: Step, code: str, value: object) -> object:
        """What both directions do alike."""
        kind, inner = code[0], code[1:]
        match kind:
            case "[":
                return as_array(value, lambda item: step(inner, item))
            case "|":
                return None if value is None else step(inner, value)
            case "~":
                return UNSET if value is UNSET else step(inner, value)
            case "0":
                return as_literal(value, NULL, "null")
            case "l":
                literal = self._literals[int(inner)]
                return as_literal(value, literal.members, literal.expected)
            case _:
                return _SCALARS[kind](value)


def _convert_all(
    step: Step, slots: Sequence[tuple[str, str]], values: Sequence[object]
) -> list[object]:
    converted: list[object] = []
    for index, (segment, code) in enumerate(slots):
        try:
            converted.append(step(code, values[index]))
        except Exception as error:
            raise within(error, segment)  # noqa: B904 - it is the same error, with its place
    return converted


def _native_record(
    record: RecordType,
) -> tuple[type, tuple[str, ...], tuple[str, ...], tuple[object, ...] | None]:
    codes = tuple(code for _, _, code in record.fields)
    names = tuple(attribute for _, attribute, _ in record.fields)
    return record.cls, codes, names, _plain_slots(record.cls, names)


def _plain_slots(cls: type, names: tuple[str, ...]) -> tuple[object, ...] | None:
    """The slots' descriptors, if filling them is all that the class does to make an object."""
    own: dict[str, object] = dict(vars(cls))
    slots = tuple(own.get(name) for name in names)
    fields = cast("dict[str, Field[object]]", own.get("__dataclass_fields__", {}))
    is_plain = (
        type(cls) is type
        and cls.__bases__ == (object,)
        and "__new__" not in own
        and "__post_init__" not in own
        and "__getattribute__" not in own
        and _is_made_by_dataclass(own.get("__init__"))
        # Of a frozen class it is made, too, and __init__ goes round it.
        and ("__setattr__" not in own or _is_frozen(cls))
        and set(fields) == set(names)
        and all(each.init for each in fields.values())
        and all(type(slot) is types.MemberDescriptorType for slot in slots)
    )
    return slots if is_plain else None


def _is_made_by_dataclass(function: object) -> bool:
    # Of code that has no file the file is "<string>", the user's as well.
    code = getattr(function, "__code__", None)
    return code is not None and code.co_qualname.startswith("__create_fn__.")


def _is_frozen(cls: type) -> bool:
    return bool(getattr(getattr(cls, "__dataclass_params__", None), "frozen", False))
