"""The codec of one declared type, for bytes that are kept or sent by other ways than a channel. Twin: lib/session/value-codec.ts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from ringsnake._session.located import value_located

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ringsnake._wire.schema_program import Program

_TYPES: Final = "$types"
"""What the types are called together where it is said where they were declared: codegen/data-types.ts."""

T = TypeVar("T")


class ValueCodec(Generic[T]):
    """Makes bytes of values of one type, and values of bytes. Of any thread."""

    __slots__ = ("_name", "_program")

    def __init__(self, name: str, place: int, program: Program) -> None:
        """`place`: its number among the types of the file."""
        program.declared.be(_TYPES, place)
        self._name = name
        self._program = program

    def encode(self, value: T, /) -> bytes:
        """Raises ValidationError, naming the path, for what is not of the type."""
        try:
            return self._program.native.encode(value)
        except Exception as error:
            value_located(error, self._name, self._program)
            raise

    def decode(self, data: Buffer, /) -> T:
        """Raises the same, and DecodeError for what is no value."""
        try:
            return cast(T, self._program.native.decode(data))
        except Exception as error:
            value_located(error, self._name, self._program)
            raise
