"""The streams of a session, in both directions. Normative: spec/wire/streams.md. Twin: lib/session/streams.ts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Callable, Iterable
from contextvars import Context, copy_context
from typing import cast

from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import DeadlockError, ProtocolError, UnknownStreamError, ValidationError
from ringsnake._session.call_context import CURRENT
from ringsnake._session.exposure import Exposure
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.interface import Method
from ringsnake._session.remote_error import Telling, error_from_wire
from ringsnake._session.remote_generator import RemoteGenerator
from ringsnake._session.remote_stream import RemoteStream, opened
from ringsnake._session.send_error import send_error
from ringsnake._session.stream_consumer import StreamConsumer
from ringsnake._session.stream_origin import StreamOrigin
from ringsnake._session.stream_producer import StreamProducer, StreamSource
from ringsnake._wire.constants_gen import FrameKind
from ringsnake._wire.references import StreamReference
from ringsnake._wire.schema_program import StreamProgram, TakenProgram
from ringsnake._wire.steps import Sent
from ringsnake._wire.validation import mismatch

_log = logging.getLogger("ringsnake")

_ITEMS = int(FrameKind.ITEMS)
_CREDIT = int(FrameKind.CREDIT)
_END = int(FrameKind.END)
_STOP = int(FrameKind.STOP)

_STREAM_IDS = 2**32

_SENT_KEYS = 2**32
"""Among the channel's programs, the numbers of our streams begin here. Also in csrc/python/endpoint_receive.cc."""


class Streams:
    """Threads: the event loop's."""

    def __init__(
        self,
        channel: FrameChannel,
        loop: asyncio.AbstractEventLoop,
        wait_until: Callable[[Callable[[], bool]], None],
    ) -> None:
        self.loop = loop
        self.exposure: Exposure = "full"
        self.previews = True
        """What errors tell the peer."""
        self._channel = channel
        self._wait_until = wait_until
        self._producers: dict[int, StreamProducer] = {}
        self._consumers: dict[int, StreamConsumer] = {}
        self._next_id = 1
        self._staged: list[StreamProducer] = []
        """Of the message being written: theirs is to begin when it is sent."""
        self._received: set[int] = set()
        """Of the message being read, and not asked for yet."""
        self._opened: list[StreamConsumer] = []
        """Of the message being read."""
        self.has_read = False
        """Whether the message that was just read names streams."""
        self.is_blocking = False
        """Whether a call is being written that blocks the thread."""
        self.answered: IncomingCall | None = None
        """The call whose answer is being written."""
        self.calling: Method | None = None
        """What is being called with streams."""

    @property
    def bulk_threshold(self) -> int:
        return self._channel.bulk_threshold

    @property
    def is_producing(self) -> bool:
        """Whether sources here have to go on, for which the loop must run."""
        return bool(self._producers)

    def __len__(self) -> int:
        """How many have not ended."""
        return len(self._producers) + len(self._consumers)

    # What messages name: see ringsnake._wire.references.

    def send_stream(self, source: object, program: StreamProgram) -> StreamReference:
        """A reference to send for `source`. It begins when the message is on its way."""
        if not isinstance(source, (AsyncIterable, Iterable)) or isinstance(source, (str, bytes)):
            raise mismatch("stream", source)
        if self.is_blocking and not isinstance(self.loop, RingEventLoop):
            raise DeadlockError(
                "a blocking call cannot send a stream here: nothing can produce its items while this event loop is "
                "blocked; await the call, or run the program in ringsnake.ring.RingEventLoop"
            )
        number = self._take_id()
        stream = cast("StreamSource[object]", source)
        origin = self._origin()
        producer = StreamProducer(number, stream, program, self, self.answered, origin)
        self._producers[number] = producer
        if program.takes is not None:
            self._channel.streams[_SENT_KEYS + number] = program.takes.program.native
        self._staged.append(producer)
        return StreamReference(number)

    def write(self, method: Method) -> None:
        """A call of that method is about to be written."""
        self.calling = method

    def _origin(self) -> StreamOrigin | None:
        index = len(self._staged)
        if self.answered is not None:
            return StreamOrigin(self.answered.method, in_result=True, number=index)
        if self.calling is None:
            return None
        return StreamOrigin(self.calling, in_result=False, number=index)

    @property
    def is_unsettled(self) -> bool:
        """Whether the message that is being written has streams."""
        return bool(self._staged)

    def settle(self, *, sent: bool) -> None:
        """The message is on its way, or was given up."""
        if not self._staged:
            return
        staged, self._staged = self._staged, []
        if not sent:
            # The source was not touched, and whoever gave it has it still.
            for producer in staged:
                self._forget(producer)
            return
        variables = self._variables()
        for producer in staged:
            producer.start(variables)

    def received_stream(self, number: int) -> StreamReference:
        """A stream's reference was read, and is not yet converted."""
        self._received.add(number)
        self.has_read = True
        return StreamReference(number)

    def open_stream(
        self, reference: object, program: StreamProgram
    ) -> RemoteStream[object] | RemoteGenerator[object, object, object]:
        """The stream that a reference names."""
        if not isinstance(reference, StreamReference):
            raise mismatch("stream", reference)
        self._received.discard(reference.number)
        consumer = self._open(reference.number, program.takes)
        self._channel.streams[reference.number] = program.items.native
        stream = opened(consumer)
        generator = program.generator
        if generator is None:
            return stream
        return RemoteGenerator(stream, takes=generator.takes is not None, returns=generator.returns)

    def end_message(self, error: Exception | None) -> list[StreamConsumer]:
        """A message was read. Returns the streams that it opened, or stops them if nobody gets it."""
        streams, self._opened = self._opened, []
        for number in self._received:
            if number not in self._consumers:
                streams.append(self._open(number))
            self._consumers[number].stop()
        self._received.clear()
        self._opened.clear()
        self.has_read = False
        if error is not None:
            for consumer in streams:
                consumer.stop()
        return streams

    # Frames.

    def on_frame(
        self, kind: int, number: int, units: int, value: object, error: Exception | None
    ) -> bool:
        """Whether it was a frame of streams. Raises ProtocolError where the session must end."""
        if kind == _ITEMS:
            consumer = self._consumers.get(number)
            if consumer is None:
                _report(f"the peer sent items of stream {number}")
            else:
                consumer.receive(units, value, error)
        elif kind == _CREDIT:
            producer = self._producers.get(number)
            if producer is not None:
                producer.credit(units, value, error)
        elif kind == _STOP:
            producer = self._producers.get(number)
            if producer is not None:
                producer.stop()
        elif kind == _END:
            self._on_end_frame(number, value, error)
        else:
            return False
        return True

    def _on_end_frame(self, number: int, value: object, error: Exception | None) -> None:
        consumer = self._consumers.pop(number, None)
        self._channel.streams.pop(number, None)
        if consumer is None:
            _report(f"the peer sent an end of stream {number}")
        else:
            consumer.end(error if value is None else error_from_wire(value, consumer.throws))

    def end(self, reason: BaseException) -> None:
        """The session is over."""
        producers, self._producers = self._producers, {}
        consumers, self._consumers = self._consumers, {}
        for producer in producers.values():
            producer.abandon()
        for consumer in consumers.values():
            consumer.end(reason)

    # What producers and consumers ask.

    def send_frame(self, frame: bytes) -> None:
        if not self._channel.closed:
            self._channel.send_encoded(frame)

    def send_alone(self, number: int, item: object, units: int, program: StreamProgram) -> None:
        if not self._channel.closed:
            self._channel.send(_ITEMS, number, [item], 0, units, program.items)

    def on_end(self, producer: StreamProducer, failure: BaseException | None) -> None:
        number = producer.number
        self._forget(producer)
        if self._channel.closed:
            return
        if failure is None:
            self._channel.send(_END, number, None)
        else:
            telling = Telling(producer.throws, self.exposure, self.previews)
            send_error(self._channel, _END, number, failure, telling)

    def _forget(self, producer: StreamProducer) -> None:
        self._producers.pop(producer.number, None)
        self._channel.streams.pop(_SENT_KEYS + producer.number, None)

    def show(self, error: Exception) -> None:
        if not self.previews and isinstance(error, ValidationError):
            error.without_previews()

    def send_credit(self, number: int, units: int) -> None:
        if not self._channel.closed:
            self._channel.send(_CREDIT, number, None, 0, units)

    def send_ask(self, number: int, sent: Sent, takes: TakenProgram) -> None:
        if not self._channel.closed:
            self._channel.send(_CREDIT, number, sent, 0, 1, takes.program)

    def send_stop(self, number: int) -> None:
        if not self._channel.closed:
            self._channel.send(_STOP, number, None)

    def wait_until_ready(self, consumer: StreamConsumer) -> None:
        self._wait_until(lambda: consumer.is_ready)

    def _variables(self) -> Context:
        variables = copy_context()
        if self.answered is not None:
            variables.run(CURRENT.set, self.answered)
        return variables

    def _open(self, number: int, takes: TakenProgram | None = None) -> StreamConsumer:
        if number in self._consumers:
            raise ProtocolError(f"the peer opened stream {number} again before it ended")
        consumer = StreamConsumer(number, self, takes)
        self._consumers[number] = consumer
        self._opened.append(consumer)
        self.has_read = True
        return consumer

    def _take_id(self) -> int:
        number = self._next_id
        while number == 0 or number in self._producers:
            number = (number + 1) % _STREAM_IDS
        self._next_id = (number + 1) % _STREAM_IDS
        return number


def _report(what: str) -> None:
    unknown = UnknownStreamError(f"{what}, which is not open; the frame was dropped")
    _log.error("%s: %s", unknown.code, unknown)
