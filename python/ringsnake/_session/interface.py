"""An interface as both sides know it. Twin: lib/session/interface.ts."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from typing import Final, Generic, NamedTuple, Protocol, Self, TypeAlias, TypeVar, cast

from ringsnake._errors import ValidationError
from ringsnake._session.declared_error import ErrorType
from ringsnake._session.remote_stream import RemoteStream
from ringsnake._wire.schema_program import Program
from ringsnake._wire.unset import UNSET
from ringsnake._wire.validation import describe

T = TypeVar("T")

Handler: TypeAlias = Callable[..., object]
"""A method of an implementation, bound."""

MaybeAwaitable: TypeAlias = T | Awaitable[T]
"""What a served method may return: `def` answers at once, `async def` later."""


_NO_DEFAULTS: Final[Mapping[int, object]] = {}


class Method:
    """How one method's arguments and result go to the wire and back. Generated."""

    __slots__ = (
        "arguments",
        "attribute",
        "defaults",
        "name",
        "on_late",
        "peer_index",
        "property",
        "result",
        "result_interface",
        "throws",
    )

    def __init__(  # noqa: PLR0913 - generated code names what it gives
        self,
        *,
        name: str,
        attribute: str,
        arguments: Program,
        result: Program,
        property: str | None = None,
        defaults: Mapping[int, object] = _NO_DEFAULTS,
        throws: tuple[ErrorType, ...] = (),
        result_interface: Callable[[], InterfaceDefinition] | None = None,
        peer_index: int | None = None,
        on_late: Callable[[object], None] | None = None,
    ) -> None:
        self.name: Final = name
        """The name on the wire."""
        self.property: Final = name if property is None else property
        """What it is called in TypeScript: the forms of an overloaded method share it."""
        self.attribute: Final = attribute
        """The Python name of the method on the implementation."""
        self.arguments: Final = arguments
        self.defaults: Final = defaults
        """What arguments are that the caller left out, by their places."""
        self.result: Final = result
        self.throws: Final = throws
        """The errors that it declares; they arrive as themselves."""
        self.result_interface: Final = result_interface
        """Of a result that is an object by reference: what can be called before it is there."""
        self.peer_index: Final = peer_index
        """Its place among the peer's methods, where the two sides differ. Not generated."""
        self.on_late: Final = on_late
        """Told of a result that came when nobody waited for it any more. Not generated."""

    def told_late(self, on_late: Callable[[object], None]) -> Method:
        """The same, for one session."""
        return Method(
            name=self.name,
            attribute=self.attribute,
            arguments=self.arguments,
            result=self.result,
            property=self.property,
            throws=self.throws,
            on_late=on_late,
        )


class _Definition(NamedTuple):
    name: str
    hash: str
    """SHA-256 of `schema`, hexadecimal."""
    schema: str
    """Canonical text of the interface and of every type it reaches; shown when two sides disagree."""
    methods: tuple[Method, ...]
    """In declaration order; a call names its method by this index."""
    is_function: bool = False
    """A function by reference: its only method is the call itself."""
    returns_nothing: bool = False
    """A function of which no result is awaited."""


class InterfaceDefinition(_Definition):
    """Generated; equal hashes mean equal wire forms."""

    __slots__ = ()

    def __new__(
        cls,
        name: str,
        hash: str,
        schema: str,
        methods: tuple[Method, ...],
        is_function: bool = False,
        returns_nothing: bool = False,
    ) -> Self:
        if not is_function:
            for index, method in enumerate(methods):
                method.arguments.declared.be(name, index)
                method.result.declared.be(name, index)
        return super().__new__(cls, name, hash, schema, methods, is_function, returns_nothing)


class Caller(Protocol):
    """Calls one interface of the peer. Generated clients are made of this."""

    def call(self, method: int, args: Sequence[object], /) -> Coroutine[object, object, object]: ...

    def call_sync(self, method: int, args: Sequence[object], /) -> object:
        """Blocks the thread until the answer is there; serves the peer's calls meanwhile."""
        ...

    def stream(self, method: int, args: Sequence[object], /) -> RemoteStream[object]:
        """Calls a method that returns a stream when its first item is asked for."""
        ...

    def stream_sync(self, method: int, args: Sequence[object], /) -> Iterator[object]:
        """The same, blocking for each item that is not there yet."""
        ...

    def call_for_object(
        self, method: int, args: Sequence[object], promised: Callable[[Caller], T], /
    ) -> T:
        """Calls a method whose result is an object: what it returns can be awaited, and called at once."""
        ...

    def arrival(self) -> Awaitable[object]:
        """The object that is still to come."""
        ...

    def data(self) -> object:
        """What the object that is called said of itself when it was last sent. TypeError where that is not known."""
        ...

    def release(self) -> bool:
        """Gives the object back that is called, if it is one by reference."""
        ...

    def with_options(
        self, *, timeout: float | None = None, metadata: Mapping[str, object] | None = None
    ) -> Caller:
        """The same, with these options over its own. Seconds."""
        ...


class Promised(Generic[T]):
    """An object to come: it can be awaited, and called at once, which saves a round trip."""

    _caller: Caller

    def __await__(self) -> Generator[object, None, T]:
        return cast("Generator[object, None, T]", self._caller.arrival().__await__())


class Service(Protocol):
    """An interface and the object that implements it here. Generated `…Server` classes are this."""

    @property
    def definition(self) -> InterfaceDefinition: ...

    @property
    def implementation(self) -> object: ...


def handler_of(implementation: object, method: Method) -> Handler | None:
    """What handles calls of the method: the implementation's, given the defaults of what the caller left out."""
    handler: object = getattr(implementation, method.attribute, None)
    if not callable(handler):
        return None
    if not method.defaults:
        return handler
    return _with_defaults(handler, method.defaults)


def _with_defaults(handler: Handler, defaults: Mapping[int, object]) -> Handler:
    @functools.wraps(handler)
    def call(*args: object) -> object:
        given = [
            defaults.get(place, argument) if argument is UNSET else argument
            for place, argument in enumerate(args)
        ]
        return handler(*given)

    return call


def form_of(definition: InterfaceDefinition, args: Sequence[object], *forms: int) -> int:
    """Which of these forms of an overloaded method takes the arguments: the first that they look like."""
    for form in forms:
        accepts = definition.methods[form].arguments.accepts
        if accepts is not None and accepts(args):
            return form
    method = definition.methods[forms[0]].attribute
    raise ValidationError(f"a form of {method}()", f"({', '.join(map(describe, args))})")
