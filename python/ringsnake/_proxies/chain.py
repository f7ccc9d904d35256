"""A chain of steps, before it is sent."""

from __future__ import annotations

from typing import Final

from ringsnake._wire.constants_gen import ProxyStep


class Value:
    """What a chain begins with that is no object of the other side's."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Chain:
    """Never changes."""

    __slots__ = ("root", "steps")

    def __init__(self, root: object = None, steps: tuple[tuple[object, ...], ...] = ()) -> None:
        self.root: Final = root
        """A proxy, a `Value`, or None: it begins with nothing."""
        self.steps: Final = steps
        """Each its number and its items."""

    def then(self, step: ProxyStep, *items: object) -> Chain:
        """This, and one step more."""
        return Chain(self.root, (*self.steps, (int(step), *items)))
