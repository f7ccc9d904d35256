"""The value that stands for JavaScript's `undefined`."""

from __future__ import annotations

import enum
from typing import Final, Literal, TypeAlias


class Unset(enum.Enum):
    """One member, so that type checkers narrow on `is UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET
"""`undefined` in JavaScript: a field that is absent, which is not the same as one that is null."""

UnsetType: TypeAlias = Literal[Unset.UNSET]
