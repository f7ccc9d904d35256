"""The Node.js process that started this worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ringsnake._errors import SessionClosedError

if TYPE_CHECKING:
    from ringsnake._session.session import ClientClass, Session

ClientT = TypeVar("ClientT")

_session: Session | None = None


def client(client_class: ClientClass[ClientT]) -> ClientT:
    """A client for an interface that the host serves: `client(ProgressClient)`.

    Raises:
        SessionClosedError: this process is not a worker.
        UnknownInterfaceError, SchemaMismatchError: the host serves no such interface.
    """
    if _session is None:
        raise SessionClosedError(
            f"{client_class.definition.name}: this process was not started by spawn(), "
            "so there is no host to call"
        )
    return _session.client(client_class)


def set_session(session: Session) -> None:
    """Called once, before the module is imported."""
    global _session
    _session = session
