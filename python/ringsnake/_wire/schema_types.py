"""What generated code says of its types: the entries of a `TypeTable`. Form: ARCHITECTURE.md, "Schema programs"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple


class RecordType(NamedTuple):
    """A record and the class of its values."""

    name: str
    cls: type
    fields: Sequence[tuple[str, str, str]] = ()
    """Of each, in the order of the wire: its segment in a path, its attribute, the code of its type."""
    extra: tuple[str, str] | None = None
    """Of members beside the fields: the attribute that holds them, and the code of their type."""


class LiteralType(NamedTuple):
    """A union of literals."""

    members: tuple[str | float | bool, ...]
    expected: str
    """How an error lists them."""
    others: str = ""
    """Of an open one: the codes of what else its values are."""


class FunctionType(NamedTuple):
    """A function by reference."""

    name: str
    """How an error calls it."""
    parameters: tuple[tuple[str, str], ...]
    """Of each its name and the code of its type."""
    result: str


class UnionType(NamedTuple):
    """One of several types; the number of the branch goes first on the wire."""

    branches: tuple[str, ...]
    expected: str
    tag: str = ""
    """Of an open one: the member that says which branch an object is of."""
    others: str = ""
    """The codes of that member's values."""
    known: tuple[str | float | bool, ...] = ()
    """Those of the branches."""


class TupleType(NamedTuple):
    """Positions with types of their own."""

    items: tuple[str, ...]
    expected: str
    least: int | None = None
    """Items that must be there; None: all."""
    rest: str | None = None
    """The type of those that may follow."""


class MapType(NamedTuple):
    """A map of keys that are no strings, or not only."""

    key: str
    value: str


class EnumType(NamedTuple):
    """An enumeration, or some of its members."""

    cls: type[Enum]
    expected: str
    members: tuple[Enum, ...] | None = None
    others: str = ""
    """As of a union of literals: such values have no member."""


class PatternType(NamedTuple):
    """Strings of a known form."""

    pattern: str
    expected: str


class ArrayType(NamedTuple):
    """An array of numbers of several dimensions."""

    dtype: str
    shape: tuple[int | None, ...] | None
    """None for any size; without a shape any number of dimensions."""


class GeneratorType(NamedTuple):
    """A stream that returns a value, or takes some."""

    item: str
    """Of one that returns a value: a step."""
    takes: str | None = None
    """What is sent for each item that is asked for: a tuple of no value or one."""
    returns: bool = True


class AliasType(NamedTuple):
    """A type that reaches itself."""

    code: str


class Types(NamedTuple):
    """The types of one generated module, which codes name by their places here."""

    records: Sequence[RecordType] = ()
    literals: Sequence[LiteralType] = ()
    functions: Sequence[FunctionType] = ()
    aliases: Sequence[AliasType] = ()
    arrays: Sequence[ArrayType] = ()
    enums: Sequence[EnumType] = ()
    maps: Sequence[MapType] = ()
    patterns: Sequence[PatternType] = ()
    tuples: Sequence[TupleType] = ()
    unions: Sequence[UnionType] = ()
    generators: Sequence[GeneratorType] = ()
    data: Mapping[int, RecordType] = {}
    """Of objects by reference that say something of themselves."""

    def generator(self, code: str) -> GeneratorType | None:
        """What is said of the stream with that code, if it is a generator."""
        return self.generators[int(code[2:])] if code.startswith("*G") else None

    def parts(self, code: str) -> Sequence[str]:
        """The codes of the types that a type is made of."""
        kind, inner = code[0], code[1:]
        match kind:
            case "r":
                record = self.records[int(inner)]
                extra = () if record.extra is None else (record.extra[1],)
                return [*(code for _, _, code in record.fields), *extra]
            case "[" | "?" | "=" | "|" | "~" | "{" | "(" | "D" | "I":
                return (inner,)
            case "m":
                return self.maps[int(inner)]
            case "u":
                return self.unions[int(inner)].branches
            case "p":
                items = self.tuples[int(inner)]
                return items.items if items.rest is None else (*items.items, items.rest)
            case "g":
                return (self.aliases[int(inner)].code,)
            case _:
                return ()
