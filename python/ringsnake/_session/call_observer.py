"""Tells of calls, to whoever reads the log, and how long they took, if that is wanted. Twin: lib/session/call-observer.ts."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringsnake._session.latency_histogram import LatencyHistogram, LatencyStatistics

_log = logging.getLogger("ringsnake.session")


class Observed:
    """One call that is observed."""

    __slots__ = ("_fields", "_histogram", "_role", "_started")

    def __init__(
        self, role: str, fields: Mapping[str, object], histogram: LatencyHistogram | None
    ) -> None:
        self._role = role
        self._fields = fields
        self._histogram: LatencyHistogram | None = histogram
        self._started = time.perf_counter()

    def end(self, error: BaseException | None) -> None:
        """None: it has succeeded."""
        duration = time.perf_counter() - self._started
        if self._histogram is not None:
            self._histogram.record(duration)
        if not _log.isEnabledFor(logging.DEBUG):
            return
        name, outcome = self._fields["ringsnake_method"], "end"
        if error is not None:
            outcome = f"error: {type(error).__name__}"
        extra = {
            **self._fields,
            "ringsnake_event": f"{self._role}:end",
            "ringsnake_duration": duration,
            "ringsnake_error": error,
        }
        _log.debug("%s %s %s after %.6f s", self._role, name, outcome, duration, extra=extra)


class CallObserver:
    """Of the calls that go one way; `role` is `call` or `handler`."""

    def __init__(self, role: str, *, latencies: bool) -> None:
        self._role = role
        self._latencies = latencies
        self._histograms: dict[str, LatencyHistogram] = {}

    @staticmethod
    def if_wanted(role: str, *, latencies: bool) -> CallObserver | None:
        """None: nobody wants to know."""
        if latencies or _log.isEnabledFor(logging.DEBUG):
            return CallObserver(role, latencies=latencies)
        return None

    def begin(self, method: str, call_id: int, metadata: Mapping[str, object]) -> Observed:
        """`method` with its interface: `Calculator.add`."""
        fields = {
            "ringsnake_method": method,
            "ringsnake_call_id": call_id,
            "ringsnake_metadata": metadata,
        }
        if _log.isEnabledFor(logging.DEBUG):
            extra = {**fields, "ringsnake_event": f"{self._role}:start"}
            _log.debug("%s %s start", self._role, method, extra=extra)
        return Observed(self._role, fields, self._histogram(method))

    def latencies(self) -> dict[str, LatencyStatistics]:
        """By method; empty unless durations are recorded."""
        return {name: each.statistics() for name, each in self._histograms.items()}

    def _histogram(self, method: str) -> LatencyHistogram | None:
        if not self._latencies:
            return None
        histogram = self._histograms.get(method)
        if histogram is None:
            # Here, because durations are recorded on request only.
            from ringsnake._session.latency_histogram import LatencyHistogram

            histogram = self._histograms[method] = LatencyHistogram()
        return histogram
