"""What is wrong with the parts of a value: all of it, up to a limit. Only after the first of them was found."""

from __future__ import annotations

from typing import NoReturn

from ringsnake._errors import EncodeError, ValidationError


class Problems:
    """Of one value with parts."""

    __slots__ = ("_first",)

    def __init__(self) -> None:
        self._first: ValidationError | None = None

    def add(self, error: Exception, segment: str, source: str | None = None) -> None:
        """One more, in the part that the segment names. Raises them when there are enough, or when it is of another kind."""
        if not isinstance(error, ValidationError):
            if self._first is not None:
                raise self._first
            raise error.prepend(segment) if isinstance(error, EncodeError) else error
        error.prepend(segment).declare(source)
        if self._first is None:
            self._first = error
        elif not self._first.join(error):
            raise self._first

    def tell(self) -> NoReturn:
        """Raises them."""
        assert self._first is not None
        raise self._first
