"""Tells what an interrupt may hit: never what this package does for itself."""

from __future__ import annotations

import os
from types import CodeType, FrameType
from typing import Final

from ringsnake._session.call_context import CURRENT

PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def is_users_code(frame: FrameType | None, calling: frozenset[CodeType]) -> bool:
    """Whether code of the user runs there on behalf of a call, or what it has called in C."""
    if frame is None or CURRENT.get() is None:
        return False
    if not frame.f_code.co_filename.startswith(PACKAGE):
        return True
    return frame.f_code in calling
