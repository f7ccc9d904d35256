"""What a schema text says, as data. Twin: lib/schema/model.ts. Grammar: spec/wire/schema.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

Literal: TypeAlias = str | float | bool
"""An int is a whole number or, in TypeScript, a bigint."""


class Named(NamedTuple):
    name: str


class Plain(NamedTuple):
    """`string`, `Int`, `Date`, `Float64Array`, `void`, `null`, … and `NDArray<…>`: what is itself or another."""

    name: str


class Array(NamedTuple):
    item: Type


class SetOf(NamedTuple):
    item: Type


class Stream(NamedTuple):
    item: Type
    takes: Type | None = None
    """What is sent for each item that is asked for: a tuple of no value or one."""


class MapOf(NamedTuple):
    key: Type
    value: Type


class Dict(NamedTuple):
    key: str
    value: Type


class Tuple(NamedTuple):
    items: tuple[Slot, ...]
    rest: Type | None


class Literals(NamedTuple):
    members: tuple[Literal, ...]
    is_open: bool = False
    """Others of the same kinds are values, too; only of what `resolve` gives."""


class Open(NamedTuple):
    """Literals, an enum, or a union of tagged records, of which not all are known."""

    inner: Type


class Members(NamedTuple):
    """Some members of an enum."""

    name: str
    members: tuple[str, ...]


class Template(NamedTuple):
    text: str


class Function(NamedTuple):
    parameters: tuple[Slot, ...]
    result: Type


class Union(NamedTuple):
    branches: tuple[Type, ...]
    is_open: bool = False
    """As of literals: objects of other tags are values, too."""


class WithNothing(NamedTuple):
    """Null, or undefined, besides another type."""

    inner: Type
    nothing: str


Type: TypeAlias = (
    Named
    | Plain
    | Array
    | SetOf
    | Stream
    | MapOf
    | Dict
    | Tuple
    | Literals
    | Members
    | Open
    | Template
    | Function
    | Union
    | WithNothing
)


class Slot(NamedTuple):
    """A field, a parameter, an item of a tuple; the last may have no name."""

    name: str
    optional: bool
    type: Type
    rest: bool = False
    """The last parameter, an array of the rest of the arguments."""


class Method(NamedTuple):
    name: str
    parameters: tuple[Slot, ...]
    result: Type
    throws: tuple[str, ...]


class Interface(NamedTuple):
    name: str
    methods: tuple[Method, ...]
    data: tuple[Slot, ...] = ()
    """What its objects say of themselves when they are sent."""


class Record(NamedTuple):
    """A record, or an error."""

    kind: str
    name: str
    fields: tuple[Slot, ...]
    extra: Type | None
    """Of the index signature."""


class Enum(NamedTuple):
    name: str
    members: tuple[tuple[str, Literal], ...]


class Alias(NamedTuple):
    name: str
    type: Type


Definition: TypeAlias = Interface | Record | Enum | Alias


class Schema(NamedTuple):
    """An interface and every type that it reaches."""

    name: str
    """Of the interface that is described."""
    definitions: Mapping[str, Definition]


Shape: TypeAlias = (
    Plain
    | Array
    | SetOf
    | Stream
    | MapOf
    | Dict
    | Tuple
    | Literals
    | Template
    | Function
    | Union
    | Interface
    | Record
)
"""What has a form of its own on the wire."""


def data_of(interface: Interface) -> Record:
    """What objects of an interface say of themselves, as the record that it is on the wire."""
    return Record("record", f"{interface.name}.data", interface.data, None)


def resolve(type_: Type, schema: Schema) -> Shape | None:
    """Behind aliases, null and undefined; None: nothing but these. Enums are their values."""
    at = type_
    is_open = False
    # Reading refuses aliases that lead back to themselves.
    while True:
        if isinstance(at, WithNothing):
            at = at.inner
        elif isinstance(at, Plain) and at.name in ("null", "undefined"):
            return None
        elif isinstance(at, Open):
            is_open = True
            at = at.inner
        elif isinstance(at, Members):
            known = schema.definitions[at.name]
            assert isinstance(known, Enum)
            return Literals(tuple(value for name, value in known.members if name in at.members))
        elif isinstance(at, Named):
            found = schema.definitions[at.name]
            if isinstance(found, Enum):
                return Literals(tuple(value for _, value in found.members), is_open)
            if not isinstance(found, Alias):
                return found
            at = found.type
        else:
            return at._replace(is_open=is_open) if isinstance(at, Literals | Union) else at


def bare(type_: Type, schema: Schema) -> Type:
    """Without null and undefined, but with its name: branches are known by that."""
    at = type_
    while True:
        if isinstance(at, WithNothing):
            at = at.inner
            continue
        found = schema.definitions[at.name] if isinstance(at, Named) else None
        if not isinstance(found, Alias):
            return at
        at = found.type


def stream_in(type_: Type) -> Stream | None:
    """The stream that a parameter or a result is, which may be nothing instead."""
    if isinstance(type_, WithNothing):
        return stream_in(type_.inner)
    return type_ if isinstance(type_, Stream) else None


def slot_type(slot: Slot) -> Type:
    """Undefined stands for what is absent."""
    return WithNothing(slot.type, "undefined") if slot.optional else slot.type
