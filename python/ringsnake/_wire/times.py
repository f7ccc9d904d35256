"""What the C++ codec asks about times: zones, and datetimes of other libraries. Normative: spec/wire/value.md §2."""

from __future__ import annotations

import datetime
import functools
from typing import Final

from ringsnake._errors import EncodeError

EPOCH: Final = datetime.datetime(1970, 1, 1)
"""From which naive datetimes are counted."""

EPOCH_UTC: Final = EPOCH.replace(tzinfo=datetime.UTC)
"""From which moments are counted."""

_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_SECOND: Final = datetime.timedelta(seconds=1)


def zoned_parts(value: datetime.datetime) -> tuple[int, int, int, str]:
    """Microseconds since 1970 in UTC, seconds east of UTC, fold and the zone's name, perhaps empty."""
    offset = value.utcoffset()
    if offset is None or value.tzinfo is None:
        raise EncodeError("a datetime whose tzinfo has no offset cannot cross")
    local = (value.replace(tzinfo=None) - EPOCH) // _MICROSECOND
    seconds = _whole_seconds(offset)
    return local - seconds * 1_000_000, seconds, value.fold, _zone_name(value.tzinfo, offset)


def make_zoned(microseconds: int, offset: int, fold: int, zone: str) -> datetime.datetime:
    """The inverse. Raises OverflowError outside of the years 1 to 9999."""
    local = EPOCH + datetime.timedelta(microseconds=microseconds + offset * 1_000_000)
    east = datetime.timedelta(seconds=offset)
    if zone in _known_zones():
        import zoneinfo

        value = local.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=fold)
        # Another version of the time zone database may disagree: the moment and the offset are what was said.
        if value.utcoffset() == east:
            return value
    # Of a name, if only an empty one, where it would be `timezone.utc`, which is written in another way.
    fixed = datetime.timezone(east, zone) if zone or not offset else datetime.timezone(east)
    return local.replace(tzinfo=fixed, fold=fold)


def time_offset(value: datetime.time) -> int:
    """Seconds east of UTC of a time with a tzinfo."""
    offset = value.utcoffset()
    if offset is None:
        raise EncodeError("a time whose tzinfo has no fixed offset cannot cross")
    return _whole_seconds(offset)


def exact_datetime(value: datetime.datetime) -> datetime.datetime:
    """What an instance of a subclass says, as Python's own: other libraries' arithmetic has types of its own."""
    if getattr(value, "nanosecond", 0):
        raise EncodeError("a datetime with nanoseconds cannot cross: send a Timestamp")
    clock = (value.hour, value.minute, value.second, value.microsecond)
    return datetime.datetime(
        value.year, value.month, value.day, *clock, tzinfo=value.tzinfo, fold=value.fold
    )


def _whole_seconds(offset: datetime.timedelta) -> int:
    seconds, rest = divmod(offset, _SECOND)
    if rest:
        raise EncodeError("a time zone with parts of seconds cannot cross")
    return seconds


def _zone_name(tzinfo: datetime.tzinfo, offset: datetime.timedelta) -> str:
    """A zone's key, or the name that a fixed offset was made with."""
    if type(tzinfo) is datetime.timezone:
        name = tzinfo.tzname(None)
        # One that is a zone's would come back as that zone.
        is_own = name != datetime.timezone(offset).tzname(None) and name not in _known_zones()
        return name if is_own else ""
    # zoneinfo's, and pytz's.
    key = getattr(tzinfo, "key", None) or getattr(tzinfo, "zone", None)
    return key if isinstance(key, str) else ""


@functools.cache
def _known_zones() -> frozenset[str]:
    """Names that lead to a zone. Others are not even looked for: a name may be a path, or a package's."""
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())
