"""What two schemas have in common: what says the same there, also in all that it reaches. Twin: lib/schema/unchanged.ts."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from ringsnake._schema.model import (
    Definition,
    Enum,
    Interface,
    Members,
    Method,
    Named,
    Record,
    Schema,
    Slot,
    Type,
)
from ringsnake._schema.text import function_text, literal_text, slot_text, type_text
from ringsnake._schema.walk import types_in, types_of


def changed_names(schema: Schema, other: Schema) -> frozenset[str]:
    """The names of one schema that do not mean the same in the other."""
    changed: list[str] = []
    users: dict[str, list[str]] = {}
    for name, definition in schema.definitions.items():
        found = other.definitions.get(name)
        if found is None or _definition_text(found) != _definition_text(definition):
            changed.append(name)
        for used in _names_in(definition):
            users.setdefault(used, []).append(name)
    known = set(changed)
    # More are added meanwhile.
    for name in changed:
        for user in users.get(name, ()):
            if user not in known:
                known.add(user)
                changed.append(user)
    return frozenset(known)


def is_unchanged(type_: Type, other: Type, changed: AbstractSet[str]) -> bool:
    """Whether a type of one schema is the other's of that text."""
    return type_text(type_) == type_text(other) and not any(
        isinstance(each, (Named, Members)) and each.name in changed for each in types_in(type_)
    )


def is_unchanged_call(
    parameters: tuple[Sequence[Slot], Sequence[Slot]],
    results: tuple[Type, Type],
    changed: AbstractSet[str],
) -> bool:
    """Whether all that crosses in a call is."""
    ours, theirs = parameters
    return (
        len(ours) == len(theirs)
        and is_unchanged(*results, changed)
        and all(
            slot_text(slot) == slot_text(found) and is_unchanged(slot.type, found.type, changed)
            for slot, found in zip(ours, theirs, strict=True)
        )
    )


def _definition_text(definition: Definition) -> str:
    match definition:
        case Interface(name, methods, data):
            texts = [f"readonly {slot_text(slot)}" for slot in data]
            return "\n".join(["interface", name, *map(_method_text, methods), *texts])
        case Record(kind, name, fields, extra):
            texts = [slot_text(field) for field in fields]
            return "\n".join([kind, name, *texts, "" if extra is None else type_text(extra)])
        case Enum(name, members):
            texts = [f"{member} {literal_text(value)}" for member, value in members]
            return "\n".join(["enum", name, *texts])
        case _:
            return f"type {definition.name} {type_text(definition.type)}"


def _method_text(method: Method) -> str:
    call = function_text(method.parameters, method.result)
    return f"{method.name} {call} {','.join(method.throws)}"


def _names_in(definition: Definition) -> set[str]:
    names = {type_.name for type_ in types_of(definition) if isinstance(type_, (Named, Members))}
    if isinstance(definition, Interface):
        names.update(name for method in definition.methods for name in method.throws)
    return names
