"""Handlers that may block: they run on the loop's thread pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

CallableT = TypeVar("CallableT", bound=Callable[..., object])

_MARK: Final = "__ringsnake_blocking__"


def blocking(handler: CallableT) -> CallableT:
    """Marks a `def` handler that takes long or waits: it runs in a thread of the pool, and other calls go on meanwhile.

        @ringsnake.blocking
        def resize(self, image: bytes) -> bytes: ...

    The pool is the event loop's: change it with `loop.set_default_executor()`. In the thread `call_context()` is the call's;
    cancelling the call does not stop it, but `call_context().cancelled` tells it.
    """
    setattr(handler, _MARK, True)
    return handler


def is_blocking(handler: object) -> bool:
    """Whether it was marked."""
    return getattr(handler, _MARK, False) is True
