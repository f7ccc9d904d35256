"""Items of an iterator of the other side's. Twin: lib/proxies/iteration.ts."""

from __future__ import annotations

from typing import Final, cast

from ringsnake._proxies.javascript import JavaScriptObject
from ringsnake._wire.constants_gen import ProxyOperand

_ITEMS: Final = int(ProxyOperand.ITEMS)
_MORE, _FAILED = 0, 2
"""The state of an iterator."""


def iterator_of(proxy: object) -> JavaScriptObject:
    """What the other side gave as one."""
    if isinstance(proxy, JavaScriptObject):
        return proxy
    raise TypeError("the other side gave no iterator")


def batch_of(answer: object) -> tuple[bool, list[object], object]:
    """Whether these are the last, the operands, and what is raised behind them, or None."""
    parts = cast("list[object]", answer) if type(answer) is list else []
    if len(parts) < 2 or parts[0] != _ITEMS:
        return True, [], answer  # pyright: ignore[reportUnknownVariableType] -- it is looked at by whoever raises it
    _, state, *operands = parts
    raised = operands.pop() if state == _FAILED and operands else None
    return state != _MORE, operands, raised
