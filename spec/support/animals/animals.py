"""Serves records that extend others: gives them back, or has the host give them back, awaited or blocking."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

import ringsnake
from animals_gen import Animal, Animals, AnimalsClient, AnimalsServer, Dog, Puppy
from ringsnake.generated import Record

_MODE = sys.argv[1]
_host = None if _MODE == "echo" else ringsnake.client(AnimalsClient)


class _Mongrel(Puppy):
    """The author's own."""


def _echo(value: Any) -> Any:
    return value


class _Animals:
    def lineage(self, value: Record, /) -> list[str]:
        return [cls.__name__ for cls in type(value).__mro__ if cls not in (object, Record)]

    def as_animal(self) -> tuple[Animal, Animal]:
        pup = Puppy(name="Rex", barks=True, weeks=3)
        return pup, _Mongrel(name="Rab", barks=False, weeks=4)

    def as_either(self) -> list[Animal | Dog]:
        both = self.as_animal()
        return [*both, Animal(name="Any"), Dog(name="Dot", barks=True)]

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        if _host is None:
            return _echo
        if _MODE == "relay sync":
            return cast("Callable[[Any], Any]", getattr(_host.sync, name))
        call = cast("Callable[[Any], Awaitable[Any]]", getattr(_host, name))

        async def relay(value: Any) -> Any:
            return await call(value)

        return relay


ringsnake.serve(AnimalsServer(cast(Animals, _Animals())))
