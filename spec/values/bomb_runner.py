"""Reads each file of a folder as a message. What it cost, one JSON object a line. Standard library only."""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from pathlib import Path

from ringsnake import RingsnakeError
from ringsnake.values import decode


def cost(data: bytes) -> dict[str, object]:
    value: object = None
    error = None
    gc.collect()
    tracemalloc.start()
    try:
        value = decode(data)
    except RingsnakeError as raised:
        error = f"{raised.code} {raised.message}"
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del value
    return {"size": len(data), "made": peak, "kept": kept, "error": error}


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).iterdir()):
        message = path.read_bytes()
        cost(message[:64])
        print(json.dumps({"name": path.name, **cost(message)}))
