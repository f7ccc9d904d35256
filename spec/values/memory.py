"""Memory that must not be kept, and memory that is not there."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

from ringsnake import RingsnakeError


def blocks_after(rounds: int, action: Callable[[], object]) -> int:
    """By how many blocks of memory `rounds` of it grow the process, once its caches are full."""
    for _ in range(rounds):
        action()
    # What each round leaves behind, it leaves behind every time; what the interpreter keeps for itself comes now and then.
    return min(_growth(rounds, action) for _ in range(3))


def _growth(rounds: int, action: Callable[[], object]) -> int:
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(rounds):
        action()
    gc.collect()
    return sys.getallocatedblocks() - before


def fail_each(
    testcapi: Any,
    action: Callable[[], object],
    most: int,
    *,
    allowed: type[Exception] = RingsnakeError,
) -> int:
    """How many allocations were made to fail, one after the other, until none was left.

    Each has to be a MemoryError, or what is allowed.
    """
    for number in range(most):
        raised: BaseException | None = None
        testcapi.set_nomemory(number, number + 1)
        try:
            action()
        except BaseException as error:
            raised = error
        testcapi.remove_mem_hooks()
        if raised is None:
            return number
        if isinstance(raised, MemoryError | allowed) or is_of_the_interpreter(raised):
            continue
        raise AssertionError(f"{raised!r} where allocation {number} fails")
    return most


def is_of_the_interpreter(error: BaseException) -> bool:
    """CPython 3.11 forgets to say so when it has no memory for the frame of a Python function.

    An extension that fails without an exception is told by other words as long as a partial calls it.
    """
    text = str(error)
    is_function = text.startswith("<function ") and "returned NULL" in text
    return isinstance(error, SystemError) and (
        is_function or text == "error return without exception set"
    )
