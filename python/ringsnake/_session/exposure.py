"""What errors tell the other side. Normative: spec/wire/frame.md §5. Twin: lib/session/exposure.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from ringsnake._wire.references import ValidationLevel

Exposure: TypeAlias = Literal["full", "message", "type"]
"""All of an error; its class and message; or its class alone."""

_TOLD: Final = (
    "code",
    "type",
    "message",
    "path",
    "expected",
    "actual",
    "source",
    "problems",
    "declared",
    "fields",
)


def read_exposure(value: object) -> Exposure:
    """What the host wants. Of what is not known here, nothing is told but the class."""
    if value is None or value == "full":
        return "full"
    return "message" if value == "message" else "type"


def read_validation(hello: Mapping[str, object]) -> ValidationLevel:
    """What the host wants. Of what is not known here, all is looked at."""
    level = hello.get("validation")
    return "shape" if level == "shape" else "off" if level == "off" else "full"


def exposed(wire: dict[str, object], exposure: Exposure) -> dict[str, object]:
    """What may be told of it. What the interface declares may, and what ringsnake says, but for previews of values."""
    if exposure == "full":
        return wire
    told: dict[str, object] = {member: wire[member] for member in _TOLD if member in wire}
    told["traceback"] = ""
    if exposure == "type":
        if "declared" not in wire and wire["code"] == "RS_REMOTE":
            told["message"] = "(its message is not shown)"
        if "actual" in wire:
            told["actual"] = "another value"
        told.pop("problems", None)
    return told
