"""Which classes of the user's cross, and how. Normative: spec/wire/value.md §2."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast, final

from ringsnake._wire.constants_gen import EXT_USER_FIRST, EXT_USER_LAST

T = TypeVar("T")

_PLAIN: Final = frozenset({type(None), bool, int, float, str, bytes, list, tuple, dict})
"""What the writer knows at once, without a look into any registry."""


@final
class TypeRegistry:
    """The user's types, by class and by name. Pass it to `encode` and `decode` as `types`.

    Only instances of exactly a registered class are written as such. Not to be changed while a value is encoded or decoded.
    """

    __slots__ = ("_readers", "_writers")

    def __init__(self) -> None:
        # The C++ codec looks into both.
        self._writers: dict[type, tuple[str | int, Callable[[Any], object]]] = {}
        self._readers: dict[str | int, Callable[[Any], object]] = {}

    def register(
        self,
        name: str,
        cls: type[T],
        to_value: Callable[[T], object] | None = None,
        from_value: Callable[[Any], T] | None = None,
    ) -> None:
        """Instances of `cls` cross as `name` and the value that `to_value` gives; `from_value` makes one of it.

        A dataclass needs neither: it crosses as a dict of its fields. Nor does an Enum: by its value. `name` is the same on
        both sides. What `from_value` raises becomes a DecodeError. Raises ValueError for what is registered already.
        """
        if to_value is None or from_value is None:
            default = _default_functions(cls)
            to_value = to_value or default[0]
            from_value = from_value or default[1]
        self._add(name, cls, (to_value, from_value))

    def register_extension(
        self,
        code: int,
        cls: type[T],
        to_bytes: Callable[[T], bytes],
        from_bytes: Callable[[bytes], T],
    ) -> None:
        """Instances of `cls` cross as extension `code`, 32 to 63, whose body is what `to_bytes` gives."""
        if not EXT_USER_FIRST <= code <= EXT_USER_LAST:
            raise ValueError(f"an extension of the user's is {EXT_USER_FIRST} to {EXT_USER_LAST}")
        self._add(code, cls, (to_bytes, from_bytes))

    def _add(
        self, key: str | int, cls: type, functions: tuple[Callable[[Any], object], ...]
    ) -> None:
        if cls in _PLAIN:
            raise ValueError(f"{cls.__name__} has a form of its own")
        if cls in self._writers:
            raise ValueError(f"{cls.__name__} is registered already")
        if key in self._readers:
            raise ValueError(f"{key!r} is registered already")
        writer, reader = functions
        self._writers[cls] = (key, writer)
        self._readers[key] = reader


def dataclass_fields(value: Any) -> dict[str, object]:
    """The fields of a dataclass's instance, by their names."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _default_functions(cls: type[T]) -> tuple[Callable[[T], object], Callable[[Any], T]]:
    if issubclass(cls, enum.Enum):
        return (lambda member: cast(enum.Enum, member).value), cls
    if dataclasses.is_dataclass(cls):
        return dataclass_fields, _dataclass_maker(cls)
    raise ValueError(
        f"{cls.__name__} is neither a dataclass nor an Enum: give to_value and from_value"
    )


def _dataclass_maker(cls: type[T]) -> Callable[[Any], T]:
    assigned = [field.name for field in dataclasses.fields(cast(Any, cls)) if not field.init]

    def make(value: Any) -> T:
        if type(value) is not dict:
            raise TypeError("its fields are not a map")
        fields = dict(cast("dict[str, object]", value))
        later = {name: fields.pop(name) for name in assigned if name in fields}
        made = cls(**fields)
        for name, content in later.items():
            # A frozen one has no other way.
            object.__setattr__(made, name, content)
        return made

    return make
