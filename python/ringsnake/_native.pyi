"""Types of the extension module; what the calls mean: csrc/core/*.h and spec/wire/ring.md."""

from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Sequence
from contextvars import Context, ContextVar
from enum import Enum
from types import FrameType, TracebackType
from typing import Any, Literal, NoReturn, Self, final, overload

from typing_extensions import Buffer

from ringsnake._wire.references import ReferencePort
from ringsnake._wire.type_registry import TypeRegistry

build: Literal["full", "abi3"]
"""Made for this CPython, or for every one from 3.11."""

def encode(
    value: object,
    /,
    *,
    identity: bool = False,
    tuples: bool = False,
    types: TypeRegistry | None = None,
) -> bytes:
    """The value as bytes. Raises EncodeError with the path to what cannot cross.

    `identity`: what is reached more than once stays one object; else it is written each time, and a cycle is an error.
    `tuples`: a tuple stays a tuple; else it becomes a list.
    """

def decode(
    data: Buffer,
    /,
    *,
    arrays: Literal["memoryview", "numpy"] = "memoryview",
    types: TypeRegistry | None = None,
) -> Any:
    """The value that these bytes are. Raises DecodeError with the byte that is wrong.

    `arrays="numpy"`: every array is a `numpy.ndarray` that may be written to; else it is a read-only `memoryview`, or an
    `NdArray` where a memoryview cannot say what it is.
    """

@final
class ValueEncoder:
    """Values as messages of one sequence: dicts whose keys were met before are written without them.

    A ValueDecoder reads all of them, in the order in which they were made, and none may be missing: see `rollback`. One
    thread at a time. The parameters are those of `encode`; with `identity`, keys are written each time.
    """

    def __new__(
        cls, *, identity: bool = False, tuples: bool = False, types: TypeRegistry | None = None
    ) -> ValueEncoder: ...
    def encode(self, value: object, /) -> bytes:
        """The next message. Raises EncodeError with the path to what cannot cross: that message does not count."""
    def rollback(self) -> None:
        """The last message will not be sent: takes back what later ones would have referred to in it."""

@final
class ValueDecoder:
    """Reads the messages of one ValueEncoder, in their order. The parameters are those of `decode`.

    After a DecodeError later messages may refer to what is lost: they are then refused too, never read as something else.
    """

    def __new__(
        cls,
        *,
        arrays: Literal["memoryview", "numpy"] = "memoryview",
        types: TypeRegistry | None = None,
    ) -> ValueDecoder: ...
    def decode(self, data: Buffer, /) -> Any:
        """The value that these bytes, the next message, are. Raises DecodeError with the byte that is wrong."""

@final
class Schema:
    """The types that programs name by their places: the sections of a `TypeTable`."""

    def __new__(
        cls,
        records: tuple[
            tuple[
                type,
                tuple[str, ...],
                tuple[str, ...],
                tuple[object, ...] | None,
                frozenset[str] | None,
            ],
            ...,
        ] = (),
        literals: tuple[tuple[tuple[str | float | bool, ...], bool], ...] = (),
        enums: tuple[tuple[tuple[Enum, ...], tuple[object, ...], bool], ...] = (),
        patterns: tuple[Callable[[str], object], ...] = (),
        arrays: tuple[tuple[Callable[[object], object], Callable[[object], object]], ...] = (),
        maps: tuple[tuple[str, str], ...] = (),
        tuples: tuple[tuple[Sequence[str], int, str | None], ...] = (),
        unions: tuple[tuple[str, ...], ...] = (),
        aliases: tuple[str, ...] = (),
        /,
    ) -> Schema:
        """Of a record: class, codes, attributes, slots, and the keys of fields where it has others beside them."""

@final
class ItemBatch:
    """Items of a stream on their way into a frame, encoded as they come."""

    units: int
    """What they cost. Normative: spec/wire/streams.md §4."""
    def __new__(cls, item: Program, /) -> ItemBatch: ...
    def add(self, item: object, /) -> None:
        """Raises ValidationError, EncodeError; then the batch is as it was."""
    def fill(self, iterator: Iterator[object], most: int, /) -> bool:
        """Takes items until they cost `most`, or for 2 ms. True: the iterator has ended. Raises what it raises; earlier items stay."""
    def fill_async(
        self, anext: Callable[[], Awaitable[object]], most: int, /
    ) -> bool | tuple[Generator[object, None, object], object]:
        """The same of an asynchronous one, by its `__anext__`, while it does not wait. If it does: what to go on with, and what it waits for."""
    def take(self, stream: int, /) -> tuple[bytes, int]:
        """The frame of all items, and what it costs; then the batch is empty."""

class Program:
    """One type, or the types of arguments. What it does not know it leaves to the functions."""

    def __new__(
        cls,
        schema: Schema,
        code: str | tuple[str, ...],
        to_wire: Callable[[object], object],
        from_wire: Callable[[object], object],
        /,
    ) -> Program: ...
    def encode(self, value: object, /) -> bytes:
        """Raises ValidationError, EncodeError."""
    def decode(self, data: Buffer, /) -> object:
        """Raises DecodeError, ValidationError."""

def exit_with_parent(parent_pid: int, grace_ms: int, /) -> None:
    """Ends this process `grace_ms` after its parent has died, whatever the interpreter does."""

def embedder_started(embedder: int, /) -> None:
    """Tells the program that has this interpreter on a thread that it is up. `embedder`: its address, see csrc/core/embedder.h."""

def freeze(embedder: int, /) -> NoReturn:
    """Stops all of Python, this thread with it, for good, and tells that program so."""

def raise_below_frame(
    thread: int, raised: type[BaseException], frame: FrameType, package: str, programs: str, /
) -> bool:
    """The same, if the thread runs what `frame` has called, at the moment and without frames of files whose names begin with `package` in between;
    those with `programs`, unless that is empty, do not count, except as the last. Whether it will be raised: in that code, or where that returns to `frame`."""

def raise_in_thread(thread: int, raised: type[BaseException] | None, /) -> bool:
    """Raises it where that thread next runs Python code; None takes back what was not raised yet. Whether there is such a thread."""

@final
class DirectTarget:
    """The methods of a worker that threads of its host's call themselves: csrc/core/direct_calls.h. Not where `build` is "abi3"."""

    def __new__(
        cls,
        methods: tuple[
            tuple[tuple[Callable[..., object], object, Program, Program] | None, ...], ...
        ],
        context: Context,
        describe: Callable[[int, Any, BaseException], bytes],
        wait_for: Callable[[Any], object],
        types: TypeRegistry | None,
        endpoint: Endpoint,
        /,
    ) -> DirectTarget:
        """`methods`: by interface and method, the handler, itself, and the programs of its arguments and its result; None: not to be called so.
        `context`: handlers run in copies of it. `describe`: what went wrong, for the host. `wait_for`: what an awaitable gives.
        `endpoint`: has what values refer to."""
    @property
    def address(self) -> int: ...
    def close(self) -> None:
        """Calls made from now on are told to go elsewhere."""

def serve_host() -> None:
    """Lets the host's thread do what it has to, while a direct call waits. Raises RuntimeError outside of one, SessionClosedError when it can no more."""

def in_direct_call() -> bool: ...
def forget_thread(thread: int, /) -> None:
    """A thread that had made direct calls has ended. `thread`: its state."""

@final
class Endpoint:
    """One side's producer, consumer and waiter, for frames. One thread at a time."""

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
    def peer_socket(self) -> int:
        """What the peer of a new channel attaches with; -1 once it is closed."""
    def close_peer_socket(self) -> None:
        """The peer has its own copy."""
    def watch_peer(self, pid: int, /) -> None:
        """From now on waits notice the end of this child process, too."""
    @property
    def broken(self) -> bool: ...
    def try_send(
        self,
        kind: int,
        flags: int,
        call_id: int,
        interface_index: int,
        method_index: int,
        parent: int,
        value: object,
        may_claim: bool,
        program: Program | None = ...,
        context: bytes = ...,
        /,
    ) -> bytes | None:
        """None: sent, by reference if it is too large for a record, and a sleeping peer woken.

        Otherwise there is no room or no segment, or `may_claim` forbade to look, and this is the encoded frame. Raises
        MessageTooLargeError.
        """
    def try_send_encoded(self, frame: bytes, /) -> bool: ...
    def receive(
        self,
        arguments: tuple[tuple[Program, ...], ...],
        results: dict[int, Program],
        objects: dict[int, tuple[Program, ...]],
        streams: dict[int, Program],
        runs_plain: bool = ...,
        /,
    ) -> (
        tuple[int, int, int, int, int, int, object, Exception | None, bytes | None]
        | tuple[int, object, object, Context | None]
        | bool
        | None
    ):
        """The next frame: kind, flags, call id, interface index, method index, parent, value, what is wrong with it, context.

        `arguments` of calls by interface and method; `results` of open calls; the arguments of `objects` by number and
        method, where 2^32 + n stands for the result of call n; the items of `streams`, as one array, and at 2^32 + n what is sent to our stream n.

        None: nothing there. False: one that cannot be had while this process may open no more files; it stays. Raises ProtocolError when there is no frame header, or the ring is broken.

        With `runs_plain` calls of plain methods are run and answered here: True when they were many; of one that is not finished the outcome, the call, a value and the context.
        """
    def set_plain_calls(
        self,
        methods: tuple[tuple[tuple[Callable[..., object], object, Program] | None, ...], ...],
        handling: object,
        call_type: type[object],
        current: ContextVar[Any],
        open_calls: dict[int, Any],
        /,
    ) -> None:
        """By interface and method: handler, method and the program of its result; None where it is not plain. See PlainCalls in csrc."""
    def set_bulk_threshold(self, size: int, /) -> None:
        """From now on data of at least so many bytes goes by reference."""
    def set_types(self, types: TypeRegistry | None, /) -> None:
        """The user's types, in values that are not declared."""
    def set_references(self, port: ReferencePort, /) -> None:
        """What messages refer to."""
    def allocate(self, size: int, /) -> Bulk | None:
        """Memory that values can be sent from without a copy; None when there is none now."""
    def wake_peer(self) -> None:
        """After sending: wakes a sleeping peer."""
    def want(self, wanted: bool, /) -> None:
        """While set: also wake up when what the last frame that was not sent lacked may be had."""
    def ready(self) -> bool: ...
    def spin(self) -> bool:
        """Looks for a while, without the GIL, if that can pay."""
    def park_in_loop(self) -> bool:
        """True: the loop may sleep, the doorbell will rouse it. False: something is ready."""
    def wait(self, seconds: float, /) -> int:
        """Blocks, without the GIL, until there is something to do; negative: for ever.

        0: ready, 1: the time is up, 2: a signal was handled, 3: the peer died, 4: it closed its side.
        """
    def unpark(self) -> None: ...
    def clear_doorbell(self) -> None: ...
    def statistics(self) -> tuple[int, ...]:
        """In the order of RingStatistics."""
    def frame_counts(self) -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
        """Frames and bytes by kind, sent (also what waits for room) and received."""
    def close(self) -> None: ...

@final
class Bulk:
    """A large message in shared memory: one to fill, or one received. See help(ringsnake.ring.Bulk)."""

    @property
    def released(self) -> bool:
        """Whether it was released or sent."""
    def release(self) -> None:
        """Gives the memory back. Raises BufferError while a memoryview or an array of it exists."""
    def __len__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, buffer: memoryview, /) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

@final
class RingProducer:
    """The end of a channel's ring that writes. See help(ringsnake.ring.RingProducer)."""

    @property
    def max_payload(self) -> int:
        """Bytes of the largest message that fits into the ring: half of it, but for the header."""
    def try_claim(self, length: int, /) -> memoryview | None:
        """Room for a message of up to `length` bytes, writable, valid until commit() or abort(). None: no room now."""
    def commit(self, length: int, /) -> None:
        """Sends the first `length` bytes of the claim. Raises BufferError while something else looks at it."""
    def abort(self) -> None:
        """Gives the claim up, if there is one. Raises BufferError as commit() does."""
    def write(self, data: Buffer, /) -> bool:
        """Adds a copy to the open batch. False: no room now."""
    def flush(self) -> None:
        """Publishes the open batch."""

@final
class RingConsumer:
    """The end of a channel's ring that reads. See help(ringsnake.ring.RingConsumer)."""

    def read(self, visit: Callable[[memoryview], object], /) -> int:
        """Calls `visit` with at most 256 messages, in place; returns how many. BufferError: a view was kept."""
    def take(self) -> bytes | Bulk | None:
        """The next message; None when there is none now."""
    @property
    def peekable(self) -> bool:
        """Whether read() and take() have something now."""
    def wait(self, timeout: float | None = None) -> bool:
        """Blocks until there is something to take; False when the time is up, in seconds."""

class Channel:
    """One side of a channel; ringsnake.ring.Channel is made of it. One thread at a time, but for close()."""

    def __new__(
        cls,
        kind: Literal["create", "attach", "make"],
        ring_capacity: int,
        bulk_limit: int,
        spin: float,
        /,
        *descriptors_and_side: int,
    ) -> Self:
        """As Endpoint."""
    @property
    def closed(self) -> bool:
        """Whether this side has closed the channel."""
    @property
    def descriptor(self) -> int:
        """What the peer attaches with: its end of the channel's socket; -1 when there is none (any more)."""
    @property
    def producer(self) -> RingProducer:
        """Writes messages in place, and many at a time. Worth keeping in a variable."""
    @property
    def consumer(self) -> RingConsumer:
        """Reads messages in place, many at a time. Worth keeping in a variable."""
    def close_descriptor(self) -> None:
        """Closes our copy of `descriptor`, once another process has inherited it."""
    def try_send(self, data: Buffer, /) -> bool:
        """Sends a copy. False: no room now, nothing was sent."""
    def send(self, data: Buffer, timeout: float | None = None) -> None:
        """As try_send(), but blocks while there is no room; seconds. Raises BackpressureError."""
    def send_many(self, messages: Iterable[Buffer], /) -> int:
        """Sends as many of the messages, in order, as there is room for now; returns how many."""
    @overload
    def receive(self, timeout: None = None) -> bytes | Bulk: ...
    @overload
    def receive(self, timeout: float) -> bytes | Bulk | None:
        """The next message; None when the time is up, in seconds."""
    def receive_many(self, max: int = 256, timeout: float | None = 0) -> list[bytes | Bulk]:
        """The messages that are there, at most `max`; waits for the first one for `timeout` seconds."""
    def try_allocate(self, size: int, /) -> Bulk | None:
        """Shared memory for a message, or None now. Raises MessageTooLargeError."""
    def allocate(self, size: int, timeout: float | None = None) -> Bulk:
        """As try_allocate(), but blocks until the peer has released enough. Raises BackpressureError."""
    def try_send_bulk(self, bulk: Bulk, length: int | None = None) -> bool:
        """Hands the first `length` bytes of an allocation over. False: no room now."""
    def send_bulk(
        self, bulk: Bulk, length: int | None = None, timeout: float | None = None
    ) -> None:
        """As try_send_bulk(), but blocks while there is no room. Raises BackpressureError."""
    def close(self) -> None: ...
    def __iter__(self) -> Iterator[bytes | Bulk]: ...
    def __next__(self) -> bytes | Bulk: ...
    def _statistics(
        self,
    ) -> tuple[int, int, int, int, int, int, int, int, int, int, int, int, int, int]:
        """In the order of RingStatistics."""
    def _try_send_in_turn(self, data: Buffer, /) -> bool:
        """As try_send(), for the coroutine whose turn it is while others wait."""
    def _try_send_bulk_in_turn(self, bulk: Bulk, length: int | None = None) -> bool:
        """The same for try_send_bulk()."""
    @property
    def _doorbell(self) -> int:
        """Descriptor that becomes readable when the peer rouses this side."""
    @property
    def _peer_descriptor(self) -> int:
        """Descriptor that becomes readable when the peer's process has ended; -1: unknown, yet or for good."""
    @property
    def _meeting_descriptor(self) -> int:
        """Descriptor that becomes readable when the peer has attached or gone; -1 once _look_at_peer() knows."""
    def _ready(self) -> bool:
        """Whether there is a message, what was wanted, or no peer any more."""
    def _look_briefly(self) -> bool:
        """Looks for less than half a microsecond, if that can pay: whether there is something."""
    def _spin(self) -> bool:
        """Looks for a while, without the GIL, if that can pay."""
    def _park(self) -> bool:
        """True: the loop may sleep, the doorbell will rouse it. False: something is ready."""
    def _unpark(self) -> None: ...
    def _clear_doorbell(self) -> None: ...
    def _look_at_peer(self) -> bool:
        """Whether the peer is gone, as its process tells."""
    def _keep_messages(self) -> None:
        """Moves what has arrived out of the ring, for receive(). Raises BackpressureError."""
    def _want(self, wanted: bool, /) -> None:
        """While set: also be ready when what the last message that was not sent lacked may be had."""
    def _hold_senders(self, wait: bool, /) -> None:
        """While true try_send() and the like send nothing, so that they do not overtake a coroutine."""

@final
class Region:
    def __new__(
        cls, kind: Literal["create", "attach"], capacity_or_descriptor: int, /
    ) -> Region: ...
    @property
    def descriptor(self) -> int: ...
    @property
    def ring_capacity(self) -> int: ...
    def close(self) -> None: ...

class CallRecord:
    """What is known of each call that the peer made."""

    _handling: Any
    method: Any
    call_id: int
    """The number that the caller gave it."""
    parent: int
    """The call of ours that the peer made this one for; 0: none."""
    interface_index: int
    known_cancelled: bool

class ProgramRunner:
    """Runs the most frequent programs of the peer's, an attribute or a call of plain values. A subclass has the methods `run_other(program)`, `call(function,
    operands)`, `failed(error)` and `answer(program, value)` for all else."""

    is_exposed: bool
    """False: run_other() has all programs."""
    def __init__(self, objects: dict[int, Any], callback_type: type, /) -> None:
        """By number, what is lent; and the class of functions that were given, which are run_other()'s too."""
    def run(self, program: object, /) -> object: ...

@final
class Doorbell:
    def __new__(cls, descriptor: int = -1, /) -> Doorbell: ...
    @property
    def descriptor(self) -> int: ...
    def press(self) -> None: ...
    def clear(self) -> None: ...
    def close(self) -> None: ...
