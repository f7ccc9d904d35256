"""Serves `Dialogue`: itself (`own`), or through the host's, awaited (`relay`) or blocking (`relay sync`)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, cast

import ringsnake
from dialogue_gen import (
    Answer,
    Dialogue,
    DialogueClient,
    DialogueServer,
    RiddleClient,
    Stumped,
)
from ringsnake.generated import RemoteGenerator


class Own:
    """Its generators are of both kinds."""

    def __init__(self) -> None:
        self._ended: list[str] = []

    async def quiz(self, questions: list[str], /) -> AsyncGenerator[str, Answer]:
        answers: list[Answer] = []
        try:
            for question in questions:
                answers.append((yield question))
        finally:
            await asyncio.sleep(0)
            self._ended.append("quiz")
        raise ringsnake.Return(answers)

    def sum(self, start: float, /) -> Generator[float, float, None]:
        total = start
        try:
            while True:
                total += yield total
        finally:
            self._ended.append("sum")

    async def heard(self) -> AsyncGenerator[str, Answer | float | None]:
        sent = yield "ready"
        while True:
            if isinstance(sent, Answer):
                sent = yield f"{sent.text} {None if sent.at is None else sent.at.isoformat()}"
            else:
                sent = yield "null" if sent is None else f"{sent:g}"

    async def guess(self, word: str, /) -> AsyncGenerator[int, str]:
        guessed = yield len(word)
        if guessed != word:
            raise Stumped("not so", question=guessed)
        raise ringsnake.Return(guessed)

    async def solving(self) -> AsyncGenerator[bool, RiddleClient]:
        riddle = yield False
        while True:
            riddle = yield await riddle.solve("ring")

    async def silent(self) -> AsyncGenerator[str, str]:
        self._ended.append("nothing yet")
        try:
            await asyncio.Event().wait()
            yield ""
        finally:
            self._ended.append("silent")

    async def drive(
        self, generator: RemoteGenerator[str, float, str], numbers: list[float], /
    ) -> list[str]:
        said = [await anext(generator)]
        try:
            for number in numbers:
                said.append(await generator.asend(number))
        except StopAsyncIteration:
            said.append(f"returned {generator.returned}")
        else:
            await generator.aclose()
        return said

    async def read(self, generator: RemoteGenerator[int, None, str] | None, /) -> str:
        if generator is None:
            return "nothing"
        items = [str(item) async for item in generator]
        return f"{' '.join(items)}, then {generator.returned}"

    def ended(self) -> list[str]:
        ended, self._ended = self._ended, []
        return ended


class Relay:
    """Whatever is asked, the host is asked."""

    def __init__(self, client: object) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return cast("Callable[..., Any]", getattr(self._client, name))


def _implementation(mode: str) -> Dialogue:
    if mode == "own":
        return Own()
    client = ringsnake.client(DialogueClient)
    return cast(Dialogue, Relay(client if mode == "relay" else client.sync))


ringsnake.serve(DialogueServer(_implementation(sys.argv[1] if len(sys.argv) > 1 else "own")))
