"""JavaScript without an interface, blocking. Twin: lib/proxies/sync-python.ts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ringsnake._proxies.aio import AsyncJavaScript
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
from ringsnake._proxies.expression import chain_of
from ringsnake._proxies.javascript import JavaScriptObject
from ringsnake._wire.constants_gen import ProxyStep

if TYPE_CHECKING:
    from ringsnake._proxies.expression import JavaScriptExpression
    from ringsnake._proxies.guest import Guest


class JavaScript:
    """JavaScript without an interface: `fs = js.require("node:fs")`, then `fs.readFileSync(path, "utf8")`.

    Every use blocks until the answer is there; in asynchronous code `js.aio` does not. Plain values (undefined, which is `UNSET`, null, booleans,
    numbers, bigint, str) come by value, all else as proxies: `JavaScriptObject`. What is passed goes by value if it is a plain one, bytes, an array, a date,
    a list, tuple, dict or set; functions as functions, everything else by reference.
    """

    def __init__(self, current: Callable[[], Guest]) -> None:
        self._current = current

    @property
    def aio(self) -> AsyncJavaScript:
        """The same for asynchronous code: chains that run when they are awaited, in one round trip each."""
        return AsyncJavaScript(self._current)

    @property
    def globals(self) -> Any:
        """`globalThis`: `js.globals.console.log("hello")`."""
        return self._guest.globals

    def require(self, name: str) -> Any:
        """A module, as `require` finds it in the file of the program: its packages, files beside it, `node:fs`."""
        return self._run(Chain().then(ProxyStep.LOAD, name))

    def import_(self, name: str) -> Any:
        """The promise of a module, as `import()` gives it: `await js.import_("chalk")`, or `js.wait(js.import_("chalk"))`."""
        return self._run(imported(name))

    def eval(self, code: str, names: Mapping[str, object] | None = None) -> Any:
        """What a script gives. It runs in the global scope: what it declares with `var` or `function` is there afterwards.

        Args:
            code: an expression may await: it gives a promise then.
            names: with these, the code is an expression of them: `js.eval("a + b", {"a": 1, "b": x})`.
        """
        return self._run(evaluated(code, names))

    def new(self, constructor: object, /, *args: object, **keywords: object) -> Any:
        """A new object: `js.new(js.globals.Date, 0)`. Keyword arguments arrive as an object behind the others."""
        return self._run(constructed(constructor, args, keywords))

    def wait(self, promise: object, timeout: float | None = None) -> Any:
        """What a promise resolves to, blocking; any other value is itself.

        Raises:
            CallTimeoutError: it took longer than so many seconds.
        """
        return self._guest.run_sync(begun(promise).then(ProxyStep.AWAIT), timeout)

    def get(self, object: object, name: str) -> Any:
        """A property by its very name; UNSET if there is none."""
        return self._run(begun(object).then(ProxyStep.GET, name))

    def set(self, object: object, name: str, value: object) -> None:
        self._run(begun(object).then(ProxyStep.SET, name, value))

    def delete(self, object: object, name: str) -> None:
        self._run(begun(object).then(ProxyStep.DELETE, name))

    def has(self, object: object, key: object) -> bool:
        """Whether it has such a property, its own or its prototypes'; the key may be a symbol."""
        return cast("bool", self._run(has(object, key)))

    def typeof(self, value: object) -> str:
        """`typeof`: "object", "function", "undefined"…"""
        return cast("str", self._run(operated("typeof", value)))

    def instanceof(self, object: object, constructor: object) -> bool:
        return cast("bool", self._run(instance(object, constructor)))

    def op(self, name: str, subject: object, *others: object) -> Any:
        """An operator of JavaScript's, by its name in Python's module `operator`: `js.op("sub", date, earlier)`."""
        return self._run(operated(name, subject, *others))

    def bigint(self, number: int) -> JavaScriptExpression:
        """A bigint among arguments: a plain int that a double can hold is a number there."""
        return bigint_of(self._guest.lazy, number)

    def value(self, object: object) -> Any:
        """A copy by value, all the way down: arrays, objects, Map, Set, Date, typed arrays (as views of shared memory).

        Raises:
            EncodeError: what has no form in Python, with its place; a cycle.
        """
        return self._run(begun(object).then(ProxyStep.VALUE))

    def of(self, expression: object) -> Any:
        """What `js.aio` gave, or will give, for blocking code."""
        chain = chain_of(expression)
        if chain is None:
            return expression
        return self._run(chain) if chain.steps else chain.root

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

    def _run(self, chain: Chain) -> Any:
        return self._guest.run_sync(chain)
