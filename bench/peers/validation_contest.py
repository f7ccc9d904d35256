"""The Python half of the benchmark of validation: `validation_contest.py ROUNDS`, payloads as JSON on standard input.

Each comes as JSON and as what JavaScript sends of it. Prints one JSON object a payload. Twin: bench/validation/js-contest.ts.
"""

from __future__ import annotations

import base64
import dataclasses
import enum
import json
import sys
from collections.abc import Callable
from datetime import datetime
from itertools import repeat
from time import perf_counter_ns
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pydantic
import typeguard
import users_gen
from users_gen import users_definition

ROUND_NS = 2_000_000


class Work(NamedTuple):
    """A function and what it is called with, and nothing around them that would be measured, too."""

    run: Callable[[Any], object]
    argument: object


class Role(enum.Enum):
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class PydanticAddress(pydantic.BaseModel):
    street: str
    city: str
    zip: str | None = None
    country: str


class PydanticCard(pydantic.BaseModel):
    kind: Literal["card"]
    number: str
    expires: tuple[int, int]


class PydanticTransfer(pydantic.BaseModel):
    kind: Literal["transfer"]
    iban: str
    bank: str | None


class PydanticVoucher(pydantic.BaseModel):
    kind: Literal["voucher"]
    code: str
    value: float


class PydanticUser(pydantic.BaseModel):
    id: int
    name: str
    email: str
    active: bool
    score: float
    role: Role
    born: datetime
    address: PydanticAddress
    tags: list[str]
    payment: Annotated[
        PydanticCard | PydanticTransfer | PydanticVoucher,
        pydantic.Field(discriminator="kind"),
    ]
    nickname: str | None = None
    note: str | None
    settings: dict[str, float]
    position: tuple[float, float]


class Address(msgspec.Struct):
    street: str
    city: str
    country: str
    zip: str | None = None


class Card(msgspec.Struct, tag_field="kind", tag="card"):
    number: str
    expires: tuple[int, int]


class Transfer(msgspec.Struct, tag_field="kind", tag="transfer"):
    iban: str
    bank: str | None


class Voucher(msgspec.Struct, tag_field="kind", tag="voucher"):
    code: str
    value: float


class User(msgspec.Struct):
    """msgspec's own kind of class, by the names of its fields."""

    id: int
    name: str
    email: str
    active: bool
    score: float
    role: Role
    born: datetime
    address: Address
    tags: list[str]
    payment: Card | Transfer | Voucher
    note: str | None
    settings: dict[str, float]
    position: tuple[float, float]
    nickname: str | None = None


class RowAddress(msgspec.Struct, array_like=True):
    street: str
    city: str
    zip: str | None
    country: str


class RowCard(msgspec.Struct, array_like=True, tag="card"):
    number: str
    expires: tuple[int, int]


class RowTransfer(msgspec.Struct, array_like=True, tag="transfer"):
    iban: str
    bank: str | None


class RowVoucher(msgspec.Struct, array_like=True, tag="voucher"):
    code: str
    value: float


class RowUser(msgspec.Struct, array_like=True):
    """The same by the places of the fields, as ours are: the fastest that msgspec has."""

    id: int
    name: str
    email: str
    active: bool
    score: float
    role: Role
    born: datetime
    address: RowAddress
    tags: list[str]
    payment: RowCard | RowTransfer | RowVoucher
    nickname: str | None
    note: str | None
    settings: dict[str, float]
    position: tuple[float, float]


@dataclasses.dataclass(slots=True, kw_only=True)
class ClassAddress:
    street: str
    city: str
    zip: str | None = None
    country: str


@dataclasses.dataclass(slots=True, kw_only=True)
class ClassUser:
    """A dataclass as ours are. The branches of the union cannot be: msgspec tells only its own apart."""

    id: int
    name: str
    email: str
    active: bool
    score: float
    role: Role
    born: datetime
    address: ClassAddress
    tags: list[str]
    payment: Card | Transfer | Voucher
    nickname: str | None = None
    note: str | None
    settings: dict[str, float]
    position: tuple[float, float]


def works_of(
    method: str, text: bytes, wire: bytes
) -> tuple[dict[str, Work], dict[str, Work]]:
    """Of bytes to checked values; and checks of values that are there."""

    def of(kind: Any) -> Any:
        return kind if method == "one" else list[kind]

    (ours,) = (each for each in users_definition.methods if each.name == method)
    value = ours.result.native.decode(wire)
    by_name = msgspec.json.Decoder(of(User))
    packed = msgspec.msgpack.encode(by_name.decode(text))
    rows = msgspec.msgpack.encode(msgspec.convert(plain(value), of(RowUser)))
    models: Any = PydanticUser.model_validate_json
    if method == "many":
        models = pydantic.TypeAdapter(list[PydanticUser]).validate_json
    declared = of(users_gen.User)
    decoded = {
        "ringsnake": Work(ours.result.native.decode, wire),
        "pydantic, from JSON": Work(models, text),
        "msgspec, JSON to its Struct": Work(by_name.decode, text),
        "msgspec, msgpack to its Struct": Work(
            msgspec.msgpack.Decoder(of(User)).decode, packed
        ),
        "msgspec, msgpack rows to its Struct": Work(
            msgspec.msgpack.Decoder(of(RowUser)).decode, rows
        ),
        "msgspec, msgpack to dataclasses": Work(
            msgspec.msgpack.Decoder(of(ClassUser)).decode, packed
        ),
    }
    checked = {
        # It looks at each item, but takes an instance of a class for checked.
        "typeguard": Work(
            lambda users: typeguard.check_type(
                users,
                declared,
                collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS,
            ),
            value,
        ),
    }
    for name, work in (*decoded.items(), *checked.items()):
        if len(str(work.run(work.argument))) < len(text) // 2:
            raise ValueError(f"{name} does not keep what it is given")
    return decoded, checked


def plain(value: Any) -> Any:
    """Rows, as msgspec makes its Structs of."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return [
            plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        ]
    return value.value if isinstance(value, enum.Enum) else value


def measure(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Nanoseconds of each: the best of many short rounds, in which all take turns."""

    def time(work: Work, times: int) -> int:
        run, argument = work
        before = perf_counter_ns()
        for _ in repeat(None, times):
            run(argument)
        return perf_counter_ns() - before

    counts = {
        name: max(1, ROUND_NS * 3 // max(time(work, 3), 1))
        for name, work in works.items()
    }
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], time(work, counts[name]) / counts[name])
    return best


def main() -> None:
    rounds = int(sys.argv[1])
    rows = []
    for payload in json.load(sys.stdin):
        wire = base64.b64decode(payload["wire"])
        decoded, checked = works_of(payload["method"], payload["json"].encode(), wire)
        rows.append(
            {
                "payload": payload["payload"],
                "from bytes": measure(decoded, rounds),
                "already parsed": measure(checked, max(1, rounds // 4)),
            }
        )
    json.dump(rows, sys.stdout)


main()
