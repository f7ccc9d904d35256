"""Frames both ways over one channel, each in a record, or in a segment if it is larger than half a ring.

Twin: lib/channel/frame-channel.ts.
"""

from __future__ import annotations

import logging
import sys
import time
from asyncio import TimerHandle
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Any, Final, Protocol, TypeAlias

from ringsnake._channel.frame_log import FrameLog
from ringsnake._errors import (
    BackpressureError,
    ProtocolError,
    ResourceError,
    SessionClosedError,
)
from ringsnake._ring.native import Bulk, Endpoint
from ringsnake._wire.references import ReferencePort
from ringsnake._wire.schema_program import Program
from ringsnake._wire.value import NativeProgram

_log = logging.getLogger("ringsnake")

_HIGH_WATER_MARK = 64 * 1024 * 1024
"""Bytes that may wait for room in the ring before further calls are refused."""

_PLAIN_CALLS_AT_ONCE = 32
"""Calls that the native half may have run before it tells of one."""

_PLAIN_CALL_FIELDS: Final = 4
"""Of what it tells then; a frame has more."""

_REFUSED_PAUSE_S = 0.02
"""Before the system is asked again for what it has refused a waiting frame."""

_READY = 0
"""What Endpoint.wait() gives when there is something to do."""

_FRAMES_PER_TURN = 512
"""Frames received per turn of the event loop, so that other events get their turn."""


PlainMethods: TypeAlias = tuple[
    tuple[tuple[Callable[..., object], object, NativeProgram] | None, ...], ...
]
"""By interface and method: its handler, itself, and the program of its result. None: its calls are not run by the native half."""


class FrameReceiver(Protocol):
    """What a channel hands up."""

    def on_frame(  # noqa: PLR0913 -- the fields of a frame: an object for each would cost time on the hot path
        self,
        kind: int,
        flags: int,
        call_id: int,
        interface_index: int,
        method_index: int,
        parent: int,
        value: object,
        error: Exception | None,
        context: bytes | None,
        /,
    ) -> None:
        """One frame; `error` says what is wrong with its value, if anything. ProtocolError breaks the channel."""
        ...

    def on_plain_call(
        self, outcome: int, call: object, value: object, variables: Context | None, /
    ) -> None:
        """One that was run by the native half, and not finished."""
        ...

    def on_broken(self, error: ProtocolError) -> None:
        """The peer broke the wire; the channel receives no more."""
        ...


class FrameChannel:
    """One thread: the event loop's. A sent frame wakes a sleeping peer at once."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._retry: TimerHandle | None = None
        """Tries again what the system has refused memory or a descriptor for. None: it has not."""
        self._has_warned = False
        """Once is enough."""
        self._broken = False
        self.closed = False
        self._references: ReferencePort | None = None
        self.receiver: FrameReceiver | None = None
        """Set before the first receive()."""
        self.arguments: tuple[tuple[NativeProgram, ...], ...] = ()
        """Declared types of what the peer's calls carry, by interface and method."""
        self.results: dict[int, NativeProgram] = {}
        """Declared types of what our open calls bring."""
        self.leave_loop: Callable[[], None] | None = None
        """Called before the doorbell is closed."""
        self.serve_later: Callable[[float], TimerHandle] | None = None
        """Has serve() called in so many seconds. Set before the first send."""
        self.on_waited: Callable[[], None] | None = None
        """Called after the thread was blocked: the event loop is not parked any more."""
        self.objects: dict[int, tuple[NativeProgram, ...]] = {}
        """Declared types of what calls to our objects carry, by object and method; 2^32 + n: to the result of call n."""
        self.lent: list[object] = []
        """Objects in the message that is being written: the session must hear what becomes of it."""
        self.streams: dict[int, NativeProgram] = {}
        """Declared types of the items of the peer's streams, each as an array."""
        # A sleeper of the event loop: see RingSleeper.
        self.doorbell = endpoint.doorbell
        self.spin = endpoint.spin
        self.park = endpoint.park_in_loop
        self.bulk_threshold = sys.maxsize
        """Bytes from which data goes by reference."""
        self.runs_plain = False
        """Whether calls of plain methods are run by the native half: see Callee."""
        self.waiting = True
        """For frames, always, until it is closed."""
        self.log: FrameLog | None = None
        """None: nobody reads it."""

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    def set_references(self, port: ReferencePort) -> None:
        """Who has the objects that messages refer to."""
        self._references = port
        self._endpoint.set_references(port)

    def byte_counts(self) -> tuple[int, int]:
        """Bytes of frames sent (also what waits for room) and received."""
        sent, received = self._endpoint.frame_counts()
        return sum(size for _, size in sent.values()), sum(size for _, size in received.values())

    @property
    def ready(self) -> bool:
        """Whether there is something to serve now."""
        return not self.closed and not self._broken and self._endpoint.ready()

    def refuse_when_full(self) -> None:
        """Raises BackpressureError when too much waits already.

        For calls, not for answers: those must go out, and there are never more of them than the peer has open calls.
        """
        if self._backlog_bytes > _HIGH_WATER_MARK:
            raise BackpressureError(
                f"{self._backlog_bytes} bytes already wait for the peer to read: "
                "await earlier calls before making more"
            )

    def send(  # noqa: PLR0913 -- the fields of a frame: an object for each would cost time on the hot path
        self,
        kind: int,
        call_id: int,
        value: object,
        interface_index: int = 0,
        method_index: int = 0,
        program: Program | None = None,
        parent: int = 0,
        context: bytes | None = None,
        flags: int = 0,
    ) -> None:
        """Sends one frame, or keeps it until there is room, or a segment if it is a large one.

        Raises:
            ValidationError, EncodeError, MessageTooLargeError: and then nothing was sent.
        """
        if self.closed:
            raise SessionClosedError("the session was closed")
        # Behind waiting frames nothing may overtake.
        may_claim = not self._backlog
        native = references = None
        if program is not None:
            native = program.native
            references = self._references if program.refers else None
        try_send = self._endpoint.try_send
        try:
            if context is None:
                frame = try_send(
                    kind,
                    flags,
                    call_id,
                    interface_index,
                    method_index,
                    parent,
                    value,
                    may_claim,
                    native,
                )
            else:
                frame = try_send(
                    kind,
                    flags,
                    call_id,
                    interface_index,
                    method_index,
                    parent,
                    value,
                    may_claim,
                    native,
                    context,
                )
        except BaseException:
            self._settle(references, sent=False)
            raise
        if references is not None or self.lent:
            self._settle(references, sent=True)
        if frame is not None:
            self.keep(frame)
        if self.log is not None:
            self.log.note(True, kind, call_id, interface_index, method_index, parent)

    def _settle(self, references: ReferencePort | None, *, sent: bool) -> None:
        port = self._references if self.lent else references
        if port is not None and port.is_unsettled:
            port.settle(sent=sent)

    def send_encoded(self, frame: bytes) -> None:
        """The same for a frame that is encoded already."""
        if self.closed:
            raise SessionClosedError("the session was closed")
        if self._backlog or not self._endpoint.try_send_encoded(frame):
            self.keep(frame)
        else:
            self._endpoint.wake_peer()

    def allocate(self, size: int) -> Bulk:
        """Shared memory that values can be sent from. Raises BackpressureError when there is none now."""
        if self.closed:
            raise SessionClosedError("the session was closed")
        bulk = self._endpoint.allocate(size)
        if bulk is None:
            raise BackpressureError(
                f"no shared memory for {size} bytes now: values may have half of `bulkLimit`, "
                "and 32 pieces at a time"
            )
        return bulk

    def set_plain_calls(
        self,
        methods: PlainMethods,
        handling: object,
        call_type: type[object],
        current: ContextVar[Any],
        open_calls: dict[int, Any],
    ) -> None:
        """What the native half needs to run calls itself: see Endpoint."""
        self._endpoint.set_plain_calls(methods, handling, call_type, current, open_calls)

    def unpark(self) -> None:
        """The loop runs again."""
        if not self.closed:
            self._endpoint.unpark()

    def clear_doorbell(self) -> None:
        """It was heard."""
        if not self.closed:
            self._endpoint.clear_doorbell()

    def wait(self, seconds: float) -> int:
        """Blocks the thread until there is something to receive or to send; negative: for ever. See Endpoint.wait."""
        if self._backlog:
            self._drain_backlog()
        if self._retry is not None:
            seconds = _REFUSED_PAUSE_S if seconds < 0 else min(seconds, _REFUSED_PAUSE_S)
            if not self.waiting:
                # It would be found at once.
                time.sleep(seconds)
                return _READY
        result = self._endpoint.wait(seconds)
        if self.on_waited is not None:
            self.on_waited()
        return result

    def serve(self) -> None:
        """Sends what waited, then receives what is there, at most one turn's worth."""
        if self._retry is not None:
            self._try_again()
        if self._backlog:
            self._drain_backlog()
        if not self._broken and not self.closed:
            self._receive()

    def _receive(self) -> None:
        receive, receiver = self._endpoint.receive, self.receiver
        results, objects, streams = self.results, self.objects, self.streams
        assert receiver is not None
        on_frame = receiver.on_frame
        is_logged = self.log is not None
        count = 0
        try:
            while count < _FRAMES_PER_TURN:
                runs_plain = self.runs_plain and not is_logged
                # A frame may add to the arguments.
                frame = receive(self.arguments, results, objects, streams, runs_plain)
                if frame is None:
                    break
                if frame is False:
                    # What lies there is no reason to wake up.
                    self.waiting = False
                    self._try_again_later()
                    break
                count += 1
                if frame is True or len(frame) == _PLAIN_CALL_FIELDS:
                    count += _PLAIN_CALLS_AT_ONCE
                    if frame is not True:
                        receiver.on_plain_call(*frame)
                    if self.closed:
                        break
                    continue
                if self.log is not None:
                    kind, _, call_id, interface_index, method_index, parent, *_ = frame
                    self.log.note(False, kind, call_id, interface_index, method_index, parent)
                on_frame(*frame)
                if self.closed:
                    break
        except ProtocolError as error:
            self._broken = True
            receiver.on_broken(error)
        except ResourceError as error:
            self._broken = True
            receiver.on_broken(ProtocolError(f"a message cannot be received: {error}"))

    def _drain_backlog(self) -> None:
        try:
            while self._backlog and self._endpoint.try_send_encoded(self._backlog[0]):
                self._backlog_bytes -= len(self._backlog.popleft())
        except ResourceError:
            # Whoever sent it was told that it will go.
            self._try_again_later()
        self._endpoint.want(bool(self._backlog))
        self._endpoint.wake_peer()

    def _try_again_later(self) -> None:
        """The system has refused memory or a descriptor."""
        assert self.serve_later is not None
        if not self._has_warned:
            self._has_warned = True
            _log.warning(
                "a large message waits until this process has memory and a descriptor for it: "
                "see its limits (`ulimit -n`) and what it holds open"
            )
        if self._retry is None:
            self._retry = self.serve_later(_REFUSED_PAUSE_S)

    def _try_again(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self.waiting = not self.closed

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.waiting = False
            if self._retry is not None:
                self._retry.cancel()
            self._backlog.clear()
            self._backlog_bytes = 0
            if self.leave_loop is not None:
                self.leave_loop()
            self._endpoint.close()

    def keep(self, frame: bytes) -> None:
        """It waits for room, behind those that wait already."""
        self._backlog.append(frame)
        self._backlog_bytes += len(frame)
        if len(self._backlog) == 1:
            self._endpoint.want(True)
