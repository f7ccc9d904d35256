"""Every error ringsnake raises. Match on `code`.

Twin: lib/errors.ts. What each code means and what to do: spec/wire/errors.md.

    RingsnakeError
    ├── (values)               a value that cannot cross, or does not fit its declared type
    │   ├── ValidationError       RS_VALIDATION
    │   ├── EncodeError           RS_ENCODE
    │   ├── DecodeError           RS_DECODE
    │   └── MessageTooLargeError  RS_MESSAGE_TOO_LARGE
    ├── StartError             RS_START            the worker did not come up
    │   ├── InterpreterNotFoundError  RS_INTERPRETER_NOT_FOUND
    │   ├── ModuleImportError         RS_MODULE_IMPORT
    │   └── StartTimeoutError         RS_START_TIMEOUT
    ├── CallError              the call reached the session and failed
    │   ├── RemoteError           RS_REMOTE
    │   ├── UnknownMethodError    RS_UNKNOWN_METHOD
    │   ├── UnknownInterfaceError RS_UNKNOWN_INTERFACE
    │   ├── SchemaMismatchError   RS_SCHEMA_MISMATCH
    │   ├── CancelledError        RS_CANCELLED
    │   ├── CallTimeoutError      RS_CALL_TIMEOUT
    │   ├── CallDepthError        RS_CALL_DEPTH
    │   └── DeadlockError         RS_DEADLOCK
    ├── ClosedError            there is nobody to talk to
    │   ├── WorkerExitedError     RS_WORKER_EXITED
    │   ├── SessionClosedError    RS_SESSION_CLOSED
    │   ├── ChannelClosedError    RS_CHANNEL_CLOSED
    │   └── PeerDiedError         RS_PEER_DIED
    ├── ProtocolError          RS_PROTOCOL         the peer broke the wire rules
    │   ├── HandshakeError        RS_HANDSHAKE
    │   ├── UnknownCallError      RS_UNKNOWN_CALL
    │   └── UnknownStreamError    RS_UNKNOWN_STREAM
    ├── BackpressureError      RS_BACKPRESSURE     more is waiting to be sent than allowed
    └── ResourceError          RS_RESOURCE         the system refused memory or a descriptor
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Final, NamedTuple, Self, cast

PROBLEMS_MAX: Final = 5
"""Problems of one value that are worth telling."""

OTHER_SIDE: Final = "On the other side:\n"
"""How the note begins that shows the other side's stack."""


class RingsnakeError(Exception):
    """The root of the tree."""

    code: ClassVar[str] = "RS_ERROR"

    @property
    def message(self) -> str:
        """What, where, and what to do."""
        return str(self.args[0]) if self.args else ""


class _LocatedError(RingsnakeError):
    """A value at a place inside a message. `path` grows outwards while the error unwinds."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = path
        self.is_placed = False
        """Whether the path is whole."""

    def prepend(self, segment: str) -> Self:
        """Puts `segment` in front of the path. Called while unwinding, outermost last."""
        separated = not self.path or self.path[0] in ".["
        self.path = segment + self.path if separated else f"{segment}.{self.path}"
        return self

    def locate(self, path: str) -> Self:
        """Sets the whole path."""
        self.path = path
        self.is_placed = True
        return self

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" if self.path else self.problem

    @property
    def message(self) -> str:
        return str(self)


class ValidationProblem(NamedTuple):
    """One thing that is wrong with a value."""

    path: str
    expected: str
    actual: str
    source: str | None
    """Where the field, the parameter or the method was declared: `api.ts:12`. None: nothing is known of that."""

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        declared = f" (declared at {self.source})" if self.source else ""
        return f"{place}expected {self.expected}, got {self.actual}{declared}"


class ValidationError(_LocatedError):
    """A value does not fit its declared type."""

    code = "RS_VALIDATION"

    def __init__(self, expected: str, actual: str, path: str = "") -> None:
        super().__init__(f"expected {expected}, got {actual}", path)
        self.expected = expected
        self.actual = actual
        self.source: str | None = None
        """Where the field, the parameter or the method was declared: `api.ts:12`. None: nothing is known of that."""
        self._others: list[ValidationError] = []

    @property
    def problems(self) -> tuple[ValidationProblem, ...]:
        """What is wrong with the value, at most five things: first what this error says itself."""
        return tuple(
            ValidationProblem(each.path, each.expected, each.actual, each.source)
            for each in self._all()
        )

    def _all(self) -> list[ValidationError]:
        return [self, *self._others]

    def join(self, other: ValidationError) -> bool:
        """Adds what is wrong elsewhere. False: there is no place for more."""
        for each in (other, *other._others):
            if len(self._others) < PROBLEMS_MAX - 1:
                self._others.append(each)
        other._others = []
        return len(self._others) < PROBLEMS_MAX - 1

    def prepend(self, segment: str) -> Self:
        for each in self._others:
            each.prepend(segment)
        return super().prepend(segment)

    def place(self, whole: Callable[[str], str]) -> Self:
        """Makes whole paths of them."""
        for each in self._all():
            each.locate(whole(each.path))
        return self

    def declare(self, source: str | None) -> Self:
        """Says where it was declared, of what is not known yet."""
        for each in self._all():
            each.source = each.source or source
        return self

    def without_previews(self) -> Self:
        """Takes the values out of the words."""
        for each in self._all():
            each.actual = _kind_alone(each.actual)
            each.problem = f"expected {each.expected}, got {each.actual}"
        return self

    def __str__(self) -> str:
        return "\n  ".join(map(str, self.problems))


def _kind_alone(actual: str) -> str:
    """`string "secret"` → `string`."""
    if actual.startswith("("):
        # Arguments for which there is no form of the method.
        return "(…)"
    kind = r"(string|number|bigint|boolean|a key|Timestamp)\b.*"
    match = re.match(kind, actual, flags=re.DOTALL)
    return actual if match is None else match[1]


class EncodeError(_LocatedError):
    """A value of this kind cannot cross at all."""

    code = "RS_ENCODE"


class DecodeError(RingsnakeError):
    """The bytes of a message are not a value."""

    code = "RS_DECODE"


class MessageTooLargeError(RingsnakeError):
    """The encoded message is larger than what may be in bulk segments. Nothing was sent."""

    code = "RS_MESSAGE_TOO_LARGE"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"the message takes {size} bytes, and at most {limit} can be sent: "
            "send it in parts, or raise `bulk_limit`"
        )
        self.size = size
        self.limit = limit


class StartError(RingsnakeError):
    """The worker did not come up."""

    code = "RS_START"


class InterpreterNotFoundError(StartError):
    """There is no Node.js where `node` points."""

    code = "RS_INTERPRETER_NOT_FOUND"


class ModuleImportError(StartError):
    """The worker's module threw while it was imported."""

    code = "RS_MODULE_IMPORT"

    def __init__(self, message: str, *, type: str, traceback: str) -> None:
        super().__init__(message)
        self.type = type
        """Class of the error in the worker, such as `SyntaxError`."""
        self.traceback = traceback
        """The worker's stack, as text."""


class StartTimeoutError(StartError):
    """The worker said nothing in time."""

    code = "RS_START_TIMEOUT"


class CallError(RingsnakeError):
    """The call reached the session and failed there or on the other side."""


class RemoteError(CallError):
    """The other side's code raised."""

    code = "RS_REMOTE"

    def __init__(
        self,
        type: str,
        message: str,
        traceback: str,
        *,
        details: object = None,
        errors: Sequence[BaseException] | None = None,
        remote_code: str | int | None = None,
    ) -> None:
        super().__init__(f"{type}: {message}" if message else type)
        self.type = type
        """Class of the exception on the other side, such as `RangeError`."""
        self.remote_message = message
        self.traceback = traceback
        """The other side's stack, as text."""
        self.details = details
        """What it had as its own `details`: any value that crosses."""
        self.errors = errors
        """The errors of a group, such as an AggregateError, or None. What was added to it is in its `__notes__`."""
        self.remote_code = remote_code
        """The code that it had on the other side, such as `ENOENT`, or None."""
        self.exception: object = None
        """Of what was raised by an object that no interface declares: the exception itself, by reference."""
        if traceback:
            self.add_note(f"{OTHER_SIDE}{traceback}")


class RemoteErrorGroup(RemoteError, ExceptionGroup[Exception]):  # noqa: N818 - it is a group
    """The other side raised a group: an ExceptionGroup, too, whose members are the `errors`, for `except*`."""

    def __new__(
        cls,
        type: str,
        message: str,
        traceback: str,
        *,
        details: object = None,
        errors: Sequence[BaseException] | None = None,
        remote_code: str | int | None = None,
    ) -> Self:
        # A group of BaseExceptions it refuses by itself.
        members = cast("Sequence[Exception]", errors)
        return super().__new__(cls, f"{type}: {message}" if message else type, members)

    def __str__(self) -> str:
        return self.message

    def derive(self, excs: Sequence[Exception], /) -> RemoteErrorGroup:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return RemoteErrorGroup(
            self.type,
            self.remote_message,
            self.traceback,
            details=self.details,
            errors=excs,
            remote_code=self.remote_code,
        )


class UnknownMethodError(CallError):
    """The peer serves no such method."""

    code = "RS_UNKNOWN_METHOD"


class ReleasedError(CallError):
    """An object or function of the peer's was used after it had been given back."""

    code = "RS_RELEASED"


class UnknownHandleError(CallError):
    """No object is known by the number that the peer names: it was given back, or never given."""

    code = "RS_UNKNOWN_HANDLE"


class TooManyHandlesError(CallError):
    """The peer holds more objects and functions of this side than it may."""

    code = "RS_TOO_MANY_HANDLES"


class AccessDeniedError(CallError):
    """The host does not let its worker use its objects."""

    code = "RS_ACCESS_DENIED"


class UnknownInterfaceError(CallError):
    """The peer serves no such interface."""

    code = "RS_UNKNOWN_INTERFACE"


class SchemaMismatchError(CallError):
    """Both sides know the interface, but in versions that cannot work together."""

    code = "RS_SCHEMA_MISMATCH"

    def __init__(self, message: str, difference: str) -> None:
        super().__init__(message)
        self.difference = difference
        """Each place where they differ, and its types: `-` here, `+` there."""


class CancelledError(CallError):
    """The caller waits no longer, or the handler was told to stop and did. In tasks asyncio has its own."""

    code = "RS_CANCELLED"


class CallTimeoutError(CallError, TimeoutError):
    """The call's time was up before its answer came."""

    code = "RS_CALL_TIMEOUT"


class CallDepthError(CallError):
    """Too many blocking calls inside each other."""

    code = "RS_CALL_DEPTH"


class DeadlockError(CallError):
    """The answer could come only after the blocking call that waits for it."""

    code = "RS_DEADLOCK"


class ClosedError(RingsnakeError):
    """There is nobody to talk to."""


class WorkerExitedError(ClosedError):
    """The worker process ended while it was needed."""

    code = "RS_WORKER_EXITED"

    def __init__(
        self, what: str, *, exit_code: int | None, signal: str | None, stderr: str
    ) -> None:
        how = (
            f"was killed by {signal}"
            if signal is not None
            else "died"
            if exit_code is None
            else f"exited with code {exit_code}"
        )
        tail = f"\nIts last words on stderr:\n{stderr}" if stderr else ""
        super().__init__(f"{what}: the worker {how}{tail}")
        self.exit_code = exit_code
        self.signal = signal
        """Such as `SIGKILL`."""
        self.stderr = stderr
        """The last lines that the worker wrote to stderr."""


class SessionClosedError(ClosedError):
    """The session was closed, on either side."""

    code = "RS_SESSION_CLOSED"


class ChannelClosedError(ClosedError):
    """The channel was closed, on either side."""

    code = "RS_CHANNEL_CLOSED"


class PeerDiedError(ClosedError):
    """The process or thread at the other end of the channel ended without closing it."""

    code = "RS_PEER_DIED"


class ProtocolError(RingsnakeError):
    """The peer broke the rules of the wire."""

    code = "RS_PROTOCOL"


class HandshakeError(ProtocolError):
    """The first exchange failed."""

    code = "RS_HANDSHAKE"


class UnknownCallError(ProtocolError):
    """A reply names a call that is not open."""

    code = "RS_UNKNOWN_CALL"


class UnknownStreamError(ProtocolError):
    """A frame names a stream that is not open."""

    code = "RS_UNKNOWN_STREAM"


class BackpressureError(RingsnakeError):
    """More is waiting to be sent than allowed."""

    code = "RS_BACKPRESSURE"


class ResourceError(RingsnakeError):
    """The system refused memory or a descriptor."""

    code = "RS_RESOURCE"


class Return(Exception):  # noqa: N818 -- no error: what Python's asynchronous generators have no statement for
    """Raised in an `async def` generator at its end, `raise ringsnake.Return(value)`: what a method that is an
    `AsyncGenerator<T, R>` in TypeScript returns. A plain generator says `return value`.
    """

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value


class Interrupted(BaseException):
    """Raised in a handler that goes on although its caller has given up: `spawn({ interruptAfter: … })`.

    Like KeyboardInterrupt it is no Exception, so that `except Exception` does not stop it.
    """
