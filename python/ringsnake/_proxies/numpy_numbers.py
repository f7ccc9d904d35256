"""Numbers of numpy's, which are Python's where nothing is lost."""

from __future__ import annotations

import sys
from typing import cast


def number_of_numpy(value: object) -> bool | int | float | None:
    """A number of numpy's as Python's own; None: it is none, or has more than those."""
    if type(value).__module__ != "numpy":
        return None
    numpy = sys.modules.get("numpy")
    kinds = getattr(numpy, "number", None), getattr(numpy, "bool_", None)
    if None in kinds or not isinstance(value, cast("tuple[type, type]", kinds)):
        return None
    item: object = value.item()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] -- numpy's numbers have it
    return (
        item if isinstance(item, bool | int | float) and type(item) in (bool, int, float) else None
    )
