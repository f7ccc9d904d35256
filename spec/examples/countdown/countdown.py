import ringsnake
from countdown_gen import CountdownServer, DisplayClient


class Countdown:
    async def run(self, start: int) -> str:
        display = ringsnake.client(DisplayClient)
        for seconds in range(start, 0, -1):
            await display.show(seconds)
        return "lift-off"


ringsnake.serve(CountdownServer(Countdown()))
