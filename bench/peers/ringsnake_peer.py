"""The Python side of the ringsnake driver."""

import ringsnake
from bench_gen import BenchServer, Order


class Bench:
    def add(self, a: float, b: float) -> float:
        return a + b

    def record(self, order: Order) -> Order:
        return order

    def bytes(self, data: bytes) -> bytes:
        return data


ringsnake.serve(BenchServer(Bench()))
