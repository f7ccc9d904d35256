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
        CallTarget(kind, interface_index, _index(method, index), method, definition.name)
        for index, method in enumerate(definition.methods)
    )


def object_targets(definition: InterfaceDefinition, number: int) -> tuple[CallTarget, ...]:
    """The methods of an object of the peer's."""
    return _targets(int(FrameKind.CALL_OBJECT), definition, number)


def result_targets(definition: InterfaceDefinition, call_id: int) -> tuple[CallTarget, ...]:
    """The methods of the object that an earlier call will give."""
    return _targets(int(FrameKind.CALL_RESULT), definition, call_id)


def _targets(kind: int, definition: InterfaceDefinition, number: int) -> tuple[CallTarget, ...]:
    # The places of interface and method are those of method and object: one is 16 bits wide, the other 32.
    return tuple(
        CallTarget(kind, _index(method, index), number, method, definition.name)
        for index, method in enumerate(definition.methods)
    )


def _index(method: Method, index: int) -> int:
    return index if method.peer_index is None else method.peer_index
