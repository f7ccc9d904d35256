"""The peer of the bench of streams."""

from collections.abc import AsyncIterator

import ringsnake
from ringsnake.generated import RemoteStream
from tide_gen import TideServer


class Tide:
    async def numbers(self, count: float) -> AsyncIterator[float]:
        for number in range(int(count)):
            yield float(number)

    async def count(self, numbers: RemoteStream[float]) -> float:
        count = 0
        async for _ in numbers:
            count += 1
        return count


ringsnake.serve(TideServer(Tide()))
