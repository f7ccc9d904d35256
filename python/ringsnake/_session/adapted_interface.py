"""Our interfaces for a peer that has another schema.

What is sent stays as our programs write it, what comes is made over from the peer's schema before our programs read it. Normative:
spec/wire/schema.md §4. Twin: lib/session/adapted-interface.ts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, NamedTuple, cast

from ringsnake._schema.model import (
    Alias,
    Function,
    Interface,
    Named,
    Record,
    Schema,
    Slot,
    Stream,
    Type,
    stream_in,
)
from ringsnake._schema.model import Method as MethodType
from ringsnake._schema.text import function_text
from ringsnake._schema.transcoder import Step, TranscodedStream, Transcoding
from ringsnake._schema.unchanged import changed_names, is_unchanged_call
from ringsnake._schema.walk import types_in, types_of
from ringsnake._session.declared_error import ErrorType
from ringsnake._session.interface import InterfaceDefinition, Method
from ringsnake._session.objects import definition_of
from ringsnake._wire.conversion import Port
from ringsnake._wire.references import (
    ObjectReference,
    ReferencePort,
    StreamReference,
    ValidationLevel,
)
from ringsnake._wire.schema_program import Program, Referred, StreamProgram
from ringsnake._wire.unset import UNSET
from ringsnake._wire.value import NativeProgram, NativeSchema

_SCHEMA: Final = NativeSchema()
_BY_PYTHON: Final = "o0"
"""A code that the native half leaves to the functions of a program."""


class Role(Enum):
    """What this side does with an interface."""

    CALLING = 0
    SERVING = 1


class _Call(NamedTuple):
    """What both sides say of one call."""

    parameters: tuple[Sequence[Slot], Sequence[Slot]]
    """Ours, theirs."""
    results: tuple[Type, Type]


class AdaptedInterface:
    """Raises SchemaProblem when there is too much to compare."""

    def __init__(self, ours: Schema, theirs: Schema) -> None:
        self._ours = ours
        self._theirs = theirs
        self._changed = changed_names(ours, theirs)
        self._reading = Transcoding(theirs, ours, lambda theirs, ours: self._learn(ours, theirs))
        self._writing = Transcoding(ours, theirs, self._learn)
        """Sent values are not made over, but functions among them are called back."""
        self._functions: dict[str, _Call] = {}
        """By our text: what the peer has in its place."""
        self._definitions: dict[tuple[int, Role], tuple[object, InterfaceDefinition]] = {}
        self._referred: dict[tuple[int, Role], tuple[object, Referred]] = {}

    def definition(self, own: InterfaceDefinition, role: Role) -> InterfaceDefinition:
        """One of our definitions, as it is for this peer."""
        known = self._definitions.get((id(own), role))
        if known is not None:
            return known[1]
        adapted = self._function(own, role) if own.is_function else self._object(own, role)
        # Both are kept, so that no id is given again.
        self._definitions[id(own), role] = own, adapted
        return adapted

    def referred(self, own: Referred, role: Role) -> Referred:
        """The same of what is declared of objects and functions."""
        known = self._referred.get((id(own), role))
        if known is not None:
            return known[1]
        adapted = own
        own_definition = definition_of(own)
        definition = self.definition(own_definition, role)
        if definition is not own_definition:
            adapted = Referred(own.name, client=own.client, programs=own.programs)
            adapted.definition = definition
        self._referred[id(own), role] = own, adapted
        return adapted

    def stream(self, own: StreamProgram, step: Step) -> StreamProgram:
        """The programs of a stream of the peer's."""
        items = self._read(own.items, None if step is None else _each(step))
        takes = own.takes
        if takes is not None:
            takes = takes._replace(program=self._written(takes.program))
        return own._replace(items=items, takes=takes)

    def sent_stream(self, own: StreamProgram, step: Step) -> StreamProgram:
        """The programs of a stream of ours; `step` makes over what is sent to it."""
        if own.lends:
            own = own._replace(item=self._written(own.item), items=self._written(own.items))
        takes = own.takes
        if takes is not None:
            takes = takes._replace(program=self._read(takes.program, step))
        return own._replace(takes=takes)

    def _function(self, own: InterfaceDefinition, role: Role) -> InterfaceDefinition:
        call = self._functions.get(own.name)
        if call is None or is_unchanged_call(*call, self._changed):
            return own
        methods = tuple(self._method(method, call, role, None, ()) for method in own.methods)
        return own._replace(methods=methods)

    def _object(self, own: InterfaceDefinition, role: Role) -> InterfaceDefinition:
        ours, theirs = _methods_of(self._ours, own.name), _methods_of(self._theirs, own.name)
        if ours is None or theirs is None or own.name not in self._changed:
            return own
        known = {method.name: method for method in ours}
        places = {method.name: place for place, method in enumerate(theirs)}
        methods: list[Method] = []
        for method in own.methods:
            place = places.get(method.name)
            mine = known.get(method.name)
            if place is None or mine is None:
                # One that the peer does not know is not called.
                methods.append(method)
                continue
            other = theirs[place]
            call = _Call((mine.parameters, other.parameters), (mine.result, other.result))
            throws = tuple(self._error(error) for error in method.throws)
            methods.append(self._method(method, call, role, place, throws))
        return own._replace(methods=tuple(methods))

    def _method(
        self,
        own: Method,
        call: _Call,
        role: Role,
        place: int | None,
        throws: tuple[ErrorType, ...],
    ) -> Method:
        (ours, theirs), (result, other) = call
        arguments, returned = own.arguments, own.result
        if not is_unchanged_call(*call, self._changed):
            arguments_step = self._reading.parameters(theirs, ours)
            result_step = self._reading.type(other, result)
            self._writing.parameters(ours, theirs)
            self._writing.type(result, other)
            given = self._taken([each.type for each in ours], [each.type for each in theirs])
            answered = self._taken([result], [other])
            self._reading.finish()
            self._writing.finish()
            if role is Role.SERVING:
                arguments = self._read(arguments, arguments_step)
                if self._refers(result):
                    returned = self._written(returned, lambda value: answered([value]))
            else:
                if any(self._refers(slot.type) for slot in ours):
                    arguments = self._written(
                        arguments, lambda values: given(cast("Sequence[object]", values))
                    )
                returned = self._read(returned, result_step)
        promised = own.result_interface
        return Method(
            name=own.name,
            attribute=own.attribute,
            arguments=arguments,
            result=returned,
            throws=throws,
            # Not at once: an interface may give objects of its own kind.
            result_interface=None
            if promised is None
            else lambda: self.definition(promised(), role),
            peer_index=place,
        )

    def _taken(
        self, ours: Sequence[Type], theirs: Sequence[Type]
    ) -> Callable[[Sequence[object]], list[Step]]:
        """For values of our types: of each stream among them how what is sent to it is made over."""
        steps: list[tuple[int, Step]] = []
        for place, type_ in enumerate(ours):
            stream = stream_in(type_)
            if stream is None:
                continue
            other = stream_in(theirs[place]) if place < len(theirs) else None
            step: Step = None
            if stream.takes is not None and other is not None and other.takes is not None:
                self._writing.type(stream.takes, other.takes)
                step = self._reading.type(other.takes, stream.takes)
            steps.append((place, step))

        def of(values: Sequence[object]) -> list[Step]:
            there = {
                place
                for place, value in enumerate(values)
                if value is not None and value is not UNSET
            }
            return [step for place, step in steps if place in there]

        return of

    def _error(self, own: ErrorType) -> ErrorType:
        ours, theirs = (each.definitions.get(own.name) for each in (self._ours, self._theirs))
        if own.name not in self._changed:
            return own
        if not isinstance(ours, Record) or not isinstance(theirs, Record):
            return own
        transcode = self._reading.fields(theirs, ours)
        self._reading.finish()
        return own._replace(transcode=transcode)

    def _learn(self, ours: Function, theirs: Function) -> None:
        call = _Call((ours.parameters, theirs.parameters), (ours.result, theirs.result))
        self._functions.setdefault(function_text(ours.parameters, ours.result), call)

    def _read(self, own: Program, step: Step) -> Program:
        """One that reads what the peer writes."""

        def from_wire(value: object, port: Port = None) -> object:
            tree = value if step is None else step(value)
            return own.from_wire(tree, self._port(port))

        native = NativeProgram(_SCHEMA, _BY_PYTHON, own.to_wire, from_wire)
        return Program(
            native,
            own.to_wire,
            from_wire,
            refers=own.refers,
            lends=own.lends,
            declared=own.declared,
            generator=own.generator,
        )

    def _written(
        self, own: Program, taken: Callable[[object], list[Step]] | None = None
    ) -> Program:
        """One that writes references which the peer uses in its own way; `taken` says how what is sent to streams among them is made over."""

        def to_wire(value: object, port: Port = None) -> object:
            steps = [] if taken is None else taken(value)
            return own.to_wire(value, self._port(port, steps))

        native = NativeProgram(_SCHEMA, _BY_PYTHON, to_wire, own.from_wire)
        return Program(
            native,
            to_wire,
            own.from_wire,
            refers=own.refers,
            lends=own.lends,
            declared=own.declared,
            generator=own.generator,
        )

    def _port(self, port: Port, taken: list[Step] | None = None) -> Port:
        return None if port is None else _AdaptedPort(self, port, taken or [])

    def _refers(self, type_: Type) -> bool:
        """Whether values of one of our types may have references."""
        names: list[str] = []

        def look(types: Sequence[Type]) -> bool:
            names.extend(each.name for each in types if isinstance(each, Named))
            return any(isinstance(each, (Function, Stream)) for each in types)

        if look(list(types_in(type_))):
            return True
        seen: set[str] = set()
        # More are added meanwhile.
        for name in names:
            if name in seen:
                continue
            seen.add(name)
            definition = self._ours.definitions[name]
            if isinstance(definition, Interface):
                return True
            if isinstance(definition, (Record, Alias)) and look(list(types_of(definition))):
                return True
        return False


class _AdaptedPort:
    """A ReferencePort where our definitions stand for this peer's."""

    def __init__(self, adapted: AdaptedInterface, port: ReferencePort, taken: list[Step]) -> None:
        self._adapted = adapted
        self._port = port
        self._taken = taken
        """Of each stream of the message, in their order: how what is sent to it is made over."""

    @property
    def validation(self) -> ValidationLevel:
        return self._port.validation

    def received_object(self, number: int, owner: int, /) -> ObjectReference:
        return self._port.received_object(number, owner)

    def received_stream(self, number: int, /) -> StreamReference:
        return self._port.received_stream(number)

    def give_back(self, number: int, /) -> None:
        self._port.give_back(number)

    def export(self, value: object, referred: object, /) -> ObjectReference:
        declared = self._adapted.referred(cast(Referred, referred), Role.SERVING)
        return self._port.export(value, declared)

    def find(self, reference: ObjectReference, referred: object, /) -> object:
        declared = self._adapted.referred(cast(Referred, referred), Role.CALLING)
        return self._port.find(reference, declared)

    def tell(self, number: int, read: Callable[[], object] | None, /) -> None:
        self._port.tell(number, read)

    def send_stream(self, source: object, program: StreamProgram, /) -> StreamReference:
        step = self._taken.pop(0) if self._taken else None
        return self._port.send_stream(source, self._adapted.sent_stream(program, step))

    def open_stream(self, reference: object, program: StreamProgram, /) -> object:
        step = reference.step if isinstance(reference, TranscodedStream) else None
        return self._port.open_stream(reference, self._adapted.stream(program, step))

    @property
    def is_unsettled(self) -> bool:
        return self._port.is_unsettled

    def settle(self, *, sent: bool) -> None:
        self._port.settle(sent=sent)


def _methods_of(schema: Schema, name: str) -> tuple[MethodType, ...] | None:
    found = schema.definitions.get(name)
    return found.methods if isinstance(found, Interface) else None


def _each(step: Step) -> Step:
    def transcode(tree: object) -> object:
        if step is None or not isinstance(tree, list):
            return tree
        return [step(item) for item in cast("list[object]", tree)]

    return transcode
