"""A call that the peer made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ringsnake._session.call_context import CallContext
from ringsnake._session.call_observer import Observed
from ringsnake._session.interface import Handler, Method


@dataclass(slots=True, eq=False)
class IncomingCall:
    """From its arrival to its answer."""

    context: CallContext
    interface_name: str
    method: Method
    handler: Handler
    args: list[object]
    future: asyncio.Future[object] | None = None
    """What will give its result, if the handler did not."""
    observed: Observed | None = None
    """None: nobody is told of it."""

    @property
    def name(self) -> str:
        """With the interface."""
        return f"{self.interface_name}.{self.method.name}"

    is_stoppable: bool = True
    """Whether its future can be cancelled: a thread goes on all the same, and answers when it is done."""

    def cancel(self) -> None:
        """The caller waits no longer."""
        self.context.cancel()
        if self.future is not None and self.is_stoppable:
            self.future.cancel()
