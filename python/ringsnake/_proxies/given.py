"""Functions of the user's, as they are lent. Twin: lib/proxies/given.ts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


class LentFunction:
    """Given as an argument: what it gives crosses as arguments do."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function


class Given:
    """What such a function gave."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


async def given_later(awaitable: Awaitable[object]) -> Given:
    return Given(await awaitable)
