"""What every session serves behind all else. Twin: lib/proxies/service.ts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, cast

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
        self._objects: dict[int, object] = {}
        """Of the host: what is lent, by number."""

    @property
    def host(self) -> ObjectHost:
        """What runs the peer's programs."""
        if self._host is None:
            from ringsnake._proxies.host import ObjectHost

            self._host = ObjectHost(self._session, self._make_guest, self)
            self._objects = self._host.lent.by_number
        return self._host

    def run(self, program: object, /) -> object:
        if not self.is_exposed or type(program) is not list:
            return self.host.run(program)
        steps = cast("list[object]", program)
        size = len(steps)
        number = steps[0] if steps else None
        if type(number) is not int:
            return self.host.run(steps)
        # [number, get, name], and [number, call, operands, nothing]; whatever else it is, the host says.
        if size == 3 and steps[1] == _GET and type(steps[2]) is str:
            subject = self._objects.get(number, _MISSING)
            if subject is _MISSING or type(subject) is LentFunction:
                return self.host.run(steps)
            try:
                value = getattr(subject, steps[2])
            except BaseException as error:
                return self.host.failed(error)
        elif size == 4 and steps[1] == _CALL and steps[3] is None and _are_plain(steps[2]):
            subject = self._objects.get(number, _MISSING)
            if subject is _MISSING or type(subject) is LentFunction:
                return self.host.run(steps)
            try:
                value = cast("Callable[..., object]", subject)(*cast("list[object]", steps[2]))
            except BaseException as error:
                return self.host.failed(error)
        else:
            return self.host.run(steps)
        return value if type(value) in _PLAIN else self.host.answer(steps, value)

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


def _are_plain(operands: object) -> bool:
    """Whether they are operands that stand for themselves."""
    return type(operands) is list and _PLAIN.issuperset(map(type, cast("list[object]", operands)))
