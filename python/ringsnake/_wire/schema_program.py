"""Declared types, as generated code states them. Form: ARCHITECTURE.md, "Schema programs"; not part of the wire.

The extension interprets a program between bytes and objects (csrc/python/schema_program.h). What it gives up, because it is
wrong or seldom seen, is converted or refused here, where the words are.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias, cast

from ringsnake._errors import EncodeError
from ringsnake._wire.references import ObjectReference, ReferencePort
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

if TYPE_CHECKING:
    from dataclasses import Field

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

Port: TypeAlias = ReferencePort | None
"""Who knows the objects that are referred to."""

Step: TypeAlias = Callable[[str, object, Port], object]
"""Converts a value of the type with this code."""


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


class FunctionType(NamedTuple):
    """A function by reference."""

    name: str
    """How an error calls it."""
    parameters: tuple[tuple[str, str], ...]
    """Of each its name and the code of its type."""
    result: str


class Converter(Protocol):
    """Converts one value, with the port that knows the objects in it."""

    def __call__(self, value: object, port: Port = None, /) -> object: ...


class Program:
    """One declared type: of a result, or of the arguments of a method."""

    __slots__ = ("from_wire", "native", "refers", "to_wire")

    def __init__(
        self, native: NativeProgram, to_wire: Converter, from_wire: Converter, *, refers: bool
    ) -> None:
        self.native: Final = native
        self.to_wire: Final = to_wire
        """The checked value as what the untyped writer takes. The native half does the same to bytes."""
        self.from_wire: Final = from_wire
        self.refers: Final = refers
        """Whether its values refer to streams."""


class StreamProgram(NamedTuple):
    """The items of a stream, one and as an array of them."""

    item: Program
    items: Program
    is_bytes: bool
    """Such items may go by reference."""
    lends: bool
    """Such items have objects or functions that go by reference."""


class ClientType(Protocol):
    """A generated client class."""

    @property
    def definition(self) -> Named: ...


class Named(Protocol):
    """An interface's definition."""

    @property
    def name(self) -> str: ...


class Referred:
    """What is declared of values that cross by reference: objects have a client class, functions the programs of their call."""

    __slots__ = ("client", "definition", "name", "programs")

    def __init__(
        self,
        name: str,
        *,
        client: ClientType | None = None,
        programs: tuple[Program, Program] | None = None,
    ) -> None:
        self.name = name
        self.client = client
        self.programs = programs
        self.definition: object = None
        """The session's: what it has made of this."""


class TypeTable:
    """The types of one generated module, which programs name by their codes."""

    def __init__(
        self,
        *,
        records: Sequence[RecordType] = (),
        literals: Sequence[LiteralType] = (),
        objects: Sequence[Callable[[], ClientType]] = (),
        functions: Sequence[FunctionType] = (),
    ) -> None:
        self._records = records
        self._literals = literals
        self._objects = objects
        self._functions = functions
        self._known: dict[str, Referred] = {}
        self._streams: dict[str, StreamProgram] = {}
        self._schema = NativeSchema(
            tuple(_native_record(record) for record in records),
            tuple(literal.members for literal in literals),
        )

    def result(self, code: str) -> Program:
        """The program of one value."""

        def to_wire(value: object, port: Port = None) -> object:
            return self._encode(code, value, port)

        def from_wire(value: object, port: Port = None) -> object:
            return self._decode(code, value, port)

        native = NativeProgram(self._schema, code, to_wire, from_wire)
        return Program(native, to_wire, from_wire, refers="*" in code)

    def arguments(self, *parameters: tuple[str, str]) -> Program:
        """The program of a sequence of arguments: of each its name and the code of its type."""

        def to_wire(value: object, port: Port = None) -> object:
            return _convert_all(self._encode, parameters, cast("Sequence[object]", value), port)

        def from_wire(value: object, port: Port = None) -> object:
            fields = record_fields(value, "arguments", len(parameters))
            return _convert_all(self._decode, parameters, fields, port)

        codes = tuple(code for _, code in parameters)
        native = NativeProgram(self._schema, codes, to_wire, from_wire)
        return Program(native, to_wire, from_wire, refers=any("*" in code for code in codes))

    def _stream(self, code: str) -> StreamProgram:
        """The programs of the items of that type."""
        known = self._streams.get(code)
        if known is None:
            known = StreamProgram(
                self.result(code), self.result("[" + code), code == "y", self._lends(code)
            )
            self._streams[code] = known
        return known

    def _lends(self, code: str, within: frozenset[str] = frozenset()) -> bool:
        """Whether values of that type may have objects or functions that go by reference."""
        kind, inner = code[0], code[1:]
        if kind == "r":
            fields = () if inner in within else self._records[int(inner)].fields
            return any(self._lends(code, within | {inner}) for _, _, code in fields)
        return kind in "oc" or (kind in "[?|~" and self._lends(inner, within))

    def _encode(self, code: str, value: object, port: Port) -> object:
        kind, inner = code[0], code[1:]
        if kind == "r":
            record = self._records[int(inner)]
            if not isinstance(value, record.cls):
                raise mismatch(record.name, value)
            return [self._field(value, field, port) for field in record.fields]
        if kind == "?":
            return UNSET if value is None else self._encode(inner, value, port)
        if kind in "oc":
            return _session_port(port).export(value, self._referred(kind, inner))
        if kind == "*":
            return _session_port(port).send_stream(value, self._stream(inner))
        return self._convert(self._encode, code, value, port)

    def _field(self, value: object, field: tuple[str, str, str], port: Port) -> object:
        segment, attribute, code = field
        try:
            return self._encode(code, getattr(value, attribute), port)
        except Exception as error:
            raise within(error, segment)  # noqa: B904 - it is the same error, with its place

    def _decode(self, code: str, value: object, port: Port) -> object:
        kind, inner = code[0], code[1:]
        if kind == "r":
            record = self._records[int(inner)]
            fields = record_fields(value, record.name, len(record.fields))
            slots = [(segment, code) for segment, _, code in record.fields]
            values = _convert_all(self._decode, slots, fields, port)
            names = [attribute for _, attribute, _ in record.fields]
            return record.cls(**dict(zip(names, values, strict=True)))
        if kind == "?":
            return None if value is UNSET else self._decode(inner, value, port)
        if kind in "oc":
            referred = self._referred(kind, inner)
            if not isinstance(value, ObjectReference):
                raise mismatch(referred.name, value)
            return _session_port(port).find(value, referred)
        if kind == "*":
            return _session_port(port).open_stream(value, self._stream(inner))
        return self._convert(self._decode, code, value, port)

    def _convert(self, step: Step, code: str, value: object, port: Port) -> object:
        """What both directions do alike."""
        kind, inner = code[0], code[1:]
        match kind:
            case "[":
                return as_array(value, lambda item: step(inner, item, port))
            case "|":
                return None if value is None else step(inner, value, port)
            case "~":
                return UNSET if value is UNSET else step(inner, value, port)
            case "0":
                return as_literal(value, NULL, "null")
            case "l":
                literal = self._literals[int(inner)]
                return as_literal(value, literal.members, literal.expected)
            case _:
                return _SCALARS[kind](value)

    def _referred(self, kind: str, index: str) -> Referred:
        """What is declared of an object or a function, made when it is first asked for."""
        code = kind + index
        known = self._known.get(code)
        if known is None:
            if kind == "o":
                client = self._objects[int(index)]()
                known = Referred(client.definition.name, client=client)
            else:
                name, parameters, result = self._functions[int(index)]
                known = Referred(name, programs=(self.arguments(*parameters), self.result(result)))
            self._known[code] = known
        return known


def _session_port(port: Port) -> ReferencePort:
    if port is None:
        raise EncodeError("objects and streams can cross only in a session", "")
    return port


def _convert_all(
    step: Step, slots: Sequence[tuple[str, str]], values: Sequence[object], port: Port
) -> list[object]:
    converted: list[object] = []
    for index, (segment, code) in enumerate(slots):
        try:
            converted.append(step(code, values[index], port))
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
