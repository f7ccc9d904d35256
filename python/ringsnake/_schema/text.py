"""A type as schema texts write it. Twin: lib/schema/text.ts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from ringsnake._schema.model import (
    Array,
    Dict,
    Function,
    Literal,
    Literals,
    MapOf,
    Members,
    Named,
    Open,
    Plain,
    SetOf,
    Slot,
    Stream,
    Template,
    Tuple,
    Type,
    Union,
    WithNothing,
)

_NAME = re.compile(r"[A-Za-z_$\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*")


def type_text(type_: Type) -> str:  # noqa: PLR0912 -- one for each kind
    match type_:
        case Named(name) | Plain(name):
            return name
        case Array(item):
            return f"{_bracketed(item, _is_union)}[]"
        case SetOf(item):
            return f"Set<{type_text(item)}>"
        case Stream(item, takes):
            taken = "" if takes is None else f", {type_text(takes)}"
            return f"stream<{type_text(item)}{taken}>"
        case MapOf(key, value):
            return f"Map<{type_text(key)}, {type_text(value)}>"
        case Dict(key, value):
            return f"Record<{key}, {type_text(value)}>"
        case Tuple(items, rest):
            return f"[{', '.join(_tuple_items(items, rest))}]"
        case Open(inner):
            return f"open<{type_text(inner)}>"
        case Literals(members):
            return " | ".join(literal_text(member) for member in members)
        case Members(name, members):
            return " | ".join(f"{name}.{key_text(member)}" for member in members)
        case Template(text):
            return text
        case Function(parameters, result):
            return function_text(parameters, result)
        case Union(branches, _):
            return " | ".join(_bracketed(branch, _is_union) for branch in branches)
        case WithNothing(inner, nothing):
            return f"{_bracketed(inner, lambda each: isinstance(each, Function))} | {nothing}"


def function_text(parameters: Sequence[Slot], result: Type) -> str:
    """`(done: number, total?: number) => void`: also the name of the function's type in errors."""
    return f"({', '.join(slot_text(slot) for slot in parameters)}) => {type_text(result)}"


def slot_text(slot: Slot) -> str:
    dots = "..." if slot.rest else ""
    return f"{dots}{key_text(slot.name)}{'?' if slot.optional else ''}: {type_text(slot.type)}"


def key_text(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def literal_text(value: Literal) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tuple_items(items: Sequence[Slot], rest: Type | None) -> list[str]:
    texts = [
        slot_text(item) if item.name else type_text(item.type) + "?" * item.optional
        for item in items
    ]
    return texts if rest is None else [*texts, f"...{type_text(Array(rest))}"]


def _bracketed(type_: Type, needed: Callable[[Type], bool]) -> str:
    return f"({type_text(type_)})" if needed(type_) else type_text(type_)


def _is_union(type_: Type) -> bool:
    if isinstance(type_, (Literals, Members)):
        return len(type_.members) > 1
    return isinstance(type_, (Function, WithNothing, Union))
