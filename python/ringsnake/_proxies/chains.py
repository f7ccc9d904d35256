"""Chains for what can be done with JavaScript's objects, whatever then becomes of them. Twin: lib/proxies/expressions.ts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ringsnake._proxies.chain import Chain, Value
from ringsnake._proxies.expression import JavaScriptExpression, chain_of
from ringsnake._proxies.javascript import JavaScriptObject
from ringsnake._wire.constants_gen import ProxyStep

if TYPE_CHECKING:
    from ringsnake._proxies.expression import ChainRunner


def begun(subject: object) -> Chain:
    """With an object, an expression or a value."""
    if isinstance(subject, JavaScriptObject):
        return Chain(subject)
    return chain_of(subject) or Chain(Value(subject))


def imported(name: str) -> Chain:
    return operated("import", name)


def evaluated(code: str, names: Mapping[str, object] | None = None) -> Chain:
    return Chain().then(ProxyStep.EVALUATE, code, None if names is None else dict(names))


def constructed(
    constructor: object, args: Sequence[object], keywords: Mapping[str, object]
) -> Chain:
    every = (*args, dict(keywords)) if keywords else args
    return begun(constructor).then(ProxyStep.CONSTRUCT, every)


def operated(name: str, subject: object, *others: object) -> Chain:
    return begun(subject).then(ProxyStep.OPERATE, name, others)


def has(subject: object, key: object) -> Chain:
    return operated("has", subject, key)


def instance(subject: object, constructor: object) -> Chain:
    return begun(subject).then(ProxyStep.INSTANCE, constructor)


def bigint_of(runner: ChainRunner, number: int) -> JavaScriptExpression:
    """It is made where it is used: as an answer it would be an int again."""
    return JavaScriptExpression(runner, operated("bigint", str(int(number))))
