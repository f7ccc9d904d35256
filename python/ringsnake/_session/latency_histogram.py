"""Times in ranges that grow with them: fixed memory, whatever is recorded. Twin: lib/session/latency-histogram.ts."""

from __future__ import annotations

from dataclasses import dataclass

_UNITS_PER_SECOND = 1 / 64e-9
"""The finest time told apart is 64 ns."""
_FINE_BITS = 3
"""Ranges for each doubling: 2^3."""
_FINE = 1 << _FINE_BITS
_LONGEST = 2**32 - 1
"""Units: 274 s. All that is longer falls into the last range."""
_BUCKETS = (32 - _FINE_BITS + 1) << _FINE_BITS


@dataclass(frozen=True, slots=True)
class LatencyStatistics:
    """What is known of how long something took. Seconds; exact to 1/8, but for count, mean and maximum."""

    count: int
    mean: float
    p50: float
    p90: float
    p99: float
    max: float
    buckets: tuple[tuple[float, int], ...]
    """Upper ends of the ranges into which times fell, and how many fell into each."""


class LatencyHistogram:
    """Threads: one."""

    __slots__ = ("_count", "_counts", "_max", "_sum")

    def __init__(self) -> None:
        self._counts = [0] * _BUCKETS
        self._count = 0
        self._sum = 0.0
        self._max = 0.0

    def record(self, duration: float) -> None:
        """Seconds."""
        units = min(_LONGEST, max(0, int(duration * _UNITS_PER_SECOND)))
        self._counts[_bucket_of(units)] += 1
        self._count += 1
        self._sum += duration
        self._max = max(self._max, duration)

    def statistics(self) -> LatencyStatistics:
        """So far."""
        buckets = tuple(
            (_end_of(bucket) / _UNITS_PER_SECOND, count)
            for bucket, count in enumerate(self._counts)
            if count > 0
        )

        def quantile(part: float) -> float:
            left = self._count * part
            for end, count in buckets:
                left -= count
                if left <= 0:
                    return min(end, self._max)
            return 0.0

        return LatencyStatistics(
            count=self._count,
            mean=self._sum / self._count if self._count else 0.0,
            p50=quantile(0.5),
            p90=quantile(0.9),
            p99=quantile(0.99),
            max=self._max,
            buckets=buckets,
        )


def _bucket_of(units: int) -> int:
    if units < _FINE:
        return units
    shift = units.bit_length() - 1 - _FINE_BITS
    return ((shift + 1) << _FINE_BITS) + ((units >> shift) & (_FINE - 1))


def _end_of(bucket: int) -> int:
    """The first time, in units, that is too long for it."""
    if bucket < _FINE:
        return bucket + 1
    shift = (bucket >> _FINE_BITS) - 1
    return (_FINE + (bucket & (_FINE - 1)) + 1) << shift
