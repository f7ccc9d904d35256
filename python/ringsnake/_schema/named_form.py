"""An object of an open union between its two forms.

As its branch says, fields in their places, and as whoever does not know the branch keeps it, with its keys. Twin: lib/schema/named-form.ts.
Normative: spec/wire/schema.md §4.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

from ringsnake._schema.model import (
    Array,
    Dict,
    Literals,
    MapOf,
    Plain,
    Record,
    Schema,
    SetOf,
    Shape,
    Template,
    Tuple,
    Type,
    Union,
    resolve,
    slot_type,
)
from ringsnake._schema.tag import branch_by_tag, is_one_of, tag_of
from ringsnake._wire.unset import UNSET

_Convert = Callable[[Type, object], object]


def with_names(type_: Type, tree: object, schema: Schema) -> object:
    """The tree of a value of that type, as an untyped one: with names instead of places, and without the numbers of branches."""

    def inner(part: Type, held: object) -> object:
        return with_names(part, held, schema)

    shape = resolve(type_, schema)
    if isinstance(shape, Record):
        return _fields_by_name(shape, tree, inner)
    if not isinstance(shape, Union):
        return _changed(shape, tree, inner)
    pair = _list_of(tree, 2)
    if pair is None:
        return tree
    index, held = pair
    # Nil: its keys are there.
    if type(index) is not int or not 0 <= index < len(shape.branches):
        return held
    return inner(shape.branches[index], held)


def with_places(type_: Type, tree: object, schema: Schema) -> object:
    """The other way round. What is of no such type stays as it is, for the reader to refuse."""

    def inner(part: Type, held: object) -> object:
        return with_places(part, held, schema)

    shape = resolve(type_, schema)
    if isinstance(shape, Record):
        return _fields_by_place(shape, tree, inner)
    if not isinstance(shape, Union):
        return _changed(shape, tree, inner)
    if tree is None or tree is UNSET:
        return tree
    place = _branch_of(shape, tree, schema)
    if place is not None:
        return [place, inner(shape.branches[place], tree)]
    return [None, tree] if shape.is_open else tree


def _fields_by_name(record: Record, tree: object, inner: _Convert) -> object:
    values = _list_of(tree, len(record.fields) + (record.extra is not None))
    if values is None:
        return tree
    named = {
        field.name: inner(field.type, value)
        for field, value in zip(record.fields, values, strict=False)
        if value is not UNSET
    }
    if record.extra is not None:
        for key, held in _dict_of(values[-1]).items():
            named[key] = inner(record.extra, held)
    return named


def _fields_by_place(record: Record, tree: object, inner: _Convert) -> object:
    if not isinstance(tree, dict):
        return tree
    held = dict(_dict_of(cast(object, tree)))
    values: list[object] = []
    for field in record.fields:
        value = held.pop(field.name, UNSET)
        values.append(value if value is UNSET else inner(slot_type(field), value))
    if record.extra is not None:
        extra = record.extra
        values.append({key: inner(extra, each) for key, each in held.items()})
    return values


def _changed(shape: Shape | None, tree: object, inner: _Convert) -> object:
    """What has the same form with other parts."""
    match shape:
        case Array(item) if isinstance(tree, list):
            return [inner(item, each) for each in cast("list[object]", tree)]
        case Tuple(items, rest) if isinstance(tree, list):
            types = [item.type for item in items]
            return [
                each if part is None or each is UNSET else inner(part, each)
                for place, each in enumerate(cast("list[object]", tree))
                for part in [types[place] if place < len(types) else rest]
            ]
        case Dict(_, value) | MapOf(_, value) if isinstance(tree, dict):
            pairs = cast("dict[object, object]", tree)
            return type(pairs)((key, inner(value, held)) for key, held in pairs.items())
        case _:
            return tree


def _branch_of(union: Union, tree: object, schema: Schema) -> int | None:
    """By the tag, else the first that it looks like."""
    if tag_of(union.branches, schema) is not None:
        return branch_by_tag(union.branches, tree, schema)
    for place, branch in enumerate(union.branches):
        if _looks(branch, tree, schema):
            return place
    return None


def _looks(type_: Type, tree: object, schema: Schema) -> bool:
    """Whether it may be of that type, without a look at its parts."""
    shape = resolve(type_, schema)
    match shape:
        case Plain(name):
            return name == "unknown" or (
                isinstance(tree, _PLAIN.get(name, object))
                and (name == "boolean" or not isinstance(tree, bool))
            )
        case Literals(members, is_open):
            return type(tree) is type(members[0]) if is_open else is_one_of(tree, members)
        case Template():
            return isinstance(tree, str)
        case Array() | Tuple():
            return isinstance(tree, list)
        case SetOf():
            return isinstance(tree, AbstractSet)
        case Record(_, _, fields):
            return _is_object(tree) and all(
                field.optional or field.name in _dict_of(tree) for field in fields
            )
        case Dict():
            return _is_object(tree)
        case MapOf():
            return isinstance(tree, dict) and not _is_object(cast(object, tree))
        case Union(branches):
            return any(_looks(branch, tree, schema) for branch in branches)
        case _:
            return False


_PLAIN: Final[dict[str, Any]] = {
    "string": str,
    "number": int | float,
    "Int": int,
    "bigint": int,
    "boolean": bool,
    "Date": datetime.datetime,
    "URL": str,
    "RegExp": list,
    "Uint8Array": bytes,
    "ArrayBuffer": bytes,
    "DataView": bytes,
}
"""What the untyped reader makes of them."""


def _is_object(tree: object) -> bool:
    return type(tree) is dict


def _dict_of(tree: object) -> dict[str, object]:
    return cast("dict[str, object]", tree) if isinstance(tree, dict) else {}


def _list_of(tree: object, size: int) -> list[object] | None:
    items = cast("list[object]", tree) if isinstance(tree, list) else None
    return items if items is not None and len(items) == size else None
