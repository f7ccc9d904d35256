"""Errors that the interface declares: they arrive as themselves. Twin: lib/session/declared-error.ts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from ringsnake._wire.schema_program import Program
from ringsnake._wire.validation import record_fields
from ringsnake._wire.value import decode, encode


class DeclaredError(Exception):
    """An exception that an interface declares. Its classes are generated: raise them, and the other side catches its own class."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # A traceback names the package that it is imported from, not the module inside of it.
        if cls.__module__.endswith("_gen._types"):
            cls.__module__ = cls.__module__.removesuffix("._types")

    def __init__(self, message: str = "", /) -> None:
        super().__init__(message)

    @property
    def message(self) -> str:
        return str(self)

    def __reduce__(self) -> tuple[object, ...]:
        # Its fields are keyword arguments, which an exception's own way of being copied knows nothing of.
        return _make_again, (type(self), self.args, self.__dict__)


def _make_again(
    cls: type[DeclaredError], args: tuple[object, ...], attributes: dict[str, object]
) -> DeclaredError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class ErrorType(NamedTuple):
    """An error class of the interface. Generated."""

    name: str
    """The TypeScript name; also the name on the wire."""
    cls: type[DeclaredError]
    fields: Program
    attributes: tuple[str, ...]
    """The Python names of the fields, in the order of the wire."""
    transcode: Callable[[object], object] | None = None
    """Makes the peer's fields ours, where the two sides differ. Not generated."""


def declared_to_wire(
    error: BaseException, throws: Sequence[ErrorType]
) -> dict[str, object] | str | None:
    """What crosses of it as a declared error; None if it is none; a text that says what does not fit its declaration."""
    declared = _nearest(error, throws)
    if declared is None:
        return None
    try:
        fields = [getattr(error, attribute) for attribute in declared.attributes]
        encoded = encode(declared.fields.to_wire(fields))
    except Exception as problem:
        return f"its fields cannot cross: {problem}"
    return {"declared": declared.name, "fields": encoded}


def _nearest(error: BaseException, throws: Sequence[ErrorType]) -> ErrorType | None:
    """Of the classes that it is an instance of, the first that is declared."""
    for cls in type(error).__mro__:
        for declared in throws:
            if declared.cls is cls:
                return declared
    return None


def declared_from_wire(declared: ErrorType, fields: object, message: str) -> DeclaredError:
    """The exception. Raises what is wrong with the fields."""
    if not isinstance(fields, (bytes, memoryview)):
        raise TypeError("they are missing")
    encoded = bytes(cast("bytes", fields))
    tree = decode(encoded)
    if declared.transcode is not None:
        tree = declared.transcode(tree)
    values = record_fields(tree, declared.name, len(declared.attributes))
    attributes = zip(
        declared.attributes,
        cast("Sequence[object]", declared.fields.from_wire(values)),
        strict=True,
    )
    return declared.cls(message, **dict(attributes))
