"""Python values from the notation of spec/vectors/README.md, and back. Standard library only."""

from __future__ import annotations

import datetime
import decimal
import uuid
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ringsnake._wire.remote_details import error_parts, make_error
from ringsnake.values import UNSET, Map, NdArray, Timestamp, TypeRegistry, Url

Meaning = dict[str, Any]

_DTYPE_OF_FORMAT = {
    "d": "float64",
    "f": "float32",
    "e": "float16",
    "b": "int8",
    "B": "uint8",
    "h": "int16",
    "H": "uint16",
    "i": "int32",
    "I": "uint32",
    "q": "int64",
    "Q": "uint64",
    "?": "bool",
}
_EPOCH = datetime.datetime(1970, 1, 1)
_MICROSECOND = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Registered:
    """Any value but null, under the name `registered`."""

    value: Any


@dataclass(frozen=True)
class UserExtension:
    """Any bytes but none, as extension 33."""

    body: bytes


def _registered(value: object) -> Registered:
    if value is None:
        raise ValueError("null is refused")
    return Registered(value)


def _user_extension(body: bytes) -> UserExtension:
    if not body:
        raise ValueError("an empty body is refused")
    return UserExtension(body)


REGISTRY = TypeRegistry()
REGISTRY.register("registered", Registered, lambda it: it.value, _registered)
REGISTRY.register_extension(33, UserExtension, lambda it: it.body, _user_extension)


class ValueMaker:
    """Makes the value of one meaning."""

    def __init__(self) -> None:
        self._definitions: list[object] = []
        self._pending: int | None = None

    def make(self, meaning: Meaning) -> Any:
        ((kind, content),) = meaning.items()
        if kind == "definition":
            self._pending = len(self._definitions)
            self._definitions.append(None)
            number = self._pending
            value = self.make(content)
            self._definitions[number] = value
            return value
        if kind == "reference":
            return self._definitions[content]
        if kind in ("array", "map", "pairs"):
            return self._container(kind, content)
        self._pending = None
        if kind in _CONTAINERS:
            return _CONTAINERS[kind]([self.make(item) for item in content])
        if kind == "named":
            return Registered(self.make(content[1]))
        return _SCALARS[kind](content)

    def _container(self, kind: str, content: list[Any]) -> object:
        """One that may hold itself is there before its items are."""
        value: Any = {"array": list, "map": dict, "pairs": Map}[kind]()
        if self._pending is not None:
            self._definitions[self._pending] = value
            self._pending = None
        for item in content:
            if kind == "array":
                value.append(self.make(item))
            else:
                key = item[0] if kind == "map" else self.make(item[0])
                value[key] = self.make(item[1])
        return value


def _moment(content: list[Any]) -> object:
    """A Timestamp where a datetime would do, too, would not show that datetimes are written."""
    stamp = Timestamp(int(content[0]), content[1])
    try:
        return stamp if stamp.nanoseconds % 1000 else stamp.to_datetime()
    except OverflowError:
        return stamp


def _zoned(content: list[Any]) -> datetime.datetime:
    microseconds, offset, fold, zone = content
    east = datetime.timedelta(seconds=offset)
    # Of an empty name, so that it is not UTC.
    fixed = datetime.timezone(east) if offset else datetime.timezone(east, "")
    local = _EPOCH + (datetime.timedelta(microseconds=int(microseconds)) + east)
    return local.replace(tzinfo=zoneinfo.ZoneInfo(zone) if zone else fixed, fold=fold)


def _time(content: list[Any]) -> datetime.time:
    text, fold, *offset = content
    zone = datetime.timezone(datetime.timedelta(seconds=offset[0])) if offset else None
    return datetime.time.fromisoformat(text).replace(fold=fold, tzinfo=zone)


def _ndarray(content: dict[str, Any]) -> NdArray:
    data = bytes.fromhex(content["data"])
    return NdArray(data, dtype=content["dtype"], shape=content["shape"], order=content["order"])


_CONTAINERS: dict[str, Callable[[list[Any]], object]] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "error": make_error,
}

_SCALARS: dict[str, Callable[[Any], object]] = {
    "null": lambda _: None,
    "undefined": lambda _: UNSET,
    "bool": bool,
    "int": lambda text: int(text, 0),
    "bigint": lambda text: int(text, 0),
    "float": float,
    "str": str,
    "bytes": bytes.fromhex,
    "timestamp": _moment,
    "zoned": _zoned,
    "datetime": lambda it: datetime.datetime.fromisoformat(it[0]).replace(fold=it[1]),
    "date": datetime.date.fromisoformat,
    "time": _time,
    "timedelta": lambda it: datetime.timedelta(it[0], it[1], it[2]),
    "decimal": decimal.Decimal,
    "uuid": uuid.UUID,
    "url": Url,
    "ndarray": _ndarray,
    "extension": lambda it: UserExtension(bytes.fromhex(it[1])),
}


class MeaningReader:
    """Reads one value's meaning. What is met more than once is defined the first time."""

    def __init__(self, value: object) -> None:
        self._value = value
        self._met: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        # Parts of errors, kept so that they are the same objects both times, and alive.
        self._parts: dict[int, list[object]] = {}
        self._count(value)

    def meaning(self) -> Meaning:
        return self._read(self._value)

    def _children(self, value: object) -> list[object] | None:
        """None for what cannot be defined."""
        match value:
            case list() | tuple() | set() | frozenset():
                return list(value)
            case dict():
                return [part for pair in value.items() for part in pair]
            case Registered():
                return [value.value]
            case BaseException():
                parts = self._parts.setdefault(id(value), list(error_parts(value)))
                return [part for part in parts if part is not None]
            case _:
                return None

    def _count(self, value: object) -> None:
        children = self._children(value)
        if children is None:
            return
        self._met[id(value)] = self._met.get(id(value), 0) + 1
        if self._met[id(value)] == 1:
            for child in children:
                self._count(child)

    def _read(self, value: object) -> Meaning:
        if self._met.get(id(value), 0) < 2 or self._children(value) is None:
            return self._read_plain(value)
        if id(value) in self._numbers:
            return {"reference": self._numbers[id(value)]}
        self._numbers[id(value)] = len(self._numbers)
        return {"definition": self._read_plain(value)}

    def _read_plain(self, value: object) -> Meaning:
        match value:
            case Map():
                return {"pairs": [[self._read(k), self._read(v)] for k, v in value.items()]}
            case dict():
                return {"map": [[key, self._read(member)] for key, member in value.items()]}
            case list() | tuple() | set() | frozenset():
                kind = "array" if isinstance(value, list) else type(value).__name__
                return {kind: [self._read(item) for item in value]}
            case BaseException():
                return {"error": [self._read(part) for part in self._parts[id(value)]]}
            case Registered():
                return {"named": ["registered", self._read(value.value)]}
            case UserExtension():
                return {"extension": [33, value.body.hex()]}
            case _:
                return scalar_meaning(value)


def scalar_meaning(value: object) -> Meaning:
    match value:
        case None:
            return {"null": True}
        case bool():
            return {"bool": value}
        case int():
            return {"int": str(value) if abs(value) < 1 << 64 else hex(value)}
        case float():
            return {"float": repr(value)}
        case Url():
            return {"url": str(value)}
        case str():
            return {"str": value}
        case bytes():
            return {"bytes": value.hex()}
        case memoryview() | NdArray():
            return {"ndarray": _ndarray_content(value)}
        case decimal.Decimal():
            return {"decimal": str(value)}
        case uuid.UUID():
            return {"uuid": str(value)}
        case _ if value is UNSET:
            return {"undefined": True}
        case _:
            return _time_meaning(value)


def _ndarray_content(value: memoryview[Any] | NdArray) -> dict[str, Any]:
    if isinstance(value, NdArray):
        dtype, order = value.dtype, value.order
    else:
        dtype, order = _DTYPE_OF_FORMAT[value.format], "C"
        assert value.readonly
    data = value.tobytes().hex()
    return {"dtype": dtype, "shape": list(value.shape), "order": order, "data": data}


def _time_meaning(value: object) -> Meaning:
    match value:
        case Timestamp():
            return {"timestamp": [str(value.seconds), value.nanoseconds]}
        case datetime.datetime() if value.tzinfo is None:
            return {"datetime": [value.isoformat(timespec="microseconds"), value.fold]}
        case datetime.datetime() if value.tzinfo is datetime.UTC:
            stamp = Timestamp.of_datetime(value)
            return {"timestamp": [str(stamp.seconds), stamp.nanoseconds]}
        case datetime.datetime():
            return {"zoned": _zoned_content(value)}
        case datetime.date():
            return {"date": value.isoformat()}
        case datetime.time():
            text = value.replace(tzinfo=None).isoformat(timespec="microseconds")
            offset = value.utcoffset()
            rest = [] if offset is None else [round(offset.total_seconds())]
            return {"time": [text, value.fold, *rest]}
        case datetime.timedelta():
            return {"timedelta": [value.days, value.seconds, value.microseconds]}
        case _:
            raise TypeError(f"decode returned {value!r}")


def _zoned_content(value: datetime.datetime) -> list[object]:
    offset = value.utcoffset()
    assert offset is not None
    microseconds = (value.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND
    zone = value.tzinfo.key if isinstance(value.tzinfo, zoneinfo.ZoneInfo) else ""
    return [str(microseconds), round(offset.total_seconds()), value.fold, zone]
