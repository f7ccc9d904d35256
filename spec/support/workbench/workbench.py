"""The worker of the specs."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any, cast

import ringsnake
from workbench_gen import HostClient, Piece, WorkbenchServer


class Workbench:
    def add(self, a: float, b: float) -> float:
        return a + b

    async def add_later(self, a: float, b: float) -> float:
        await asyncio.sleep(0)
        return a + b

    def echo_piece(self, piece: Piece) -> Piece:
        return piece

    def echo_bytes(self, data: bytes) -> bytes:
        return data

    def echo_text(self, text: str, suffix: str | None) -> str:
        return text if suffix is None else text + suffix

    def echo_texts(self, texts: list[str]) -> list[str]:
        return texts

    def sum(self, samples: memoryview[float]) -> float:
        return sum(samples)

    def nothing(self) -> None:
        return None

    def fail(self, message: str) -> None:
        try:
            cast(dict[str, int], {})["missing"]
        except KeyError as cause:
            raise ValueError(message) from cause

    def lie(self) -> list[Piece]:
        piece = Piece(
            name="liar",
            count=1,
            weight=1.0,
            big=1,
            finished=False,
            status="done",
            positions=[],
            bytes=b"",
            samples=memoryview(b"").cast("d"),
            parent=None,
        )
        piece.count = cast(Any, "one")
        return [piece]

    def lone_surrogate(self) -> list[Piece]:
        (piece,) = self.lie()
        piece.count = 1
        piece.name = "half \ud83d"
        return [piece]

    def block(self, milliseconds: int) -> None:
        time.sleep(milliseconds / 1000)

    def compute(self) -> None:
        pow(3, 10**9)

    def system_exit(self) -> None:
        raise SystemExit(5)

    def fail_at_length(self, length: int) -> None:
        raise ValueError("x" * length)

    def fail_unshowable(self) -> None:
        class UnshowableError(Exception):
            def __str__(self) -> str:
                raise RuntimeError("no words")

        raise UnshowableError

    async def flood(self, times: int, length: int) -> int:
        host = ringsnake.client(HostClient)
        texts = [chr(97 + i % 26) * length for i in range(times)]
        answers = await asyncio.gather(*[host.note(text) for text in texts])
        return sum(answer == text.upper() for answer, text in zip(answers, texts, strict=True))

    def exit(self, code: int) -> None:
        print("the workbench gives up", file=sys.stderr, flush=True)
        os._exit(code)

    async def call_host(self, times: int) -> str:
        host = ringsnake.client(HostClient)
        return ",".join([await host.note(f"note {i}") for i in range(times)])

    async def host_error(self) -> str:
        try:
            await ringsnake.client(HostClient).refuse()
        except ringsnake.RemoteError as error:
            return f"{error.code} {error.type} {error.remote_message} {'refuse' in error.traceback}"
        return "no error"

    async def host_misuse(self) -> str:
        try:
            await ringsnake.client(HostClient).note(cast(Any, 12))
        except ringsnake.ValidationError as error:
            return f"{error.code} {error}"
        return "no error"

    def fork(self) -> int:
        pid = os.fork()
        if pid == 0:
            time.sleep(30)
            os._exit(0)
        return pid

    def environment(self, name: str) -> str | None:
        return os.environ.get(name)


ringsnake.serve(WorkbenchServer(Workbench()))
