"""Runs the calls that the peer makes, and answers each exactly once. Normative: spec/wire/frame.md §4.

Twin: lib/session/callee.ts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import cast

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import (
    EncodeError,
    MessageTooLargeError,
    UnknownMethodError,
    ValidationError,
)
from ringsnake._session.interface import Method, Service
from ringsnake._session.remote_error import error_to_wire, shortened, without_details
from ringsnake._wire.constants_gen import FrameKind

# Plain integers: looking a member up in an enum costs more than comparing it.
_RESULT = int(FrameKind.RESULT)
_ERROR = int(FrameKind.ERROR)


@dataclass(slots=True)
class Callee:
    """Threads: the event loop's. `def` handlers run at once, `async def` ones as tasks."""

    channel: FrameChannel
    loop: asyncio.AbstractEventLoop
    services: Sequence[Service] = ()
    _running: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def drain(self) -> None:
        """Waits until the calls that run here have answered."""
        while self._running:
            await asyncio.wait(self._running)

    def cancel(self) -> None:
        """Cancels the calls that run here."""
        for task in self._running:
            task.cancel()

    def receive(
        self,
        call_id: int,
        interface_index: int,
        method_index: int,
        value: object,
        error: Exception | None,
    ) -> None:
        """One call: runs it, or answers with what is wrong with it."""
        try:
            service = self.services[interface_index]
            method = service.definition.methods[method_index]
        except IndexError:
            self._answer_error(
                call_id,
                UnknownMethodError(
                    f"method {method_index} of interface {interface_index} is not "
                    "served here: run `ringsnake gen` for both sides from the same file"
                ),
            )
            return
        if isinstance(error, ValidationError):
            error.locate(f"{method.name}({error.path})")
        if error is not None:
            self._answer_error(call_id, error)
            return
        args = cast("list[object]", value)
        try:
            result = getattr(service.implementation, method.attribute)(*args)
        except (Exception, SystemExit) as raised:
            self._answer_error(call_id, raised)
            return
        if hasattr(result, "__await__"):
            awaitable = cast(Awaitable[object], result)
            task = self.loop.create_task(self._answer_later(call_id, method, awaitable))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        else:
            self._answer(call_id, method, result)

    async def _answer_later(self, call_id: int, method: Method, result: Awaitable[object]) -> None:
        try:
            value = await result
        except (Exception, SystemExit, asyncio.CancelledError) as raised:
            self._answer_error(call_id, raised)
        else:
            self._answer(call_id, method, value)

    def _answer(self, call_id: int, method: Method, value: object) -> None:
        if self.channel.closed:
            return
        try:
            self.channel.send(_RESULT, call_id, value, program=method.result)
        except (ValidationError, EncodeError) as error:
            self._answer_error(call_id, error.locate(f"{method.name}(){error.path}"))
        except Exception as error:
            # Nothing that a value does while it is encoded may end the event loop.
            self._answer_error(call_id, error)

    def _answer_error(self, call_id: int, raised: BaseException) -> None:
        if self.channel.closed:
            return
        error = error_to_wire(raised)
        try:
            self.channel.send(_ERROR, call_id, error)
        except MessageTooLargeError:
            self.channel.send(_ERROR, call_id, shortened(error))
        except Exception as problem:
            # The caller must hear something, whatever the error's details do.
            self._answer_plain_error(call_id, without_details(error, str(problem)))

    def _answer_plain_error(self, call_id: int, error: dict[str, object]) -> None:
        try:
            self.channel.send(_ERROR, call_id, error)
        except MessageTooLargeError:
            # This fits into any ring.
            self.channel.send(_ERROR, call_id, shortened(error))
