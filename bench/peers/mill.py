"""The Python side of `npm run bench -- pool`."""

import ringsnake
from mill_gen import MillServer


class Mill:
    def grind(self, rounds: int) -> int:
        state = 1
        for _ in range(rounds):
            state = state * 1103515245 + 12345 & 0x7FFFFFFF
        return state

    def rest(self) -> None:
        return None


ringsnake.serve(MillServer(Mill()))
