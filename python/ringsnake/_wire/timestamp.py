"""A moment in nanoseconds. Normative: spec/wire/value.md §1."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar, Final, final

from ringsnake._wire.times import EPOCH_UTC

_NANOSECONDS: Final = 1_000_000_000
_LIMIT: Final = 1 << 63


@final
@dataclass(frozen=True, order=True, slots=True)
class Timestamp:
    """A moment that a `datetime` cannot hold: finer than microseconds, or outside of the years 1 to 9999."""

    seconds: int
    """Since 1970 in UTC, rounded down; a signed integer of 64 bits."""
    nanoseconds: int = 0
    """After that second, below 1,000,000,000."""

    UNIT: ClassVar[int] = _NANOSECONDS
    """Nanoseconds of a second."""

    def __post_init__(self) -> None:
        if not -_LIMIT <= self.seconds < _LIMIT:
            raise ValueError(f"{self.seconds} seconds do not fit 64 bits")
        if not 0 <= self.nanoseconds < _NANOSECONDS:
            raise ValueError(f"{self.nanoseconds} nanoseconds are not part of a second")

    @classmethod
    def of_nanoseconds(cls, nanoseconds: int) -> Timestamp:
        """As `time.time_ns()` counts."""
        return cls(*divmod(nanoseconds, _NANOSECONDS))

    @classmethod
    def of_datetime(cls, moment: datetime.datetime) -> Timestamp:
        """The same moment. Raises TypeError for a naive datetime."""
        since = moment - EPOCH_UTC
        return cls(since.days * 86_400 + since.seconds, since.microseconds * 1_000)

    def to_nanoseconds(self) -> int:
        """As `time.time_ns()` counts."""
        return self.seconds * _NANOSECONDS + self.nanoseconds

    def to_datetime(self) -> datetime.datetime:
        """In UTC, rounded down to microseconds. Raises OverflowError outside of the years 1 to 9999."""
        return EPOCH_UTC + datetime.timedelta(
            seconds=self.seconds, microseconds=self.nanoseconds // 1_000
        )
