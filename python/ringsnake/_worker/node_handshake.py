"""The host's side of the first exchange. Normative: spec/wire/handshake.md §3."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import cast

from ringsnake._channel.control import ControlSocket
from ringsnake._errors import HandshakeError, ModuleImportError
from ringsnake._ring.native import Endpoint
from ringsnake._session.interface import Service
from ringsnake._session.served_interface import ServedInterface, announce, read_announcement
from ringsnake._wire.constants_gen import WIRE_VERSION, FrameKind
from ringsnake._wire.references import ValidationLevel


def say_hello(
    control: ControlSocket,
    endpoint: Endpoint,
    *,
    module: str,
    spin: float,
    bulk_limit: int,
    bulk_threshold: int | None,
    previews: bool,
    validation: ValidationLevel,
    serves: Sequence[Service],
) -> None:
    """Sends the hello, and the channel's socket with it. Raises OSError when the worker is gone already."""
    hello: dict[str, object] = {
        "wireVersion": WIRE_VERSION,
        "hostPid": os.getpid(),
        "module": module,
        "spin": float(spin),
        "bulkLimit": bulk_limit,
        "serves": announce(serves),
    }
    if bulk_threshold is not None:
        hello["bulkThreshold"] = bulk_threshold
    if not previews:
        hello["valuePreviews"] = False
    if validation != "full":
        hello["validation"] = validation
    try:
        control.send(FrameKind.HELLO, hello, [endpoint.peer_socket])
    finally:
        endpoint.close_peer_socket()


def read_answer(kind: FrameKind, value: object, module: str) -> list[ServedInterface]:
    """What the worker serves. Raises what it refused with: ModuleImportError, HandshakeError."""
    fields = cast(dict[str, object], value) if isinstance(value, dict) else {}
    if kind is FrameKind.WELCOME:
        return read_announcement(fields.get("serves"))
    if kind is not FrameKind.REFUSAL:
        raise HandshakeError(f"the worker answered hello with {kind.name.lower()}")
    message = str(fields.get("message"))
    if fields.get("code") != "RS_MODULE_IMPORT":
        raise HandshakeError(f"the worker refused: {message}")
    type_, traceback = str(fields.get("type")), str(fields.get("traceback"))
    hint = (
        "\nInstall what is missing where the module lies: npm install …"
        if message.startswith(("Cannot find package", "Cannot find module"))
        else ""
    )
    raise ModuleImportError(
        f"{module} did not import: {type_}: {message}{hint}\n{traceback}",
        type=type_,
        traceback=traceback,
    )
