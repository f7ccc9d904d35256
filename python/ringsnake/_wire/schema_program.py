"""Declared types, as generated code states them. Form: ARCHITECTURE.md, "Schema programs"; not part of the wire.

The extension interprets a program between bytes and objects (csrc/python/schema_program.h). What it gives up, because it is
wrong or seldom seen, is converted or refused here, where the words are.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias, cast

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._wire.branches import accepts
from ringsnake._wire.declared import (
    as_dict,
    as_map,
    as_matching,
    as_ndarray,
    as_set,
    as_typed_array,
    as_undefined,
    branch_of,
    datetime_from_wire,
    datetime_to_wire,
    deepest,
    keys_from_wire,
    keys_to_wire,
    member_segment,
    ndarray_from_wire,
    pattern_from_wire,
    pattern_to_wire,
    tuple_items,
    url_from_wire,
    url_to_wire,
)
from ringsnake._wire.references import ObjectReference, ReferencePort
from ringsnake._wire.schema_types import (
    AliasType,
    ArrayType,
    EnumType,
    FunctionType,
    LiteralType,
    MapType,
    PatternType,
    RecordType,
    TupleType,
    UnionType,
)
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
    "z": as_undefined,
    "x": lambda value: value,
}

_TO_WIRE: Final[dict[str, Callable[[object], object]]] = {
    "t": datetime_to_wire,
    "w": url_to_wire,
    "e": pattern_to_wire,
}

_FROM_WIRE: Final[dict[str, Callable[[object], object]]] = {
    "t": datetime_from_wire,
    "w": url_from_wire,
    "e": pattern_from_wire,
}

_REFERRED: Final = "x"
"""What the native half leaves to this one."""

Port: TypeAlias = ReferencePort | None
"""Who knows the objects that are referred to."""

Step: TypeAlias = Callable[[str, object, Port], object]
"""Converts a value of the type with this code."""


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
        aliases: Sequence[AliasType] = (),
        arrays: Sequence[ArrayType] = (),
        enums: Sequence[EnumType] = (),
        maps: Sequence[MapType] = (),
        patterns: Sequence[PatternType] = (),
        tuples: Sequence[TupleType] = (),
        unions: Sequence[UnionType] = (),
    ) -> None:
        self.aliases = aliases
        self.enums = enums
        self.records = records
        self.unions = unions
        self.literals = literals
        self._arrays = arrays
        self._maps = maps
        self._patterns = [(re.compile(pattern), expected) for pattern, expected in patterns]
        self.tuples = tuples
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
            return code not in within and any(
                self._lends(part, within | {code}) for part in self._parts(code)
            )
        return kind in "oc" or (
            code not in within
            and any(self._lends(part, within | {code}) for part in self._parts(code))
        )

    def _parts(self, code: str) -> Sequence[str]:
        """The codes of the types that a type is made of."""
        kind, inner = code[0], code[1:]
        match kind:
            case "r":
                record = self._records[int(inner)]
                extra = () if record.extra is None else (record.extra[1],)
                return [*(code for _, _, code in record.fields), *extra]
            case "[" | "?" | "|" | "~" | "{" | "(" | "D" | "I":
                return (inner,)
            case "m":
                return self._maps[int(inner)]
            case "u":
                return self.unions[int(inner)].branches
            case "p":
                items = self.tuples[int(inner)]
                return items.items if items.rest is None else (*items.items, items.rest)
            case "g":
                return (self.aliases[int(inner)].code,)
            case _:
                return ()

    def _encode(self, code: str, value: object, port: Port) -> object:
        kind, inner = code[0], code[1:]
        if kind == "r":
            record = self._records[int(inner)]
            if not isinstance(value, record.cls):
                raise mismatch(record.name, value)
            fields = [self._field(value, field, port) for field in record.fields]
            if record.extra is not None:
                attribute, extra_code = record.extra
                fields.append(self._encode("D" + extra_code, getattr(value, attribute), port))
            return fields
        if kind == "u":
            return self._encode_union(self.unions[int(inner)], value, port)
        if kind == "I":
            return self._encode("D" + inner, keys_to_wire(value), port)
        if kind == "E":
            member = self._enum_member(self.enums[int(inner)], value)
            return member.value
        if kind == "N":
            return as_ndarray(value, self._arrays[int(inner)])
        if kind in _TO_WIRE:
            return _TO_WIRE[kind](value)
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
            slots = [(segment, code) for segment, _, code in record.fields]
            names = [attribute for _, attribute, _ in record.fields]
            if record.extra is not None:
                attribute, extra_code = record.extra
                slots.append(("", "D" + extra_code))
                names.append(attribute)
            fields = record_fields(value, record.name, len(slots))
            values = _convert_all(self._decode, slots, fields, port)
            made = dict(zip(names, values, strict=True))
            if record.extra is not None:
                _refuse_fields(record, made[record.extra[0]])
            return record.cls(**made)
        if kind == "u":
            union = self.unions[int(inner)]
            index, held = branch_of(value, len(union.branches), union.expected)
            return self._decode(union.branches[index], held, port)
        if kind == "I":
            return keys_from_wire(cast("dict[str, object]", self._decode("D" + inner, value, port)))
        if kind == "E":
            enum = self.enums[int(inner)]
            for member in enum.cls if enum.members is None else enum.members:
                if member.value == value and type(member.value) is type(value):
                    return member
            raise mismatch(enum.expected, value)
        if kind == "N":
            return ndarray_from_wire(value, self._arrays[int(inner)])
        if kind == "p":
            return tuple(cast("list[object]", self._convert(self._decode, code, value, port)))
        if kind in _FROM_WIRE:
            return _FROM_WIRE[kind](value)
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
            case "g":
                return step(self.aliases[int(inner)].code, value, port)
            case "a":
                return as_typed_array(value, inner)
            case "{" | "(":
                return as_set(value, lambda item: step(inner, item, port), frozen=kind == "(")
            case "D":
                return as_dict(value, lambda item: step(inner, item, port))
            case "m":
                key, held = self._maps[int(inner)]
                return as_map(
                    value, lambda item: step(key, item, port), lambda item: step(held, item, port)
                )
            case "p":
                return self._convert_tuple(step, self.tuples[int(inner)], value, port)
            case "P":
                pattern, expected = self._patterns[int(inner)]
                return as_matching(value, pattern, expected)
            case "0":
                return as_literal(value, NULL, "null")
            case "l":
                literal = self._literals[int(inner)]
                return as_literal(value, literal.members, literal.expected)
            case _:
                return _SCALARS[kind](value)

    def _convert_tuple(self, step: Step, types: TupleType, value: object, port: Port) -> object:
        count = len(types.items)
        least = count if types.least is None else types.least
        items = tuple_items(
            value, types.expected, least=least, most=count if types.rest is None else None
        )
        codes = [*types.items[: len(items)]]
        if types.rest is not None:
            codes.extend(types.rest for _ in range(len(items) - count))
        slots = [(f"[{index}]", code) for index, code in enumerate(codes)]
        return _convert_all(step, slots, items, port)

    def _encode_union(self, union: UnionType, value: object, port: Port) -> object:
        """The first branch that the value is of. What it looks like is tried first; that is almost always all."""
        branches = [
            index for index, code in enumerate(union.branches) if accepts(self, code, value)
        ]
        errors: list[Exception] = []
        for index in branches:
            try:
                return [index, self._encode(union.branches[index], value, port)]
            except (ValidationError, EncodeError) as error:
                errors.append(error)
        raise deepest(errors) if errors else mismatch(union.expected, value)

    def _enum_member(self, enum: EnumType, value: object) -> Enum:
        """A member, or what is one's value."""
        members = tuple(enum.cls) if enum.members is None else enum.members
        for member in members:
            if member is value or (member.value == value and type(member.value) is type(value)):
                return member
        raise mismatch(enum.expected, value)

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
    if record.extra is not None:
        codes, names = (*codes, _REFERRED), (*names, record.extra[0])
    return record.cls, codes, names, _plain_slots(record.cls, names)


def _refuse_fields(record: RecordType, extra: object) -> None:
    """What is a field is no other member as well."""
    fields = {segment for segment, _, _ in record.fields}
    for key in cast("dict[str, object]", extra):
        if member_segment(key) in fields:
            raise ValidationError("a key that is no field", f'"{key}"')


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
