"""What every session serves behind all else. Twin: lib/proxies/service.ts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ringsnake._proxies.given import LentFunction
from ringsnake._proxies.objects_gen import RingsnakeObjectsServer
from ringsnake._ring.native import ProgramRunner

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest
    from ringsnake._proxies.host import ObjectHost
    from ringsnake._session.interface import InterfaceDefinition
    from ringsnake._session.session import Session


def objects_service(session: Session, *, is_exposed: bool = True) -> RingsnakeObjectsServer:
    """This side's objects, for the peer, which may only call what it is given if nothing is exposed to it."""
    objects = _objects_of(session)
    objects.is_exposed = is_exposed
    return RingsnakeObjectsServer(objects)


def guest_of(session: Session) -> Guest:
    """Of the peer's objects. It exposes nothing."""
    return _objects_of(session).host.guest


def _objects_of(session: Session) -> SessionObjects:
    # A module may use the peer's while it is imported, before anything is served.
    if not isinstance(session.proxies, SessionObjects):
        session.proxies = SessionObjects(session)
    return session.proxies


class SessionObjects(ProgramRunner):
    """Makes a host for what the base does not run itself, when it is first needed."""

    def __init__(self, session: Session) -> None:
        self._objects: dict[int, Any] = {}
        """What is lent, by number."""
        super().__init__(self._objects, LentFunction)
        self._session = session
        self._host: ObjectHost | None = None

    @property
    def host(self) -> ObjectHost:
        """What runs the peer's programs."""
        if self._host is None:
            from ringsnake._proxies.host import ObjectHost

            self._host = ObjectHost(self._session, self._make_guest, self, self._objects)
        return self._host

    def run_other(self, program: object, /) -> object:
        """A program that the base does not know."""
        return self.host.run(program)

    def call(self, function: Callable[..., object], operands: list[object], /) -> object:
        """Gives what is written in C a frame, where an interrupt sees it. Called by the base."""
        return function(*operands)

    def failed(self, error: BaseException, /) -> object:
        """What tells of an error that one raised. Called by the base."""
        return self.host.failed(error)

    def answer(self, program: list[object], value: object, /) -> object:
        """What tells of a value that is no plain one. Called by the base."""
        return self.host.answer(program, value)

    def release(self, references: Sequence[object], /) -> None:
        self.host.release(references)

    def _make_guest(self, host: ObjectHost) -> Guest:
        from ringsnake._proxies.guest import Guest
        from ringsnake._proxies.objects_gen import RingsnakeObjectsClient

        run, *others = RingsnakeObjectsClient.definition.methods
        # It is there by the time that an answer comes.
        told = run.told_late(lambda operand: guest.give_back_all(operand))  # noqa: PLW0108 -- it is made below

        class Client(RingsnakeObjectsClient):
            definition: ClassVar[InterfaceDefinition] = RingsnakeObjectsClient.definition._replace(
                methods=(told, *others)
            )

        session = self._session
        guest = Guest(session.client(Client), host, session.loop)
        return guest
