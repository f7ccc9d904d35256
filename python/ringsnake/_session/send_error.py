"""Sends what was raised. Twin: lib/session/send-error.ts."""

from __future__ import annotations

from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import MessageTooLargeError
from ringsnake._session.remote_error import (
    DEFAULT_TELLING,
    Telling,
    error_to_wire,
    shortened,
    without_details,
)


def send_error(
    channel: FrameChannel,
    kind: int,
    call_id: int,
    raised: BaseException,
    telling: Telling = DEFAULT_TELLING,
) -> None:
    """In a frame of that kind. Whoever waits must hear something: what cannot cross of it is left out."""
    error = error_to_wire(raised, telling)
    try:
        channel.send(kind, call_id, error)
    except MessageTooLargeError:
        channel.send(kind, call_id, shortened(error))
    except Exception as problem:
        # Whatever the error's details do.
        plain = without_details(error, str(problem))
        try:
            channel.send(kind, call_id, plain)
        except MessageTooLargeError:
            # This fits into any ring.
            channel.send(kind, call_id, shortened(plain))
