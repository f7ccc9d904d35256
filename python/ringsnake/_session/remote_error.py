"""Errors as values on the wire. Normative: spec/wire/frame.md §5. Twin: lib/session/remote-error.ts."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from ringsnake._errors import (
    OTHER_SIDE,
    AccessDeniedError,
    CallDepthError,
    CallError,
    CallTimeoutError,
    CancelledError,
    DeadlockError,
    EncodeError,
    RemoteError,
    RemoteErrorGroup,
    RingsnakeError,
    SchemaMismatchError,
    TooManyHandlesError,
    UnknownHandleError,
    UnknownInterfaceError,
    UnknownMethodError,
    ValidationError,
)
from ringsnake._session.declared_error import ErrorType, declared_from_wire, declared_to_wire
from ringsnake._session.exposure import Exposure, exposed

_DEPTH = 8
"""Errors inside errors deeper than this are left out,"""

_COUNT = 64
"""and those that would be more than so many in all."""

_TEXT_LIMIT = 64 * 1024
"""Characters of a message or traceback that cross."""

_SHORT_TEXT = 1024

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_CALL_ERRORS: dict[str, type[CallError]] = {
    cls.code: cls
    for cls in (
        UnknownMethodError,
        CancelledError,
        CallTimeoutError,
        CallDepthError,
        DeadlockError,
        UnknownInterfaceError,
        UnknownHandleError,
        TooManyHandlesError,
        AccessDeniedError,
    )
}


class Telling(NamedTuple):
    """What errors tell the other side."""

    throws: Sequence[ErrorType] = ()
    """The errors that the method declares."""
    exposure: Exposure = "full"
    previews: bool = True
    """Whether errors about values show their beginning."""


DEFAULT_TELLING: Final = Telling()


def error_to_wire(error: BaseException, telling: Telling = DEFAULT_TELLING) -> dict[str, object]:
    """What to send for something that was raised."""
    return exposed(_Description(telling).of(error, 0), telling.exposure)


class _Description:
    """One error with those inside it."""

    def __init__(self, telling: Telling) -> None:
        self._throws = telling.throws
        self._previews = telling.previews
        self._left = _COUNT

    def of(self, error: BaseException, depth: int) -> dict[str, object]:
        self._left -= 1
        if not self._previews and isinstance(error, ValidationError):
            error.without_previews()
        message = _bounded(_message(error))
        wire: dict[str, object] = {
            "code": error.code if isinstance(error, RingsnakeError) else "RS_REMOTE",
            "type": _bounded(type(error).__name__),
            "message": message,
            "traceback": _traceback(error)[-_TEXT_LIMIT:],
        }
        if isinstance(error, ValidationError):
            wire |= {
                "path": _bounded(error.path),
                "expected": _bounded(error.expected),
                "actual": _bounded(error.actual),
            } | _problems_to_wire(error)
        elif isinstance(error, EncodeError):
            wire |= {"message": _bounded(error.problem), "path": _bounded(error.path)}
        declared = declared_to_wire(error, self._throws)
        if isinstance(declared, str):
            wire["message"] = f"{message} ({declared})"
        elif declared is not None:
            wire |= declared
        code = _code(error)
        if code is not None:
            wire["remoteCode"] = code
        details: object = getattr(error, "__dict__", {}).get("details")
        if details is not None:
            wire["details"] = details
        return wire | self._inner(error, depth)

    def _inner(self, error: BaseException, depth: int) -> dict[str, object]:
        """The cause, the errors of a group, and the notes, which say what of the group was left out."""
        inner: dict[str, object] = {}
        notes = _notes(error)
        is_inside = depth < _DEPTH
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None and is_inside and self._left > 0:
            inner["cause"] = self.of(cause, depth + 1)
        members = _members(error)
        if members is not None:
            sent: list[object] = []
            for member in members if is_inside else ():
                if self._left <= 0:
                    break
                sent.append(self.of(member, depth + 1))
            inner["errors"] = sent
            omitted = len(members) - len(sent)
            if omitted:
                notes.append(f"{omitted} more errors of this group were not sent")
        if notes:
            inner["notes"] = notes
        return inner


def without_details(wire: dict[str, object], why: str) -> dict[str, object]:
    """The same error without its details, which cannot cross for that reason; nor may those of the errors inside."""
    plain = {member: content for member, content in wire.items() if member != "details"}
    plain["message"] = f"{wire['message']} (its details cannot cross: {why})"
    if "cause" in wire:
        plain["cause"] = without_details(cast(dict[str, object], wire["cause"]), why)
    if "errors" in wire:
        members = cast("list[dict[str, object]]", wire["errors"])
        plain["errors"] = [without_details(member, why) for member in members]
    return plain


def shortened(wire: dict[str, object]) -> dict[str, object]:
    """The same error without its traceback and the errors inside, and with the beginning of its message only."""
    return {
        "code": wire["code"],
        "type": _string(wire["type"])[:_SHORT_TEXT],
        "message": f"{_string(wire['message'])[:_SHORT_TEXT]} (the rest of this error was too large to send)",
        "traceback": "",
    }


def error_from_wire(value: object, throws: Sequence[ErrorType] = ()) -> Exception:
    """The error to raise for what arrived, one of `throws` as itself. An ill-formed one is a RemoteError that says so."""
    wire = cast(dict[str, object], value) if isinstance(value, dict) else {}
    message = _string(wire.get("message"))
    match wire.get("code"):
        case "RS_VALIDATION":
            return _validation_error(wire)
        case "RS_SCHEMA_MISMATCH":
            return SchemaMismatchError(message, message.partition("\n")[2])
        case "RS_ENCODE":
            return EncodeError(message, _string(wire.get("path")))
        case str(code) if code in _CALL_ERRORS:
            return _CALL_ERRORS[code](message)
        case _:
            return _user_error(wire, throws)


def _problems_to_wire(error: ValidationError) -> dict[str, object]:
    """Where it was declared, and what else is wrong with the value."""
    wire: dict[str, object] = {}
    if error.source is not None:
        wire["source"] = error.source
    others: list[dict[str, object]] = []
    for each in error.problems[1:]:
        other: dict[str, object] = {
            "path": _bounded(each.path),
            "expected": _bounded(each.expected),
            "actual": _bounded(each.actual),
        }
        if each.source is not None:
            other["source"] = each.source
        others.append(other)
    if others:
        wire["problems"] = others
    return wire


def _validation_error(wire: dict[str, object]) -> ValidationError:
    def one(part: dict[str, object]) -> ValidationError:
        texts = [_string(part.get(member)) for member in ("expected", "actual", "path")]
        source = part.get("source")
        error = ValidationError(*texts).declare(source if isinstance(source, str) else None)
        return error.locate(error.path)

    error = one(wire)
    others = wire.get("problems")
    for other in cast("list[object]", others) if isinstance(others, list) else ():
        if not isinstance(other, dict) or not error.join(one(cast("dict[str, object]", other))):
            break
    return error


def _user_error(wire: dict[str, object], throws: Sequence[ErrorType]) -> Exception:
    """What user code threw."""
    error = _declared_or_remote(wire, throws)
    if "cause" in wire:
        error.__cause__ = error_from_wire(wire["cause"], throws)
    notes = wire.get("notes")
    for note in cast("list[object]", notes) if isinstance(notes, list) else ():
        error.add_note(_string(note))
    return error


def _declared_or_remote(wire: dict[str, object], throws: Sequence[ErrorType]) -> Exception:
    message, traceback_ = _string(wire.get("message")), _string(wire.get("traceback"))
    for declared in throws:
        if declared.name == wire.get("declared"):
            try:
                error = declared_from_wire(declared, wire.get("fields"), message)
            except Exception as problem:
                message += f" (the fields of {declared.name} do not fit: {problem})"
                break
            if traceback_:
                error.add_note(f"{OTHER_SIDE}{traceback_}")
            return error
    type_ = _string(wire.get("type")) or "Error"
    code = wire.get("remoteCode")
    remote_code = code if isinstance(code, (str, int)) else None
    details = wire.get("details")
    members = wire.get("errors")
    errors = (
        [error_from_wire(member, throws) for member in cast("list[object]", members)]
        if isinstance(members, list)
        else None
    )
    if errors:
        return RemoteErrorGroup(
            type_, message, traceback_, details=details, errors=errors, remote_code=remote_code
        )
    return RemoteError(
        type_, message, traceback_, details=details, errors=errors, remote_code=remote_code
    )


def _traceback(error: BaseException) -> str:
    """Of this error alone, without frames of ringsnake's own files: causes cross by themselves."""
    whole = traceback.TracebackException.from_exception(error, compact=True)
    if not os.environ.get("RINGSNAKE_DEBUG"):
        _hide_own_frames(whole)
    return "".join(whole.format(chain=False))


def _hide_own_frames(whole: traceback.TracebackException) -> None:
    for at in reversed(range(len(whole.stack))):
        if whole.stack[at].filename.startswith(_OWN_FOLDER):
            del whole.stack[at]
    for member in whole.exceptions or ():
        _hide_own_frames(member)


def _members(error: BaseException) -> Sequence[BaseException] | None:
    """Of a group."""
    if isinstance(error, BaseExceptionGroup):
        return cast("BaseExceptionGroup[BaseException]", error).exceptions
    return error.errors if isinstance(error, RemoteError) else None


def _notes(error: BaseException) -> list[str]:
    """What was added to it, but for the note that shows another side's stack: that is in the traceback, too."""
    notes: object = getattr(error, "__notes__", None)
    texts = [str(note) for note in cast("list[object]", notes)] if isinstance(notes, list) else []
    return [_bounded(text) for text in texts if not text.startswith(OTHER_SIDE)]


def _code(error: BaseException) -> str | int | None:
    """As JavaScript has one: `ENOENT` of an OSError, or what the exception has as its own `code`."""
    if isinstance(error, RemoteError):
        return error.remote_code
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno)
    code = getattr(error, "code", None)
    if type(code) is str:
        return _bounded(code)
    return code if type(code) is int else None


def _message(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        # Its text counts the members.
        return cast("BaseExceptionGroup[BaseException]", error).message
    try:
        return str(error)
    except Exception as broken:
        return f"(its message cannot be shown: {type(broken).__name__})"


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bounded(value: str) -> str:
    return value if len(value) <= _TEXT_LIMIT else value[:_TEXT_LIMIT] + "…"
