"""ringsnake: typed, two-way calls between Node.js and Python at the speed of shared memory.

A module that a Node.js program starts with `spawn()` serves and calls through this package:

    import ringsnake
    from calculator_gen import CalculatorServer

    ringsnake.serve(CalculatorServer(MyCalculator()))

A Python program starts a module of Node.js with `spawn_node()`.
"""

import gc
import importlib
import sys
from typing import TYPE_CHECKING

# Before anything else: older interpreters cannot even parse the rest.
if sys.version_info < (3, 11):  # noqa: UP036 - this runs on interpreters that are too old
    raise ImportError("ringsnake needs Python 3.11 or later; this is " + sys.version.split()[0])

# A worker, as spawn() starts it. Looking through its first objects while they are made finds nothing, and is a tenth of the start; `__main__` ends this.
if sys.orig_argv[1:3] == ["-m", "ringsnake"]:
    gc.disable()

from ringsnake._errors import (
    AccessDeniedError,
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
    InterpreterNotFoundError,
    Interrupted,
    MessageTooLargeError,
    ModuleImportError,
    PeerDiedError,
    ProtocolError,
    ReleasedError,
    RemoteError,
    RemoteErrorGroup,
    ResourceError,
    Return,
    RingsnakeError,
    SchemaMismatchError,
    SessionClosedError,
    StartError,
    StartTimeoutError,
    TooManyHandlesError,
    UnknownCallError,
    UnknownHandleError,
    UnknownInterfaceError,
    UnknownMethodError,
    UnknownStreamError,
    ValidationError,
    ValidationProblem,
    WorkerExitedError,
)
from ringsnake._session.blocking import blocking
from ringsnake._session.call_context import CallContext, call_context
from ringsnake._session.release import release
from ringsnake._session.services import serve
from ringsnake._wire.unset import UNSET
from ringsnake._worker.host import allocate, client, statistics

if TYPE_CHECKING:
    from ringsnake._proxies.aio import AsyncJavaScript
    from ringsnake._proxies.expression import JavaScriptExpression
    from ringsnake._proxies.javascript import (
        JavaScriptFunction,
        JavaScriptObject,
        JavaScriptPromise,
    )
    from ringsnake._proxies.js import JavaScript
    from ringsnake._worker.host_javascript import js
    from ringsnake._worker.node_process import WorkerExit
    from ringsnake._worker.node_worker import NodeWorker
    from ringsnake._worker.spawn_node import spawn_node

__all__ = [
    "UNSET",
    "AccessDeniedError",
    "AsyncJavaScript",
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
    "InterpreterNotFoundError",
    "Interrupted",
    "JavaScript",
    "JavaScriptExpression",
    "JavaScriptFunction",
    "JavaScriptObject",
    "JavaScriptPromise",
    "MessageTooLargeError",
    "ModuleImportError",
    "NodeWorker",
    "PeerDiedError",
    "ProtocolError",
    "ReleasedError",
    "RemoteError",
    "RemoteErrorGroup",
    "ResourceError",
    "Return",
    "RingsnakeError",
    "SchemaMismatchError",
    "SessionClosedError",
    "StartError",
    "StartTimeoutError",
    "TooManyHandlesError",
    "UnknownCallError",
    "UnknownHandleError",
    "UnknownInterfaceError",
    "UnknownMethodError",
    "UnknownStreamError",
    "ValidationError",
    "ValidationProblem",
    "WorkerExit",
    "WorkerExitedError",
    "allocate",
    "blocking",
    "call_context",
    "client",
    "js",
    "release",
    "serve",
    "spawn_node",
    "statistics",
]

# A worker starts without them: they are a fifth of the import.
_LATER = {
    "AsyncJavaScript": "ringsnake._proxies.aio",
    "JavaScript": "ringsnake._proxies.js",
    "JavaScriptExpression": "ringsnake._proxies.expression",
    "JavaScriptFunction": "ringsnake._proxies.javascript",
    "JavaScriptObject": "ringsnake._proxies.javascript",
    "JavaScriptPromise": "ringsnake._proxies.javascript",
    "NodeWorker": "ringsnake._worker.node_worker",
    "WorkerExit": "ringsnake._worker.node_process",
    "js": "ringsnake._worker.host_javascript",
    "spawn_node": "ringsnake._worker.spawn_node",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module 'ringsnake' has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
