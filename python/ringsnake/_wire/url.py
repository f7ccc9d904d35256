"""A URL as Python has it. Normative: spec/wire/value.md §1."""

from __future__ import annotations

from typing import final


@final
class Url(str):
    """JavaScript's `URL`, by its `href`. A `str` in every other respect."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Url({super().__repr__()})"
