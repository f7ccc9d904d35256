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
    for suits in (_suits_exactly, _suits_wider):
        for place, candidate in enumerate(shapes):
            if shape is not None and candidate is not None and suits(shape, candidate):
                return place
    return None


def _suits_exactly(written: Shape, read: Shape) -> bool:
    if isinstance(written, Literals) and isinstance(read, Literals):
        known = {literal_text(member) for member in read.members}
        return all(literal_text(member) in known for member in written.members)
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
    if isinstance(written, Template):
        return isinstance(read, Plain) and read.name == "string"
    if isinstance(written, Plain) and isinstance(read, Plain):
        return read.name in _WIDER.get(written.name, ())
    return isinstance(written, Tuple) and isinstance(read, Array)


def _is_of(literal: Literal, plain: str) -> bool:
    """Whether the literal is a value of that plain type."""
    if isinstance(literal, bool):
        return plain == "boolean"
    if isinstance(literal, str):
        return plain == "string"
    return plain == "number" or (
        plain == "Int" and isinstance(literal, int) and abs(literal) <= _SAFE
    )
