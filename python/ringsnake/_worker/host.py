"""The Node.js process that started this worker, or that it lives in. Twin: lib/worker/host.ts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from ringsnake._errors import SessionClosedError
from ringsnake._session.call_context import CURRENT

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest
    from ringsnake._ring.native import Bulk
    from ringsnake._session.session import ClientClass, Session
    from ringsnake._session.statistics import SessionStatistics

ClientT = TypeVar("ClientT")


class _Here(threading.local):
    """What each thread knows."""

    session: Session | None = None
    """Of the worker that lives on it."""


_here = _Here()
_sessions: list[Session] = []
"""With the host, the latest last: an embedded interpreter has one for each of its workers."""


def client(client_class: ClientClass[ClientT]) -> ClientT:
    """A client for an interface that the host serves: `client(ProgressClient)`.

    Raises:
        SessionClosedError: this process is not a worker.
        UnknownInterfaceError, SchemaMismatchError: the host serves no such interface.
    """
    session = _find_session()
    if session is None:
        raise SessionClosedError(
            f"{client_class.definition.name}: this process was not started by spawn(), "
            "so there is no host to call"
        )
    return session.client(client_class)


def allocate(size: int) -> Bulk:
    """Shared memory for arrays to send: what lies in it crosses without a copy, from `bulkThreshold` bytes on.

        samples = memoryview(ringsnake.allocate(8 * n)).cast("d")
        pixels = numpy.frombuffer(ringsnake.allocate(n), numpy.uint8)

    After it was sent it is the host's: fill it no more. Each is sent so once; again it is copied. It is freed when nothing refers to it,
    here or there.

    Raises:
        SessionClosedError: this process is not a worker, or the host is gone.
        BackpressureError: too much of it is in use: half of the limit of bytes, or 32 pieces.
    """
    session = _find_session()
    if session is None:
        raise SessionClosedError("this process was not started by spawn(): it has no shared memory")
    return session.channel.allocate(size)


def statistics() -> SessionStatistics:
    """What went through the session with the host so far: calls, frames, latencies, handles, and what the ring has counted.

    Raises:
        SessionClosedError: this process is not a worker, or the host is gone.
    """
    session = _find_session()
    if session is None:
        raise SessionClosedError("this process was not started by spawn(): there is no session")
    return session.statistics()


def host_guest() -> Guest:
    """Of the host's objects.

    Raises:
        SessionClosedError: this process is not a worker.
    """
    session = _find_session()
    if session is None:
        raise SessionClosedError(
            "js: this process was not started by spawn(): there is no JavaScript; spawn_node() starts one"
        )
    from ringsnake._proxies.service import guest_of

    return guest_of(session)


def set_session(session: Session) -> None:
    """Called on the worker's thread, before the module is imported."""
    _here.session = session
    _sessions.append(session)


def forget_session(session: Session) -> None:
    """It has ended; the last one is kept, for the words of its errors."""
    if len(_sessions) > 1:
        _sessions.remove(session)


def _find_session() -> Session | None:
    """Of the call that is handled here; else of this thread's worker; else the latest."""
    call = CURRENT.get()
    if call is not None:
        for session in _sessions:
            if session is call.session:
                return session
    return _here.session or (_sessions[-1] if _sessions else None)
