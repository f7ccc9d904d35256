"""What the two sides of a session have found out about interfaces of different schemas. Normative: spec/wire/schema.md §5.

Twin: lib/session/schema-agreements.ts, which alone knows whether two schemas can work together: we ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import Context
from typing import Final, NamedTuple, Protocol, cast

from ringsnake._errors import ProtocolError, SchemaMismatchError
from ringsnake._schema.problem import SchemaProblem
from ringsnake._schema.read_schema import read_schema
from ringsnake._session.adapted_interface import AdaptedInterface, Role
from ringsnake._session.call_options import DEFAULT_OPTIONS, CallOptions
from ringsnake._session.call_target import CallTarget
from ringsnake._session.callee import Callee
from ringsnake._session.interface import InterfaceDefinition, Method, Service
from ringsnake._session.served_interface import ServedInterface, schema_difference
from ringsnake._wire.constants_gen import SCHEMAS_MAX, FrameKind
from ringsnake._wire.schema_program import TypeTable

_TABLE: Final = TypeTable()
_TELL: Final = Method(
    name="schema",
    attribute="schema",
    arguments=_TABLE.arguments(("schema", "s")),
    result=_TABLE.result("v"),
)
"""What a frame of the kind `schema` carries."""


class Asking(Protocol):
    """A session."""

    peer_interfaces: Sequence[ServedInterface]
    services: Sequence[Service]

    def call_sync(
        self, target: CallTarget, args: Sequence[object], options: CallOptions, /
    ) -> object: ...


class _Adapted(NamedTuple):
    """A Service for callers with another schema."""

    definition: InterfaceDefinition
    implementation: object


class SchemaAgreements:
    """Threads: the session's."""

    def __init__(self, session: Asking, callee: Callee) -> None:
        self._session = session
        self._callee = callee
        self._called: dict[int, tuple[InterfaceDefinition, InterfaceDefinition, int]] = {}
        """Those that we call, by the id of our definition."""
        self._received = 0

    def calling(
        self, definition: InterfaceDefinition, served: ServedInterface, interface_index: int
    ) -> tuple[InterfaceDefinition, int]:
        """One of ours, as the peer that serves another is called, and where. Blocks until the peer has answered.

        Raises:
            SchemaMismatchError: it cannot be.
        """
        known = self._called.get(id(definition))
        if known is not None:
            return known[1:]
        try:
            adapted = AdaptedInterface(read_schema(definition.schema), read_schema(served.schema))
        except SchemaProblem as problem:
            difference = schema_difference(definition.schema, served.schema)
            raise SchemaMismatchError(
                f"{definition.name} differs between the two sides, and cannot be compared ({problem}): run "
                f"`ringsnake gen` for both from the same file (- only here, + only there)\n{difference}",
                difference,
            ) from None
        index = len(self._session.peer_interfaces) + len(self._called)
        kind = int(FrameKind.SCHEMA)
        target = CallTarget(kind, interface_index, index, _TELL, definition.name)
        # The call that is being handled has nothing to do with it.
        Context().run(self._session.call_sync, target, (definition.schema,), DEFAULT_OPTIONS)
        agreed = adapted.definition(definition, Role.CALLING)
        self._called[id(definition)] = definition, agreed, index
        return agreed, index

    def receive(self, interface_index: int, number: int, value: object) -> None:
        """The peer will call one of our services with another schema. It has compared the two, and awaits no answer."""
        self._received += 1
        items = cast("list[object]", value) if isinstance(value, list) else []
        text = items[0] if items else None
        services = self._session.services
        is_served = interface_index < len(services)
        if not is_served or not isinstance(text, str) or self._received > SCHEMAS_MAX:
            raise ProtocolError(f"the peer told a schema of interface {interface_index} in vain")
        service = services[interface_index]
        definition = service.definition
        try:
            adapted = AdaptedInterface(read_schema(definition.schema), read_schema(text))
        except SchemaProblem as problem:
            raise ProtocolError(
                f"the peer's schema of {definition.name} cannot be read: {problem}"
            ) from None
        seen = _Adapted(adapted.definition(definition, Role.SERVING), service.implementation)
        if not self._callee.add(number, seen):
            raise ProtocolError(f"the peer gave its schema of {definition.name} number {number}")
