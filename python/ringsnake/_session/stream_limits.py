"""What a call's limits mean for its stream. Twin: lib/session/stream-limit.ts."""

from __future__ import annotations

import time

from ringsnake._errors import CallTimeoutError
from ringsnake._session.call_context import CURRENT
from ringsnake._session.call_options import CallOptions
from ringsnake._session.remote_stream import consumer_of
from ringsnake._session.stream_consumer import StreamConsumer


class StreamLimits:
    """The time counts until the last item, and the stream ends with the call being handled. Made before the call is made."""

    __slots__ = ("_context", "_deadline")

    def __init__(self, options: CallOptions) -> None:
        context = CURRENT.get()
        deadline = None if context is None else context.deadline
        if options.timeout is not None:
            own = time.monotonic() + options.timeout
            deadline = own if deadline is None else min(own, deadline)
        self._context = context
        self._deadline = deadline

    def apply(self, stream: object) -> StreamConsumer:
        """What stands behind the stream that the call has brought."""
        consumer = consumer_of(stream)
        if self._context is not None:
            self._context.add(consumer)
            consumer.on_closed = self._context.discard
        if self._deadline is not None:
            error = CallTimeoutError("the stream did not end in time")
            consumer.limit(self._deadline - time.monotonic(), error)
        return consumer
