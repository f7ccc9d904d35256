from collections import deque
from collections.abc import AsyncIterator

import ringsnake
from averages_gen import AveragesServer
from ringsnake.generated import RemoteStream


class Averages:
    async def moving(self, samples: RemoteStream[float], width: int) -> AsyncIterator[float]:
        window: deque[float] = deque(maxlen=width)
        try:
            async for sample in samples:
                window.append(sample)
                if len(window) == width:
                    yield sum(window) / width
        finally:
            print("no more averages are wanted", flush=True)


ringsnake.serve(AveragesServer(Averages()))
