"""Reads a property of an object of JavaScript's and calls a function, without an interface: with ringsnake's `js`, and with JSPyBridge's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

BETWEEN = 20
"""Uses between two looks at the clock."""

Uses = dict[str, Callable[[], object]]


def uses_of(global_this: Any) -> Uses:
    """The same for everybody."""
    thing = global_this.JSON.parse('{"x": 42}')
    largest = global_this.Math.max
    if thing.x != 42 or largest(1, 2) != 2:
        raise ValueError("it computes something else")
    return {"property": lambda: thing.x, "call": lambda: largest(1, 2)}


def microseconds(use: Callable[[], object], seconds: float) -> float:
    """For one use."""
    begin = time.perf_counter()
    uses = 0
    while time.perf_counter() - begin < seconds:
        for _ in range(BETWEEN):
            use()
        uses += BETWEEN
    return (time.perf_counter() - begin) * 1e6 / uses


def main() -> None:
    """JSPyBridge: a line is the name of a use, and the seconds; so many microseconds are the answer."""
    import javascript  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports] -- only its own venv has it

    uses = uses_of(javascript.globalThis)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] -- as above
    for line in sys.stdin:
        name, seconds = line.split()
        print(microseconds(uses[name], float(seconds)), flush=True)


if __name__ == "__main__":
    main()
