"""What a handler can learn of the call that it serves. Twin: lib/session/call-context.ts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Protocol

from ringsnake._errors import CallTimeoutError, CancelledError


class _Cancellable(Protocol):
    def cancel(self) -> object: ...


class CallContext:
    """One call that is handled here.

    Threads: any may read it; the session's changes it.
    """

    __slots__ = (
        "_begun",
        "_cancelled",
        "_look",
        "call_id",
        "deadline",
        "interrupted",
        "metadata",
        "parent",
        "session",
    )

    def __init__(
        self,
        session: object,
        call_id: int,
        parent: int,
        *,
        deadline: float | None,
        metadata: Mapping[str, object],
        look: Callable[[], None],
    ) -> None:
        self.session = session
        """Call ids mean nothing to any other."""
        self.call_id = call_id
        """The number that the caller gave it."""
        self.parent = parent
        """The call of ours that the peer made this one for; 0: none."""
        self.deadline = deadline
        """When the caller stops waiting, as `time.monotonic()` tells the time; None: never."""
        self.metadata = metadata
        """What the caller sent along, and its caller."""
        self.interrupted = False
        """Whether Interrupted was raised for it."""
        self._look = look
        self._cancelled = False
        self._begun: set[_Cancellable] | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the caller waits no longer. For handlers that take long: `async def` ones are cancelled instead."""
        if not self._cancelled:
            if self.deadline is not None and time.monotonic() >= self.deadline:
                return True
            self._look()
        return self._cancelled

    def raise_if_cancelled(self) -> None:
        """Raises CancelledError or CallTimeoutError when the caller waits no longer."""
        if self.cancelled:
            raise self.reason()

    def reason(self) -> CancelledError | CallTimeoutError:
        """Why the caller waits no longer."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            return CallTimeoutError("the caller waits no longer: its time is up")
        return CancelledError("the caller waits no longer")

    def cancel(self) -> None:
        """The caller waits no longer: what was begun for it is given up, too."""
        if self._cancelled:
            return
        self._cancelled = True
        begun, self._begun = self._begun, None
        for one in begun or ():
            one.cancel()

    @property
    def known_cancelled(self) -> bool:
        """The same as `cancelled`, without a look at what has arrived."""
        return self._cancelled

    def add(self, begun: _Cancellable) -> None:
        """From now on cancelled with this call."""
        if self._begun is None:
            self._begun = set()
        self._begun.add(begun)

    def discard(self, begun: _Cancellable) -> None:
        """It has ended."""
        if self._begun is not None:
            self._begun.discard(begun)


CURRENT: ContextVar[CallContext | None] = ContextVar("ringsnake_call", default=None)


def call_context() -> CallContext | None:
    """Of the call that the running code handles; None outside of handlers.

    Calls made by a handler inherit its deadline and metadata and end with it.
    """
    return CURRENT.get()
