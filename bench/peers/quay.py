"""The Python side of `npm run bench -- bulk`."""

import array
import functools

import ringsnake
from quay_gen import QuayServer


@functools.cache
def ones(length: int) -> memoryview:
    return memoryview(array.array("d", [1.0]) * length)


class Quay:
    def count(self, samples: memoryview) -> int:
        return len(samples)

    def own(self, length: int) -> memoryview:
        return ones(length)

    def shared(self, length: int) -> memoryview:
        return memoryview(ringsnake.allocate(8 * length)).cast("d")


ringsnake.serve(QuayServer(Quay()))
