"""The specs' worker on a thread of Node's."""

import asyncio
import threading
from collections.abc import Awaitable
from typing import Any, cast

import ringsnake
from lodging_gen import Kept, LandlordClient, LodgerServer, Note


class TheLodger:
    def __init__(self) -> None:
        self.said: Any = "no note"
        self._kept = memoryview(b"")

    def thread(self) -> int:
        return threading.get_native_id()

    async def thread_later(self) -> int:
        await asyncio.sleep(0)
        return threading.get_native_id()

    def thread_of_awaitable(self) -> Awaitable[int]:
        return self.thread_later()

    @ringsnake.blocking
    def thread_of_pool(self) -> int:
        return threading.get_native_id()

    def run(self, source: str) -> str:
        names: dict[str, Any] = {"lodger": self}
        exec(source, names)
        return str(names.get("result"))

    def ask(self, times: int) -> str:
        landlord = ringsnake.client(LandlordClient)
        return " ".join(landlord.sync.answer(str(i)) for i in range(times))

    def climb(self, levels: int) -> int:
        return 0 if levels == 0 else 1 + ringsnake.client(LandlordClient).sync.climb(levels - 1)

    def echo(self, notes: list[Note]) -> list[Note]:
        return notes

    def weigh(self, data: memoryview) -> int:
        return len(data)

    def keep(self, samples: memoryview) -> int:
        self._kept = samples
        return len(samples)

    def kept(self) -> Kept:
        is_shared = type(self._kept.obj).__name__ == "Bulk"
        return Kept(samples=memoryview(bytes(self._kept)).cast("d"), is_shared=is_shared)

    def let_go(self) -> None:
        self._kept.release()

    def mirror(self, samples: memoryview) -> memoryview:
        return samples

    def fresh(self, count: int) -> memoryview:
        made = memoryview(ringsnake.allocate(count * 8)).cast("d")
        for i in range(count):
            made[i] = i
        return made

    def sums(self, samples: memoryview, again: memoryview) -> float:
        return sum(samples) + sum(again)

    def count(self, kept: Kept) -> int:
        return len(kept.samples)

    def complain(self, about: str) -> None:
        raise ValueError(about)

    def mumble(self) -> Note:
        return cast("Note", self.said)


ringsnake.serve(LodgerServer(TheLodger()))
