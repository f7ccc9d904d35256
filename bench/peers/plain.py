"""What everybody else answers in `npm run bench -- calls`, over plain values."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

answer = 42


def add(a: float, b: float) -> float:
    return a + b


async def add_in_coroutine(a: float, b: float) -> float:
    return a + b


def echo(value: Any) -> Any:
    return value


def sleep(seconds: float) -> None:
    time.sleep(seconds)


async def sleep_in_coroutine(seconds: float) -> None:
    await asyncio.sleep(seconds)


def call_back(increment: Callable[[float], float], times: int) -> float:
    count = 0.0
    for _ in range(times):
        count = increment(count)
    return count
