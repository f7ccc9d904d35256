"""Uses objects of the other side. Normative: spec/wire/proxies.md. Twin: lib/proxies/guest.ts."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, cast
from weakref import ref

from ringsnake._errors import ReleasedError, RemoteError, RingsnakeError
from ringsnake._proxies.javascript import (
    JavaScriptFunction,
    JavaScriptObject,
    JavaScriptPromise,
    held_by,
)
from ringsnake._proxies.objects_gen import RingsnakeObjectsClient
from ringsnake._proxies.refusal import malformed
from ringsnake._session.remote_error import error_from_wire
from ringsnake._wire.constants_gen import ProxyKind, ProxyOperand, ProxyStep

_CALL = int(ProxyStep.CALL)
_AWAIT = int(ProxyStep.AWAIT)
_DISPLAY = int(ProxyStep.DISPLAY)
_RAISED = int(ProxyOperand.RAISED)

_CLASSES: Final[Mapping[object, type[JavaScriptObject]]] = {
    int(ProxyKind.OBJECT): JavaScriptObject,
    int(ProxyKind.FUNCTION): JavaScriptFunction,
    int(ProxyKind.AWAITABLE): JavaScriptPromise,
    int(ProxyKind.ERROR): JavaScriptObject,
}


class GuestHost(Protocol):
    """Of this side's own objects."""

    def operand(self, value: object, depth: int, /) -> object: ...

    def to_operand(self, value: object, /) -> object: ...


class _Arrived:
    """One object of the other side's, with the references that came."""

    __slots__ = ("count", "proxy")

    def __init__(self) -> None:
        self.count = 1
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
        proxy = made(self, number)
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

    def release(self, number: int) -> None:
        """The user has no use for it any more."""
        arrived = self._arrived.pop(number, None)
        if arrived is not None:
            self._give_back(number, arrived)

    def call(
        self, function: JavaScriptObject, args: Sequence[object], keywords: Mapping[str, object]
    ) -> object:
        """Calls it, blocking. A promise is waited for, but in a task: there it is given, to be awaited."""
        program = self._begun(function)
        to_operand = self._host.to_operand
        named: list[object] | None = None
        if keywords:
            named = []
            for name, value in keywords.items():
                named += (name, to_operand(value))
        program += (_CALL, [to_operand(argument) for argument in args], named)
        if not _in_task():
            program.append(_AWAIT)
        return self.run_sync(program)

    async def wait_for(self, promise: JavaScriptObject) -> object:
        """What a promise resolves to."""
        return self._taken(await self._client.run([*self._begun(promise), _AWAIT]))

    def shown(self, proxy: JavaScriptObject) -> str:
        """As JavaScript shows it."""
        return str(self.run_sync([*self._begun(proxy), _DISPLAY]))

    def run_sync(self, program: list[object]) -> object:
        """What a program of ours gives, blocking the thread."""
        return self._taken(self._client.sync.run(program))

    def error_of(self, wire: object, proxy: object) -> Exception:
        """What was raised on the other side."""
        error = error_from_wire(wire)
        if isinstance(error, RemoteError):
            error.exception = proxy
        return error

    def _begun(self, proxy: JavaScriptObject) -> list[object]:
        number = held_by(self, proxy)
        if number is None:
            raise ReleasedError("this object was released: it cannot be used any more")
        return [number]

    def _taken(self, operand: object) -> object:
        if type(operand) is list and operand and operand[0] == _RAISED:
            _, wire, exception = cast("list[object]", operand)
            known = self._host.operand(exception, 0)
            if isinstance(known, BaseException):
                raise known
            raise self.error_of(wire, known)
        return self._host.operand(operand, 0)  # pyright: ignore[reportUnknownArgumentType] -- it may be anything

    def _give_back(self, number: int, arrived: _Arrived) -> None:
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
        released: list[float] = []
        while self._released:
            released.extend(self._released.popleft())
        if released:
            self._loop.create_task(self._send(released))

    async def _send(self, released: list[float]) -> None:
        try:
            await self._client.release(released)
        except RingsnakeError:
            # With the session everything is forgotten.
            return


def _in_task() -> bool:
    """Whether the running code can await."""
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False
