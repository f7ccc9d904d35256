"""Which stream it is that an item belongs to, for errors: `watch()#17.value`. Twin: lib/session/stream-origin.ts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ringsnake._errors import EncodeError, ValidationError

if TYPE_CHECKING:
    # It knows what streams are.
    from ringsnake._session.interface import Method


class StreamOrigin(NamedTuple):
    """One of the streams among the arguments or the results of a method."""

    method: Method
    in_result: bool
    number: int
    """Among the streams of the message."""

    def name(self) -> str:
        """`watch()`, or `upload(items)`."""
        if self.in_result:
            return f"{self.method.property}()"
        names: Sequence[str] = self.method.arguments.declared.streams
        parameter = names[self.number] if self.number < len(names) else ""
        return f"{self.method.property}({parameter})"

    def source(self) -> str | None:
        """Where it was declared."""
        return self.method.result.declared.whole()


def item_located(error: BaseException, origin: StreamOrigin | None, number: int | None) -> None:
    """Gives an error about an item its whole path. None: how many came before is not known."""
    stream = "" if origin is None else origin.name()
    prefix = f"{stream}#{'?' if number is None else number}"
    if isinstance(error, ValidationError):
        error.place(lambda path: prefix + path)
        error.declare(None if origin is None else origin.source())
    elif isinstance(error, EncodeError):
        error.locate(prefix + error.path)


def sent_located(error: BaseException, origin: StreamOrigin | None, number: int) -> None:
    """Gives an error about what was sent to a generator, for the item of that number, its whole path."""
    stream = "" if origin is None else origin.name()

    def whole(path: str) -> str:
        return f"{stream}#{number}.next({path and 'value' + path.removeprefix('[0]')})"

    if isinstance(error, ValidationError):
        error.place(whole)
        error.declare(None if origin is None else origin.source())
    elif isinstance(error, EncodeError):
        error.locate(whole(error.path))


def batch_located(error: Exception, origin: StreamOrigin | None, before: int) -> None:
    """The same for a batch of items that arrived."""
    if not isinstance(error, ValidationError):
        return
    stream = "" if origin is None else origin.name()

    def whole(path: str) -> str:
        match = re.match(r"\[(\d+)\]", path)
        at, rest = (0, path) if match is None else (int(match[1]), path[match.end() :])
        return f"{stream}#{before + at}{rest}"

    error.place(whole)
    error.declare(None if origin is None else origin.source())
