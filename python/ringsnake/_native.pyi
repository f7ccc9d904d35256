"""Types of the extension module; what the calls mean: csrc/core/*.h and spec/wire/ring.md."""

from typing import Literal, final

from ringsnake._errors import DecodeError

def encode(value: object, /) -> bytes: ...
def decode(data: bytes | bytearray | memoryview, /) -> object: ...
def exit_with_parent(parent_pid: int, grace_ms: int, /) -> None:
    """Ends this process `grace_ms` after its parent has died, whatever the interpreter does."""

@final
class Endpoint:
    """One side's producer, consumer and waiter. One thread at a time."""

    def __new__(
        cls,
        kind: Literal["create", "attach", "make"],
        ring_capacity: int,
        bulk_limit: int,
        spin: float,
        /,
        *descriptors_and_side: int,
    ) -> Endpoint:
        """A new channel's first side; the other one, of its socket; or either, of (region, doorbells, side).

        `spin` in microseconds: 0 sleeps at once, negative learns. Takes the descriptors over.
        """
    @property
    def doorbell(self) -> int:
        """Descriptor that becomes readable when the peer rouses this side."""
    @property
    def max_payload(self) -> int:
        """Bytes of the largest record."""
    @property
    def broken(self) -> bool: ...
    def try_send(
        self,
        kind: int,
        call_id: int,
        interface_index: int,
        method_index: int,
        value: object,
        may_claim: bool,
        /,
    ) -> bytes | None:
        """None: sent, and a sleeping peer woken.

        Otherwise the ring has no room, or `may_claim` forbade to look, and this is the encoded frame.
        """
    def try_send_encoded(self, frame: bytes, /) -> bool: ...
    def receive(self) -> tuple[int, int, int, int, object, DecodeError | None] | None:
        """The next frame: kind, call id, interface index, method index, value, and what is wrong with the value.

        None: nothing there. Raises ProtocolError when there is no frame header.
        """
    def wake_peer(self) -> None:
        """After sending: wakes a sleeping peer."""
    def want_room(self, length: int, /) -> None:
        """Until called with 0: also wake up when a record of that many bytes would fit."""
    def ready(self) -> bool: ...
    def spin(self) -> bool:
        """Looks for a while, without the GIL, if that can pay."""
    def park_in_loop(self) -> bool:
        """True: the loop may sleep, the doorbell will rouse it. False: something is ready."""
    def unpark(self) -> None: ...
    def clear_doorbell(self) -> None: ...
    def close(self) -> None: ...
