"""What ringsnake answers in `npm run bench -- calls`."""

import asyncio

import ringsnake
from rally_gen import HomeClient, Person, RallyServer


class Rally:
    def __init__(self, home: HomeClient) -> None:
        self.home = home

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

    def samples(self, data: memoryview) -> memoryview:
        return data

    def renewed(self, data: memoryview) -> memoryview:
        answer = memoryview(ringsnake.allocate(data.nbytes)).cast("d")
        answer[-1] = data[-1]
        return answer

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call_back(self, times: int) -> float:
        count = 0.0
        for _ in range(times):
            count = await self.home.increment(count)
        return count


ringsnake.serve(RallyServer(Rally(ringsnake.client(HomeClient))))
