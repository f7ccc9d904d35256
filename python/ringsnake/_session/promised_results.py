"""What the peer's calls will give, or gave not long ago, where that is an object: calls on it may arrive before the peer knows it.

Normative: spec/wire/objects.md §5. Twin: lib/session/promised-results.ts, with the table of states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import UnknownHandleError
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.interface import Handler, InterfaceDefinition, Method, handler_of
from ringsnake._session.objects import SessionObjects
from ringsnake._wire.constants_gen import PROMISED_RESULTS_MAX

_KEYS: Final = 2**32
"""In FrameChannel.objects, the results of calls begin here."""


class PromisedResult:
    """The result of one call of the peer's."""

    __slots__ = ("_error", "_number", "_objects", "_value", "definition", "is_settled", "waiting")

    def __init__(self, objects: SessionObjects, definition: InterfaceDefinition) -> None:
        self._objects = objects
        self.definition = definition
        self.is_settled = False
        self._number: int | None = None
        self._value: object = None
        self._error: BaseException | None = None
        self.waiting: list[IncomingCall] = []
        """Calls on it that came before it."""

    def settle(self, value: object, error: BaseException | None) -> list[IncomingCall]:
        """It has come. Returns the calls that waited."""
        self.is_settled = True
        self._error = error
        # By its number: an object that the peer gave back must not live on here.
        exported = None if error else self._objects.find_exported(value, self.definition)
        if exported is not None:
            self._number = exported.number
        else:
            self._value = value
        waiting, self.waiting = self.waiting, []
        return waiting

    def handler(self, method: Method) -> Handler:
        """Raises what the call raised."""
        if self._error is not None:
            raise self._error
        value = self._value
        if self._number is not None:
            value = self._objects.exported(self._number).value
        return cast(Handler, handler_of(value, method))


class PromisedResults:
    """Threads: the event loop's."""

    def __init__(self, objects: SessionObjects, channel: FrameChannel) -> None:
        self._objects = objects
        self._programs = channel.objects
        self._results: dict[int, PromisedResult] = {}
        self._settled: dict[int, None] = {}
        """Those that are settled, the oldest first."""

    def open(self, call_id: int, definition: InterfaceDefinition) -> None:
        """A call came whose result will be such an object."""
        self._settled.pop(call_id, None)
        self._results[call_id] = PromisedResult(self._objects, definition)
        self._programs[_KEYS + call_id] = tuple(
            method.arguments.native for method in definition.methods
        )

    def get(self, call_id: int) -> PromisedResult:
        """Raises UnknownHandleError."""
        result = self._results.get(call_id)
        if result is None:
            raise UnknownHandleError(
                f"call {call_id} was not made, gives no object, or was answered too long ago"
            )
        return result

    def settle(
        self, call_id: int, value: object, error: BaseException | None
    ) -> Sequence[IncomingCall]:
        """A call was answered. Returns the calls that waited for it."""
        result = self._results.get(call_id)
        if result is None or result.is_settled:
            return ()
        self._settled[call_id] = None
        if len(self._settled) > PROMISED_RESULTS_MAX:
            oldest = next(iter(self._settled))
            del self._settled[oldest]
            del self._results[oldest]
            del self._programs[_KEYS + oldest]
        return result.settle(value, error)
