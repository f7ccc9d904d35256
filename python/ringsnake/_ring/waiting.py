"""How a side waits before it sleeps, and what its waiting came to. Normative: spec/wire/ring.md §5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Waiting = Literal["adaptive", "sleep"] | float
"""As long as it has paid lately, never, or always for so many microseconds.

A side never spins while its peer runs on the same CPU, and an event loop only while it has nothing else to do.
"""

_SPIN_MOST = 1_000_000
"""Microseconds."""


def spin_of(waiting: object) -> float:
    """Microseconds to spin, as the core wants it: 0 sleeps at once, negative learns.

    Raises:
        ValueError: `waiting` is nothing of the kind.
    """
    if waiting == "adaptive":
        return -1
    if waiting == "sleep":
        return 0
    if isinstance(waiting, (int, float)) and 0 < waiting <= _SPIN_MOST:
        return waiting
    raise ValueError(
        f"waiting is 'adaptive', 'sleep', or microseconds up to {_SPIN_MOST:,}, not {waiting!r}"
    )


@dataclass(frozen=True, slots=True)
class RingStatistics:
    """What one side of a channel has counted so far."""

    records_sent: int
    bytes_sent: int
    """Of payload."""
    full_rings: int
    """Claims that found no room."""
    records_received: int
    bytes_received: int
    parks: int
    """Times this side declared itself asleep."""
    wakes_sent: int
    """System calls that roused the peer."""
    spurious_wakes: int
    """Sleeps that ended with nothing to do."""
    spins_hit: int
    spins_missed: int
    moves: int
    """Times this side left the CPU that it shared with the peer."""
    slice_expired: int
    """Wake-ups that were lost and only found by a look at the clock: 0, or a defect."""
    bulk_bytes: int
    """In our segments."""
    bulk_bytes_outstanding: int
    """Of these, in the ones that the peer holds or we fill."""
