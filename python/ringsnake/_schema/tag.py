"""What tells the records of a union apart. Twin: lib/schema/tag.ts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ringsnake._schema.model import (
    Alias,
    Literal,
    Literals,
    Named,
    Record,
    Schema,
    Type,
    WithNothing,
    resolve,
)
from ringsnake._schema.text import literal_text


class Tag(NamedTuple):
    """A field that each of the records requires to be of other literals."""

    name: str
    members: tuple[tuple[Literal, ...], ...]
    """Its values in each of the records."""


def tag_of(branches: Sequence[Type], schema: Schema) -> Tag | None:
    """Of a union of records; None of any other."""
    records = [shape for shape in (resolve(each, schema) for each in branches) if shape is not None]
    first = records[0] if records else None
    if not isinstance(first, Record):
        return None
    for field in first.fields:
        members = tuple(_values(record, field.name, schema) for record in records)
        values = [literal_text(value) for each in members for value in each]
        if all(members) and len(set(values)) == len(values):
            return Tag(field.name, members)
    return None


def branch_by_tag(branches: Sequence[Type], tree: object, schema: Schema) -> int | None:
    """The branch of an open union that an object with keys is of."""
    tag = tag_of(branches, schema)
    if tag is None or not isinstance(tree, dict):
        return None
    for place, members in enumerate(tag.members):
        if is_one_of(tree.get(tag.name), members):  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            return place
    return None


def is_one_of(value: object, members: Sequence[Literal]) -> bool:
    """Of the same kind, too: `True` is no 1."""
    kind = _kind(value)
    return any(_kind(member) is kind and member == value for member in members)


def _values(record: object, name: str, schema: Schema) -> tuple[Literal, ...]:
    fields = record.fields if isinstance(record, Record) else ()
    for field in fields:
        if field.name != name or field.optional or _has_nothing(field.type, schema):
            continue
        shape = resolve(field.type, schema)
        if isinstance(shape, Literals) and not shape.is_open:
            return shape.members
    return ()


def _has_nothing(type_: Type, schema: Schema) -> bool:
    at = type_
    while isinstance(at, Named):
        found = schema.definitions[at.name]
        if not isinstance(found, Alias):
            return False
        at = found.type
    return isinstance(at, WithNothing)


def _kind(value: object) -> type | None:
    if isinstance(value, bool | str):
        return type(value)
    return float if isinstance(value, int | float) else None
