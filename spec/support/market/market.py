"""Serves the market of market.ts as people would write it: clean under strict type checkers, and run by pythonic.spec.ts."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import assert_never

import ringsnake
from market_gen import (
    BasketClient,
    Card,
    Cash,
    MarketServer,
    Order,
    PaidLater,
    Payment,
    Size,
    SoldOut,
)
from ringsnake.generated import UNSET


def paid(payment: Payment) -> str:
    match payment:
        case Card(number=number):
            return f"card {number}"
        case Cash(coins=[only]):
            return f"one coin of {only}"
        case Cash(coins=coins):
            return f"{len(coins)} coins"
        case PaidLater(due_in_days=days):
            return f"in {days} days"
        case _:
            assert_never(payment)


def size_text(size: Size) -> str:
    match size:
        case Size.SMALL | Size.LARGE:
            return size.value
        case Size.EXTRA_LARGE:
            return "as large as it gets"
        case _:
            assert_never(size)


def note_text(order: Order) -> str:
    if order.note is UNSET:
        return "says nothing"
    return "has nothing to say" if order.note is None else order.note.upper()


class ABasket:
    def __init__(self) -> None:
        self.things: list[str] = []
        self.opened_at = datetime(2026, 1, 1, tzinfo=UTC)
        self.voucher: str | None = None

    @property
    def owner_name(self) -> str:
        return "Ada"

    def add(self, what: str, /) -> int:
        self.things.append(what)
        return len(self.things)


class AMarket:
    """Some methods answer at once, others later; none of it says so to its callers."""

    def buy(self, order: Order, tip: float | None = None, /) -> str:
        if order.id == 0:
            raise SoldOut("nothing is left", left=0)
        words = [paid(order.payment), size_text(order.size), note_text(order)]
        return ", ".join(words + ([] if tip is None else [f"tip {tip}"]))

    async def fill_up(self, basket: BasketClient, things: Sequence[str], /) -> int:
        count = 0
        async with basket:
            for thing in things:
                count = await basket.add(thing)
        try:
            await basket.add("one more")
        except ringsnake.ReleasedError:
            return count
        return -1

    def order(self, id: int, /) -> Order | None:
        if id < 0:
            return None
        first = Order(
            id=1,
            size=Size.SMALL,
            payment=Cash(kind="cash", coins=[1, 2]),
            currency="EUR",
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        return dataclasses.replace(first, id=id, note=repr(first))

    def open(self) -> ABasket:
        return ABasket()

    async def prices(self, count: int, /) -> AsyncIterator[float]:
        for price in range(count):
            yield price / 2


ringsnake.serve(MarketServer(AMarket()))
