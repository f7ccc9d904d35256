"""Writes and reads COUNT messages, untyped and declared: `growth_runner.py COUNT [leak]`. By how much the process grew meanwhile."""

from __future__ import annotations

import gc
import json
import random
import sys
from pathlib import Path

from declared_types import ARGUMENTS, TREE, arguments, tree
from fuzz_readers import TYPES, seeds
from ringsnake import RingsnakeError
from ringsnake.values import decode, encode


def resident() -> int:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096


def main(count: int, *, leaks: bool) -> None:
    source = random.Random(9)
    trees = [tree(source) for _ in range(50)]
    sequences = [arguments(source) for _ in range(50)]
    messages = seeds()
    kept: list[object] = []

    def turn(number: int) -> None:
        data = messages[number % len(messages)]
        # The prefix ends in the middle of a value, or of none.
        for part in (data, data[: number % len(data)]):
            try:
                value = decode(part, types=TYPES)
                encode(value, identity=number % 2 == 0, tuples=True, types=TYPES)
            except RingsnakeError:
                pass
        value = TREE.native.decode(TREE.native.encode(trees[number % 50]))
        ARGUMENTS.native.decode(ARGUMENTS.native.encode(sequences[number % 50]))
        if leaks and number % 10 == 0:
            kept.append(value)

    # Four messages each turn.
    warm = count // 16
    for number in range(warm):
        turn(number)
    gc.collect()
    blocks, bytes_ = sys.getallocatedblocks(), resident()
    for number in range(count // 4):
        turn(number)
    gc.collect()
    grown = {"blocks": sys.getallocatedblocks() - blocks, "bytes": resident() - bytes_}
    print(json.dumps({"messages": 4 * (count // 4), **grown}))


if __name__ == "__main__":
    main(int(sys.argv[1]), leaks="leak" in sys.argv)
