"""What a session asks of whoever met the peer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ringsnake._errors import ProtocolError, RingsnakeError


class SessionOwner(NamedTuple):
    """Twin of the interface in lib/session/session.ts."""

    on_broken: Callable[[ProtocolError], None]
    """The peer broke the wire: nothing can follow."""
    peer_gone: Callable[[], RingsnakeError]
    """The error for calls that end because the peer is gone; called when a blocking wait noticed it first."""
    serving_hint: Callable[[str], str]
    """What the peer must do to serve the interface of that name."""
