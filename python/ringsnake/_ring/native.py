"""The native half, or a clear word about why it is not there. The only module of this floor that imports it."""

from __future__ import annotations

import sys

try:
    from ringsnake._native import (
        Bulk,
        CallRecord,
        DirectTarget,
        Endpoint,
        ProgramRunner,
        RingConsumer,
        RingProducer,
        build,
        embedder_started,
        exit_with_parent,
        forget_thread,
        freeze,
        in_direct_call,
        raise_below_frame,
        raise_in_thread,
        serve_host,
    )
    from ringsnake._native import Channel as NativeChannel
    from ringsnake._native import Doorbell as NativeDoorbell
    from ringsnake._native import Region as NativeRegion
except ImportError as error:
    raise ImportError(
        f"ringsnake's native extension does not load into Python {sys.version.split()[0]} "
        f"({sys.executable}): {error}. Run `npm run build:native` in the ringsnake package; "
        "`npx ringsnake doctor` shows what is built for which interpreter."
    ) from error

__all__ = [
    "Bulk",
    "CallRecord",
    "DirectTarget",
    "Endpoint",
    "NativeChannel",
    "NativeDoorbell",
    "NativeRegion",
    "ProgramRunner",
    "RingConsumer",
    "RingProducer",
    "build",
    "embedder_started",
    "exit_with_parent",
    "forget_thread",
    "freeze",
    "in_direct_call",
    "raise_below_frame",
    "raise_in_thread",
    "serve_host",
]
