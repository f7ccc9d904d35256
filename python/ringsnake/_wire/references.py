"""Extensions 24 and 25: references to objects and streams, as they lie between bytes and the session. Normative: spec/wire/objects.md.

Twin: lib/wire/extensions/references.ts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from ringsnake._wire.schema_program import StreamProgram

OWNER_SENDER: Final = 0
OWNER_RECEIVER: Final = 1


class ObjectReference:
    """An object in a message. One that arrived and that nobody took goes back when it is dropped."""

    __slots__ = ("_port", "is_told", "number", "owner")

    def __init__(
        self,
        number: int,
        owner: int,
        port: ReferencePort | None = None,
        *,
        is_told: bool = False,
    ) -> None:
        self.number = number
        self.owner = owner
        self.is_told = is_told
        """Whether its data are in the message that is being written."""
        self._port = port

    def take(self) -> None:
        """What it refers to has been found: the reference lives on in that."""
        self._port = None

    def __del__(self) -> None:
        if self._port is not None and self.owner == OWNER_SENDER:
            self._port.give_back(self.number)


class StreamReference:
    """A stream in a message."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


ValidationLevel: TypeAlias = Literal["full", "shape", "off"]
"""How closely what arrives is looked at. Twin: lib/wire/validation-level.ts."""


class ReferencePort(Protocol):
    """What a session gives to its channel. Threads: the channel's."""

    @property
    def validation(self) -> ValidationLevel:
        """How closely what arrives is looked at."""
        ...

    def received_object(self, number: int, owner: int, /) -> ObjectReference:
        """An object's reference was read, and is not yet converted."""
        ...

    def received_stream(self, number: int, /) -> StreamReference:
        """A stream's reference was read, and is not yet converted."""
        ...

    def give_back(self, number: int, /) -> None:
        """Nobody will use a reference that arrived."""
        ...

    def export(self, value: object, referred: object, /) -> ObjectReference:
        """A reference to send for `value`, which is of that type."""
        ...

    def send_stream(self, source: object, program: StreamProgram, /) -> StreamReference:
        """A reference to send for a stream of ours."""
        ...

    def open_stream(self, reference: object, program: StreamProgram, /) -> object:
        """The stream that a reference names."""
        ...

    def find(self, reference: ObjectReference, referred: object, /) -> object:
        """What a reference that arrived refers to: an object of ours, or one of the peer's."""
        ...

    def tell(self, number: int, read: Callable[[], object] | None, /) -> None:
        """`read` reads what an object of the sender's that was found says of itself; None: it has said so before.

        Raises:
            ValidationError: it has not.
        """
        ...

    @property
    def is_unsettled(self) -> bool:
        """Whether `export` was asked for the message that is being written."""
        ...

    def settle(self, *, sent: bool) -> None:
        """The message for which `export` was asked is on its way, or was given up."""
        ...
