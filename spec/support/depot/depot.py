"""The worker that keeps arrays."""

from __future__ import annotations

import array
import asyncio
import gc
import os
import time
from dataclasses import dataclass
from typing import TypeAlias

import ringsnake
from depot_gen import CarrierServer, DepotServer, YardClient
from ringsnake.values import TypeRegistry

Samples: TypeAlias = "memoryview[float]"


EMPTY = memoryview(b"").cast("d")


@dataclass
class Crate:
    label: str
    samples: Samples


types = TypeRegistry()
types.register("Crate", Crate)


class Depot:
    def __init__(self) -> None:
        self._kept: list[Samples] = []
        self._last = EMPTY

    def echo_samples(self, samples: Samples) -> Samples:
        return samples

    def echo_bytes(self, data: bytes) -> bytes:
        assert type(data) is bytes
        return data

    def echo_buffer(self, buffer: bytes) -> bytes:
        assert type(buffer) is bytes
        return buffer

    def echo_view(self, view: bytes) -> bytes:
        assert type(view) is bytes
        return view

    async def echo_both(self, samples: Samples, data: bytes) -> Samples:
        await asyncio.sleep(0)
        assert type(data) is bytes
        return samples

    def keep(self, samples: Samples) -> None:
        self._kept.append(samples)

    def ends(self) -> list[float]:
        return [end for samples in self._kept for end in (samples[0], samples[-1])]

    def drop(self) -> None:
        self._kept.clear()
        self._last = EMPTY
        gc.collect()

    def scoped(self, samples: Samples) -> float:
        with samples:
            self._kept.append(samples)
            return float(sum(samples))

    def make(self, length: int, value: float) -> Samples:
        return memoryview(array.array("d", [value]) * length)

    def make_shared(self, length: int, value: float) -> Samples:
        samples = memoryview(ringsnake.allocate(8 * length)).cast("d")
        samples[:] = memoryview(array.array("d", [value]) * length)
        return samples

    def make_to_spoil(self, length: int, value: float) -> Samples:
        self._last = self.make_shared(length, value)
        return self._last

    def spoil(self) -> None:
        self._last[:] = memoryview(array.array("d", [-1.0]) * len(self._last))
        self._last = EMPTY

    def write(self, samples: Samples) -> str:
        try:
            samples[0] = 1.0
        except TypeError as error:
            return type(error).__name__
        return ""

    def refuse(self, samples: Samples) -> None:
        # No local name for it: its traceback would hold it, and the samples, until garbage is collected.
        raise _refusal(samples)

    def refuse_oddly(self) -> None:
        error = ValueError("no")
        error.details = {"seen": [1, object()]}  # type: ignore[attr-defined]
        raise error


def _refusal(samples: Samples) -> ValueError:
    error = ValueError(f"{len(samples)} samples are too many")
    error.details = {"crate": Crate("too full", samples)}  # type: ignore[attr-defined]
    return error


class Carrier:
    async def carry(self, times: int, length: int) -> float:
        yard = ringsnake.client(YardClient)
        total = 0.0
        samples = array.array("d", [0.0]) * length
        for i in range(times):
            samples[0] = i
            total += await yard.store(memoryview(samples))
        return total

    async def swap(self, length: int) -> bool:
        data = os.urandom(length)
        return await ringsnake.client(YardClient).swap(data) == data[::-1]

    async def fail(self) -> str:
        try:
            await ringsnake.client(YardClient).store(EMPTY)
        except ringsnake.RemoteError as error:
            crate = error.details
            if not isinstance(crate, Crate):
                return str(error)
            return f"{error}: {crate.label}, {len(crate.samples)} of {crate.samples[-1]}"
        return "nothing"

    def descriptors(self) -> int:
        return _descriptors()

    def resident(self) -> int:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
        return int(line.split()[1])

    def settle(self, descriptors: int) -> bool:
        end = time.monotonic() + 5
        while _descriptors() > descriptors and time.monotonic() < end:
            gc.collect()
            time.sleep(0.01)
        return _descriptors() <= descriptors


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


ringsnake.serve(DepotServer(Depot()), types=types)
ringsnake.serve(CarrierServer(Carrier()))
