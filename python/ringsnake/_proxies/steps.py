"""What each step of a program does with its subject. Normative: spec/wire/proxies.md §3. Twin: lib/proxies/steps.ts."""

from __future__ import annotations

import importlib
import operator
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from ringsnake._proxies.answer import Answer, by_value
from ringsnake._proxies.numpy_numbers import number_of_numpy
from ringsnake._proxies.refusal import malformed
from ringsnake._wire.constants_gen import ITERATED_ITEMS_MAX, ProxyOperand, ProxyStep

if TYPE_CHECKING:
    from types import TracebackType

    Raised = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

_ITEMS: Final = int(ProxyOperand.ITEMS)
_MORE, _ALL, _FAILED = 0, 1, 2
"""The state of an iterator."""

_NOTHING: Final[dict[object, object]] = {}
_KNOWN_ITERATORS: Final = frozenset(
    type(iterator)
    for iterator in cast(
        "Sequence[object]",
        (
            *(
                iter([]),
                iter(()),
                iter(set[object]()),
                iter(""),
                iter("ä"),
                iter(b""),
                iter(bytearray()),
            ),
            *(iter(range(0)), iter(range(2**70)), reversed([]), reversed(range(0))),
            *(iter(_NOTHING), iter(_NOTHING.values()), iter(_NOTHING.items())),
            *(reversed(_NOTHING), reversed(_NOTHING.values()), reversed(_NOTHING.items())),
        ),
    )
)
"""Of Python's own containers: nobody notices how far they were taken ahead."""


_OPERATORS: Final = frozenset(name for name in dir(operator) if not name.startswith("_"))


class Suspended:
    """What has to be awaited before the program goes on."""

    __slots__ = ("at", "awaitable")

    def __init__(self, awaitable: Awaitable[object]) -> None:
        self.awaitable = awaitable
        self.at = 0
        """The place of the next step."""


class StepHost(Protocol):
    """What steps ask of the host that runs them."""

    def operand(self, value: object, depth: int, /) -> object:
        """What an operand stands for."""
        ...

    def to_operand(self, value: object, /) -> object:
        """How the guest is told of a value."""
        ...

    def raised(self, error: BaseException, /) -> list[object]:
        """How it is told of what was raised."""
        ...

    def raised_by_guest(self, operand: object, /) -> BaseException:
        """What the guest says was raised there."""
        ...

    def namespace(self, operand: object, depth: int, /) -> dict[str, object]:
        """Where code runs."""
        ...


class Place(NamedTuple):
    """A step as it stands in its program."""

    host: StepHost
    items: Sequence[object]
    """Of the step."""
    number: int
    """Of its first item in the program."""
    depth: int

    def text(self, index: int = 0) -> str:
        item = self.items[index]
        if type(item) is not str:
            raise malformed("string", item, self.number + index)
        return item

    def operand(self, index: int = 0) -> object:
        return self.host.operand(self.items[index], self.depth)

    def operands(self, index: int = 0) -> list[object]:
        items = self.items[index]
        if type(items) is not list:
            raise malformed("an array of operands", items, self.number + index)
        return [self.host.operand(item, self.depth) for item in cast("list[object]", items)]


def keywords_of(place: Place, index: int) -> dict[str, object]:
    """The keyword arguments of a call."""
    items = place.items[index]
    if type(items) is not list or len(cast("list[object]", items)) % 2:
        given: object = place.items[index]
        raise malformed("an array of names and operands", given, place.number + index)
    listed = cast("list[object]", items)
    keywords: dict[str, object] = {}
    for name, operand in zip(listed[::2], listed[1::2], strict=True):
        if type(name) is not str:
            raise malformed("string", name, place.number + index)
        keywords[name] = place.host.operand(operand, place.depth)
    return keywords


def _set(subject: object, place: Place) -> None:
    setattr(subject, place.text(), place.operand(1))


def _delete(subject: object, place: Place) -> None:
    delattr(subject, place.text())


def _get_item(subject: object, place: Place) -> object:
    return operator.getitem(cast("Mapping[object, object]", subject), place.operand())


def _set_item(subject: object, place: Place) -> None:
    operator.setitem(cast("dict[object, object]", subject), place.operand(), place.operand(1))


def _delete_item(subject: object, place: Place) -> None:
    operator.delitem(cast("dict[object, object]", subject), place.operand())


def _operate(subject: object, place: Place) -> object:
    name = place.text()
    if name not in _OPERATORS:
        raise malformed("the name of a function of Python's module operator", name, place.number)
    function = cast("Callable[..., object]", getattr(operator, name))
    return function(subject, *place.operands(1))


def _construct(subject: object, place: Place) -> object:
    return cast("Callable[..., object]", subject)(*place.operands())


def _load(_: object, place: Place) -> object:
    return importlib.import_module(place.text())


def _evaluate(_: object, place: Place) -> object:
    from ringsnake._proxies.code import evaluated

    namespace = place.host.namespace(place.items[1], place.depth)
    return evaluated(place.text(), namespace)


def _execute(_: object, place: Place) -> object:
    from ringsnake._proxies.code import executed

    namespace = place.host.namespace(place.items[1], place.depth)
    return executed(place.text(), namespace, captures=place.items[2] is True)


def _iterate(subject: object, _: Place) -> object:
    if not hasattr(type(subject), "__iter__") and hasattr(type(subject), "__aiter__"):
        return aiter(cast("AsyncIterator[object]", subject))
    return iter(cast("Iterator[object]", subject))


def _next(subject: object, place: Place) -> object:
    count = place.items[0]
    if type(count) is not int or not 1 <= count <= ITERATED_ITEMS_MAX:
        raise malformed(f"a number from 1 to {ITERATED_ITEMS_MAX}", count, place.number)
    if not hasattr(type(subject), "__next__") and hasattr(type(subject), "__anext__"):
        return Suspended(_next_awaited(place.host, cast("AsyncIterator[object]", subject)))
    if type(subject) not in _KNOWN_ITERATORS:
        count = 1
    host, iterator = place.host, cast("Iterator[object]", subject)
    items: list[object] = [_ITEMS, _MORE]
    try:
        for _ in range(count):
            items.append(host.to_operand(next(iterator)))
    except StopIteration:
        items[1] = _ALL
    except Exception as error:
        items[1] = _FAILED
        items.append(host.raised(error))
    return Answer(items)


async def _next_awaited(host: StepHost, iterator: AsyncIterator[object]) -> Answer:
    try:
        return Answer([_ITEMS, _MORE, host.to_operand(await anext(iterator))])
    except StopAsyncIteration:
        return Answer([_ITEMS, _ALL])


def _close(subject: object, _: Place) -> object:
    asynchronous = getattr(subject, "aclose", None)
    if hasattr(type(subject), "__anext__") and callable(asynchronous):
        return Suspended(cast("Awaitable[object]", asynchronous()))
    close = getattr(subject, "close", None)
    if hasattr(type(subject), "__next__") and callable(close):
        close()
    return None


def _await(subject: object, _: Place) -> object:
    return Suspended(cast("Awaitable[object]", subject))


def _enter(subject: object, _: Place) -> object:
    manager = type(subject)
    if not hasattr(manager, "__enter__") and hasattr(manager, "__aenter__"):
        return Suspended(manager.__aenter__(subject))  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue, reportUnknownArgumentType] -- it was looked for
    _managed(subject, "__enter__", "__exit__")
    return manager.__enter__(subject)  # type: ignore[attr-defined]  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue, reportUnknownVariableType] -- as above


def _exit(subject: object, place: Place) -> object:
    manager = type(subject)
    raised: Raised = (None, None, None)
    if place.items[0] is not None:
        error = place.host.raised_by_guest(place.items[0])
        raised = (type(error), error, error.__traceback__)
    if not hasattr(manager, "__exit__") and hasattr(manager, "__aexit__"):
        return Suspended(_exit_awaited(subject, raised))
    _managed(subject, "__exit__")
    return bool(manager.__exit__(subject, *raised))  # type: ignore[attr-defined]  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue, reportUnknownArgumentType] -- as above


async def _exit_awaited(subject: object, raised: Raised) -> bool:
    leave = cast("Callable[..., Awaitable[object]]", type(subject).__aexit__)  # type: ignore[attr-defined]  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue] -- as above
    return bool(await leave(subject, *raised))


def _managed(subject: object, *names: str) -> None:
    if not all(hasattr(type(subject), name) for name in names):
        raise TypeError(
            f"'{type(subject).__name__}' object does not support the context manager protocol"
        )


def _instance(subject: object, place: Place) -> bool:
    return isinstance(subject, cast("type[object]", place.operand()))


def _names(subject: object, _: Place) -> Answer:
    return by_value(dir(subject))


def _text(subject: object, _: Place) -> str:
    return _plain(str(subject))


def _display(subject: object, _: Place) -> str:
    return _plain(repr(subject))


def _plain(text: str) -> str:
    """A subclass would go by reference."""
    return text if type(text) is str else str.__str__(text)


def _value(subject: object, _: Place) -> Answer:
    plain = number_of_numpy(subject)
    return by_value(subject if plain is None else plain)


class Step(NamedTuple):
    """What is known of one."""

    items: int
    """That follow its number."""
    run: Callable[[object, Place], object]


STEPS: Final[Mapping[int, Step]] = {
    int(step): Step(items, run)
    for step, items, run in (
        (ProxyStep.SET, 2, _set),
        (ProxyStep.DELETE, 1, _delete),
        (ProxyStep.GET_ITEM, 1, _get_item),
        (ProxyStep.SET_ITEM, 2, _set_item),
        (ProxyStep.DELETE_ITEM, 1, _delete_item),
        (ProxyStep.OPERATE, 2, _operate),
        (ProxyStep.CONSTRUCT, 1, _construct),
        (ProxyStep.LOAD, 1, _load),
        (ProxyStep.EVALUATE, 2, _evaluate),
        (ProxyStep.EXECUTE, 3, _execute),
        (ProxyStep.ITERATE, 0, _iterate),
        (ProxyStep.NEXT, 1, _next),
        (ProxyStep.CLOSE, 0, _close),
        (ProxyStep.AWAIT, 0, _await),
        (ProxyStep.ENTER, 0, _enter),
        (ProxyStep.EXIT, 1, _exit),
        (ProxyStep.INSTANCE, 1, _instance),
        (ProxyStep.NAMES, 0, _names),
        (ProxyStep.TEXT, 0, _text),
        (ProxyStep.DISPLAY, 0, _display),
        (ProxyStep.VALUE, 0, _value),
    )
}
"""All but *get* and *call*, which the host does itself."""
