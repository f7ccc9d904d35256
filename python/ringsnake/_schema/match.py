"""Which branch of a reader's union a writer's type is read as.

Both sides must say the same, whatever else they compare, so this looks at little: names, and kinds. Twin: lib/schema/match.ts.
"""

from __future__ import annotations

from collections.abc import Sequence

from ringsnake._schema.model import (
    Array,
    Interface,
    Literal,
    Literals,
    Plain,
    Record,
    Schema,
    Shape,
    Template,
    Tuple,
    Type,
    resolve,
)
from ringsnake._schema.text import literal_text, type_text

_BYTES = ("Uint8Array", "ArrayBuffer", "DataView")
_WIDER = {"Int": ("number",), **dict.fromkeys(_BYTES, _BYTES)}
"""What plain types may be read as, besides themselves. Bytes are one on the wire."""

_SAFE = 2**53 - 1


def matching_branch(
    written: Type, schema: Schema, branches: Sequence[Type], reader: Schema
) -> int | None:
    """The index of the branch; None: there is none."""
    text = type_text(written)
    for place, branch in enumerate(branches):
        if type_text(branch) == text:
            return place
    shape = resolve(written, schema)
    shapes = [resolve(branch, reader) for branch in branches]
    for suits in (_is_as_long, _suits_exactly, _suits_wider):
        for place, candidate in enumerate(shapes):
            if shape is not None and candidate is not None and suits(shape, candidate):
                return place
    return None


def _is_as_long(written: Shape, read: Shape) -> bool:
    """Of tuples, which have no names: one of as many items."""
    if not isinstance(written, Tuple) or not isinstance(read, Tuple):
        return False
    return len(written.items) == len(read.items)


def _suits_exactly(written: Shape, read: Shape) -> bool:
    if isinstance(written, Literals) and isinstance(read, Literals):
        return _is_within(written, read)
    if type(written) is not type(read):
        return False
    # What has a name is known by it.
    if isinstance(written, Plain | Record | Interface):
        return isinstance(read, Plain | Record | Interface) and written.name == read.name
    return not isinstance(written, Template | Literals)


def _suits_wider(written: Shape, read: Shape) -> bool:
    if isinstance(written, Literals):
        return isinstance(read, Plain) and all(
            _is_of(member, read.name) for member in written.members
        )
    if isinstance(read, Literals):
        return _is_taken_by_open(written, read)
    if isinstance(written, Template):
        return isinstance(read, Plain) and read.name == "string"
    if isinstance(written, Plain) and isinstance(read, Plain):
        return read.name in _WIDER.get(written.name, ())
    return isinstance(written, Tuple) and isinstance(read, Array)


def _is_within(written: Literals, read: Literals) -> bool:
    """Whether whoever knows these literals takes those: what is open takes any of the same kinds."""
    if read.is_open:
        kinds = _kinds_of(read)
        return all(any(_is_of(member, kind) for kind in kinds) for member in written.members)
    known = {literal_text(member) for member in read.members}
    return not written.is_open and all(literal_text(member) in known for member in written.members)


def _is_taken_by_open(written: Shape, read: Literals) -> bool:
    """Whether all values of a type without literals are of the kinds that open ones have."""
    if not read.is_open:
        return False
    kinds = _kinds_of(read)
    if isinstance(written, Template):
        return "string" in kinds
    if not isinstance(written, Plain):
        return False
    return written.name in kinds or (written.name == "Int" and "number" in kinds)


def _kinds_of(literals: Literals) -> set[str]:
    """The plain types whose values it takes."""
    kinds = {
        plain
        for plain in ("string", "boolean", "Int")
        if any(_is_of(member, plain) for member in literals.members)
    }
    fractions = (
        _is_of(member, "number") and not _is_of(member, "Int") for member in literals.members
    )
    return {*kinds, "number"} if any(fractions) else kinds


def _is_of(literal: Literal, plain: str) -> bool:
    """Whether the literal is a value of that plain type."""
    if isinstance(literal, bool):
        return plain == "boolean"
    if isinstance(literal, str):
        return plain == "string"
    return plain == "number" or (
        plain == "Int" and isinstance(literal, int) and abs(literal) <= _SAFE
    )
