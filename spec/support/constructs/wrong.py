"""For the spec of wrong values: keeps what it is given, and calls the host with what it must not be called with."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

import ringsnake
from constructs_gen import Constructs, ConstructsClient, ConstructsServer, constructs_definition
from ringsnake.generated import UNSET, Caller, Client, InterfaceDefinition, Method, TypeTable

_KINDS: dict[str, object] = {
    "null": None,
    "undefined": UNSET,
    "string": "wrong",
    "number": 1.25,
    "integer": 77,
    "bigint": 2**70,
    "boolean": True,
    "array": [],
    "Date": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    "RegExp": re.compile("x"),
    "bytes": b"x",
    "Set": {1},
    "function": lambda: None,
    "class": object(),
    "complex": 1j,
}

_seen: dict[str, object] = {}
_counts = {"handled": 0}


def _unchecked(method: Method) -> Method:
    types = TypeTable()
    return Method(
        name=method.name,
        attribute=method.attribute,
        arguments=types.arguments(("value", "x")),
        result=types.result("x"),
    )


class _Unchecked(Client):
    """Sends whatever it is given."""

    definition = InterfaceDefinition(
        name=constructs_definition.name,
        hash=constructs_definition.hash,
        schema=constructs_definition.schema,
        methods=tuple(_unchecked(method) for method in constructs_definition.methods),
    )

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def send(self, name: str, value: object) -> object:
        names = [method.name for method in self.definition.methods]
        return await self._caller.call(names.index(name), (value,))


_host = ringsnake.client(ConstructsClient)
_raw = ringsnake.client(_Unchecked)


def _replaced(value: Any, steps: Sequence[Any], wrong: object) -> Any:
    if not steps:
        return wrong
    step, rest = steps[0], steps[1:]
    if dataclasses.is_dataclass(value):
        return _changed(value, str(step), _replaced(getattr(value, step), rest, wrong))
    if isinstance(value, dict):
        members = cast("dict[object, object]", value)
        key = step if step in members else int(step)
        return {**members, key: _replaced(members[key], rest, wrong)}
    at = int(step)
    items = list(cast("Sequence[object]", value))
    items[at] = _replaced(items[at], rest, wrong)
    return tuple(items) if isinstance(value, tuple) else items


def _changed(record: Any, name: str, value: object) -> object:
    copy = dataclasses.replace(record)
    setattr(copy, name, value)
    return copy


async def _told(call: Callable[[], Any], path: str) -> str | None:
    """None: it was refused as it must be."""
    try:
        await call()
    except ringsnake.ValidationError as error:
        if error.path == path and len(error.problems) == 1 and error.source:
            return None
        return f"{path}: {error}"
    except Exception as error:
        return f"{path}: {type(error).__name__} {error}"
    return f"{path}: taken"


async def _words(call: Callable[[], Any]) -> str | None:
    """What is said of it; None: it was taken."""
    try:
        await call()
    except ringsnake.ValidationError as error:
        # Results are checked where they leave.
        return None if re.match(r"\w+\(\)", error.path) else str(error)
    return None


class _Server:
    """Any method: what comes goes back, and is kept under its name."""

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def keep(value: Any) -> Any:
            _counts["handled"] += 1
            _seen[name] = value
            return value

        return keep

    def anything(self, value: object, /) -> object:
        del value
        return _counts["handled"]

    async def whatever(self, value: object, /) -> object:
        """`given`: of the value that was kept, each place with each kind; `sent`: trees, as they are; `told`: what is said of those."""
        request = cast("dict[str, Any]", value)
        name = cast(str, request["method"])
        failures: list[str | None] = []
        for case in request["cases"]:
            if request["how"] != "given":
                path, tree = case

                def call(tree: object = tree) -> Any:
                    return _raw.send(name, tree)
            else:
                path, steps, kind = case
                method = cast("Callable[[Any], Any]", getattr(_host, request["attribute"]))
                wrong = _replaced(_seen[request["attribute"]], steps, _KINDS[kind])

                def call(method: Callable[[Any], Any] = method, wrong: object = wrong) -> Any:
                    return method(wrong)

            failures.append(await (_words(call) if request["how"] == "told" else _told(call, path)))
        return [failure for failure in failures if failure is not None]


ringsnake.serve(ConstructsServer(cast(Constructs, _Server())))
