"""Watches peers that are killed while this side sleeps: `death_observer.py blocked|loop TRIALS SEED PEERS`.

PEERS: commands, as JSON. Prints what each trial showed, as JSON. Twin: spec/stress/death-noticed.spec.ts.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from ringsnake import RingsnakeError
from ringsnake.ring import Channel
from soak_records import Random

BATCH = 4
LIFE_US = 8_000
PATIENCE = 5.0


def is_asleep() -> bool:
    return Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[0] == "S"


class Victim:
    """A peer at the other end of a channel, that writes down how much it has sent."""

    def __init__(self, command: list[str], seed: int) -> None:
        self.channel = Channel.create()
        # Has no name, and goes with its last descriptor.
        self.ledger = os.memfd_create("ledger")
        # The peer looks for these two where Node would put them.
        os.dup2(self.channel.descriptor, 3, inheritable=True)
        os.dup2(self.ledger, 4, inheritable=True)
        self.process = subprocess.Popen(
            [*command, "tell", str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(3, 4),
        )
        self.channel.close_descriptor()
        self.killed_at = 0

    def attached(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"attached\n"

    def kill(self, delay_us: int) -> None:
        """When the main thread sleeps."""
        time.sleep(delay_us / 1e6)
        deadline = time.monotonic() + PATIENCE
        while not is_asleep() and time.monotonic() < deadline:
            pass
        self.killed_at = time.monotonic_ns()
        self.process.kill()

    def committed(self) -> int:
        self.process.communicate()
        return int.from_bytes(os.pread(self.ledger, 4, 0), "little")

    def close(self) -> None:
        self.channel.close()
        os.close(self.ledger)


def watch(channel: Channel) -> tuple[int, str]:
    received = 0
    try:
        for message in channel:
            if bytes(message) != received.to_bytes(4, "little"):
                return received, "out of order"
            received += 1
    except RingsnakeError as error:
        return received, error.code
    return received, "closed"


async def watch_in_loop(channel: Channel) -> tuple[int, str]:
    received = 0
    try:
        async for message in channel:
            if bytes(message) != received.to_bytes(4, "little"):
                return received, "out of order"
            received += 1
    except RingsnakeError as error:
        return received, error.code
    return received, "closed"


def observe(victim: Victim, way: str, delay_us: int) -> dict[str, object]:
    killer = threading.Thread(target=victim.kill, args=[delay_us])
    killer.start()
    if way == "loop":
        received, end = asyncio.run(watch_in_loop(victim.channel))
    else:
        received, end = watch(victim.channel)
    noticed_at = time.monotonic_ns()
    killer.join()
    trial = {
        "received": received,
        "end": end,
        "committed": victim.committed(),
        "notice": (noticed_at - victim.killed_at) / 1e6,
    }
    victim.close()
    return trial


def main() -> None:
    way, count, seed, peers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    commands: list[list[str]] = json.loads(peers)
    # Nothing else is to get these.
    for reserved in (3, 4):
        os.dup2(2, reserved)
    random = Random(seed)
    trials: list[dict[str, object]] = []
    while len(trials) < count:
        victims = [
            Victim(commands[i % len(commands)], random.next() % 1_000_000)
            for i in range(min(BATCH, count - len(trials)))
        ]
        for victim in victims:
            victim.attached()
        trials += [observe(victim, way, random.next() % LIFE_US) for victim in victims]
    print(json.dumps(trials))


main()
