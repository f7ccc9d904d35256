"""What a call is addressed to. Twin: lib/session/call-target.ts."""

from __future__ import annotations

from typing import NamedTuple

from ringsnake._session.interface import InterfaceDefinition, Method
from ringsnake._wire.constants_gen import FrameKind


class CallTarget(NamedTuple):
    """One method of what the peer has."""

    kind: int
    interface_index: int
    method_index: int
    method: Method
    interface_name: str


def service_targets(
    definition: InterfaceDefinition, interface_index: int
) -> tuple[CallTarget, ...]:
    """The methods of an interface that the peer serves."""
    kind = int(FrameKind.CALL)
    return tuple(
        CallTarget(kind, interface_index, index, method, definition.name)
        for index, method in enumerate(definition.methods)
    )
