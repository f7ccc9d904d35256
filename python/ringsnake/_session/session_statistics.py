"""Puts together what the parts of a session have counted."""

from __future__ import annotations

from collections.abc import Mapping

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._channel.frame_log import kind_name
from ringsnake._ring.waiting import RingStatistics
from ringsnake._session.call_observer import CallObserver
from ringsnake._session.callee import Callee
from ringsnake._session.latency_histogram import LatencyStatistics
from ringsnake._session.objects import HandleStatistics
from ringsnake._session.open_calls import OpenCalls
from ringsnake._session.statistics import (
    CallStatistics,
    FrameCount,
    FrameStatistics,
    HandlerStatistics,
    LatencyTable,
    SessionStatistics,
)
from ringsnake._wire.constants_gen import FrameKind

_Counts = Mapping[int, tuple[int, int]]
_CALLS = (FrameKind.CALL, FrameKind.CALL_OBJECT, FrameKind.CALL_RESULT)


def statistics_of(
    channel: FrameChannel,
    calls: OpenCalls,
    callee: Callee,
    *,
    handles: HandleStatistics,
    rejected: Mapping[str, int],
) -> SessionStatistics:
    """`rejected`: what was refused, calls not counted."""
    sent, received = channel.endpoint.frame_counts()
    late, failed, cancelled = calls.late, calls.failed, calls.cancelled
    answers = _frames(received, FrameKind.RESULT, FrameKind.ERROR)
    unknown = rejected.get("RS_UNKNOWN_CALL", 0)
    return SessionStatistics(
        calls=CallStatistics(
            made=_frames(sent, *_CALLS),
            answered=answers - failed - late - unknown,
            failed=failed,
            cancelled=cancelled,
            late=late,
            open=len(calls),
        ),
        handlers=HandlerStatistics(
            received=_frames(received, *_CALLS),
            answered=_frames(sent, FrameKind.RESULT),
            failed=_frames(sent, FrameKind.ERROR),
            cancelled=_frames(received, FrameKind.CANCEL),
            running=callee.running,
        ),
        frames=FrameStatistics(_by_name(sent), _by_name(received)),
        latencies=LatencyTable(_latencies(calls.observer), _latencies(callee.observer)),
        handles=handles,
        rejected={**callee.rejected, **rejected},
        ring=RingStatistics(*channel.endpoint.statistics()),
    )


def _frames(counts: _Counts, *kinds: FrameKind) -> int:
    return sum(counts.get(kind, (0, 0))[0] for kind in kinds)


def _by_name(counts: _Counts) -> dict[str, FrameCount]:
    return {kind_name(kind): FrameCount(*count) for kind, count in counts.items()}


def _latencies(observer: CallObserver | None) -> dict[str, LatencyStatistics]:
    return {} if observer is None else observer.latencies()
