"""A map of any keys. Normative: spec/wire/value.md §1."""

from __future__ import annotations

from typing import TypeVar, final

K = TypeVar("K")
V = TypeVar("V")


@final
class Map(dict[K, V]):
    """JavaScript's `Map`: what a `dict` is, and it stays a `Map` even when all of its keys are `str`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Map({super().__repr__()})"
