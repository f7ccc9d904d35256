"""Runs chains for asynchronous code, which gets expressions where blocking code gets proxies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from ringsnake._proxies.chain import Chain
from ringsnake._proxies.expression import JavaScriptExpression
from ringsnake._proxies.javascript import JavaScriptObject
from ringsnake._wire.constants_gen import ProxyStep

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest

_COPYING: Final = frozenset({int(ProxyStep.VALUE), int(ProxyStep.NAMES)})
"""Steps that give no object, behind which nothing may stand."""


class LazyGuest:
    """Threads: the event loop's."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest

    async def run(self, chain: Chain) -> object:
        copies = bool(chain.steps) and chain.steps[-1][0] in _COPYING
        return self._given(await self._guest.run(chain if copies else chain.then(ProxyStep.AWAIT)))

    async def items(self, chain: Chain) -> AsyncIterator[object]:
        async for item in self._guest.items_of(chain):
            yield self._given(item)

    def release(self, proxy: JavaScriptObject) -> None:
        self._guest.release(proxy)

    def _given(self, value: object) -> object:
        return (
            JavaScriptExpression(self, Chain(value))
            if isinstance(value, JavaScriptObject)
            else value
        )
