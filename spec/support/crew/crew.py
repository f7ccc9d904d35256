"""The workers of the pools in the specs."""

from __future__ import annotations

import os
import time
from pathlib import Path

import ringsnake
from crew_gen import CrewServer, GateClient

# Where the variable is set: the file whose presence keeps a process from starting.
if (refusal := os.environ.get("CREW_REFUSAL")) and Path(refusal).exists():
    raise RuntimeError("not now")

# Where the variable is set: the file that only the first process can make.
if only := os.environ.get("CREW_ONLY"):
    Path(only).open("x").close()


class Crew:
    def __init__(self) -> None:
        self._held: list[bytes] = []

    def pid(self) -> int:
        return os.getpid()

    async def enter(self, name: str) -> int:
        await ringsnake.client(GateClient).pass_(name)
        return os.getpid()

    def block(self, milliseconds: int) -> int:
        time.sleep(milliseconds / 1000)
        return os.getpid()

    def fail_in(self, pid: int) -> int:
        if pid == os.getpid():
            raise ValueError("it was me")
        return os.getpid()

    def grow(self, mebibytes: int) -> None:
        self._held.append(os.urandom(1 << 20) * mebibytes)

    def exit(self, code: int) -> None:
        os._exit(code)


ringsnake.serve(CrewServer(Crew()))
