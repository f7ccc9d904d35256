"""A call that the peer made."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ringsnake._session.call_context import CallContext, CallHandling
from ringsnake._session.call_observer import Observed
from ringsnake._session.interface import Handler, Method

if TYPE_CHECKING:
    from ringsnake._session.promised_results import PromisedResult


class IncomingCall(CallContext):
    """From its arrival to its answer; it is its own context."""

    method: Method
    interface_index: int
    """Of what is served; -1: it is made on an object."""
    handler: Handler | None = None
    """None where only the result of another call will give it."""
    blocks = False
    """Whether the handler runs in the pool."""
    future: asyncio.Future[object] | None = None
    """What will give its result, if the handler did not."""
    observed: Observed | None = None
    """None: nobody is told of it."""
    is_stoppable = True
    """Whether its future can be cancelled: a thread goes on all the same, and answers when it is done."""
    promised: PromisedResult | None = None
    """The result of another call, on which it is made."""

    def __init__(
        self, handling: CallHandling, call_id: int, parent: int, method: Method, args: list[object]
    ) -> None:
        # Twin, of calls that are plain: PlainCalls::begin in csrc/python/plain_calls.cc.
        self._handling = handling
        self.call_id = call_id
        self.parent = parent
        self.method = method
        self.args = args
        self.interface_index = -1

    def cancel(self) -> None:
        """The caller waits no longer."""
        super().cancel()
        if self.future is not None and self.is_stoppable:
            self.future.cancel()
