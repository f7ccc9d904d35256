"""Serves `Lobby`: itself (`echo`), or through the host's, awaited (`relay`) or blocking (`relay sync`)."""

from __future__ import annotations

import datetime
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import ringsnake
from lobby_gen import Guest, GuestClient, Lobby, LobbyClient, LobbyServer, Person

_MODE = sys.argv[1]


class Visitor:
    """Has attributes where others have properties."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.started_at = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
        self.holds = [Person(name=name)]
        self.owner: Person | None = Person(name=name.upper(), languages=["py"])
        self.nickname: Any = None
        self.mood: str | None = None
        self.host: Guest | GuestClient | None = None
        self.greet: Callable[[str], Awaitable[str]] | None = None
        self.limit: float = 7
        self._visits = 0

    @property
    def visits_so_far(self) -> float:
        return self._visits

    def visit(self) -> float:
        self._visits += 1
        return self._visits


class Broken(Visitor):
    @property
    def visits_so_far(self) -> float:
        raise LookupError("nobody has counted")


class Own:
    def __init__(self) -> None:
        self.opened: dict[str, Visitor] = {}

    def open(self, name: str, /) -> Visitor:
        return self.opened.setdefault(name, Visitor(name))

    def find(self, name: str, /) -> Visitor | None:
        return self.opened.get(name)

    def describe(self, guest: GuestClient, /) -> str:
        owner = guest.owner.name if guest.owner else "nobody"
        host = guest.host.id if guest.host else "nobody"
        day = guest.started_at.date()
        held = ",".join(person.name for person in guest.holds)
        return f"{guest.id} {owner} {host} {guest.mood} {day} {held} {guest.limit} {guest.visits_so_far:g}"

    def pass_(self, guest: GuestClient, /) -> GuestClient:
        return guest

    def circle(self, names: list[str], /) -> Visitor:
        visitors = [Visitor(name) for name in names]
        for visitor, host in zip(visitors, [*visitors[1:], visitors[0]], strict=True):
            visitor.host = cast(Guest, host)
        return visitors[0]

    async def greet_through(self, guest: GuestClient | Person, name: str, /) -> str:
        if isinstance(guest, Person):
            return f"{guest.name} greets {name}"
        host = guest.host or guest
        return await host.greet(name) if host.greet else "in silence"

    async def each(self, names: list[str], /) -> AsyncIterator[Visitor]:
        for name in names:
            yield Visitor(name)

    async def examine(self, guest: GuestClient, /) -> list[str]:
        found = [repr(guest)]
        try:
            setattr(guest, "id", "other")  # noqa: B010 - what type checkers refuse
        except AttributeError as error:
            found.append(type(error).__name__)
        coming = ringsnake.client(LobbyClient).open("coming")
        try:
            found.append(coming.id)
        except TypeError as error:
            found.append(str(error))
        found.append((await coming).id)
        found.append(coming.id)
        async with ringsnake.client(LobbyClient).open("entered") as entered:
            found.append(entered.id)
        ringsnake.release(guest)
        found.append(guest.id)
        return found

    def broken(self) -> Visitor:
        return Broken("broken")

    def wrong(self) -> Visitor:
        visitor = Visitor("wrong")
        visitor.started_at = cast(Any, "today")
        visitor.holds = [cast(Any, 1)]
        return visitor


class Relay:
    """Whatever is asked, the host is asked."""

    def __init__(self, client: object) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return cast("Callable[..., Any]", getattr(self._client, name))


def _implementation() -> object:
    if _MODE == "echo":
        return Own()
    client = ringsnake.client(LobbyClient)
    return Relay(client if _MODE == "relay" else client.sync)


ringsnake.serve(LobbyServer(cast(Lobby, _implementation())))
