"""JavaScript without an interface, for asynchronous code. Twin: lib/proxies/python.ts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ringsnake._proxies.chain import Chain
from ringsnake._proxies.chains import (
    begun,
    bigint_of,
    constructed,
    evaluated,
    has,
    imported,
    instance,
    operated,
)
from ringsnake._proxies.expression import JavaScriptExpression, chain_of
from ringsnake._proxies.javascript import JavaScriptObject
from ringsnake._wire.constants_gen import ProxyStep

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest


Text = str
"""Within the class `str` is a method."""


class AsyncJavaScript:
    """As `js`, but nothing runs before it is awaited: `await js.aio.require("node:path").join("a", "b").length` is one round trip.

    What is awaited is what `await` would give in JavaScript: of a promise what it resolves to.
    """

    def __init__(self, current: Callable[[], Guest]) -> None:
        self._current = current

    @property
    def globals(self) -> JavaScriptExpression:
        """`globalThis`."""
        return self._lazy(evaluated("globalThis"))

    def require(self, name: Text) -> JavaScriptExpression:
        """See `JavaScript.require`."""
        return self._lazy(Chain().then(ProxyStep.LOAD, name))

    def import_(self, name: Text) -> JavaScriptExpression:
        """See `JavaScript.import_`."""
        return self._lazy(imported(name))

    def eval(self, code: Text, names: Mapping[Text, object] | None = None) -> JavaScriptExpression:
        """See `JavaScript.eval`."""
        return self._lazy(evaluated(code, names))

    def new(
        self, constructor: object, /, *args: object, **keywords: object
    ) -> JavaScriptExpression:
        """See `JavaScript.new`."""
        return self._lazy(constructed(constructor, args, keywords))

    def get(self, object: object, name: Text) -> JavaScriptExpression:
        """A property by its very name."""
        return self._lazy(begun(object).then(ProxyStep.GET, name))

    async def set(self, object: object, name: Text, value: object) -> None:
        await self._run(begun(object).then(ProxyStep.SET, name, value))

    async def set_item(self, object: object, key: object, value: object) -> None:
        await self._run(begun(object).then(ProxyStep.SET_ITEM, key, value))

    async def delete(self, object: object, name: Text) -> None:
        await self._run(begun(object).then(ProxyStep.DELETE, name))

    async def delete_item(self, object: object, key: object) -> None:
        await self._run(begun(object).then(ProxyStep.DELETE_ITEM, key))

    async def has(self, object: object, key: object) -> bool:
        """See `JavaScript.has`."""
        return cast("bool", await self._run(has(object, key)))

    async def contains(self, object: object, item: object) -> bool:
        """As `in` does for the proxies of `js`."""
        return cast("bool", await self._run(operated("contains", object, item)))

    async def len(self, object: object) -> int:
        """As `len()` does for the proxies of `js`."""
        length = await self._run(operated("len", object))
        if type(length) is not int:
            raise TypeError("this object of JavaScript's has no len()")
        return length

    async def typeof(self, value: object) -> Text:
        """See `JavaScript.typeof`."""
        return cast("Text", await self._run(operated("typeof", value)))

    async def instanceof(self, object: object, constructor: object) -> bool:
        return cast("bool", await self._run(instance(object, constructor)))

    def op(self, name: Text, subject: object, *others: object) -> JavaScriptExpression:
        """See `JavaScript.op`."""
        return self._lazy(operated(name, subject, *others))

    def bigint(self, number: int) -> JavaScriptExpression:
        """See `JavaScript.bigint`."""
        return bigint_of(self._guest.lazy, number)

    async def value(self, object: object) -> Any:
        """See `JavaScript.value`. Of a promise it is the value of what that resolves to."""
        return await self._run(begun(object).then(ProxyStep.AWAIT).then(ProxyStep.VALUE))

    async def str(self, object: object) -> Text:
        return cast("Text", await self._run(begun(object).then(ProxyStep.TEXT)))

    async def repr(self, object: object) -> Text:
        """As JavaScript shows it."""
        return cast("Text", await self._run(begun(object).then(ProxyStep.DISPLAY)))

    async def dir(self, object: object) -> list[Text]:
        """The names of its properties."""
        return cast("list[Text]", await self._run(begun(object).then(ProxyStep.NAMES)))

    def iterate(self, object: object) -> AsyncIterator[Any]:
        """Items, one after the other: as `async for item in object`."""
        return self._guest.lazy.items(begun(object))

    def of(self, proxy: object) -> JavaScriptExpression:
        """What `js` gave, for asynchronous code."""
        return self._lazy(begun(proxy))

    def release(self, *proxies: object) -> None:
        """Gives objects back before the garbage collector does."""
        for proxy in proxies:
            chain = chain_of(proxy)
            held = proxy if chain is None else chain.root
            if isinstance(held, JavaScriptObject):
                held.__ringsnake__.guest.release(held)

    @property
    def _guest(self) -> Guest:
        return self._current()

    def _lazy(self, chain: Chain) -> JavaScriptExpression:
        return JavaScriptExpression(self._guest.lazy, chain)

    async def _run(self, chain: Chain) -> object:
        return await self._guest.lazy.run(chain)
