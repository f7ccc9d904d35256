"""The other end of a channel, in a Python of its own; descriptor 3 is the channel's socket. Twin: ring-peer.ts."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import NoReturn

from ringsnake import ChannelClosedError, RingsnakeError
from ringsnake.ring import Bulk, Channel, Waiting
from soak_records import Random, SoakReceiver, SoakSender


def statistics(channel: Channel) -> dict[str, int]:
    """With the names that they have in TypeScript."""
    counts = dataclasses.asdict(channel.statistics())
    return {re.sub("_(.)", lambda match: match[1].upper(), name): n for name, n in counts.items()}


async def echo(channel: Channel) -> None:
    async for message in channel:
        await channel.send_async(message)
        if isinstance(message, Bulk):
            message.release()
    print(json.dumps(statistics(channel)), flush=True)


def echo_blocking(channel: Channel) -> None:
    for message in channel:
        channel.send(message)
        if isinstance(message, Bulk):
            message.release()
    print(json.dumps(statistics(channel)), flush=True)


def echo_in_place(channel: Channel) -> None:
    """Every other message by a claim."""
    producer, consumer = channel.producer, channel.consumer
    late: list[bytes] = []
    """What there was no room for, or what is too large for the ring."""

    def visit(message: memoryview) -> None:
        size = len(message)
        if late or size > producer.max_payload:
            late.append(bytes(message))
        elif size % 2:
            claim = producer.try_claim(size)
            if claim is None:
                late.append(bytes(message))
            else:
                claim[:] = message
                producer.commit(size)
        elif not producer.write(message):
            late.append(bytes(message))

    with contextlib.suppress(ChannelClosedError):
        while consumer.wait():
            consumer.read(visit)
            for message in late:
                channel.send(message)
            late.clear()
    print(json.dumps(statistics(channel)), flush=True)


def count(channel: Channel, limit: int) -> None:
    for i in range(limit):
        channel.send(i.to_bytes(4, "little"))


def tell(channel: Channel, seed: int) -> NoReturn:
    random = Random(seed + 1)
    number = 0
    while True:
        for _ in range(random.next() % 8 + 1):
            channel.send(number.to_bytes(4, "little"))
            number += 1
            os.pwrite(4, number.to_bytes(4, "little"), 0)
        time.sleep(random.next() % 2000 / 1e6)


def soak(channel: Channel, limit: int) -> None:
    sender, receiver, random = SoakSender(2), SoakReceiver(), Random(5)

    def take(message: bytes | Bulk) -> None:
        if isinstance(message, Bulk):
            with message, memoryview(message) as view:
                receiver.take(view)
        else:
            receiver.take(message)

    sent = 0
    while sent < limit or receiver.received < limit:
        burst = min(random.next() % 200, limit - sent)
        for _ in range(burst):
            channel.send(sender.next())
        sent += burst
        for message in channel.receive_many():
            take(message)
        if random.next() % 500 == 0:
            time.sleep(random.next() % 1000 / 1e6)
        if sent == limit and receiver.received < limit:
            message = channel.receive()
            assert message is not None
            take(message)
    report = {
        "received": receiver.received,
        "corrupt": receiver.corrupt,
        "misplaced": receiver.misplaced,
        "statistics": statistics(channel),
    }
    print(json.dumps(report), flush=True)


def keep(channel: Channel, limit: int) -> None:
    kept: list[Bulk] = []
    while len(kept) < limit:
        message = channel.receive()
        if isinstance(message, Bulk):
            kept.append(message)
    print("kept", flush=True)
    for _ in sys.stdin:
        kept.pop(0).release()


def use_ends(channel: Channel) -> None:
    producer, consumer = channel.producer, channel.consumer
    for size in range(50):
        producer.write(bytes(size))
    claim = producer.try_claim(100)
    if claim is not None:
        claim[:50] = bytes(50)
        producer.commit(50)
    consumer.read(lambda view: sum(view[::512]))
    consumer.take()
    consumer.wait(0.0002)


def victim(program: str, seed: str) -> None:
    """Uses everything that looks at shared memory while `program` scribbles over it; prints what ended that."""
    channel = Channel.create(ring_capacity=65_536, bulk_limit=1_048_576)
    os.dup2(channel.descriptor, 3, inheritable=True)
    with subprocess.Popen([program, seed], stdout=subprocess.PIPE, pass_fds=(3,)) as scribbler:
        os.close(3)
        channel.close_descriptor()
        assert scribbler.stdout is not None
        scribbler.stdout.readline()
        code = "none"
        deadline = time.monotonic() + 0.5
        try:
            while time.monotonic() < deadline:
                if int(seed) % 2:
                    use_ends(channel)
                    continue
                for size in range(50):
                    channel.try_send(bytes(size))
                for message in channel.receive_many():
                    with memoryview(message) as view:
                        sum(view[::512])
                    if isinstance(message, Bulk):
                        message.release()
                channel.receive(0.0002)
                allocated = channel.try_allocate(100)
                if allocated is not None:
                    allocated.release()
                channel.statistics()
        except RingsnakeError as error:
            code = error.code
        print(code, flush=True)
        channel.close()


def main() -> None:
    if sys.argv[1] == "victim":
        victim(*sys.argv[2:])
        return
    verb, argument = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    waiting: Waiting = "sleep" if sys.argv[3:] == ["sleep"] else "adaptive"
    channel = Channel.attach(3, waiting=waiting)
    print("attached", flush=True)
    match verb:
        case "echo":
            asyncio.run(echo(channel))
        case "echo-blocking":
            echo_blocking(channel)
        case "echo-in-place":
            echo_in_place(channel)
        case "count":
            count(channel, argument)
        case "die":
            count(channel, argument)
            os.kill(os.getpid(), signal.SIGKILL)
        case "tell":
            tell(channel, argument)
        case "hold":
            sys.stdin.read()
        case "soak":
            soak(channel, argument)
        case "keep":
            keep(channel, argument)
        case _:
            raise ValueError(verb)
    channel.close()


main()
