"""What this side has sent by reference and not got back. Normative: spec/wire/objects.md §3. Twin: lib/session/exported-objects.ts."""

from __future__ import annotations

from types import MethodType
from typing import Final, cast

from ringsnake._errors import TooManyHandlesError, ValidationError
from ringsnake._session.interface import Handler, InterfaceDefinition, handler_of
from ringsnake._wire.constants_gen import HANDLES_MAX
from ringsnake._wire.validation import describe, mismatch
from ringsnake._wire.value import NativeProgram

_IDS: Final = 2**32

_DATA: Final = frozenset({str, int, float, bool, list, tuple, dict, bytes})
"""What crosses as it is, and so is no object whatever methods were declared."""


class ExportedObject:
    """An object or function of ours that the peer holds."""

    __slots__ = ("definition", "handlers", "is_written", "key", "number", "references", "value")

    def __init__(
        self,
        number: int,
        definition: InterfaceDefinition,
        value: object,
        *,
        handlers: tuple[Handler, ...],
        key: tuple[object, ...],
    ) -> None:
        self.number = number
        self.definition = definition
        self.value = value
        self.handlers = handlers
        """In the order of the interface's methods."""
        self.key = key
        self.is_written = False
        """Whether the message that is being written has it already."""
        self.references = 0
        """How often it was sent and not given back."""


class ExportedObjects:
    """Threads: the event loop's."""

    def __init__(
        self,
        programs: dict[int, tuple[NativeProgram, ...]],
        lent: list[object],
        *,
        limit: int = HANDLES_MAX,
    ) -> None:
        self._programs = programs
        """Of the channel: what the calls on each carry."""
        self._limit = limit
        self._by_number: dict[int, ExportedObject] = {}
        self._by_key: dict[tuple[object, ...], ExportedObject] = {}
        self._next_number = 1
        self.written = cast("list[ExportedObject]", lent)
        """Of the channel: those of the message that is being written."""

    def get(self, number: int) -> ExportedObject | None:
        return self._by_number.get(number)

    def find(self, value: object, definition: InterfaceDefinition) -> ExportedObject | None:
        return self._by_key.get(_key(value, definition))

    def lend(self, value: object, definition: InterfaceDefinition) -> tuple[int, bool]:
        """One reference more to `value`: its number, and whether the message has it already.

        Raises:
            ValidationError: it has not the methods.
            TooManyHandlesError: the peer holds too much already.
        """
        key = _key(value, definition)
        exported = self._by_key.get(key)
        if exported is None:
            exported = self._add(value, definition, key)
        exported.references += 1
        self.written.append(exported)
        is_told, exported.is_written = exported.is_written, True
        return exported.number, is_told

    def settle(self, *, sent: bool) -> None:
        """The message was sent, or given up."""
        written = self.written.copy()
        self.written.clear()
        for exported in written:
            exported.is_written = False
        if not sent:
            for exported in written:
                self._drop(exported, 1)

    def release(self, number: int, count: int) -> bool:
        """The peer gives `count` references back. False: it has not so many."""
        exported = self._by_number.get(number)
        if exported is None or not 1 <= count <= exported.references:
            return False
        self._drop(exported, count)
        return True

    def clear(self) -> None:
        self._by_number.clear()
        self._by_key.clear()
        self.written.clear()

    def definitions(self) -> list[InterfaceDefinition]:
        return [exported.definition for exported in self._by_number.values()]

    def _add(
        self, value: object, definition: InterfaceDefinition, key: tuple[object, ...]
    ) -> ExportedObject:
        handlers = _handlers(value, definition)
        if len(self._by_number) >= self._limit:
            raise TooManyHandlesError(
                f"the peer holds {self._limit} objects of this side already: release() them there, "
                "or see who keeps them"
            )
        number = self._take_number()
        exported = ExportedObject(number, definition, value, handlers=handlers, key=key)
        self._by_number[number] = exported
        self._by_key[key] = exported
        self._programs[number] = tuple(method.arguments.native for method in definition.methods)
        return exported

    def _drop(self, exported: ExportedObject, count: int) -> None:
        exported.references -= count
        if exported.references > 0:
            return
        # After a clear() they are gone already.
        self._by_number.pop(exported.number, None)
        self._by_key.pop(exported.key, None)
        self._programs.pop(exported.number, None)

    def _take_number(self) -> int:
        # One that was given back is not given again for as long as can be: who kept it shall not meet another object.
        number = self._next_number
        while number == 0 or number in self._by_number:
            number = (number + 1) % _IDS
        self._next_number = (number + 1) % _IDS
        return number


def _key(value: object, definition: InterfaceDefinition) -> tuple[object, ...]:
    # A method that is bound anew each time it is looked up is the same function. The entry holds both, so no id is given again.
    if isinstance(value, MethodType):
        return (id(value.__self__), id(value.__func__), id(definition))
    return (id(value), id(definition))


def _handlers(value: object, definition: InterfaceDefinition) -> tuple[Handler, ...]:
    if definition.is_function:
        if not callable(value):
            raise mismatch(definition.name, value)
        return (value,)
    handlers: list[Handler] = []
    for method in definition.methods:
        handler = handler_of(value, method)
        if handler is None:
            if value is None or type(value) in _DATA:
                raise mismatch(definition.name, value)
            raise ValidationError(
                definition.name, f"{describe(value)} without {method.attribute}()"
            )
        handlers.append(handler)
    return tuple(handlers)
