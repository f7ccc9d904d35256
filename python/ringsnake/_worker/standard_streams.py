"""The standard streams of a process that has another owner."""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer


def keep_standard_streams() -> None:
    """Leaves standard input to the host, and writes whole lines to outputs that the host may have made non-blocking."""
    sys.stdin = open(os.devnull)  # noqa: SIM115 -- for as long as the process
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        # Unbuffered, as Python itself does it: `write` takes all that it is given.
        raw = cast("io.BufferedWriter", _PatientOutput(descriptor))
        errors = "backslashreplace" if name == "stderr" else "surrogateescape"
        setattr(sys, name, io.TextIOWrapper(raw, "utf-8", errors, write_through=True))


class _PatientOutput(io.RawIOBase):
    """Waits where a non-blocking descriptor takes no more, so that nothing is lost."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        rest = memoryview(data).cast("B")
        length = len(rest)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
        return length
