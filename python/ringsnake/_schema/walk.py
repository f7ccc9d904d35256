"""Every type that stands in a definition. Twin: lib/schema/walk.ts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ringsnake._schema.model import (
    Alias,
    Array,
    Definition,
    Dict,
    Function,
    Interface,
    MapOf,
    Open,
    Record,
    SetOf,
    Slot,
    Stream,
    Tuple,
    Type,
    Union,
    WithNothing,
)


def types_of(definition: Definition) -> Iterator[Type]:
    match definition:
        case Interface(_, methods, data):
            for method in methods:
                yield from _of_call(method.parameters, method.result)
            for slot in data:
                yield from types_in(slot.type)
        case Record(_, _, fields, extra):
            for field in fields:
                yield from types_in(field.type)
            if extra is not None:
                yield from types_in(extra)
        case Alias(_, type_):
            yield from types_in(type_)
        case _:
            pass


def types_in(type_: Type) -> Iterator[Type]:
    """The type itself and those inside of it; names are not followed."""
    yield type_
    match type_:
        case Stream(item, takes) if takes is not None:
            yield from types_in(item)
            yield from types_in(takes)
        case Array(item) | SetOf(item) | Stream(item):
            yield from types_in(item)
        case WithNothing(inner, _) | Open(inner):
            yield from types_in(inner)
        case MapOf(key, value):
            yield from types_in(key)
            yield from types_in(value)
        case Dict(_, value):
            yield from types_in(value)
        case Tuple(items, rest):
            for slot in items:
                yield from types_in(slot.type)
            if rest is not None:
                yield from types_in(rest)
        case Union(branches):
            for branch in branches:
                yield from types_in(branch)
        case Function(parameters, result):
            yield from _of_call(parameters, result)
        case _:
            pass


def _of_call(parameters: Sequence[Slot], result: Type) -> Iterator[Type]:
    for slot in parameters:
        yield from types_in(slot.type)
    yield from types_in(result)
