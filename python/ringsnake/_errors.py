"""Every error ringsnake raises. Match on `code`.

Twin: lib/errors.ts. What each code means and what to do: spec/wire/errors.md.

    RingsnakeError
    ├── (values)               a value that cannot cross, or does not fit its declared type
    │   ├── ValidationError       RS_VALIDATION
    │   ├── EncodeError           RS_ENCODE
    │   ├── DecodeError           RS_DECODE
    │   └── MessageTooLargeError  RS_MESSAGE_TOO_LARGE
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
    │   ├── SessionClosedError    RS_SESSION_CLOSED
    │   ├── ChannelClosedError    RS_CHANNEL_CLOSED
    │   └── PeerDiedError         RS_PEER_DIED
    ├── ProtocolError          RS_PROTOCOL         the peer broke the wire rules
    │   ├── HandshakeError        RS_HANDSHAKE
    │   └── UnknownCallError      RS_UNKNOWN_CALL
    ├── BackpressureError      RS_BACKPRESSURE     more is waiting to be sent than allowed
    └── ResourceError          RS_RESOURCE         the system refused memory or a descriptor
"""

from __future__ import annotations

from typing import ClassVar, Self


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

    def prepend(self, segment: str) -> Self:
        """Puts `segment` in front of the path. Called while unwinding, outermost last."""
        separated = not self.path or self.path[0] in ".["
        self.path = segment + self.path if separated else f"{segment}.{self.path}"
        return self

    def locate(self, path: str) -> Self:
        """Sets the whole path."""
        self.path = path
        return self

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" if self.path else self.problem

    @property
    def message(self) -> str:
        return str(self)


class ValidationError(_LocatedError):
    """A value does not fit its declared type."""

    code = "RS_VALIDATION"

    def __init__(self, expected: str, actual: str, path: str = "") -> None:
        super().__init__(f"expected {expected}, got {actual}", path)
        self.expected = expected
        self.actual = actual


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


class CallError(RingsnakeError):
    """The call reached the session and failed there or on the other side."""


class RemoteError(CallError):
    """The other side's code raised."""

    code = "RS_REMOTE"

    def __init__(self, type: str, message: str, traceback: str, *, details: object = None) -> None:
        super().__init__(f"{type}: {message}" if message else type)
        self.type = type
        """Class of the exception on the other side, such as `RangeError`."""
        self.remote_message = message
        self.traceback = traceback
        """The other side's stack, as text."""
        self.details = details
        """What it had as its own `details`: any value that crosses."""
        if traceback:
            self.add_note(f"On the other side:\n{traceback}")


class UnknownMethodError(CallError):
    """The peer serves no such method."""

    code = "RS_UNKNOWN_METHOD"


class UnknownInterfaceError(CallError):
    """The peer serves no such interface."""

    code = "RS_UNKNOWN_INTERFACE"


class SchemaMismatchError(CallError):
    """Both sides know the interface, but not the same one."""

    code = "RS_SCHEMA_MISMATCH"

    def __init__(self, message: str, difference: str) -> None:
        super().__init__(message)
        self.difference = difference
        """Lines of the schema: `-` only here, `+` only there."""


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


class BackpressureError(RingsnakeError):
    """More is waiting to be sent than allowed."""

    code = "RS_BACKPRESSURE"


class ResourceError(RingsnakeError):
    """The system refused memory or a descriptor."""

    code = "RS_RESOURCE"


class Interrupted(BaseException):
    """Raised in a handler that goes on although its caller has given up: `spawn({ interruptAfter: … })`.

    Like KeyboardInterrupt it is no Exception, so that `except Exception` does not stop it.
    """
