"""An interface as it is announced in hello and welcome. Normative: spec/wire/handshake.md §3.

Twin: lib/session/served-interface.ts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from ringsnake._errors import HandshakeError
from ringsnake._session.interface import Service


class ServedInterface(NamedTuple):
    """Equal hashes mean equal wire forms."""

    name: str
    hash: str
    schema: str


def announce(services: Sequence[Service]) -> list[dict[str, str]]:
    """What to announce for `services`."""
    return [
        {"name": d.name, "hash": d.hash, "schema": d.schema}
        for d in (service.definition for service in services)
    ]


def read_announcement(value: object) -> list[ServedInterface]:
    """The peer's announcement, checked. Raises HandshakeError for anything else."""
    if not isinstance(value, list):
        raise HandshakeError("the peer announced no list of interfaces")
    interfaces: list[ServedInterface] = []
    for entry in cast(list[object], value):
        fields = cast(dict[str, object], entry) if isinstance(entry, dict) else {}
        name, hash_, schema = fields.get("name"), fields.get("hash"), fields.get("schema")
        if not (isinstance(name, str) and isinstance(hash_, str) and isinstance(schema, str)):
            raise HandshakeError("the peer announced an interface without name, hash or schema")
        interfaces.append(ServedInterface(name, hash_, schema))
    return interfaces


def schema_difference(ours: str, theirs: str) -> str:
    """Lines that only `ours` has with `-`, lines that only `theirs` has with `+`, in order."""
    our_lines, their_lines = ours.rstrip().split("\n"), theirs.rstrip().split("\n")
    removed = [f"- {line}" for line in our_lines if line not in their_lines]
    added = [f"+ {line}" for line in their_lines if line not in our_lines]
    return "\n".join(removed + added)
