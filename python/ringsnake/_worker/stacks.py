"""Tells the host what this process is doing, when it asks.

Twin: lib/worker/python-stack.ts.
"""

from __future__ import annotations

import faulthandler
import os


def show_stacks_at(signal_number: int) -> None:
    """At that signal the Python stacks of all threads are written to memory that the host can read.

    The handler needs neither the interpreter lock nor a turn of the interpreter: it also works while C code runs.
    """
    memory = os.memfd_create("ringsnake-stacks", os.MFD_CLOEXEC)
    # Appends: whoever reads knows how much there was before.
    faulthandler.register(signal_number, file=memory, all_threads=True, chain=False)
