"""One line for each frame, if the environment asks for it: `RINGSNAKE_DEBUG=frames`. Twin: lib/channel/frame-log.ts."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from ringsnake._wire.constants_gen import FrameKind

_log = logging.getLogger("ringsnake.frames")


def frames_are_logged() -> bool:
    """Whether the environment asks for it. The first time, the logger is set up: stderr, and its level."""
    if "frames" not in os.environ.get("RINGSNAKE_DEBUG", "").split(","):
        return False
    if not _log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("ringsnake %(process)d %(message)s"))
        _log.addHandler(handler)
        _log.setLevel(logging.DEBUG)
        _log.propagate = False
    return True


class FrameLog:
    """Of one channel. `name_of` says which method a frame is about; `count` how many bytes went so far, sent and received."""

    def __init__(
        self,
        name_of: Callable[[bool, int, int, int, int], str | None],
        count: Callable[[], tuple[int, int]],
    ) -> None:
        self._name_of = name_of
        self._count = count
        self._bytes = (0, 0)

    def note(
        self,
        is_sent: bool,
        kind: int,
        call_id: int,
        interface_index: int,
        method_index: int,
        parent: int,
    ) -> None:
        """A frame that was sent or received just now."""
        before, self._bytes = self._bytes, self._count()
        size = self._bytes[0] - before[0] if is_sent else self._bytes[1] - before[1]
        name = self._name_of(is_sent, kind, call_id, interface_index, method_index)
        _log.debug(
            "%s %s #%d%s%s %d bytes",
            "->" if is_sent else "<-",
            kind_name(kind),
            call_id,
            f" for #{parent}" if parent else "",
            f" {name}" if name else "",
            size,
        )


def kind_name(kind: int) -> str:
    """As TypeScript has it: `callObject`."""
    first, *rest = FrameKind(kind).name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)
