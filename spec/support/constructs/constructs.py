"""Serves one of each construct: as `sys.argv[1]` says, gives values back, or has the host give them back, awaited or blocking."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

import ringsnake
from constructs_gen import Constructs, ConstructsClient, ConstructsServer

_MODE = sys.argv[1]
_host = None if _MODE == "echo" else ringsnake.client(ConstructsClient)


class _Echo:
    """Any method: what comes goes back."""

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        if _host is None:
            return lambda value: None if name in ("set_async", "notify") else value
        if _MODE == "relay sync":
            return cast("Callable[[Any], Any]", getattr(_host.sync, name))
        call = cast("Callable[[Any], Awaitable[Any]]", getattr(_host, name))

        async def relay(value: Any) -> Any:
            return await call(value)

        return relay


ringsnake.serve(ConstructsServer(cast(Constructs, _Echo())))
