"""What every generated client is."""

from __future__ import annotations

from collections.abc import Mapping
from reprlib import recursive_repr
from types import SimpleNamespace
from typing import Self, cast

from ringsnake._session.interface import Caller
from ringsnake._wire.record import shown_value
from ringsnake._wire.unset import UNSET


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

    def _data(self, name: str, default: object = UNSET) -> object:
        """A member of what it said of itself when it was last sent."""
        return getattr(self._caller.data(), name, default)

    @recursive_repr("...")
    def __repr__(self) -> str:
        """With what it said of itself, as records show theirs."""
        try:
            data = self._caller.data()
        except Exception:
            data = None
        if not isinstance(data, SimpleNamespace):
            return super().__repr__()
        members = cast("dict[str, object]", vars(data))
        shown = [
            f"{name}={shown_value(value)}"
            for name, value in members.items()
            if value is not None and value is not UNSET
        ]
        return f"{type(self).__qualname__}({', '.join(shown)})"

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
