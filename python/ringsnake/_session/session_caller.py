"""Calls the methods that it is given. Twin: lib/session/session-caller.ts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ringsnake._session.call_options import CallOptions
from ringsnake._session.call_target import CallTarget


class CallStarter(Protocol):
    """What calls are made with: a session."""

    async def call(
        self, target: CallTarget, args: Sequence[object], options: CallOptions, /
    ) -> object: ...

    def call_sync(
        self, target: CallTarget, args: Sequence[object], options: CallOptions, /
    ) -> object: ...


class SessionCaller:
    """What generated clients are made of."""

    __slots__ = ("_options", "_session", "_targets")

    def __init__(
        self, session: CallStarter, targets: Sequence[CallTarget], options: CallOptions
    ) -> None:
        self._session = session
        self._targets = targets
        self._options = options

    async def call(self, method: int, args: Sequence[object], /) -> object:
        return await self._session.call(self._targets[method], args, self._options)

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        return self._session.call_sync(self._targets[method], args, self._options)

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> SessionCaller:
        options = self._options.merged(timeout, metadata)
        return SessionCaller(self._session, self._targets, options)
