"""What goes wrong in a bank: the worker of the specs about errors."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, cast

import ringsnake
from ringsnake._session import declared_error
from vault_gen import (
    BankServer,
    Closed,
    InsufficientFunds,
    Limit,
    LimitReached,
    TillClient,
)


class Overdrawn(InsufficientFunds):
    """Not declared; what it derives from is."""


class Bank:
    async def fail(self, how: str) -> None:
        fail(how)

    async def spend(self, count: int, how: str) -> AsyncIterator[int]:
        for i in range(count):
            yield i
        fail(how)

    async def catch_spending(self, how: str) -> str:
        till = ringsnake.client(TillClient)
        items: list[int] = []
        try:
            if how.startswith("sync "):
                items.extend(till.sync.spend(3, how.removeprefix("sync ")))
            else:
                async for item in till.spend(3, how):
                    items.append(item)
        except InsufficientFunds as error:
            caught = f"{type(error).__name__} {error.account} {error.missing} {notes(error)}"
        except ringsnake.RemoteError as error:
            caught = f"RemoteError {error.type}"
        else:
            caught = "nothing"
        return f"{caught} behind {items}"

    def fail_undeclared(self, how: str) -> None:
        fail(how)

    async def catch_from(self, how: str) -> str:
        till = ringsnake.client(TillClient)
        shown: list[str] = []
        try:
            try:
                if how.startswith("sync "):
                    till.sync.fail(how.removeprefix("sync "))
                else:
                    await till.fail(how)
            except* ringsnake.RemoteError as group:
                # What was no group comes in one.
                shown.extend(describe(error) for error in top(group))
        except LimitReached as error:
            return (
                f"LimitReached {error} {error.account} {error.missing} {error.limits} {error.hint}"
            )
        except InsufficientFunds as error:
            return f"InsufficientFunds {error} {error.account} {error.missing} {notes(error)}"
        except Closed as error:
            return f"Closed {error.message!r}"
        return "".join(shown) or "nothing"

    async def pass_(self, how: str) -> None:
        await ringsnake.client(TillClient).fail(how)


def top(group: ExceptionGroup[ringsnake.RemoteError]) -> Sequence[BaseException]:
    return [group] if isinstance(group, ringsnake.RemoteErrorGroup) else group.exceptions


def describe(error: BaseException) -> str:
    assert isinstance(error, ringsnake.RemoteError)
    text = f"{error.type} {error.remote_message!r} {error.remote_code} {notes(error)}"
    if isinstance(error, ExceptionGroup):
        members = ", ".join(describe(member) for member in error.exceptions)
        assert list(error.exceptions) == list(error.errors or ())
        text += f" [{members}]"
    if error.__cause__ is not None:
        text += f" from {describe(error.__cause__)}"
    return text


def notes(error: BaseException) -> list[str]:
    """The first line of each."""
    return [note.split("\n")[0] for note in getattr(error, "__notes__", [])]


def fail(how: str) -> None:  # noqa: PLR0912 -- one way to fail each
    match how:
        case "poor":
            error = InsufficientFunds("no money", account="mine", missing=12.5)
            error.add_note("come again")
            raise error from KeyError("purse")
        case "limit":
            raise LimitReached(
                "too much",
                account="mine",
                missing=0,
                limits=[Limit(limit=5, per="day")],
                hint="wait",
            )
        case "overdrawn":
            raise Overdrawn("deep", account="mine", missing=1)
        case "closed":
            raise Closed
        case "wrong":
            raise InsufficientFunds("no money", account="mine", missing=cast(Any, "lots"))
        case "garbled":
            # Until the error was described, which is in this turn of the event loop.
            encode = declared_error.encode
            declared_error.encode = lambda _value: encode([1, 2])
            restore = partial(setattr, declared_error, "encode", encode)
            asyncio.get_running_loop().call_soon(restore)
            raise InsufficientFunds("no money", account="mine", missing=1)
        case "group":
            raise ExceptionGroup("several", [ValueError("one"), in_group()])
        case "crowd":
            raise ExceptionGroup("many", [ValueError(str(i)) for i in range(100)])
        case "deep":
            raise deep()
        case "file":
            os.stat("/nowhere/at/all")
        case "surrogate":
            raise ValueError("half \ud83d here")
        case "noted":
            noted = ValueError("look")
            noted.add_note("first \udc00")
            noted.add_note("second")
            raise noted
        case "details":
            secret = cast(Any, ValueError("a secret"))
            secret.details = {"pin": 1234}
            raise secret from KeyError("another secret")
        case _:
            raise AssertionError(how)


def in_group() -> ExceptionGroup[Exception]:
    return ExceptionGroup("inner", [InsufficientFunds("poor", account="mine", missing=1)])


def deep() -> Exception:
    error = ValueError("at the bottom")
    for depth in range(20):
        outer = ValueError(f"{depth}")
        outer.__cause__ = error
        error = outer
    return error


ringsnake.serve(BankServer(Bank()))
