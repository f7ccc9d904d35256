"""An interface as both sides know it. Twin: lib/session/interface.ts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from ringsnake._session.declared_error import ErrorType
from ringsnake._wire.schema_program import Program

T = TypeVar("T")

Handler: TypeAlias = Callable[..., object]
"""A method of an implementation, bound."""

MaybeAwaitable: TypeAlias = T | Awaitable[T]
"""What a served method may return: `def` answers at once, `async def` later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How one method's arguments and result go to the wire and back. Generated."""

    name: str
    """The TypeScript name; also the name on the wire."""
    attribute: str
    """The Python name of the method on the implementation."""
    arguments: Program
    result: Program
    throws: tuple[ErrorType, ...] = ()
    """The errors that it declares; they arrive as themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceDefinition:
    """Generated; equal hashes mean equal wire forms."""

    name: str
    hash: str
    """SHA-256 of `schema`, hexadecimal."""
    schema: str
    """Canonical text of the interface and of every type it reaches; shown when two sides disagree."""
    methods: tuple[Method, ...]
    """In declaration order; a call names its method by this index."""


class Caller(Protocol):
    """Calls one interface of the peer. Generated clients are made of this."""

    async def call(self, method: int, args: Sequence[object], /) -> object: ...

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        """Blocks the thread until the answer is there; serves the peer's calls meanwhile."""
        ...

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> Caller:
        """The same, with these options over its own. Seconds."""
        ...


class Service(Protocol):
    """An interface and the object that implements it here. Generated `…Server` classes are this."""

    @property
    def definition(self) -> InterfaceDefinition: ...

    @property
    def implementation(self) -> object: ...
