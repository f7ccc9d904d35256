"""Exceptions as values. Normative: spec/wire/value.md §2."""

from __future__ import annotations

import builtins
import traceback
from typing import Final, NamedTuple, TypeGuard, cast

from ringsnake._errors import RemoteError
from ringsnake._wire.unset import UNSET

_ATTRIBUTE: Final = "remote_details"
_GROUPS: Final = frozenset({"AggregateError", "ExceptionGroup", "BaseExceptionGroup"})


class RemoteDetails(NamedTuple):
    """What arrived with an exception and has no place in Python's own attributes: its `remote_details`."""

    name: str
    """Of its class on the other side."""
    stack: str | None
    """The other side's stack or traceback, as text."""
    cause: object
    """Any value; UNSET when there is none. One that is an exception is the `__cause__`, too."""
    has_notes: bool
    """Whether there is a list of notes, perhaps an empty one."""
    errors: list[object] | None
    """Of a group."""
    code: str | int | None
    """JavaScript's `error.code`."""


def error_parts(error: BaseException) -> tuple[object, ...]:
    """The seven values of an error: name, message, stack, cause, notes, errors, code."""
    own = vars(error)
    details = own.get(_ATTRIBUTE)
    if not isinstance(details, RemoteDetails):
        details = None
    return (
        details.name if details else _name(error),
        _message(error),
        details.stack if details else _stack(error),
        _cause(error, details),
        _notes(error, own.get("__notes__"), details),
        _errors(error, details),
        details.code if details else _code(error),
    )


def make_error(parts: list[object]) -> BaseException:
    """The inverse. Raises ValueError for what is not an error's parts."""
    name, message, stack, cause, notes, errors, code = parts
    if not (
        type(name) is str
        and type(message) is str
        and (stack is None or type(stack) is str)
        and (notes is None or _is_list_of_text(notes))
        and (errors is None or type(errors) is list)
        and (code is None or type(code) is str or type(code) is int)
    ):
        raise ValueError("not an error")
    group = cast("list[object] | None", errors)
    error = _instance(name, message, stack, group)
    details = RemoteDetails(name, stack, cause, notes is not None, group, code)
    setattr(error, _ATTRIBUTE, details)
    if isinstance(cause, BaseException):
        error.__cause__ = cause
    for note in notes or ():
        error.add_note(note)
    return error


def _own_classes() -> dict[str, type[BaseException]]:
    """Python's own exceptions that take one argument, the message."""
    found: dict[str, type[BaseException]] = {}
    for name, value in vars(builtins).items():
        if not isinstance(value, type) or not issubclass(value, BaseException):
            continue
        # An alias (IOError) is not the name of its class.
        if value.__name__ != name or name.startswith("_") or issubclass(value, BaseExceptionGroup):
            continue
        try:
            value("")
        except TypeError:
            continue
        found[name] = value
    return found


_OWN: Final = _own_classes()


def _instance(
    name: str, message: str, stack: str | None, errors: list[object] | None
) -> BaseException:
    own = _OWN.get(name)
    if own is not None and errors is None:
        return own(message)
    if name in _GROUPS and errors and _are_exceptions(errors):
        return BaseExceptionGroup(message, errors)
    return RemoteError(name, message, stack or "")


def _name(error: BaseException) -> str:
    return error.type if isinstance(error, RemoteError) else type(error).__name__


def _message(error: BaseException) -> str:
    if isinstance(error, RemoteError):
        return error.remote_message
    if isinstance(error, BaseExceptionGroup):
        return cast("BaseExceptionGroup[BaseException]", error).message
    # KeyError shows its argument's repr, which would not make the same error again.
    if len(error.args) == 1 and type(error.args[0]) is str:
        return error.args[0]
    try:
        return str(error)
    except Exception as broken:
        return f"(its message cannot be shown: {type(broken).__name__})"


def _stack(error: BaseException) -> str | None:
    if isinstance(error, RemoteError):
        return error.traceback or None
    if error.__traceback__ is None:
        return None
    lines = traceback.format_tb(error.__traceback__)
    message = _message(error)
    last = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return "".join(["Traceback (most recent call last):\n", *lines, last, "\n"])


def _cause(error: BaseException, details: RemoteDetails | None) -> object:
    if error.__cause__ is not None:
        return error.__cause__
    if details is not None and details.cause is not UNSET:
        return details.cause
    if error.__context__ is not None and not error.__suppress_context__:
        return error.__context__
    return UNSET


def _notes(error: BaseException, value: object, details: RemoteDetails | None) -> list[str] | None:
    notes = [str(note) for note in cast("list[object]", value)] if isinstance(value, list) else []
    if isinstance(error, RemoteError) and error.traceback:
        # The one that it makes itself, to show the other side's stack.
        own = f"On the other side:\n{error.traceback}"
        notes = [note for note in notes if note != own]
    return notes if notes or (details is not None and details.has_notes) else None


def _errors(error: BaseException, details: RemoteDetails | None) -> list[object] | None:
    if isinstance(error, BaseExceptionGroup):
        return list(cast("BaseExceptionGroup[BaseException]", error).exceptions)
    return details.errors if details else None


def _code(error: BaseException) -> str | int | None:
    if isinstance(error, RemoteError):
        return None
    code = getattr(error, "code", None)
    return code if type(code) is str or type(code) is int else None


def _is_list_of_text(value: object) -> TypeGuard[list[str]]:
    return type(value) is list and {str}.issuperset(map(type, cast("list[object]", value)))


def _are_exceptions(errors: list[object]) -> TypeGuard[list[BaseException]]:
    return all(isinstance(error, BaseException) for error in errors)
