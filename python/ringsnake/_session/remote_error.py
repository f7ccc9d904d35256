"""Errors as values on the wire. Normative: spec/wire/frame.md §5. Twin: lib/session/remote-error.ts."""

from __future__ import annotations

import traceback
from typing import cast

from ringsnake._errors import (
    CallDepthError,
    CallError,
    CallTimeoutError,
    CancelledError,
    DeadlockError,
    EncodeError,
    RemoteError,
    RingsnakeError,
    UnknownMethodError,
    ValidationError,
)

_CAUSE_DEPTH = 8
"""Causes deeper than this are left out."""

_TEXT_LIMIT = 64 * 1024
"""Characters of a message or traceback that cross."""

_SHORT_TEXT = 1024


_CALL_ERRORS: dict[str, type[CallError]] = {
    cls.code: cls
    for cls in (UnknownMethodError, CancelledError, CallTimeoutError, CallDepthError, DeadlockError)
}


def error_to_wire(error: BaseException, depth: int = 0) -> dict[str, object]:
    """What to send for something that was raised."""
    wire: dict[str, object] = {
        "code": error.code if isinstance(error, RingsnakeError) else "RS_REMOTE",
        "type": _text(type(error).__name__),
        "message": _text(_message(error)),
        "traceback": _text("".join(traceback.format_exception(error))[-_TEXT_LIMIT:]),
    }
    if isinstance(error, ValidationError):
        wire |= {
            "path": _text(error.path),
            "expected": _text(error.expected),
            "actual": _text(error.actual),
        }
    elif isinstance(error, EncodeError):
        wire |= {"message": _text(error.problem), "path": _text(error.path)}
    details: object = getattr(error, "__dict__", {}).get("details")
    if details is not None:
        wire["details"] = details
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < _CAUSE_DEPTH:
        wire["cause"] = error_to_wire(cause, depth + 1)
    return wire


def without_details(wire: dict[str, object], why: str) -> dict[str, object]:
    """The same error without its details, which cannot cross for that reason; nor may those of its causes."""
    plain = {member: content for member, content in wire.items() if member != "details"}
    plain["message"] = f"{wire['message']} (its details cannot cross: {why})"
    if "cause" in wire:
        plain["cause"] = without_details(cast(dict[str, object], wire["cause"]), why)
    return plain


def shortened(wire: dict[str, object]) -> dict[str, object]:
    """The same error without its traceback and causes, and with the beginning of its message only."""
    return {
        "code": wire["code"],
        "type": _string(wire["type"])[:_SHORT_TEXT],
        "message": f"{_string(wire['message'])[:_SHORT_TEXT]} (the rest of this error was too large to send)",
        "traceback": "",
    }


def error_from_wire(value: object) -> RingsnakeError:
    """The error to raise for what arrived. An ill-formed one is a RemoteError that says so."""
    wire = cast(dict[str, object], value) if isinstance(value, dict) else {}
    message = _string(wire.get("message"))
    match wire.get("code"):
        case "RS_VALIDATION":
            return ValidationError(
                _string(wire.get("expected")),
                _string(wire.get("actual")),
                _string(wire.get("path")),
            )
        case "RS_ENCODE":
            return EncodeError(message, _string(wire.get("path")))
        case str(code) if code in _CALL_ERRORS:
            return _CALL_ERRORS[code](message)
        case _:
            error = RemoteError(
                _string(wire.get("type")) or "Error",
                message,
                _string(wire.get("traceback")),
                details=wire.get("details"),
            )
            if "cause" in wire:
                error.__cause__ = error_from_wire(wire["cause"])
            return error


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:
        return f"(its message cannot be shown: {type(broken).__name__})"


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _text(value: str) -> str:
    """Bounded, and free of lone surrogates, which UTF-8 cannot carry."""
    bounded = value if len(value) <= _TEXT_LIMIT else value[:_TEXT_LIMIT] + "…"
    return bounded.encode("utf-8", "replace").decode("utf-8")
