"""Uses objects of the other side. Normative: spec/wire/proxies.md. Twin: lib/proxies/guest.ts."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, Protocol, cast
from weakref import ref

from ringsnake._errors import (
    EncodeError,
    ReleasedError,
    RemoteError,
    RingsnakeError,
    ValidationError,
)
from ringsnake._proxies.chain import Chain, Value
from ringsnake._proxies.chains import evaluated
from ringsnake._proxies.iteration import batch_of, iterator_of
from ringsnake._proxies.javascript import (
    Held,
    JavaScriptFunction,
    JavaScriptMethod,
    JavaScriptObject,
    JavaScriptPromise,
    held_by,
)
from ringsnake._proxies.lazy import LazyGuest
from ringsnake._proxies.lowering import Lender, Lowering
from ringsnake._proxies.objects_gen import RingsnakeObjectsClient
from ringsnake._proxies.refusal import Refusal, malformed
from ringsnake._session.remote_error import error_from_wire
from ringsnake._wire.constants_gen import ProxyKind, ProxyOperand, ProxyStep
from ringsnake._wire.unset import UNSET

_GET = int(ProxyStep.GET)
_GET_ITEM = int(ProxyStep.GET_ITEM)
_CALL = int(ProxyStep.CALL)
_APPLY = int(ProxyStep.APPLY)
_AWAIT = int(ProxyStep.AWAIT)
_NEXT = int(ProxyStep.NEXT)
_CLOSE = int(ProxyStep.CLOSE)
_VALUE = int(ProxyOperand.VALUE)
_REFERENCE = int(ProxyOperand.REFERENCE)
_OBJECT = int(ProxyOperand.OBJECT)
_RAISED = int(ProxyOperand.RAISED)

_CLASSES: Final[Mapping[object, type[JavaScriptObject]]] = {
    int(ProxyKind.OBJECT): JavaScriptObject,
    int(ProxyKind.FUNCTION): JavaScriptFunction,
    int(ProxyKind.AWAITABLE): JavaScriptPromise,
    int(ProxyKind.ERROR): JavaScriptObject,
    int(ProxyKind.CALLBACK): JavaScriptFunction,
}

_PLAIN: Final = frozenset({type(None), bool, int, float, str})
"""Operands that stand for themselves."""

_RELEASED_MAX: Final = 2048
"""References that wait to be given back together."""

_BATCH: Final = 256
"""Items that are asked for together."""


class GuestHost(Protocol):
    """Of this side's own objects."""

    @property
    def lent(self) -> LentReferences: ...

    def operand(self, value: object, depth: int, /) -> object: ...

    def to_operand(self, value: object, /) -> object: ...


class LentReferences(Lender, Protocol):
    """What the other side refers to."""

    def release(self, references: Sequence[object], /) -> None: ...


class _Arrived:
    """One object of the other side's, with the references that came."""

    __slots__ = ("count", "is_given_back", "proxy")

    def __init__(self) -> None:
        self.count = 1
        self.is_given_back = False
        """By whoever comes first: its user, the garbage collector, or a newer proxy for the same object."""
        self.proxy: ref[JavaScriptObject] | None = None


class Guest:
    """Threads: any; what the garbage collector finds may come from any, too."""

    def __init__(
        self, client: RingsnakeObjectsClient, host: GuestHost, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._client = client
        self._host = host
        self._loop = loop
        self._thread = threading.get_ident()
        self._arrived: dict[int, _Arrived] = {}
        self._released: deque[tuple[int, int]] = deque()
        """To be given back: number, count. Adding is atomic."""
        self._is_scheduled = False
        self._globals: JavaScriptObject | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self.lazy: Final = LazyGuest(self)
        """For asynchronous code."""

    def arrive(self, number: object, kind: object) -> JavaScriptObject:
        """The one live proxy for a reference that came."""
        made = _CLASSES.get(kind) if type(kind) is int else None
        if type(number) is not int or made is None:
            raise malformed("the number of an object, and its kind", [number, kind])
        known = self._arrived.get(number)
        proxy = None if known is None or known.proxy is None else known.proxy()
        if known is not None and proxy is not None:
            known.count += 1
            return proxy
        proxy = made(Held(self, number, is_callback=kind == ProxyKind.CALLBACK))
        arrived = _Arrived()

        def on_collected(_: object) -> None:
            if self._arrived.get(number) is arrived:
                self._arrived.pop(number, None)
            self._give_back(number, arrived)

        arrived.proxy = ref(proxy, on_collected)
        self._arrived[number] = arrived
        if known is not None:
            self._give_back(number, known)
        return proxy

    def number_of(self, value: object) -> int | None:
        """Of an object of the other side's that goes home; None: it is none."""
        return held_by(self, value)

    def release(self, proxy: JavaScriptObject) -> None:
        """The user has no use for it any more."""
        held = proxy.__ringsnake__
        number, held.number = held.number, 0
        arrived = self._arrived.pop(number, None)
        if arrived is not None:
            self._give_back(number, arrived)

    def get(self, proxy: JavaScriptObject, name: str) -> object:
        """A property, which has to be there."""
        value = self._run_at_once([self._number(proxy), _GET, name])
        if value is UNSET and not self.operate("has", proxy, name):
            raise AttributeError(f"this object of JavaScript's has no property {name!r}")
        return _bound(value, proxy)

    @property
    def globals(self) -> JavaScriptObject:
        """`globalThis`, asked for once."""
        known = self._globals
        if known is None or known.__ringsnake__.number == 0:
            known = self._globals = cast("JavaScriptObject", self.run_sync(evaluated("globalThis")))
        return known

    def set(self, proxy: JavaScriptObject, name: str, value: object) -> None:
        self.run_sync(Chain(proxy).then(ProxyStep.SET, name, value))

    def delete(self, proxy: JavaScriptObject, name: str) -> None:
        if not self.operate("has", proxy, name):
            raise AttributeError(f"this object of JavaScript's has no property {name!r}")
        self.run_sync(Chain(proxy).then(ProxyStep.DELETE, name))

    def get_item(self, proxy: JavaScriptObject, key: object) -> object:
        """An item, which has to be there."""
        value = (
            self._run_at_once([self._number(proxy), _GET_ITEM, key])
            if type(key) in _PLAIN
            else self.run_sync(Chain(proxy).then(ProxyStep.GET_ITEM, key))
        )
        if value is UNSET and not isinstance(key, slice):
            self._must_have(proxy, key)
        return _bound(value, proxy)

    def set_item(self, proxy: JavaScriptObject, key: object, value: object) -> None:
        self.run_sync(Chain(proxy).then(ProxyStep.SET_ITEM, key, value))

    def delete_item(self, proxy: JavaScriptObject, key: object) -> None:
        self._must_have(proxy, key)
        self.run_sync(Chain(proxy).then(ProxyStep.DELETE_ITEM, key))

    def length(self, proxy: JavaScriptObject) -> int:
        length = self.operate("len", proxy)
        if type(length) is not int:
            raise TypeError("this object of JavaScript's has no len()")
        return length

    def contains(self, proxy: JavaScriptObject, item: object) -> bool:
        return self.operate("contains", proxy, item) is True

    def names(self, proxy: JavaScriptObject) -> list[str]:
        return cast("list[str]", self.run_sync(Chain(proxy).then(ProxyStep.NAMES)))

    def text(self, proxy: JavaScriptObject) -> str:
        return str(self.run_sync(Chain(proxy).then(ProxyStep.TEXT)))

    def shown(self, proxy: JavaScriptObject) -> str:
        """As JavaScript shows it."""
        if proxy.__ringsnake__.number == 0:
            return "<object of JavaScript, released>"
        return str(self.run_sync(Chain(proxy).then(ProxyStep.DISPLAY)))

    def operate(self, name: str, subject: object, *others: object) -> object:
        """An operator."""
        root = subject if isinstance(subject, JavaScriptObject) else Value(subject)
        return self.run_sync(Chain(root).then(ProxyStep.OPERATE, name, others))

    def call(
        self, function: JavaScriptObject, args: Sequence[object], keywords: Mapping[str, object]
    ) -> object:
        """Calls it, blocking."""
        if function.__ringsnake__.is_callback:
            return self._call_back(function, args, keywords)
        is_method = isinstance(function, JavaScriptMethod)
        if not keywords and _PLAIN.issuperset(map(type, args)):
            number = self._number(function)
            if is_method:
                receiver = [_REFERENCE, self._number(function.__self__)]
                return self._run_at_once([number, _APPLY, receiver, [*args], None])
            return self._run_at_once([number, _CALL, [*args], None])
        chain = Chain(function)
        if is_method:
            return self.run_sync(chain.then(ProxyStep.APPLY, function.__self__, args, keywords))
        return self.run_sync(chain.then(ProxyStep.CALL, args, keywords))

    def items(self, proxy: JavaScriptObject) -> Iterator[object]:
        """Of anything that JavaScript can iterate, blocking."""
        iterator = iterator_of(self.run_sync(Chain(proxy).then(ProxyStep.ITERATE)))
        return self._items(iterator)

    def _items(self, iterator: JavaScriptObject) -> Iterator[object]:
        is_over = False
        number = iterator.__ringsnake__.number
        try:
            while not is_over:
                answer = self._client.sync.run([number, _NEXT, _BATCH])
                is_over, operands, raised = batch_of(answer)
                # All of it is looked at, so that what nobody takes is given back.
                yield from [self._decoded(operand) for operand in operands]
                if raised is not None:
                    self._taken(raised)
        except GeneratorExit:
            raise
        except BaseException:
            self._close_later(iterator, is_over=is_over)
            is_over = True
            raise
        finally:
            if not is_over:
                self._taken(self._client.sync.run([number, _CLOSE]))
            self.release(iterator)

    async def items_later(self, proxy: JavaScriptObject) -> AsyncIterator[object]:
        """The same, awaited."""
        async for item in self.items_of(Chain(proxy)):
            yield item

    async def items_of(self, chain: Chain) -> AsyncIterator[object]:
        """Of what a chain gives."""
        iterator = iterator_of(await self.run(chain.then(ProxyStep.ITERATE)))
        is_over = False
        number = iterator.__ringsnake__.number
        try:
            while not is_over:
                answer = await self._client.run([number, _NEXT, _BATCH])
                is_over, operands, raised = batch_of(answer)
                for item in [self._decoded(operand) for operand in operands]:
                    yield item
                if raised is not None:
                    self._taken(raised)
        except GeneratorExit:
            raise
        except BaseException:
            self._close_later(iterator, is_over=is_over)
            is_over = True
            raise
        finally:
            if not is_over:
                self._taken(await self._client.run([number, _CLOSE]))
            self.release(iterator)

    def _close_later(self, iterator: JavaScriptObject, *, is_over: bool) -> None:
        """An iterator that failed, or was left by a cancelled task: its end may be long in coming, since JavaScript's asynchronous ones cannot be stopped."""
        number = iterator.__ringsnake__.number
        if is_over or number == 0:
            return
        # Before it is given back, which waits for a turn of the loop, too.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._begin_close, number)

    def _begin_close(self, number: int) -> None:
        closing = self._loop.create_task(self._closed(number))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _closed(self, number: int) -> None:
        # With the session everything is forgotten.
        with suppress(RingsnakeError):
            self.give_back_all(await self._client.run([number, _CLOSE]))

    async def wait_for(self, promise: JavaScriptObject) -> object:
        """What a promise resolves to."""
        return await self.run(Chain(promise).then(ProxyStep.AWAIT))

    def _run_at_once(self, program: list[object]) -> object:
        """What a program of plain operands gives, which is most of them."""
        if len(self._released) >= _RELEASED_MAX:
            self._client.sync.release(self._take_released())
        operand = self._client.sync.run(program)
        return operand if type(operand) in _PLAIN else self._taken(operand)

    def _number(self, proxy: JavaScriptObject) -> int:
        number = proxy.__ringsnake__.number
        if number == 0:
            raise ReleasedError("this object was released: it cannot be used any more")
        return number

    def run_sync(self, chain: Chain, timeout: float | None = None) -> object:
        """What a chain gives, blocking the thread."""
        if len(self._released) >= _RELEASED_MAX:
            # Who never gets to the loop shall not keep everything.
            self._client.sync.release(self._take_released())
        lowering = Lowering(self, self._host.lent)
        client = self._client if timeout is None else self._client.with_options(timeout=timeout)
        try:
            operand = client.sync.run(lowering.program(chain))
        except (EncodeError, ValidationError, ReleasedError) as error:
            self._unsent(error, lowering)
            raise
        return self._taken(operand)

    async def run(self, chain: Chain) -> object:
        """The same, awaited."""
        lowering = Lowering(self, self._host.lent)
        try:
            operand = await self._client.run(lowering.program(chain))
        except (EncodeError, ValidationError, ReleasedError) as error:
            self._unsent(error, lowering)
            raise
        return self._taken(operand)

    def error_of(self, wire: object, proxy: object) -> Exception:
        """What was raised on the other side."""
        error = error_from_wire(wire)
        if isinstance(error, RemoteError):
            error.exception = proxy
        return error

    def _must_have(self, proxy: JavaScriptObject, key: object) -> None:
        if not self.operate("has_item", proxy, key):
            raise (IndexError if type(key) is int else KeyError)(key)

    def _call_back(
        self, function: JavaScriptObject, args: Sequence[object], keywords: Mapping[str, object]
    ) -> object:
        """What it is given are objects of ours. A promise is waited for, but in a task: there it is given, to be awaited."""
        number = self._number(function)
        to_operand = self._host.to_operand
        named: list[object] | None = None
        if keywords:
            named = []
            for name, value in keywords.items():
                named += (name, to_operand(value))
        program = [number, _CALL, [to_operand(argument) for argument in args], named]
        if not _in_task():
            program.append(_AWAIT)
        return self._taken(self._client.sync.run(program))

    def _unsent(self, error: Exception, lowering: Lowering) -> None:
        """What could not be encoded was not sent, and refers to nothing."""
        path = getattr(error, "path", "")
        if not path.startswith("run()"):
            self._host.lent.release(lowering.lent)

    def _taken(self, operand: object) -> object:
        if type(operand) is list and operand and operand[0] == _RAISED:
            parts: list[object] = [*cast("list[object]", operand), None, None]
            wire, exception = parts[1], parts[2]
            is_operand = isinstance(exception, list)
            known = self._decoded(parts[2]) if is_operand else None
            if isinstance(known, BaseException):
                raise known
            raise self.error_of(wire, known)
        return self._decoded(operand)  # pyright: ignore[reportUnknownArgumentType] -- it may be anything

    def _decoded(self, operand: object) -> object:
        """What an operand of an answer stands for. What is none is an error like any other here, where no program runs that could be refused."""
        try:
            return self._host.operand(operand, 0)
        except Refusal as refusal:
            raise refusal.error from None

    def give_back_all(self, operand: object) -> None:
        """The references in what nobody will look at."""
        if type(operand) is not list or not operand or operand[0] == _VALUE:
            return
        tag, *parts = cast("list[object]", operand)
        if tag != _OBJECT:
            for part in parts:
                self.give_back_all(part)
        elif parts and type(parts[0]) is int:
            self._give_back(parts[0], _Arrived())

    def _give_back(self, number: int, arrived: _Arrived) -> None:
        if arrived.is_given_back:
            return
        arrived.is_given_back = True
        self._released.append((number, arrived.count))
        if self._is_scheduled:
            return
        self._is_scheduled = True
        try:
            if threading.get_ident() == self._thread:
                self._loop.call_soon(self._flush)
            else:
                self._loop.call_soon_threadsafe(self._flush)
        except RuntimeError:
            # The loop is closed: there is nobody to give anything back to.
            self._released.clear()

    def _flush(self) -> None:
        self._is_scheduled = False
        released = self._take_released()
        if released:
            self._loop.create_task(self._send(released))

    def _take_released(self) -> list[float]:
        released: list[float] = []
        while self._released:
            released.extend(self._released.popleft())
        return released

    async def _send(self, released: list[float]) -> None:
        try:
            await self._client.release(released)
        except RingsnakeError:
            # With the session everything is forgotten.
            return


def _bound(value: object, receiver: JavaScriptObject) -> object:
    """A function as a method of where it was found."""
    if isinstance(value, JavaScriptFunction):
        return JavaScriptMethod(value, receiver)
    return value


def _in_task() -> bool:
    """Whether the running code can await."""
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False
