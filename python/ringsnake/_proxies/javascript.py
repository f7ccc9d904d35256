"""What Python has in its hands of an object of JavaScript's."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Protocol


class ObjectGuest(Protocol):
    """What proxies use."""

    def call(
        self, function: JavaScriptObject, args: Sequence[object], keywords: Mapping[str, object], /
    ) -> object: ...

    async def wait_for(self, promise: JavaScriptObject, /) -> object: ...

    def shown(self, proxy: JavaScriptObject, /) -> str: ...

    def release(self, number: int, /) -> None: ...


class JavaScriptObject:
    """The same one each time that the object arrives, while it is kept."""

    __slots__ = ("__weakref__", "_guest", "_number")

    def __init__(self, guest: ObjectGuest, number: int) -> None:
        self._guest = guest
        self._number = number

    def __repr__(self) -> str:
        return self._guest.shown(self)


class JavaScriptFunction(JavaScriptObject):
    """A function: calls block. Keyword arguments arrive as an object behind the others."""

    __slots__ = ()

    def __call__(self, *args: object, **keywords: object) -> object:
        return self._guest.call(self, args, keywords)


class JavaScriptPromise(JavaScriptObject):
    """To be awaited."""

    __slots__ = ()

    def __await__(self) -> Generator[object, None, object]:
        return self._guest.wait_for(self).__await__()


def held_by(guest: ObjectGuest, value: object) -> int | None:
    """The number of the object; None: it is no proxy of this guest's, or was released."""
    if not isinstance(value, JavaScriptObject) or value._guest is not guest:
        return None
    return value._number or None
