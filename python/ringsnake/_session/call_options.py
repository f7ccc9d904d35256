"""How calls are made. Twin: lib/session/call-options.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class CallOptions(NamedTuple):
    """What a client's calls have in common."""

    timeout: float | None = None
    """Seconds after which the caller waits no longer; None: no limit, or what is left for the call being handled."""
    metadata: Mapping[str, object] | None = None
    """Travels with the call and with the calls made for it."""

    def merged(self, timeout: float | None, metadata: Mapping[str, object] | None) -> CallOptions:
        """These options with others over them. Raises ValueError for a timeout that is none."""
        if timeout is not None and not timeout >= 0:
            raise ValueError("timeout is a number of seconds, at least 0")
        return CallOptions(
            self.timeout if timeout is None else timeout,
            {**self.metadata, **(metadata or {})} if self.metadata else metadata,
        )


DEFAULT_OPTIONS: Final = CallOptions()
