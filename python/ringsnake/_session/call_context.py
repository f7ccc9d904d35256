"""What a handler can learn of the call that it serves. Twin: lib/session/call-context.ts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol

from ringsnake._errors import CallTimeoutError, CancelledError
from ringsnake._ring.native import CallRecord
from ringsnake._session.frame_context import NO_METADATA


class _Cancellable(Protocol):
    def cancel(self) -> object: ...


class CallHandling(Protocol):
    """Who handles calls."""

    @property
    def session(self) -> object: ...

    def look(self) -> None:
        """At what has arrived, without running the calls among it."""
        ...


class CallContext(CallRecord):
    """One call that is handled here.

    Threads: any may read it; the session's changes it.
    """

    # The extension's fields, and defaults of the class: one is made for each call, and most leave these as they are.
    deadline: float | None = None
    """When the caller stops waiting, as `time.monotonic()` tells the time; None: never."""
    metadata: Mapping[str, object] = NO_METADATA
    """What the caller sent along, and its caller."""
    _begun: set[_Cancellable] | None = None
    interrupted = False
    """Whether Interrupted was raised for it."""

    _handling: CallHandling
    known_cancelled: bool
    """The same as `cancelled`, without a look at what has arrived."""

    @property
    def session(self) -> object:
        """Call ids mean nothing to any other."""
        return self._handling.session

    @property
    def cancelled(self) -> bool:
        """Whether the caller waits no longer. For handlers that take long: `async def` ones are cancelled instead."""
        if not self.known_cancelled:
            if self.deadline is not None and time.monotonic() >= self.deadline:
                return True
            self._handling.look()
        return self.known_cancelled

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
        if self.known_cancelled:
            return
        self.known_cancelled = True
        begun, self._begun = self._begun, None
        for one in begun or ():
            one.cancel()

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
