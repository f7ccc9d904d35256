"""Where bytes lie. Apart from sides.py, since numpy ends a thread of its own when a test forks."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def is_shared_memory(view: memoryview) -> bool:
    """Whether the bytes lie in a memfd, and not in a copy."""
    first = np.frombuffer(view, dtype=np.uint8).__array_interface__["data"][0]
    for line in Path("/proc/self/maps").read_text().splitlines():
        low, high = (int(part, 16) for part in line.split()[0].split("-"))
        if low <= first < high:
            return "memfd:ringsnake" in line
    return False
