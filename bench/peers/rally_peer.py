"""What ringsnake answers in `npm run bench -- calls`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import ringsnake
from rally_gen import Person, RallyServer


class Rally:
    def nothing(self) -> None:
        pass

    def add(self, a: float, b: float) -> float:
        return a + b

    async def add_in_coroutine(self, a: float, b: float) -> float:
        return a + b

    def record(self, person: Person) -> Person:
        return person

    def records(self, people: list[Person]) -> list[Person]:
        return people

    def bytes(self, data: bytes) -> bytes:
        return data

    def weigh(self, data: memoryview) -> float:
        return len(data)

    def span(self, data: memoryview) -> float:
        return len(data)

    def samples(self, data: memoryview) -> memoryview:
        return data

    def renewed(self, data: memoryview) -> memoryview:
        answer = memoryview(ringsnake.allocate(data.nbytes)).cast("d")
        answer[-1] = data[-1]
        return answer

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def count(self, items: int) -> Iterable[float]:
        return map(float, range(items))

    async def call_back(self, increment: Callable[[float], Awaitable[float]], times: int) -> float:
        count = 0.0
        for _ in range(times):
            count = await increment(count)
        return count


ringsnake.serve(RallyServer(Rally()))
