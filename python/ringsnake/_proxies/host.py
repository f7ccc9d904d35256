"""Runs the guest's programs on objects of this side. Normative: spec/wire/proxies.md. Twin: lib/proxies/host.ts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from types import CoroutineType
from typing import TYPE_CHECKING, Final, Protocol, cast

from ringsnake._errors import Interrupted, RemoteError, UnknownHandleError
from ringsnake._proxies.access import must_be_given
from ringsnake._proxies.answer import Answer
from ringsnake._proxies.given import Given, LentFunction, given_later
from ringsnake._proxies.lent_objects import LentObjects
from ringsnake._proxies.lowering import Lowering
from ringsnake._proxies.numpy_numbers import number_of_numpy
from ringsnake._proxies.refusal import Refusal, malformed
from ringsnake._proxies.steps import STEPS, Place, Suspended, keywords_of
from ringsnake._session.exposure import Exposure
from ringsnake._session.remote_error import Telling, error_to_wire
from ringsnake._wire.constants_gen import (
    PROGRAM_DEPTH_MAX,
    PROGRAM_ITEMS_MAX,
    ProxyKind,
    ProxyOperand,
    ProxyStep,
)

if TYPE_CHECKING:
    from ringsnake._proxies.guest import Guest

# Plain integers: looking a member up in an enum costs more than comparing it.
_GET = int(ProxyStep.GET)
_CALL = int(ProxyStep.CALL)
_CALLED: Final = [_CALL]
_VALUE = int(ProxyOperand.VALUE)
_REFERENCE = int(ProxyOperand.REFERENCE)
_OBJECT = int(ProxyOperand.OBJECT)
_LIST = int(ProxyOperand.LIST)
_TUPLE = int(ProxyOperand.TUPLE)
_DICTIONARY = int(ProxyOperand.DICTIONARY)
_SET = int(ProxyOperand.SET)
_SLICE = int(ProxyOperand.SLICE)
_PROGRAM = int(ProxyOperand.PROGRAM)
_RAISED = int(ProxyOperand.RAISED)

_PLAIN: Final = frozenset({type(None), bool, int, float, str})
"""What the guest gets by value."""

_PASSING: Final = (Interrupted, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError)


class HostSession(Protocol):
    """What a host knows of its session."""

    exposure: Exposure
    previews: bool
    loop: asyncio.AbstractEventLoop


class Access(Protocol):
    """What the guest may do."""

    is_exposed: bool
    """False: it may only call what it was given."""


class ObjectHost:
    """Threads: the event loop's."""

    def __init__(
        self,
        session: HostSession,
        make_guest: Callable[[ObjectHost], Guest],
        access: Access,
        objects: dict[int, object],
    ) -> None:
        self._session = session
        self._access = access
        self._make_guest = make_guest
        self._guest: Guest | None = None
        self.lent: Final = LentObjects(objects)
        self._objects = objects
        self._namespace: dict[str, object] | None = None

    @property
    def guest(self) -> Guest:
        """Of the other side's objects. Made when the first arrives."""
        if self._guest is None:
            self._guest = self._make_guest(self)
        return self._guest

    def run(self, program: object) -> object:
        """The operand that a program gives; what it raised is one, too."""
        try:
            value = self._run(program, 0)
        except Refusal as refusal:
            raise refusal.error from None
        except BaseException as error:
            return self.failed(error)
        return self.answer(cast("list[object]", program), value)

    def answer(self, program: list[object], value: object) -> object:
        """How the guest is told of what the steps of a program gave."""
        # What is frequent, first.
        if type(value) in _PLAIN:
            return value
        if type(value) is Suspended or type(value) is CoroutineType:
            begun = cast("Suspended | Coroutine[object, object, object]", value)
            return self._resumed(program, begun)
        return self.to_operand(value)

    def failed(self, error: BaseException) -> list[object]:
        """How it is told of what they raised. Raises what ends the call, and is nothing that its code raised."""
        if isinstance(error, _PASSING):
            raise error
        return self.raised(error)

    def release(self, references: Sequence[object]) -> None:
        """The guest has no use for these any more."""
        if self._guest is None:
            self.lent.release(references)
        else:
            # One of them may come home in an answer that was read before, and is looked at when this turn is over.
            self._session.loop.call_soon(self.lent.release, references)

    async def _resumed(
        self, program: list[object], value: Suspended | Coroutine[object, object, object]
    ) -> object:
        """Goes on with what has to be awaited first."""
        try:
            result: object = value
            while True:
                if type(result) is Suspended:
                    at = result.at
                    result = await result.awaitable
                    if type(result) is Answer and at < len(program):
                        raise malformed("the last step", program[at], at)
                    result = self._steps(program, at, result, 0)
                elif type(result) is CoroutineType:
                    result = await cast("Coroutine[object, object, object]", result)
                else:
                    break
            if _is_cancelled():
                # Code may go on after it was told to stop; nobody would give back what it gives.
                result = None
                raise asyncio.CancelledError
        except Refusal as refusal:
            raise refusal.error from None
        except BaseException as error:
            return self.failed(error)
        return result if type(result) in _PLAIN else self.to_operand(result)

    def _run(self, program: object, depth: int) -> object:
        if type(program) is not list or not program:
            raise malformed("a program", program)  # pyright: ignore[reportUnknownArgumentType] -- it may be anything
        steps = cast("list[object]", program)
        if len(steps) > PROGRAM_ITEMS_MAX:
            raise malformed(f"at most {PROGRAM_ITEMS_MAX} items", len(steps))
        number = steps[0]
        is_exposed = self._access.is_exposed
        if type(number) is int:
            subject = self._objects.get(number) if number else None
            if subject is None and number:
                subject = self._lent(number)
        elif type(number) is list:
            subject = self.operand(cast(object, number), depth) if is_exposed else None
        else:
            raise malformed("a subject", number, 0)
        if not is_exposed:
            must_be_given(steps, subject)
        if type(subject) is LentFunction and steps[1:2] != _CALLED:
            subject = subject.function
        return self._steps(steps, 1, subject, depth)

    def _steps(self, program: list[object], at: int, subject: object, depth: int) -> object:
        end = len(program)
        while at < end:
            step = program[at]
            at += 1
            if step == _GET and at < end:
                name = program[at]
                if type(name) is not str:
                    raise malformed("string", name, at)
                at += 1
                subject = getattr(subject, name)
            elif step == _CALL and at + 1 < end:
                subject = self._call(subject, program, at, depth)
                at += 2
            else:
                known = STEPS.get(step) if type(step) is int else None
                if known is None or at + known.items > end:
                    raise malformed("a step with its items", step, at - 1)
                place = Place(self, program[at : at + known.items], at, depth)
                at += known.items
                subject = known.run(subject, place)
                if type(subject) is Suspended:
                    if depth:
                        raise malformed("a step that does not await", step, at)
                    subject.at = at
                    return subject
                if type(subject) is Answer and at < end:
                    raise malformed("the last step", program[at], at)
        return subject

    def _call(self, subject: object, program: list[object], at: int, depth: int) -> object:
        if type(subject) is LentFunction:
            result = self._call(subject.function, program, at, depth)
            if type(result) is CoroutineType:
                return given_later(cast("Coroutine[object, object, object]", result))
            return Given(result)
        function = cast("Callable[..., object]", subject)
        operands = program[at]
        if type(operands) is not list:
            raise malformed("an array of operands", operands, at)
        arguments = [
            self.operand(cast(object, operand), depth) if type(operand) is list else operand
            for operand in cast("list[object]", operands)
        ]
        if program[at + 1] is None:
            return function(*arguments)
        return function(*arguments, **keywords_of(Place(self, program[at : at + 2], at, depth), 1))

    def operand(self, value: object, depth: int) -> object:
        """What an operand stands for."""
        if type(value) is not list:
            return value
        parts = cast("list[object]", value)
        tag = parts[0] if parts else None
        if tag == _VALUE and len(parts) == 2:
            return parts[1]
        if tag == _REFERENCE and len(parts) == 2:
            return self._lent(parts[1])
        if tag == _OBJECT and len(parts) == 3:
            return self.guest.arrive(parts[1], parts[2])
        if tag == _PROGRAM and len(parts) == 2:
            return self._nested(parts[1], depth + 1)
        return self._container(tag, parts, depth)

    def _container(self, tag: object, parts: list[object], depth: int) -> object:
        items = (self.operand(part, depth) for part in parts[1:])
        if tag == _LIST:
            return list(items)
        if tag == _TUPLE:
            return tuple(items)
        if tag == _DICTIONARY and len(parts) % 2:
            return dict(zip(items, items, strict=True))
        if tag == _SET:
            return set(items)
        if tag == _SLICE and len(parts) == 4:
            return slice(*items)
        raise malformed("an operand", tag if parts else parts)

    def _nested(self, program: object, depth: int) -> object:
        if depth > PROGRAM_DEPTH_MAX:
            raise malformed(f"at most {PROGRAM_DEPTH_MAX} programs inside each other", depth)
        if not self._access.is_exposed:
            raise malformed("an operand", _PROGRAM)
        value = self._run(program, depth)
        if type(value) is Given:
            return value.value
        if type(value) is Answer:
            # A copy by value, or items: as an argument it is what it is a copy of.
            if value.operand[0] == _VALUE:
                return value.operand[1]
            raise malformed("a step that gives an object", value.operand)
        return value

    def _lent(self, number: object) -> object:
        try:
            known = self.lent.get(number)
            return known.function if type(known) is LentFunction else known
        except UnknownHandleError as unknown:
            raise Refusal(unknown) from None

    def to_operand(self, value: object) -> object:
        """How the guest is told of a value."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is Answer:
            return cast("Answer", value).operand
        if kind is Given:
            return self._given(cast("Given", value).value)
        if self._guest is not None:
            number = self._guest.number_of(value)
            if number is not None:
                return [_REFERENCE, number]
        plain = number_of_numpy(value)
        if plain is not None:
            return plain
        return [_OBJECT, self.lent.lend(value), _kind_of(value)]

    def _given(self, value: object) -> object:
        """What a function that was given as an argument gave: it crosses as those do."""
        lowering = Lowering(self.guest, self.lent)
        try:
            return lowering.operand(value)
        except BaseException:
            self.lent.release(lowering.lent)
            raise

    def raised(self, error: BaseException) -> list[object]:
        """How it is told of what was raised."""
        session = self._session
        wire = error_to_wire(error, Telling((), session.exposure, session.previews))
        if session.exposure != "full":
            return [_RAISED, wire, None]
        _forget_details(wire)
        own = error.exception if isinstance(error, RemoteError) else None
        number = None if self._guest is None else self._guest.number_of(own)
        if number is not None:
            return [_RAISED, wire, [_REFERENCE, number]]
        return [_RAISED, wire, [_OBJECT, self.lent.lend(error), int(ProxyKind.ERROR)]]

    def raised_by_guest(self, operand: object) -> BaseException:
        """What the guest says was raised there; an exception of ours is itself again."""
        parts = cast("list[object]", operand)
        if type(operand) is not list or len(parts) != 3 or parts[0] != _RAISED:
            raise malformed("what was raised", operand)  # pyright: ignore[reportUnknownArgumentType] -- it may be anything
        known = self.operand(parts[2], 0)
        if isinstance(known, BaseException):
            return known
        return self.guest.error_of(parts[1], known)

    def namespace(self, operand: object, depth: int) -> dict[str, object]:
        """Where code runs: the one that is given, else the session's."""
        if operand is not None:
            given = self.operand(operand, depth)
            if not isinstance(given, dict):
                raise TypeError(f"a namespace is a dict, not a {type(given).__name__}")
            return cast("dict[str, object]", given)
        if self._namespace is None:
            self._namespace = {"__name__": "__main__"}
        return self._namespace


def _is_cancelled() -> bool:
    """Whether nobody waits for what the running task gives."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _kind_of(value: object) -> int:
    if isinstance(value, BaseException):
        return int(ProxyKind.ERROR)
    if callable(value):
        return int(ProxyKind.FUNCTION)
    return int(ProxyKind.AWAITABLE if hasattr(type(value), "__await__") else ProxyKind.OBJECT)


def _forget_details(wire: dict[str, object]) -> None:
    """They may be anything; the exception itself has them."""
    wire.pop("details", None)
    inner = wire.get("cause")
    errors = wire.get("errors")
    for each in (inner, *(cast("list[object]", errors) if isinstance(errors, list) else ())):
        if isinstance(each, dict):
            _forget_details(cast("dict[str, object]", each))
