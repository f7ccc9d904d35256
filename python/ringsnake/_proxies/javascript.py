"""What Python has in its hands of an object of JavaScript's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from keyword import iskeyword
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self


class ObjectGuest(Protocol):
    """What proxies use."""

    def get(self, proxy: JavaScriptObject, name: str, /) -> object: ...

    def set(self, proxy: JavaScriptObject, name: str, value: object, /) -> None: ...

    def delete(self, proxy: JavaScriptObject, name: str, /) -> None: ...

    def get_item(self, proxy: JavaScriptObject, key: object, /) -> object: ...

    def set_item(self, proxy: JavaScriptObject, key: object, value: object, /) -> None: ...

    def delete_item(self, proxy: JavaScriptObject, key: object, /) -> None: ...

    def call(
        self, function: JavaScriptObject, args: Sequence[object], keywords: Mapping[str, object], /
    ) -> object: ...

    def length(self, proxy: JavaScriptObject, /) -> int: ...

    def contains(self, proxy: JavaScriptObject, item: object, /) -> bool: ...

    def names(self, proxy: JavaScriptObject, /) -> list[str]: ...

    def text(self, proxy: JavaScriptObject, /) -> str: ...

    def items(self, proxy: JavaScriptObject, /) -> Iterator[object]: ...

    def items_later(self, proxy: JavaScriptObject, /) -> AsyncIterator[object]: ...

    async def wait_for(self, promise: JavaScriptObject, /) -> object: ...

    def shown(self, proxy: JavaScriptObject, /) -> str: ...

    def release(self, proxy: JavaScriptObject, /) -> None: ...


class Held:
    """A reference to an object of the other side's."""

    __slots__ = ("guest", "is_callback", "number")

    def __init__(self, guest: ObjectGuest, number: int, *, is_callback: bool) -> None:
        self.guest = guest
        self.number = number
        """0: it was released."""
        self.is_callback = is_callback
        """Whether it is a function that was given as an argument."""


class JavaScriptObject:
    """The same one each time that the object arrives, while it is kept. Every use blocks until the answer is there.

    Its attributes are the object's properties, but for names with two underscores at both ends, which are Python's; `from_` is `from`, and so
    for all keywords. All that is not a property is done with `js`: `js.value(proxy)`. `with` gives it back at its end.
    """

    __slots__ = ("__ringsnake__", "__weakref__")

    __ringsnake__: Held

    def __init__(self, held: Held) -> None:
        object.__setattr__(self, "__ringsnake__", held)

    def __getattr__(self, name: str) -> Any:
        # Python asks for many of these by itself.
        if is_special(name):
            raise AttributeError(f"{name} is a name of Python's: js.get(proxy, {name!r})")
        return self.__ringsnake__.guest.get(self, property_of(name))

    def __setattr__(self, name: str, value: object) -> None:
        self.__ringsnake__.guest.set(self, property_of(name), value)

    def __delattr__(self, name: str) -> None:
        self.__ringsnake__.guest.delete(self, property_of(name))

    def __getitem__(self, key: object) -> Any:
        return self.__ringsnake__.guest.get_item(self, key)

    def __setitem__(self, key: object, value: object) -> None:
        self.__ringsnake__.guest.set_item(self, key, value)

    def __delitem__(self, key: object) -> None:
        self.__ringsnake__.guest.delete_item(self, key)

    def __len__(self) -> int:
        return self.__ringsnake__.guest.length(self)

    def __bool__(self) -> bool:
        """Every object is true, as in JavaScript, also an empty array."""
        return True

    def __contains__(self, item: object) -> bool:
        return self.__ringsnake__.guest.contains(self, item)

    def __iter__(self) -> Iterator[Any]:
        return self.__ringsnake__.guest.items(self)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self.__ringsnake__.guest.items_later(self)

    def __dir__(self) -> list[str]:
        return self.__ringsnake__.guest.names(self)

    def __str__(self) -> str:
        return self.__ringsnake__.guest.text(self)

    def __repr__(self) -> str:
        return self.__ringsnake__.guest.shown(self)

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__ringsnake__.guest.release(self)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "an object of JavaScript's cannot be pickled: js.value(proxy) is a copy of it"
        )


class JavaScriptFunction(JavaScriptObject):
    """A function: calls block. Keyword arguments arrive as an object behind the others."""

    __slots__ = ()

    def __call__(self, *args: object, **keywords: object) -> Any:
        return self.__ringsnake__.guest.call(self, args, keywords)


class JavaScriptMethod(JavaScriptFunction):
    """A function as a property of an object, which is `this` when it is called."""

    __slots__ = ("__function__", "__self__")

    def __init__(self, function: JavaScriptObject, receiver: JavaScriptObject) -> None:
        super().__init__(function.__ringsnake__)
        object.__setattr__(self, "__function__", function)
        object.__setattr__(self, "__self__", receiver)

    __function__: JavaScriptObject
    __self__: JavaScriptObject

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JavaScriptMethod):
            return NotImplemented
        return self.__function__ is other.__function__ and self.__self__ is other.__self__

    def __hash__(self) -> int:
        return hash((id(self.__function__), id(self.__self__)))


class JavaScriptPromise(JavaScriptObject):
    """To be awaited: `await promise`, or `js.wait(promise)`, which blocks."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, Any]:
        return self.__ringsnake__.guest.wait_for(self).__await__()


def is_special(name: str) -> bool:
    """Whether Python looks for it in classes of its own."""
    return name.startswith("__") and name.endswith("__")


def property_of(name: str) -> str:
    """What an attribute is called in JavaScript."""
    return name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name


def held_by(guest: ObjectGuest, value: object) -> int | None:
    """The number of the object; None: it is no proxy of this guest's, or was released."""
    if not isinstance(value, JavaScriptObject) or value.__ringsnake__.guest is not guest:
        return None
    return value.__ringsnake__.number or None
