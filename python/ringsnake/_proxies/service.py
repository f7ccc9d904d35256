"""What every session serves behind all else. Twin: lib/proxies/service.ts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ringsnake._proxies.given import LentFunction
from ringsnake._proxies.objects_gen import RingsnakeObjectsServer
from ringsnake._wire.constants_gen import ProxyStep

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest
    from ringsnake._proxies.host import ObjectHost
    from ringsnake._session.interface import InterfaceDefinition
    from ringsnake._session.session import Session

# Plain integers: looking a member up in an enum costs more than comparing it.
_GET = int(ProxyStep.GET)
_CALL = int(ProxyStep.CALL)

_MISSING: Final = object()

_PLAIN: Final = frozenset({type(None), bool, int, float, str})
"""What the guest gets by value."""


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


class SessionObjects:
    """Does itself what is most frequent, an attribute or a call of plain values, and makes a host for all else when it is first needed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.is_exposed = False
        """False: the peer may only call what it was given."""
        self._host: ObjectHost | None = None
        self._objects: dict[int, Any] = {}
        """Of the host: what is lent, by number."""

    @property
    def host(self) -> ObjectHost:
        """What runs the peer's programs."""
        if self._host is None:
            from ringsnake._proxies.host import ObjectHost

            self._host = ObjectHost(self._session, self._make_guest, self)
            self._objects = self._host.lent.by_number
        return self._host

    def run(self, program: Any, /) -> object:
        # Any: to narrow an object takes casts, which are calls.
        kind: object = type(program)  # pyright: ignore[reportUnknownVariableType] -- of Any it is type[Unknown]
        # [number, get, name], and [number, call, operands, nothing]; whatever else it is, the host says.
        size = len(program) if kind is list and self.is_exposed else 0
        if size == 3:
            number, step, given = program
            if step != _GET or type(given) is not str or type(number) is not int:
                return self.host.run(program)
        elif size == 4:
            number, step, given, nothing = program
            is_call = step == _CALL and nothing is None and type(number) is int
            if not is_call or not _are_plain(given):
                return self.host.run(program)
        else:
            return self.host.run(program)
        try:
            subject = self._objects[number]
        except KeyError:
            return self.host.run(program)
        if type(subject) is LentFunction:
            return self.host.run(program)
        try:
            value = getattr(subject, given) if size == 3 else subject(*given)
        except BaseException as error:
            return self.host.failed(error)
        return value if type(value) in _PLAIN else self.host.answer(program, value)

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


def _are_plain(operands: Any) -> bool:
    """Whether they are operands that stand for themselves."""
    kind: object = type(operands)  # pyright: ignore[reportUnknownVariableType] -- of Any it is type[Unknown]
    if kind is not list:
        return False
    # A generator would take longer than they do.
    for operand in operands:  # noqa: SIM110
        if type(operand) not in _PLAIN:
            return False
    return True
