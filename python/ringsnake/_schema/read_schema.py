"""A schema text, read. It may come from the peer: its size, its depth and the time it takes are bounded. Twin: lib/schema/read-schema.ts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from ringsnake._schema.model import (
    Alias,
    Definition,
    Enum,
    Interface,
    Literal,
    Members,
    Method,
    Named,
    Open,
    Record,
    Schema,
    Slot,
    Type,
    Union,
    WithNothing,
)
from ringsnake._schema.problem import SchemaProblem
from ringsnake._schema.read_type import read_parameters, read_slot, read_type
from ringsnake._schema.tag import tag_of
from ringsnake._schema.tokens import Tokens
from ringsnake._schema.walk import types_of

_TEXT_MAX: Final = 4 * 1024 * 1024
"""Characters of a text."""
_ALIASES_MAX: Final = 32
"""Aliases of aliases."""
_SHOWN: Final = 40

T = TypeVar("T")


def read_schema(text: str) -> Schema:
    """Raises SchemaProblem."""
    if len(text) > _TEXT_MAX:
        raise SchemaProblem(1, f"a schema of more than {_TEXT_MAX} characters")
    definitions: dict[str, Definition] = {}
    lines = text.split("\n")
    first = ""
    at = 0
    while at < len(lines):
        head = at
        at += 1
        if lines[head] == "":
            continue
        while at < len(lines) and lines[at].startswith("  "):
            at += 1
        definition = _read_definition(lines, head, at)
        if definition.name in definitions:
            raise SchemaProblem(head + 1, f"{definition.name} is defined twice")
        definitions[definition.name] = definition
        if not first:
            if not isinstance(definition, Interface):
                raise SchemaProblem(head + 1, "a schema begins with an interface")
            first = definition.name
    if not first:
        raise SchemaProblem(1, "a schema begins with an interface")
    for definition in definitions.values():
        _check(definition, definitions)
    schema = Schema(first, definitions)
    # Now that no alias leads back to itself.
    for definition in definitions.values():
        _check_tags(definition, schema)
    return schema


def _read_definition(lines: Sequence[str], head: int, end: int) -> Definition:
    """`lines[head]` and its members, up to `end`."""
    tokens = Tokens(head + 1, lines[head])
    kind = tokens.take().text
    name = tokens.key()
    if kind == "type":
        tokens.expect("=")
        type_ = read_type(tokens)
        tokens.end()
        if end > head + 1:
            raise SchemaProblem(head + 2, "a type has no members")
        return Alias(name, type_)
    tokens.end()
    members = [Tokens(at + 1, lines[at]) for at in range(head + 1, end)]
    if kind == "interface":
        return _read_interface(name, members)
    if kind in ("record", "error"):
        return _read_record(kind, name, members)
    if kind == "enum":
        return Enum(name, _unique(members, _read_enum_member, lambda member: member[0]))
    raise SchemaProblem(head + 1, f"there is no definition `{kind[:_SHOWN]}`")


def _unique(
    lines: Iterable[Tokens], read: Callable[[Tokens], T], name_of: Callable[[T], str]
) -> tuple[T, ...]:
    members: dict[str, T] = {}
    for tokens in lines:
        member = read(tokens)
        tokens.end()
        name = name_of(member)
        if name in members:
            raise SchemaProblem(tokens.line, f"{name} stands here twice")
        members[name] = member
    return tuple(members.values())


def _read_interface(name: str, lines: Sequence[Tokens]) -> Interface:
    """Methods, then data."""
    methods: list[Method] = []
    data: list[Slot] = []

    def read(tokens: Tokens) -> Method | Slot:
        first = tokens.key()
        if first != "readonly" or tokens.is_mark("("):
            method = _read_method(first, tokens)
            if data:
                raise SchemaProblem(tokens.line, "a method behind data")
            methods.append(method)
            return method
        slot = read_slot(tokens.key(), tokens)
        data.append(slot)
        return slot

    _unique(lines, read, lambda member: member.name)
    return Interface(name, tuple(methods), tuple(data))


def _read_method(name: str, tokens: Tokens) -> Method:
    tokens.expect("(")
    parameters = read_parameters(tokens)
    tokens.expect(":")
    result = read_type(tokens)
    throws: list[str] = []
    if tokens.peek().text == "throws":
        tokens.take()
        throws.append(tokens.key())
        while tokens.skip(","):
            throws.append(tokens.key())
    return Method(name, parameters, result, tuple(throws))


def _read_record(kind: str, name: str, lines: Sequence[Tokens]) -> Record:
    has_extra = bool(lines) and lines[-1].is_mark("[")
    fields = _unique(
        lines[:-1] if has_extra else lines,
        lambda tokens: read_slot(tokens.key(), tokens),
        lambda slot: slot.name,
    )
    return Record(kind, name, fields, _read_extra(lines[-1]) if has_extra else None)


def _read_extra(tokens: Tokens) -> Type:
    tokens.expect("[")
    if tokens.key() != "string":
        raise tokens.problem("an index signature of strings")
    tokens.expect("]")
    tokens.expect(":")
    type_ = read_type(tokens)
    tokens.end()
    return type_


def _read_enum_member(tokens: Tokens) -> tuple[str, Literal]:
    name = tokens.key()
    tokens.expect("=")
    token = tokens.take()
    if token.kind != "literal":
        raise tokens.problem("a value")
    return name, token.value


def _check(definition: Definition, definitions: Mapping[str, Definition]) -> None:
    """Every name is defined, as what may stand there."""
    for type_ in types_of(definition):
        if isinstance(type_, Open) and isinstance(type_.inner, Named):
            _check_enum(definition, type_.inner.name, definitions)
        if not isinstance(type_, (Named, Members)):
            continue
        found = definitions.get(type_.name)
        if isinstance(type_, Members):
            known = [name for name, _ in found.members] if isinstance(found, Enum) else []
            if not all(member in known for member in type_.members):
                raise _refusal(definition, f"{type_.name} has no {', '.join(type_.members)}")
        if found is None:
            raise _refusal(definition, f"{type_.name} is not defined")
        if isinstance(found, Record) and found.kind == "error":
            raise _refusal(definition, f"{type_.name} is an error, and no type of values")
    if isinstance(definition, Interface):
        for name in (name for method in definition.methods for name in method.throws):
            found = definitions.get(name)
            if not isinstance(found, Record) or found.kind != "error":
                raise _refusal(definition, f"{name} is no error")
    if isinstance(definition, Alias):
        _check_alias(definition, definitions)


def _check_tags(definition: Definition, schema: Schema) -> None:
    """Whether an object is of a branch of an open union is known by its tag."""
    for type_ in types_of(definition):
        if not isinstance(type_, Open) or not isinstance(type_.inner, Union):
            continue
        if tag_of(type_.inner.branches, schema) is None:
            raise _refusal(definition, "an open union whose branches no tag tells apart")


def _check_enum(definition: Definition, name: str, definitions: Mapping[str, Definition]) -> None:
    if not isinstance(definitions.get(name), Enum):
        raise _refusal(definition, f"{name} is no enum")


def _check_alias(alias: Alias, definitions: Mapping[str, Definition]) -> None:
    at: Type = alias.type
    steps = 0
    while True:
        steps += 1
        if steps > _ALIASES_MAX:
            raise _refusal(alias, "it leads back to itself, or too far")
        if isinstance(at, WithNothing):
            at = at.inner
            continue
        found = definitions.get(at.name) if isinstance(at, Named) else None
        if not isinstance(found, Alias):
            return
        at = found.type


def _refusal(definition: Definition, problem: str) -> SchemaProblem:
    return SchemaProblem(1, f"{definition.name}: {problem}")
