"""The bank of the specs, and what a Python program does with the other side's."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from functools import partial
from operator import add
from typing import Any, cast

import ringsnake
from bank_gen import (
    Account,
    AccountClient,
    BankClient,
    BankServer,
    Form,
    TasksServer,
    account_definition,
)
from ringsnake._session.call_options import DEFAULT_OPTIONS
from ringsnake._session.call_target import CallTarget
from ringsnake._wire.constants_gen import FrameKind
from ringsnake._worker import host


class Purse:
    def __init__(self, name: str) -> None:
        self._name = name
        self._balance = 0.0

    def name(self) -> str:
        return self._name

    async def balance(self) -> float:
        return self._balance

    async def deposit(self, amount: float) -> float:
        self._balance += amount
        return self._balance

    def same(self) -> Account:
        return self

    def refuse(self) -> None:
        raise ValueError(f"{self._name} refuses")


class Bank:
    def __init__(self) -> None:
        self._kept: Callable[[str], Awaitable[str]] | None = None
        self._account: AccountClient | None = None

    def open(self, name: str) -> Account:
        return Purse(name)

    async def open_later(self, name: str) -> Account:
        await asyncio.sleep(0.01)
        return Purse(name)

    async def open_nothing(self) -> Account:
        await asyncio.sleep(0.01)
        raise ValueError("there is no such account")

    def find(self, name: str) -> Account | None:
        return Purse(name) if name else None

    def open_many(self, count: int) -> list[Account]:
        return [Purse(str(index)) for index in range(count)]

    async def open_all(self, count: int) -> AsyncIterator[Account]:
        for index in range(count):
            yield Purse(str(index))

    async def total_of(self, accounts: AsyncIterator[AccountClient]) -> float:
        return sum([await account.balance() async for account in accounts])

    def adders(self, count: int) -> list[Callable[[float], float]]:
        return [partial(add, index) for index in range(count)]

    def echo(self, account: AccountClient) -> Account:
        return account

    def echo_function(
        self, f: Callable[[float], Awaitable[float]]
    ) -> Callable[[float], Awaitable[float]]:
        return f

    async def visit(self, account: AccountClient) -> float:
        await account.deposit(1)
        return await account.balance()

    async def total(self, accounts: list[AccountClient]) -> float:
        return sum([await account.balance() for account in accounts])

    async def file(self, form: Form) -> Form:
        account = cast(AccountClient, form.account)
        if await form.approve(10):
            await account.deposit(10)
        if form.on_done is not None:
            form.on_done(f"{form.purpose} of {await account.name()}")
        return form

    async def sum(self, n: int, f: Callable[[float], Awaitable[float]]) -> float:
        return sum([await f(index) for index in range(n)])

    def sum_sync(self, n: int, f: Callable[[float], Awaitable[float]]) -> float:
        call = cast("ringsnake.generated.RemoteFunction", f)
        return sum(cast(float, call.sync(index)) for index in range(n))

    def notify(self, n: int, f: Callable[[int], Awaitable[None]]) -> None:
        for index in range(n):
            f(index)

    def adder(self, a: float) -> Callable[[float], float]:
        return lambda b: a + b

    def keep(self, f: Callable[[str], Awaitable[str]]) -> None:
        self._kept = f

    def keep_account(self, account: AccountClient) -> None:
        self._account = account

    async def use_kept(self, text: str) -> str:
        assert self._kept is not None
        return await self._kept(text)

    async def use_kept_account(self) -> float:
        assert self._account is not None
        return await self._account.balance()

    def forget(self) -> None:
        self._kept = None
        self._account = None

    def release_kept(self) -> bool:
        kept = self._kept or self._account
        return ringsnake.release(kept)

    async def descend(self, depth: int, next: Callable[[int], Awaitable[int]]) -> int:
        return 0 if depth == 0 else 1 + await next(depth - 1)

    async def optional(
        self, f: Callable[[str], Awaitable[str]] | ringsnake.generated.UnsetType | None
    ) -> str:
        if f is ringsnake.UNSET:
            return "absent"
        if f is None:
            return "null"
        return await cast("Callable[[str], Awaitable[str]]", f)("called")

    async def handles(self) -> str:
        gc.collect()
        await asyncio.sleep(0)
        exported, imported = ringsnake.statistics().handles
        return json.dumps({"exported": exported, "imported": imported}, sort_keys=True)


class Tasks:
    """Each is a test's half that runs in Python."""

    async def run(self, task: str) -> str:
        other = ringsnake.client(BankClient)
        work = cast("Coroutine[object, object, object]", getattr(self, task)(other))
        return json.dumps(await work)

    async def calls(self, bank: BankClient) -> object:
        account = await bank.open("Ada")
        await account.deposit(5)
        names = [await one.name() for one in await bank.open_many(3)]
        found = [
            await bank.find(""),
            await (await cast("Awaitable[AccountClient]", bank.find("Bob"))).name(),
        ]
        return [await account.name(), await account.balance(), names, found]

    async def identity(self, bank: BankClient) -> object:
        mine, theirs = Purse("mine"), await bank.open("theirs")
        again = await bank.echo(theirs)
        return [
            await bank.echo(mine) is mine,
            again is theirs,
            await theirs.same() is theirs,
            await bank.visit(mine),
            await bank.visit(theirs),
        ]

    async def pipelining(self, bank: BankClient) -> object:
        first = await bank.open("Ada").deposit(2)
        chain = await bank.open_later("Bob").same().same().name()
        coming = bank.open("Cid")
        late = await coming
        same = late is await coming
        failure = ""
        try:
            await bank.open_nothing().same().name()
        except ringsnake.RemoteError as error:
            failure = str(error)
        return [first, chain, same, await coming.name(), failure]

    async def releasing(self, bank: BankClient) -> object:
        with await bank.open("Ada") as account:
            name = await account.name()
        codes: list[str] = []
        for use in (account.name, lambda: bank.visit(account)):
            try:
                await use()
            except ringsnake.RingsnakeError as error:
                codes.append(error.code)
        f = await bank.adder(1)
        three = await f(2)
        released = [
            ringsnake.release(f),
            ringsnake.release(f),
            ringsnake.release(account),
        ]
        try:
            await f(2)
        except ringsnake.ReleasedError as error:
            codes.append(error.code)
        return [name, codes, three, released]

    async def functions(self, bank: BankClient) -> object:
        seen: list[int] = []

        async def later(i: float) -> float:
            await asyncio.sleep(0)
            return i

        sums = [await bank.sum(4, lambda i: i * i), await bank.sum(3, later)]
        await bank.notify(3, seen.append)
        while len(seen) < 3:
            await asyncio.sleep(0.001)
        mine = later
        back = await bank.echo_function(mine)
        failure = ""
        try:
            await bank.sum(1, _fail)
        except ringsnake.RemoteError as error:
            failure = str(error)
        return [sums, seen, back is mine, failure]

    async def forging(self, bank: BankClient) -> object:
        session = cast(Any, host)._sessions[-1]
        account = await bank.open("Ada")
        number = cast(Any, account)._caller.handle.number
        name, beyond = account_definition.methods[0], account_definition.methods[0]
        targets = [
            CallTarget(FrameKind.CALL_OBJECT, 0, 4711, name, "Forged"),
            CallTarget(FrameKind.CALL_RESULT, 0, 4711, name, "Forged"),
            CallTarget(FrameKind.CALL_OBJECT, 99, number, beyond, "Forged"),
        ]
        codes: list[str] = []
        for target in targets:
            try:
                await session.call(target, (), DEFAULT_OPTIONS)
            except ringsnake.RingsnakeError as error:
                codes.append(error.code)
        # More than it holds, what is no number, and half a pair.
        for released in (
            [number, 2],
            [number, -1, "x", None, 99, 1],
            [number],
            "all",
            {},
        ):
            session.channel.send(int(FrameKind.RELEASE), 0, released)
        kept = await account.name()
        session.channel.send(int(FrameKind.RELEASE), 0, [number, 1])
        try:
            await account.name()
        except ringsnake.RingsnakeError as error:
            codes.append(error.code)
        return [*codes, kept]

    async def streams(self, bank: BankClient) -> object:
        names = [await account.name() async for account in bank.open_all(3)]
        purses = [Purse("a"), Purse("b")]
        for purse in purses:
            await purse.deposit(2)
        sums = [await adder(1) async for adder in bank.adders(2)]
        return [names, await bank.total_of(purses), sums]

    async def garbage(self, bank: BankClient) -> object:
        held = await bank.open("held")
        for _ in range(100):
            await bank.open_many(100)
        gc.collect()
        await asyncio.sleep(0)
        counts = json.loads(await bank.handles())
        return [counts["exported"], await held.name()]

    async def recursion(self, bank: BankClient) -> object:
        async def next(depth: int) -> int:
            return 0 if depth == 0 else 1 + await bank.descend(depth - 1, next)

        return await bank.descend(40, next)


def _fail(i: float) -> float:
    raise KeyError(f"no {i}")


ringsnake.serve(BankServer(Bank()))
ringsnake.serve(TasksServer(Tasks()))
