"""The objects and functions that cross by reference, in both directions. Normative: spec/wire/objects.md. Twin: lib/session/objects.ts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import UnknownHandleError, ValidationError
from ringsnake._session.call_options import DEFAULT_OPTIONS
from ringsnake._session.exported_objects import ExportedObject, ExportedObjects
from ringsnake._session.imported_objects import ImportedHandle, ImportedObjects
from ringsnake._session.interface import Caller, InterfaceDefinition, Method
from ringsnake._session.object_caller import ObjectCaller, RemoteFunction, handle_of
from ringsnake._session.session_caller import CallStarter
from ringsnake._session.streams import Streams
from ringsnake._wire.references import (
    OWNER_RECEIVER,
    OWNER_SENDER,
    ObjectReference,
    StreamReference,
    ValidationLevel,
)
from ringsnake._wire.schema_program import Referred, StreamProgram


class HandleStatistics(NamedTuple):
    """Objects and functions in use across a session, by the name of their type."""

    exported: Mapping[str, int]
    """Of this side, held by the peer."""
    imported: Mapping[str, int]
    """Of the peer, held here."""


class SessionObjects:
    """Threads: the event loop's. A ReferencePort."""

    def __init__(
        self,
        session: CallStarter,
        channel: FrameChannel,
        loop: asyncio.AbstractEventLoop,
        send: Callable[[Sequence[int]], None],
    ) -> None:
        """`send` sends what was given back: number, count, number, count…"""
        self._exports = ExportedObjects(channel.objects, channel.lent)
        self._imports = ImportedObjects(session, loop, send)
        self.validation: ValidationLevel = "full"
        self.streams: Streams
        """Set before the first message."""
        channel.set_references(self)

    @property
    def is_unsettled(self) -> bool:
        return bool(self._exports.written) or self.streams.is_unsettled

    def exported(self, number: int) -> ExportedObject:
        """An object of ours by the number that the peer names."""
        exported = self._exports.get(number)
        if exported is None:
            raise UnknownHandleError(
                f"object {number} is not known here: it was released, or never given"
            )
        return exported

    def find_exported(
        self, value: object, definition: InterfaceDefinition
    ) -> ExportedObject | None:
        """What the peer holds of ours."""
        return self._exports.find(value, definition)

    def received_object(self, number: int, owner: int, /) -> ObjectReference:
        return ObjectReference(number, owner, self)

    def received_stream(self, number: int, /) -> StreamReference:
        return self.streams.received_stream(number)

    def send_stream(self, source: object, program: StreamProgram, /) -> StreamReference:
        return self.streams.send_stream(source, program)

    def open_stream(self, reference: object, program: StreamProgram, /) -> object:
        return self.streams.open_stream(reference, program)

    def give_back(self, number: int, /) -> None:
        self._imports.give_back(number, 1)

    def export(self, value: object, referred: object, /) -> ObjectReference:
        definition = definition_of(cast(Referred, referred))
        handle = handle_of(value)
        if (
            handle is not None
            and handle.is_of(self._imports)
            and handle.definition.name == definition.name
        ):
            handle.must_be_held()
            return ObjectReference(handle.number, OWNER_RECEIVER)
        number, is_told = self._exports.lend(value, definition)
        return ObjectReference(number, OWNER_SENDER, is_told=is_told)

    def find(self, reference: ObjectReference, referred: object, /) -> object:
        declared = cast(Referred, referred)
        definition = definition_of(declared)
        if reference.owner == OWNER_SENDER:
            found = self._imports.find(
                reference.number, definition, lambda handle: _stub_of(handle, declared)
            )
            reference.take()
            return found
        exported = self.exported(reference.number)
        if exported.definition.name != definition.name:
            raise ValidationError(definition.name, exported.definition.name)
        return exported.value

    def tell(self, number: int, read: Callable[[], object] | None, /) -> None:
        self._imports.tell(number, read)

    def settle(self, *, sent: bool) -> None:
        if self._exports.written:
            self._exports.settle(sent=sent)
        self.streams.settle(sent=sent)

    def released(self, value: object) -> None:
        """The peer gave references back. What it does not hold cannot be: it is ignored."""
        if not isinstance(value, list):
            return
        items = iter(cast("list[object]", value))
        for number, count in zip(items, items, strict=False):
            if type(number) is int and type(count) is int:
                self._exports.release(number, count)

    def end(self) -> None:
        self._exports.clear()
        self._imports.clear()

    def statistics(self) -> HandleStatistics:
        return HandleStatistics(
            _counted(self._exports.definitions()), _counted(self._imports.definitions())
        )


def definition_of(referred: Referred) -> InterfaceDefinition:
    """Made when it is first asked for."""
    if referred.definition is None:
        if referred.client is not None:
            referred.definition = referred.client.definition
        elif referred.programs is not None:
            arguments, result = referred.programs
            call = Method(name="call", attribute="__call__", arguments=arguments, result=result)
            referred.definition = InterfaceDefinition(
                name=referred.name,
                hash="",
                schema=referred.name,
                methods=(call,),
                is_function=True,
                returns_nothing=referred.name.endswith("=> void"),
            )
    return cast(InterfaceDefinition, referred.definition)


def _stub_of(handle: ImportedHandle, referred: Referred) -> object:
    caller = ObjectCaller(handle, DEFAULT_OPTIONS)
    if referred.client is None:
        return RemoteFunction(caller)
    return cast("Callable[[Caller], object]", referred.client)(caller)


def _counted(definitions: Iterable[InterfaceDefinition]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for definition in definitions:
        counts[definition.name] = counts.get(definition.name, 0) + 1
    return counts
