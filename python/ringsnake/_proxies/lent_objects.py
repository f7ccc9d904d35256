"""What the guest refers to. Normative: spec/wire/proxies.md §4. Twin: lib/proxies/lent-objects.ts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Final, cast

from ringsnake._errors import TooManyHandlesError, UnknownHandleError
from ringsnake._proxies.given import LentFunction
from ringsnake._wire.constants_gen import HANDLES_MAX

_NUMBERS: Final = 2**32


class LentObjects:
    """A number of its own for each reference. Threads: any, for calls of the guest's functions come from any."""

    def __init__(self, by_number: dict[int, object], limit: int = HANDLES_MAX) -> None:
        self.by_number: Final = by_number
        self._limit = limit
        self._numbers = count(1)
        self._callbacks: dict[object, int] = {}
        self._references: dict[int, int] = {}
        """To each callback."""

    def lend(self, value: object) -> int:
        """One reference more: its number.

        Raises:
            TooManyHandlesError: the guest holds too much already.
        """
        by_number = self.by_number
        if len(by_number) >= self._limit:
            raise TooManyHandlesError(
                f"the peer holds {self._limit} objects of this side already: release() them there"
            )
        number = next(self._numbers) % _NUMBERS
        while number == 0 or number in by_number:
            number = next(self._numbers) % _NUMBERS
        by_number[number] = value
        return number

    def lend_callback(self, function: Callable[..., object]) -> int:
        """The same, of a function that is given as an argument: the same number each time."""
        key = _key_of(function)
        number = self._callbacks.get(key)
        if number is None:
            number = self._callbacks[key] = self.lend(LentFunction(function))
        self._references[number] = self._references.get(number, 0) + 1
        return number

    def get(self, number: object) -> object:
        """Raises UnknownHandleError when no such object is lent."""
        try:
            return self.by_number[number]  # type: ignore[index]  # pyright: ignore[reportArgumentType] -- what is no number is not there
        except (KeyError, TypeError):
            raise UnknownHandleError(
                f"object {number} is not known here: it was given back, or never given"
            ) from None

    def release(self, references: Sequence[object]) -> None:
        """Number, count, number, count… What is not lent is ignored."""
        for number, count_ in zip(references[::2], references[1::2], strict=False):
            if number in self._references and not self._is_last(number, count_):
                continue
            # What dies here may run code of the user's, which may come back.
            self.by_number.pop(number, None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue] -- as above

    def _is_last(self, number: object, references: object) -> bool:
        """Whether nobody refers to a callback any more."""
        known = cast("int", number)
        left = self._references[known]
        if isinstance(references, (int, float)):
            left -= int(references)
        if left > 0:
            self._references[known] = left
            return False
        del self._references[known]
        lent = self.by_number.get(known)
        if isinstance(lent, LentFunction):
            self._callbacks.pop(_key_of(lent.function), None)
        return True


def _key_of(function: object) -> object:
    """A method is made anew each time that it is looked up."""
    if isinstance(function, (FunctionType, MethodType, BuiltinFunctionType)):
        return function
    return id(function)
