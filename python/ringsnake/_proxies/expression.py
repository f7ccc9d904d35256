"""Chains that are run when they are awaited. Twin: lib/proxies/expression.ts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self

from ringsnake._proxies.chain import Chain, Value
from ringsnake._proxies.javascript import JavaScriptObject, is_special, property_of
from ringsnake._wire.constants_gen import ProxyStep


class ChainRunner(Protocol):
    """Runs chains in the event loop."""

    async def run(self, chain: Chain, /) -> object:
        """What it gives, awaited if it is a promise."""
        ...

    def items(self, chain: Chain, /) -> AsyncIterator[object]: ...

    def release(self, proxy: JavaScriptObject, /) -> None: ...


class State:
    """Of one expression."""

    __slots__ = ("chain", "outcome", "runner")

    def __init__(self, runner: ChainRunner, chain: Chain) -> None:
        self.runner = runner
        self.chain = chain
        self.outcome: asyncio.Future[object] | None = None
        """Of whoever awaited it first."""

    async def result(self) -> object:
        """Runs it, once."""
        if self.outcome is not None:
            return await asyncio.shield(self.outcome)
        self.outcome = asyncio.get_running_loop().create_future()
        try:
            result = await self.runner.run(self.chain)
        except asyncio.CancelledError:
            self.outcome.cancel()
            self.outcome = None
            raise
        except BaseException as error:
            self.outcome.set_exception(error)
            # Whoever awaits it first has it in any case.
            self.outcome.exception()
            raise
        self.outcome.set_result(result)
        return result


class JavaScriptExpression:
    """An object of JavaScript's in asynchronous code, or a chain of steps that will give one.

    Attributes, items (`x[0]`) and calls make longer chains; `await` runs one in a single round trip, and gives a plain value or another of
    these. What a promise resolves to is awaited, too.
    """

    __slots__ = ("__ringsnake__",)

    __ringsnake__: State

    def __init__(self, runner: ChainRunner, chain: Chain) -> None:
        object.__setattr__(self, "__ringsnake__", State(runner, chain))

    def __getattr__(self, name: str) -> Any:
        if is_special(name):
            raise AttributeError(f"{name} is a name of Python's: js.aio.get(proxy, {name!r})")
        return followed(self, ProxyStep.GET, property_of(name))

    def __getitem__(self, key: object) -> Any:
        return followed(self, ProxyStep.GET_ITEM, key)

    def __call__(self, *args: object, **keywords: object) -> Any:
        return followed(self, ProxyStep.CALL, args, keywords)

    def __await__(self) -> Generator[Any, None, Any]:
        state = self.__ringsnake__
        if not state.chain.steps:
            return _itself(self).__await__()
        return state.result().__await__()

    def __aiter__(self) -> AsyncIterator[Any]:
        state = self.__ringsnake__
        return state.runner.items(state.chain)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError(
            f"an assignment cannot be awaited: `await js.aio.set(object, {name!r}, value)`, or use js"
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(
            f"a deletion cannot be awaited: `await js.aio.delete(object, {name!r})`, or use js"
        )

    def __iter__(self) -> NoReturn:
        raise TypeError("the items have to be awaited: `async for item in object`, or use js")

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError("`in` cannot be awaited: `await js.aio.contains(object, item)`, or use js")

    def __repr__(self) -> str:
        chain = self.__ringsnake__.chain
        return (
            "<expression of JavaScript, not awaited>" if chain.steps else "<object of JavaScript>"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Gives the object back."""
        state = self.__ringsnake__
        if isinstance(state.chain.root, JavaScriptObject) and not state.chain.steps:
            state.runner.release(state.chain.root)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "an object of JavaScript's cannot be pickled: js.value(proxy) is a copy of it"
        )


def followed(
    expression: JavaScriptExpression, step: ProxyStep, *items: object
) -> JavaScriptExpression:
    """This, then one step."""
    return JavaScriptExpression(
        expression.__ringsnake__.runner, _chain(expression).then(step, *items)
    )


def chain_of(value: object) -> Chain | None:
    """None: it is no expression."""
    return _chain(value) if isinstance(value, JavaScriptExpression) else None


def _chain(expression: JavaScriptExpression) -> Chain:
    """Of one that has run: what it gave."""
    state = expression.__ringsnake__
    outcome = state.outcome
    if (
        outcome is None
        or not outcome.done()
        or outcome.cancelled()
        or outcome.exception() is not None
    ):
        return state.chain
    result = outcome.result()
    return _chain(result) if isinstance(result, JavaScriptExpression) else Chain(Value(result))


async def _itself(expression: JavaScriptExpression) -> JavaScriptExpression:
    return expression
