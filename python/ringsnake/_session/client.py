"""What every generated client is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from ringsnake._session.interface import Caller


class Client:
    """Calls one interface of the peer."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> Self:
        """The same client, whose calls have these options, too.

        Args:
            timeout: seconds after which the caller waits no longer: CallTimeoutError. The call's own calls inherit
                what is left of it.
            metadata: travels with the call and with the calls made for it, such as a trace's parent.
        """
        return type(self)(self._caller.with_options(timeout=timeout, metadata=metadata))


class ObjectClient(Client):
    """Calls an object of the peer's. `with` and `async with` give it back at their end, as `ringsnake.release()` does."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Gives the object back to its owner."""
        self._caller.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Gives the object back to its owner."""
        self._caller.release()
