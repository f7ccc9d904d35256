"""Declared types, as generated code states them. Form: ARCHITECTURE.md, "Schema programs"; not part of the wire.

The extension interprets a program between bytes and objects (csrc/python/schema_program.h). What it gives up, because it is
wrong or seldom seen, is converted or refused here, where the words are.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias, cast

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._wire.branches import accepts
from ringsnake._wire.conversion import Port
from ringsnake._wire.declared import as_ndarray, ndarray_from_wire
from ringsnake._wire.from_wire import FromWire
from ringsnake._wire.record import Record
from ringsnake._wire.schema_types import (
    AliasType,
    ArrayType,
    EnumType,
    FunctionType,
    GeneratorType,
    LiteralType,
    MapType,
    PatternType,
    RecordType,
    TupleType,
    Types,
    UnionType,
)
from ringsnake._wire.sources import Declared, Sources
from ringsnake._wire.to_wire import ToWire
from ringsnake._wire.unset import UNSET
from ringsnake._wire.validation import record_fields
from ringsnake._wire.value import NativeProgram, NativeSchema

if TYPE_CHECKING:
    from dataclasses import Field

_REFERRED: Final = "o"
"""What the native half leaves to this one, whatever it learns: as it does with objects by reference."""


_NO_DATA: Final[Mapping[int, RecordType]] = {}


class Accepts(Protocol):
    """Whether arguments look like what a method takes."""

    def __call__(self, args: Sequence[object], /) -> bool: ...


class Converter(Protocol):
    """Converts one value, with the port that knows the objects in it."""

    def __call__(self, value: object, port: Port = None, /) -> object: ...


class Program:
    """One declared type: of a result, or of the arguments of a method."""

    __slots__ = (
        "accepts",
        "declared",
        "from_wire",
        "generator",
        "lends",
        "native",
        "refers",
        "to_wire",
    )

    def __init__(  # noqa: PLR0913 - each says one thing of the type
        self,
        native: NativeProgram,
        to_wire: Converter,
        from_wire: Converter,
        accepts: Accepts | None = None,
        *,
        refers: bool,
        lends: Callable[[], bool],
        declared: Declared,
        generator: GeneratorType | None = None,
    ) -> None:
        self.native: Final = native
        self.to_wire: Final = to_wire
        """The checked value as what the untyped writer takes. The native half does the same to bytes."""
        self.from_wire: Final = from_wire
        self.refers: Final = refers
        """Whether its values refer to streams."""
        self.lends: Final = lends
        """Whether they may have objects or functions that go by reference."""
        self.generator: Final = generator
        """Of a result: what is said of a generator that returns a value or takes some."""
        self.declared: Final = declared
        """Where the method was declared that it is of, and its parameters."""
        self.accepts: Final = accepts
        """Of arguments: how the forms of an overloaded method are told apart."""


class TakenProgram(NamedTuple):
    """What is sent to a generator, as a tuple of no value or one."""

    program: Program
    admits_none: bool
    """Whether `None` is such a value, and not just nothing."""
    admits_unset: bool


class StreamProgram(NamedTuple):
    """The items of a stream, one and as an array of them."""

    item: Program
    items: Program
    is_bytes: bool
    """Such items may go by reference."""
    lends: bool
    """Such items have objects or functions that go by reference."""
    generator: GeneratorType | None = None
    """Of a generator that returns a value or takes some."""
    takes: TakenProgram | None = None


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

    def __init__(  # noqa: PLR0913 - generated code names the sections that it has
        self,
        *,
        records: Sequence[RecordType] = (),
        literals: Sequence[LiteralType] = (),
        objects: Callable[[], Sequence[ClientType]] = tuple,
        functions: Sequence[FunctionType] = (),
        aliases: Sequence[AliasType] = (),
        arrays: Sequence[ArrayType] = (),
        enums: Sequence[EnumType] = (),
        maps: Sequence[MapType] = (),
        patterns: Sequence[PatternType] = (),
        tuples: Sequence[TupleType] = (),
        unions: Sequence[UnionType] = (),
        generators: Sequence[GeneratorType] = (),
        data: Mapping[int, RecordType] = _NO_DATA,
        sources: str = "",
    ) -> None:
        self._types = Types(
            records,
            literals,
            functions,
            aliases,
            arrays,
            enums,
            maps,
            patterns,
            tuples,
            unions,
            generators,
            data,
        )
        self._sources = Sources(sources)
        self._to_wire = ToWire(self._types, self, self._sources)
        self._from_wire = FromWire(self._types, self, self._sources)
        self._objects = objects
        self._known: dict[str, Referred] = {}
        self._streams: dict[str, StreamProgram] = {}
        self._schema = NativeSchema(
            tuple(_native_record(record) for record in records),
            tuple((literal.members, bool(literal.others)) for literal in literals),
            tuple(_native_enum(each) for each in enums),
            tuple(re.compile(pattern).fullmatch for pattern, _ in patterns),
            tuple(_native_array(each) for each in arrays),
            tuple((each.key, each.value) for each in maps),
            tuple(_native_tuple(each) for each in tuples),
            tuple(union.branches for union in unions),
            tuple(alias.code for alias in aliases),
        )

    def result(self, code: str) -> Program:
        """The program of one value."""

        def to_wire(value: object, port: Port = None) -> object:
            return self._to_wire.convert(code, value, port)

        def from_wire(value: object, port: Port = None) -> object:
            return self._from_wire.convert(code, value, port)

        native = NativeProgram(self._schema, code, to_wire, from_wire)
        return Program(
            native,
            to_wire,
            from_wire,
            refers="*" in code,
            lends=partial(self._lends, code),
            declared=Declared(self._sources),
            generator=self._types.generator(code),
        )

    def arguments(self, *parameters: tuple[str, str]) -> Program:
        """The program of a sequence of arguments: of each its name and the code of its type.

        The last may be named `...rest`: what is left of the arguments, an array on the wire.
        """
        if parameters and parameters[-1][0].startswith("..."):
            return self._with_rest(parameters)
        declared = Declared(self._sources)
        declared.streams = _streams(parameters)

        def to_wire(value: object, port: Port = None) -> object:
            given = tuple(cast("Sequence[object]", value))
            # Of a function whoever calls it leaves out what may be absent.
            left_out = [_absent(code) for _, code in parameters[len(given) :]]
            return self._to_wire.convert_all(parameters, (*given, *left_out), port, declared)

        def from_wire(value: object, port: Port = None) -> object:
            fields = record_fields(value, "arguments", len(parameters))
            return self._from_wire.convert_all(parameters, fields, port, declared)

        codes = tuple(code for _, code in parameters)
        native = NativeProgram(self._schema, codes, to_wire, from_wire)
        accepts = self._accepts(codes)
        refers = bool(declared.streams)
        return Program(
            native,
            to_wire,
            from_wire,
            accepts,
            refers=refers,
            lends=partial(self._lends, *codes),
            declared=declared,
        )

    def _with_rest(self, named: tuple[tuple[str, str], ...]) -> Program:
        name, code = named[-1]
        parameters = (*named[:-1], (name.removeprefix("..."), code))
        least = len(named) - 1
        declared = Declared(self._sources)
        declared.streams = _streams(parameters)

        def to_wire(value: object, port: Port = None) -> object:
            values = cast("Sequence[object]", value)
            if len(values) < least:
                raise ValidationError(f"{least} arguments", f"{len(values)}")
            held = (*values[:least], tuple(values[least:]))
            return self._to_wire.convert_all(parameters, held, port, declared)

        def from_wire(value: object, port: Port = None) -> object:
            fields = record_fields(value, "arguments", len(parameters))
            *first, rest = self._from_wire.convert_all(parameters, fields, port, declared)
            return [*first, *cast("Sequence[object]", rest)]

        codes = tuple(code for _, code in parameters)
        # Not one the native form knows: what it is given has another length than what goes to the wire.
        native = NativeProgram(self._schema, _REFERRED, to_wire, from_wire)
        accepts = self._accepts(codes[:-1], rest=code[1:])
        refers = bool(declared.streams)
        return Program(
            native,
            to_wire,
            from_wire,
            accepts,
            refers=refers,
            lends=partial(self._lends, *codes),
            declared=declared,
        )

    def _accepts(self, codes: tuple[str, ...], rest: str | None = None) -> Accepts:
        least = sum(1 for code in codes if code[0] not in "?~=")

        def takes(args: Sequence[object], /) -> bool:
            if len(args) < least or (rest is None and len(args) > len(codes)):
                return False
            more = args[len(codes) :]
            return all(map(self._looks, codes, args)) and all(
                rest is not None and self._looks(rest, each) for each in more
            )

        return takes

    def _looks(self, code: str, value: object) -> bool:
        return accepts(self._types, code, value)

    def stream(self, code: str) -> StreamProgram:
        """The programs of the items of that type."""
        known = self._streams.get(code)
        if known is None:
            generator = self._types.generator("*" + code)
            item = code if generator is None else generator.item
            known = StreamProgram(
                self.result(item),
                self.result("[" + item),
                item == "y",
                self._lends(item),
                generator,
                None if generator is None else self._taken(generator.takes),
            )
            self._streams[code] = known
        return known

    def _taken(self, code: str | None) -> TakenProgram | None:
        if code is None:
            return None
        (value,) = self._types.tuples[int(code[1:])].items
        sent = value.removeprefix("~")
        return TakenProgram(self.result(code), self._admits(sent, None), self._admits(sent, UNSET))

    def _admits(self, code: str, value: object) -> bool:
        try:
            self._to_wire.convert(code, value, None)
        except (ValidationError, EncodeError):
            return False
        return True

    def _lends(self, *codes: str) -> bool:
        """Whether values of these types may have objects or functions that go by reference."""
        left = [*codes]
        seen: set[str] = set()
        while left:
            code = left.pop()
            if code[0] in "oc":
                return True
            if code not in seen:
                seen.add(code)
                left.extend(self._types.parts(code))
        return False

    def referred(self, kind: str, index: str) -> Referred:
        """What is declared of an object or a function, made when it is first asked for."""
        code = kind + index
        known = self._known.get(code)
        if known is None:
            if kind == "o":
                client = self._objects()[int(index)]
                known = Referred(client.definition.name, client=client)
            else:
                name, parameters, result = self._types.functions[int(index)]
                known = Referred(name, programs=(self.arguments(*parameters), self.result(result)))
            self._known[code] = known
        return known


def _absent(code: str) -> object:
    return None if code[0] == "?" else UNSET


def _streams(parameters: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, code in parameters if "*" in code)


_Record: TypeAlias = "tuple[type, tuple[str, ...], tuple[str, ...], tuple[object, ...] | None, frozenset[str] | None]"


def _native_record(record: RecordType) -> _Record:
    codes = tuple(_REFERRED if code[0] == "=" else code for _, _, code in record.fields)
    names = tuple(attribute for _, attribute, _ in record.fields)
    taken = None
    if record.extra is not None:
        attribute, code = record.extra
        codes, names = (*codes, "D" + code), (*names, attribute)
        taken = frozenset(_key_of(segment) for segment, _, _ in record.fields)
    return record.cls, codes, names, _plain_slots(record.cls, names), taken


def _key_of(segment: str) -> str:
    """`name` of `.name`, or of `["name"]`."""
    if segment.startswith("."):
        return segment[1:]
    import json

    return cast(str, json.loads(segment)[0])


def _native_enum(enum: EnumType) -> tuple[tuple[Enum, ...], tuple[object, ...], bool]:
    members = tuple(enum.cls) if enum.members is None else enum.members
    return members, tuple(member.value for member in members), bool(enum.others)


def _native_array(
    array: ArrayType,
) -> tuple[Callable[[object], object], Callable[[object], object]]:
    return partial(as_ndarray, array=array), partial(ndarray_from_wire, array=array)


def _native_tuple(types: TupleType) -> tuple[Sequence[str], int, str | None]:
    return types.items, len(types.items) if types.least is None else types.least, types.rest


def _plain_slots(cls: type, names: tuple[str, ...]) -> tuple[object, ...] | None:
    """The slots' descriptors, if filling them is all that the class does to make an object."""
    lineage = _lineage(cls)
    if lineage is None:
        return None
    own: dict[str, object] = {}
    for each in reversed(lineage):
        own.update(vars(each))
    slots = tuple(own.get(name) for name in names)
    fields = cast("dict[str, Field[object]]", own.get("__dataclass_fields__", {}))
    is_plain = (
        "__new__" not in own
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


def _lineage(cls: type) -> list[type] | None:
    """It and the records that it extends; None where it extends anything else."""
    lineage = [cls]
    while lineage[-1].__bases__ not in {(object,), (Record,)}:
        (above, *others) = lineage[-1].__bases__
        if others or Record not in above.__mro__:
            return None
        lineage.append(above)
    return lineage if all(type(each) is type for each in lineage) else None


def _is_made_by_dataclass(function: object) -> bool:
    # Of code that has no file the file is "<string>", the user's as well.
    code = getattr(function, "__code__", None)
    return code is not None and code.co_qualname.startswith("__create_fn__.")


def _is_frozen(cls: type) -> bool:
    return bool(getattr(getattr(cls, "__dataclass_params__", None), "frozen", False))
