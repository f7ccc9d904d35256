"""What every session serves behind all else. Twin: lib/proxies/service.ts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ringsnake._proxies.objects_gen import RingsnakeObjectsServer

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest
    from ringsnake._proxies.host import ObjectHost
    from ringsnake._session.session import Session


def objects_service(session: Session, *, is_exposed: bool = True) -> RingsnakeObjectsServer:
    """This side's objects, for the peer, which may only call what it is given if nothing is exposed to it."""
    return RingsnakeObjectsServer(_objects_of(session, is_exposed=is_exposed))


def guest_of(session: Session) -> Guest:
    """Of the peer's objects."""
    return _objects_of(session, is_exposed=True).host.guest


def _objects_of(session: Session, *, is_exposed: bool) -> SessionObjects:
    # A module may use the peer's while it is imported, before anything is served.
    if not isinstance(session.proxies, SessionObjects):
        session.proxies = SessionObjects(session, is_exposed=is_exposed)
    return session.proxies


class SessionObjects:
    """Makes a host when the first program comes: most sessions never need one."""

    def __init__(self, session: Session, *, is_exposed: bool = True) -> None:
        self._session = session
        self._is_exposed = is_exposed
        self._host: ObjectHost | None = None

    @property
    def host(self) -> ObjectHost:
        """What runs the peer's programs."""
        if self._host is None:
            from ringsnake._proxies.host import ObjectHost

            self._host = ObjectHost(self._session, self._make_guest, is_exposed=self._is_exposed)
        return self._host

    def run(self, program: object, /) -> object:
        return (self._host or self.host).run(program)

    def release(self, references: Sequence[object], /) -> None:
        self.host.release(references)

    def _make_guest(self, host: ObjectHost) -> Guest:
        from ringsnake._proxies.guest import Guest
        from ringsnake._proxies.objects_gen import RingsnakeObjectsClient

        session = self._session
        return Guest(session.client(RingsnakeObjectsClient), host, session.loop)
