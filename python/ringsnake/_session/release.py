"""Giving back what the peer has lent. Twin: lib/session/release.ts."""

from __future__ import annotations

from ringsnake._session.object_caller import ObjectCaller, caller_of
from ringsnake._session.pipelined import ComingCaller


def release(lent: object) -> bool:
    """Gives an object or a function of the peer's back: it cannot be used here any more.

    The garbage collector does the same, some time later. False, and nothing happens, if it is nothing of the kind, or was given
    back before.
    """
    caller = caller_of(lent)
    return caller.release() if isinstance(caller, ObjectCaller | ComingCaller) else False
