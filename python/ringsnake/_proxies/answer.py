"""What a step gives that is an operand already. Twin: lib/proxies/answer.ts."""

from __future__ import annotations

from typing import Final

from ringsnake._wire.constants_gen import ProxyOperand

_VALUE: Final = int(ProxyOperand.VALUE)


class Answer:
    """Only the last step of a program may give one."""

    __slots__ = ("operand",)

    def __init__(self, operand: list[object]) -> None:
        self.operand = operand


def by_value(value: object) -> Answer:
    """A copy of it."""
    return Answer([_VALUE, value])
