"""ringsnake: typed, two-way calls between Node.js and Python at the speed of shared memory.

A module that a Node.js program starts with `spawn()` serves and calls through this package:

    import ringsnake
    from calculator_gen import CalculatorServer

    ringsnake.serve(CalculatorServer(MyCalculator()))
"""

import sys

# Before anything else: older interpreters cannot even parse the rest.
if sys.version_info < (3, 11):  # noqa: UP036 - this runs on interpreters that are too old
    raise ImportError("ringsnake needs Python 3.11 or later; this is " + sys.version.split()[0])

from ringsnake._errors import (
    BackpressureError,
    CallDepthError,
    CallError,
    CallTimeoutError,
    CancelledError,
    ChannelClosedError,
    ClosedError,
    DeadlockError,
    DecodeError,
    EncodeError,
    HandshakeError,
    Interrupted,
    MessageTooLargeError,
    PeerDiedError,
    ProtocolError,
    RemoteError,
    ResourceError,
    RingsnakeError,
    SchemaMismatchError,
    SessionClosedError,
    UnknownCallError,
    UnknownInterfaceError,
    UnknownMethodError,
    ValidationError,
)
from ringsnake._session.blocking import blocking
from ringsnake._session.call_context import CallContext, call_context
from ringsnake._session.services import serve
from ringsnake._wire.unset import UNSET
from ringsnake._worker.host import allocate, client, statistics

__all__ = [
    "UNSET",
    "BackpressureError",
    "CallContext",
    "CallDepthError",
    "CallError",
    "CallTimeoutError",
    "CancelledError",
    "ChannelClosedError",
    "ClosedError",
    "DeadlockError",
    "DecodeError",
    "EncodeError",
    "HandshakeError",
    "Interrupted",
    "MessageTooLargeError",
    "PeerDiedError",
    "ProtocolError",
    "RemoteError",
    "ResourceError",
    "RingsnakeError",
    "SchemaMismatchError",
    "SessionClosedError",
    "UnknownCallError",
    "UnknownInterfaceError",
    "UnknownMethodError",
    "ValidationError",
    "allocate",
    "blocking",
    "call_context",
    "client",
    "serve",
    "statistics",
]
