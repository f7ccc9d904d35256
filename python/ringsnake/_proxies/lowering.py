"""Values of Python as operands of one program. Normative: spec/wire/proxies.md §2. Twin: lib/proxies/lowering.ts."""

from __future__ import annotations

import array
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final, Protocol, TypeVar, cast
from uuid import UUID

from ringsnake._errors import EncodeError, ReleasedError, ValidationError
from ringsnake._proxies.chain import Chain, Value
from ringsnake._proxies.expression import chain_of
from ringsnake._proxies.javascript import JavaScriptObject
from ringsnake._proxies.layout import LAYOUTS, Item
from ringsnake._proxies.numpy_numbers import number_of_numpy
from ringsnake._wire.any_map import Map
from ringsnake._wire.constants_gen import ProxyKind, ProxyOperand
from ringsnake._wire.declared import member_segment
from ringsnake._wire.ndarray import NdArray
from ringsnake._wire.timestamp import Timestamp
from ringsnake._wire.unset import UNSET
from ringsnake._wire.url import Url

ValueT = TypeVar("ValueT")
ResultT = TypeVar("ResultT")

_DEPTH_LIMIT: Final = 120

_PLAIN: Final = frozenset({type(None), bool, int, float, str, type(UNSET)})

_BY_VALUE: Final = (
    *(str, int, float, bytes, bytearray, memoryview, array.array),
    *(date, time, timedelta, Decimal, UUID, Map, NdArray, Timestamp, Url),
)
"""What has a form of its own on the wire, without references inside."""

_VALUE = int(ProxyOperand.VALUE)
_REFERENCE = int(ProxyOperand.REFERENCE)
_OBJECT = int(ProxyOperand.OBJECT)
_LIST = int(ProxyOperand.LIST)
_DICTIONARY = int(ProxyOperand.DICTIONARY)
_SET = int(ProxyOperand.SET)
_SLICE = int(ProxyOperand.SLICE)
_PROGRAM = int(ProxyOperand.PROGRAM)


class Lender(Protocol):
    """Of this side's own objects."""

    def lend(self, value: object, /) -> int: ...

    def lend_callback(self, function: Callable[..., object], /) -> int: ...


class Lowering:
    """Lists, dicts and sets by value, with what is in them; functions and other objects by reference."""

    def __init__(self, guest: object, lender: Lender) -> None:
        self._guest = guest
        self._lender = lender
        self.lent: list[int] = []
        """Objects of ours, each once more: number, count, number, count…"""
        self._depth = 0

    def operand(self, value: object) -> object:
        """One value."""
        if type(value) in _PLAIN:
            return value
        if isinstance(value, JavaScriptObject):
            return [_REFERENCE, self.number(value)]
        chain = chain_of(value)
        if chain is not None:
            return self._nested(chain)
        if isinstance(value, (list, tuple)):
            return self._inside(self._list, cast("Sequence[object]", value))
        if type(value) is dict:
            return self._inside(self._dict, cast("dict[object, object]", value))
        if isinstance(value, (set, frozenset)):
            return self._inside(self._set, cast("set[object]", value))
        if isinstance(value, slice):
            part = cast("slice[object, object, object]", value)
            return [_SLICE, *map(self.operand, (part.start, part.stop, part.step))]
        plain = number_of_numpy(value)
        if plain is not None:
            return plain
        if isinstance(value, _BY_VALUE) or _is_buffer(value):
            return value  # pyright: ignore[reportUnknownVariableType] -- whatever it holds
        return self._lent(value)

    def operands(self, args: Iterable[object]) -> list[object]:
        """Of a call."""
        return [self._at(f"arguments[{at}]", argument) for at, argument in enumerate(args)]

    def keywords(self, named: Mapping[str, object]) -> list[object] | None:
        """Of a call; None: there are none."""
        if not named:
            return None
        parts: list[object] = []
        for name, value in named.items():
            parts += (name, self._at(f"arguments.{name}", value))
        return parts

    def number(self, proxy: JavaScriptObject) -> int:
        """Of an object of the other side's."""
        held = proxy.__ringsnake__
        if held.guest is not self._guest:
            raise ValidationError("an object of this session", "one of another", "")
        if held.number == 0:
            raise ReleasedError("this object was released: it cannot be used any more")
        return held.number

    def program(self, chain: Chain) -> list[object]:
        """A whole one."""
        program: list[object] = [self._subject(chain.root)]
        for step, *items in chain.steps:
            program.append(step)
            for kind, item in zip(LAYOUTS[cast("int", step)], items, strict=True):
                program.append(self._item(kind, item))
        return program

    def _subject(self, root: object) -> object:
        if root is None:
            return 0
        if isinstance(root, JavaScriptObject):
            return self.number(root)
        operand: object = self.operand(cast("Value", root).value)
        return operand if isinstance(operand, list) else [_VALUE, operand]  # pyright: ignore[reportUnknownVariableType] -- an array is an operand

    def _item(self, kind: Item, item: object) -> object:
        if kind is Item.RAW:
            return item
        if kind is Item.OPERAND:
            return self.operand(item)
        if kind is Item.OPERANDS:
            return self.operands(cast("Sequence[object]", item))
        return self.keywords(cast("Mapping[str, object]", item))

    def _at(self, segment: str, value: object) -> object:
        try:
            return self.operand(value)
        except (EncodeError, ValidationError) as error:
            raise error.prepend(segment) from None

    def _nested(self, chain: Chain) -> object:
        program = self._inside(self.program, chain)
        if len(program) > 1:
            return [_PROGRAM, program]
        subject = program[0]
        return [_REFERENCE, subject] if type(subject) is int else subject

    def _list(self, value: Sequence[object]) -> object:
        items = [self._at(f"[{at}]", item) for at, item in enumerate(value)]
        is_changed = any(map(_differs, items, value))
        return [_LIST, *items] if is_changed else [_VALUE, value]

    def _dict(self, value: Mapping[object, object]) -> object:
        parts: list[object] = [_DICTIONARY]
        is_changed = False
        for key, member in value.items():
            operand = self._at(member_segment(key) if type(key) is str else "[?]", member)
            own = self.operand(key)
            is_changed = is_changed or _differs(operand, member) or _differs(own, key)
            parts += (own, operand)
        return parts if is_changed else value

    def _set(self, value: Iterable[object]) -> object:
        members = list(value)
        items = [self.operand(member) for member in members]
        return [_SET, *items] if any(map(_differs, items, members)) else value

    def _lent(self, value: object) -> list[object]:
        if callable(value):
            number = self._lender.lend_callback(value)
            kind = ProxyKind.ASYNC_CALLBACK if _is_coroutine_function(value) else ProxyKind.CALLBACK
        else:
            number = self._lender.lend(value)
            kind = ProxyKind.ERROR if isinstance(value, BaseException) else ProxyKind.OBJECT
        self.lent += (number, 1)
        return [_OBJECT, number, int(kind)]

    def _inside(self, lower: Callable[[ValueT], ResultT], value: ValueT) -> ResultT:
        if self._depth >= _DEPTH_LIMIT:
            raise EncodeError(f"nested deeper than {_DEPTH_LIMIT}, or a cycle")
        self._depth += 1
        try:
            return lower(value)
        finally:
            self._depth -= 1


def _differs(operand: object, value: object) -> bool:
    """Whether a value does not cross as it is."""
    if operand is value:
        return False
    if type(operand) is not list:
        return True
    parts = cast("list[object]", operand)
    return not (len(parts) == 2 and parts[0] == _VALUE and parts[1] is value)


def _is_buffer(value: object) -> bool:
    """Arrays, numpy's among them."""
    try:
        memoryview(cast("bytes", value)).release()
    except (TypeError, ValueError, BufferError):
        return False
    return True


def _is_coroutine_function(function: object) -> bool:
    called = getattr(function, "__call__", None)  # noqa: B004 -- it is not asked whether there is one
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called)
