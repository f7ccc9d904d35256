"""What every generated record is, and how it shows itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Final, cast

from ringsnake._wire.declared import no_members
from ringsnake._wire.unset import UNSET

if TYPE_CHECKING:
    from array import array
    from dataclasses import Field

    from _typeshed import DataclassInstance

LONGEST: Final = 200
"""Characters of a text, or bytes, that are shown."""
MOST: Final = 20
"""Items that are shown."""

_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}


class Record:
    """A record of the interface. Its classes are generated: dataclasses, compared by their fields."""

    __slots__ = ()

    @recursive_repr("...")
    def __repr__(self) -> str:
        """As a dataclass, without the fields that are absent, and with long values cut."""
        from dataclasses import fields  # half of what a start costs, and few records are shown

        shown = [
            f"{field.name}={shown_value(value)}"
            for field in fields(cast("DataclassInstance", self))
            if not _is_absent(field, value := cast("object", getattr(self, field.name)))
        ]
        return f"{type(self).__qualname__}({', '.join(shown)})"


def _is_absent(field: Field[object], value: object) -> bool:
    if value is None or value is UNSET:
        return value is field.default
    # Members beside the fields, of which there are none.
    return value == {} and field.default_factory is no_members


def shown_value(value: object) -> str:
    """Like `repr`, of a bounded length where what is long is the value itself."""
    if isinstance(value, str | bytes) and len(value) > LONGEST:
        return f"{value[:LONGEST]!r} + {len(value) - LONGEST} more"
    kind = type(value)
    if kind in _BRACKETS:
        items = cast("list[object]", value)
        if len(items) <= (1 if kind is tuple else 0):
            return repr(items)
        start, end = _BRACKETS[kind]
        return start + _listed(map(shown_value, items), len(items)) + end
    if kind is dict:
        entries = cast("Mapping[object, object]", value).items()
        texts = (f"{shown_value(key)}: {shown_value(item)}" for key, item in entries)
        return "{" + _listed(texts, len(entries)) + "}"
    if kind.__module__ == "array":
        numbers = cast("array[float]", value)
        return f"array('{numbers.typecode}', [{_listed(map(repr, numbers), len(numbers))}])"
    if isinstance(value, memoryview):
        return _shown_view(cast("memoryview[float]", value))
    return repr(value)


def _shown_view(view: memoryview[float]) -> str:
    try:
        return f"memoryview('{view.format}', [{_listed(map(repr, view), len(view))}])"
    except (ValueError, TypeError, NotImplementedError):
        # It was given back, or has several dimensions.
        return repr(view)


def _listed(texts: Iterable[str], count: int) -> str:
    shown = list(islice(texts, MOST))
    more = [f"+ {count - MOST} more"] if count > MOST else []
    return ", ".join(shown + more)
