"""What went through a session. Twin: lib/session/statistics.ts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ringsnake._ring.waiting import RingStatistics
from ringsnake._session.latency_histogram import LatencyStatistics
from ringsnake._session.objects import HandleStatistics


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """Calls of this side, since the session began."""

    made: int
    answered: int
    """With a result."""
    failed: int
    """With an error."""
    cancelled: int
    """Given up: cancelled, or out of time."""
    late: int
    """Answers that came after that, and were dropped."""
    open: int
    """Not answered yet, those that were given up included."""


@dataclass(frozen=True, slots=True)
class HandlerStatistics:
    """Calls of the peer."""

    received: int
    answered: int
    failed: int
    cancelled: int
    """Those that the peer gave up."""
    running: int
    """Not answered yet."""


class FrameCount(NamedTuple):
    """Frames of one kind, and their bytes."""

    frames: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FrameStatistics:
    """Frames by kind, as in spec/wire/frame.md."""

    sent: Mapping[str, FrameCount]
    received: Mapping[str, FrameCount]


@dataclass(frozen=True, slots=True)
class LatencyTable:
    """How long calls took, by `Interface.method`: of this side until their answers, of the peer until they were handled."""

    calls: Mapping[str, LatencyStatistics]
    handlers: Mapping[str, LatencyStatistics]


@dataclass(frozen=True, slots=True)
class SessionStatistics:
    """Since the session began."""

    calls: CallStatistics
    handlers: HandlerStatistics
    frames: FrameStatistics
    latencies: LatencyTable
    """Empty unless the host asked for them: `spawn({ statistics: true })`."""
    handles: HandleStatistics
    rejected: Mapping[str, int]
    """What was wrong with what the peer sent: how often each code."""
    ring: RingStatistics
