"""A type, as schema texts write it. Twin: lib/schema/read-type.ts. Grammar: spec/wire/schema.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
from ringsnake._schema.problem import SchemaProblem
from ringsnake._schema.tokens import Tokens

_DEPTH_MAX: Final = 64
"""Types inside each other; values are nested no deeper than twice that."""

_PLAIN: Final = frozenset(
    [
        "string",
        "number",
        "Int",
        "boolean",
        "bigint",
        "null",
        "undefined",
        "unknown",
        "void",
        "Date",
        "URL",
        "RegExp",
        "Uint8Array",
        "Int8Array",
        "Uint8ClampedArray",
        "Int16Array",
        "Uint16Array",
        "Int32Array",
        "Uint32Array",
        "Float16Array",
        "Float32Array",
        "Float64Array",
        "BigInt64Array",
        "BigUint64Array",
        "ArrayBuffer",
        "DataView",
        "NDArray",
    ]
)


def read_type(tokens: Tokens, depth: int = 0) -> Type:
    if depth > _DEPTH_MAX:
        raise _too_deep(tokens)
    members = [_read_member(tokens, depth)]
    while tokens.skip("|"):
        members.append(_read_member(tokens, depth))
    return _union_of(members)


def read_parameters(tokens: Tokens, depth: int = 0) -> tuple[Slot, ...]:
    """`a: T, b?: T)`: the parameters behind an open parenthesis, and what closes it."""
    parameters: list[Slot] = []
    if tokens.skip(")"):
        return ()
    while True:
        rest = tokens.skip("...")
        slot = read_slot(tokens.key(), tokens, depth)
        parameters.append(slot._replace(rest=rest))
        if not tokens.skip(","):
            break
    tokens.expect(")")
    return tuple(parameters)


def read_slot(name: str, tokens: Tokens, depth: int = 0) -> Slot:
    """What follows the name of a field or parameter."""
    optional = tokens.skip("?")
    tokens.expect(":")
    return Slot(name, optional, read_type(tokens, depth + 1))


def _too_deep(tokens: Tokens) -> SchemaProblem:
    return SchemaProblem(tokens.line, f"types nested deeper than {_DEPTH_MAX}")


def _union_of(members: Sequence[tuple[Type, bool]]) -> Type:
    """Null and undefined are no branches; literals that stand alone are one group."""
    rest = [member for member in members if not _is_nothing(member[0])]
    nothings = [type_ for type_, _ in members if isinstance(type_, Plain) and _is_nothing(type_)]
    type_ = _branches_of(rest)
    for nothing in nothings:
        type_ = nothing if type_ is None else WithNothing(type_, nothing.name)
    assert type_ is not None
    return type_


def _branches_of(members: Sequence[tuple[Type, bool]]) -> Type | None:
    types = [type_ for type_, _ in members]
    if len(types) <= 1:
        return types[0] if types else None
    groups = [type_.members for type_ in types if isinstance(type_, Literals)]
    is_group = not any(is_bracketed for _, is_bracketed in members)
    if len(groups) == len(types) and is_group:
        return Literals(tuple(member for group in groups for member in group))
    enums = [type_ for type_ in types if isinstance(type_, Members)]
    if len(enums) == len(types) and len({enum.name for enum in enums}) == 1 and is_group:
        return Members(enums[0].name, tuple(member for enum in enums for member in enum.members))
    return Union(tuple(types))


def _is_nothing(type_: Type) -> bool:
    return isinstance(type_, Plain) and type_.name in ("null", "undefined")


def _read_member(tokens: Tokens, depth: int) -> tuple[Type, bool]:
    """The type, and whether it stands in parentheses."""
    is_bracketed = tokens.is_mark("(") and not _begins_function(tokens)
    if is_bracketed:
        tokens.take()
        type_ = read_type(tokens, depth + 1)
        tokens.expect(")")
    else:
        type_ = _read_single(tokens, depth)
    arrays = 0
    while tokens.is_mark("[") and tokens.is_mark("]", 1):
        arrays += 1
        if arrays > _DEPTH_MAX:
            raise _too_deep(tokens)
        tokens.take()
        tokens.take()
        type_ = Array(type_)
    return type_, is_bracketed


def _begins_function(tokens: Tokens) -> bool:
    """At an open parenthesis."""
    if tokens.is_mark(")", 1):
        return True
    is_key = tokens.peek(1).kind in ("name", "literal")
    return is_key and (tokens.is_mark(":", 2) or tokens.is_mark("?", 2))


def _read_single(tokens: Tokens, depth: int) -> Type:
    if tokens.skip("("):
        parameters = read_parameters(tokens, depth)
        tokens.expect("=>")
        return Function(parameters, read_type(tokens, depth + 1))
    if tokens.skip("["):
        return _read_tuple(tokens, depth)
    token = tokens.peek()
    if token.kind == "mark":
        raise tokens.problem("a type")
    tokens.take()
    if token.kind == "template":
        return Template(token.text)
    if token.kind == "literal":
        value: Literal = token.value
        return Literals((value,))
    if tokens.skip("."):
        return Members(token.text, (tokens.key(),))
    if tokens.is_mark("<"):
        return _read_generic(token.text, tokens, depth)
    return Plain(token.text) if token.text in _PLAIN else Named(token.text)


def _read_generic(name: str, tokens: Tokens, depth: int) -> Type:
    if name == "NDArray":
        return Plain(f"NDArray{_text_up_to('>', tokens)}")
    tokens.expect("<")
    first = read_type(tokens, depth + 1)
    type_: Type
    if name == "Set":
        type_ = SetOf(first)
    elif name == "stream":
        type_ = _stream_of(first, tokens, depth)
    elif name == "open":
        type_ = _open_of(first, tokens)
    elif name in ("Map", "Record"):
        tokens.expect(",")
        type_ = _pairs_of(name, first, read_type(tokens, depth + 1), tokens)
    else:
        raise SchemaProblem(tokens.line, f"`{name}` takes no types")
    tokens.expect(">")
    return type_


def _stream_of(item: Type, tokens: Tokens, depth: int) -> Type:
    """What a stream takes is an array of no value or one."""
    if not tokens.skip(","):
        return Stream(item)
    takes = read_type(tokens, depth + 1)
    match takes:
        case Tuple(items=(Slot(optional=True),), rest=None):
            return Stream(item, takes)
        case _:
            raise tokens.problem("what a stream takes, `[value?: T]`")


def _open_of(inner: Type, tokens: Tokens) -> Type:
    """What is named is an enum, and a union's branches have a tag, which is known when all is read."""
    if isinstance(inner, Literals | Named | Union):
        return Open(inner)
    raise SchemaProblem(tokens.line, "only literals, enums and unions of records are open")


def _pairs_of(name: str, key: Type, value: Type, tokens: Tokens) -> Type:
    if name == "Map":
        return MapOf(key, value)
    if isinstance(key, Plain) and key.name in ("string", "number"):
        return Dict(key.name, value)
    raise SchemaProblem(tokens.line, "the keys of a Record are string or number")


def _text_up_to(mark: str, tokens: Tokens) -> str:
    """The words as they stand, canonical but for blanks."""
    text = ""
    while not text.endswith(mark):
        token = tokens.take()
        if not token.text:
            raise tokens.problem(f"`{mark}`")
        text += ", " if token.text == "," else token.text
    return text


def _read_tuple(tokens: Tokens, depth: int) -> Type:
    items: list[Slot] = []
    rest: Type | None = None
    if tokens.skip("]"):
        return Tuple((), None)
    while True:
        if tokens.skip("..."):
            if _is_label(tokens):
                tokens.take()
                tokens.take()
            array = read_type(tokens, depth + 1)
            if not isinstance(array, Array):
                raise tokens.problem("the rest of a tuple, which is an array")
            rest = array.item
            break
        items.append(_read_item(tokens, depth))
        if not tokens.skip(","):
            break
    tokens.expect("]")
    return Tuple(tuple(items), rest)


def _read_item(tokens: Tokens, depth: int) -> Slot:
    is_optional_label = (
        tokens.peek().kind == "name" and tokens.is_mark("?", 1) and tokens.is_mark(":", 2)
    )
    if _is_label(tokens) or is_optional_label:
        return read_slot(tokens.key(), tokens, depth)
    type_ = read_type(tokens, depth + 1)
    return Slot("", tokens.skip("?"), type_)


def _is_label(tokens: Tokens) -> bool:
    return tokens.peek().kind == "name" and tokens.is_mark(":", 1)
