"""What sides.py starts: `other_side.py DESCRIPTOR VERB …`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import zlib

from ringsnake import ChannelClosedError
from ringsnake.ring import Bulk, Channel, RingEventLoop


def say(*words: object) -> None:
    print(*words, flush=True)


def echo(channel: Channel) -> None:
    """Each message back, until the channel is closed."""
    for message in channel:
        channel.send(message)
        if isinstance(message, Bulk):
            message.release()
    assert channel.statistics().slice_expired == 0, "a wake-up was lost"


def echo_async(channel: Channel, loop: str) -> None:
    async def run() -> None:
        async for message in channel:
            await channel.send_async(message)
            if isinstance(message, Bulk):
                message.release()

    factory = {"ring": RingEventLoop, "other": asyncio.SelectorEventLoop}[loop]
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run())


def count(channel: Channel, most: int) -> None:
    """The numbers from 0 on, then the orderly end."""
    for i in range(most):
        channel.send(i.to_bytes(4, "little"))


def die(channel: Channel, most: int) -> None:
    """The same, but by SIGKILL."""
    count(channel, most)
    os.kill(os.getpid(), signal.SIGKILL)


def check(channel: Channel) -> None:
    """Says how many messages came, how many bytes, and their checksum."""
    messages, size, checksum = 0, 0, 0
    for message in channel:
        messages += 1
        size += len(message)
        checksum = zlib.crc32(message, checksum)
        if isinstance(message, Bulk):
            message.release()
    say(messages, size, checksum)


def pour(channel: Channel, most: int, length: int) -> None:
    """Sends into a ring that nobody reads, and then reads what came itself."""
    for i in range(most):
        channel.send(i.to_bytes(4, "little") + bytes(length - 4))
    for i in range(most):
        message = channel.receive()
        assert message[:4] == i.to_bytes(4, "little")  # type: ignore[index]
    say("done")


def check_in_place(channel: Channel) -> None:
    """As check(), by a visitor."""
    messages, size, checksum = 0, 0, 0

    def visit(message: memoryview) -> None:
        nonlocal messages, size, checksum
        messages += 1
        size += len(message)
        checksum = zlib.crc32(message, checksum)

    consumer = channel.consumer
    with contextlib.suppress(ChannelClosedError):
        while consumer.wait():
            consumer.read(visit)
    say(messages, size, checksum)


def hold(channel: Channel) -> None:
    """Neither sends nor receives until it is told."""
    say("holds")
    sys.stdin.readline()


def park(channel: Channel) -> None:
    """Sleeps in receive() until the peer closes."""
    say("parks")
    with contextlib.suppress(ChannelClosedError):
        channel.receive()
        raise AssertionError("nothing was sent")
    say("closed")


def keep(channel: Channel, most: int) -> None:
    """Keeps bulk messages, and releases the oldest at each line."""
    kept: list[Bulk] = []
    while len(kept) < most:
        message = channel.receive()
        assert isinstance(message, Bulk)
        kept.append(message)
    say("kept")
    for _ in sys.stdin:
        kept.pop(0).release()
        say("released")


def lend(channel: Channel, length: int) -> None:
    """Lends one bulk message, then is told to go on."""
    bulk = channel.allocate(length)
    with memoryview(bulk) as view:
        view[:] = bytes(i % 251 for i in range(length))
    channel.send_bulk(bulk)
    say("lent")
    sys.stdin.readline()


def interrupt(channel: Channel) -> None:
    """Is blocked in receive() until Ctrl-C."""
    say("blocked")
    try:
        channel.receive()
    except KeyboardInterrupt:
        say("interrupted")
    # And goes on afterwards.
    say(bytes(channel.receive()).decode())


def main() -> None:
    verb = globals()[sys.argv[2]]
    with Channel.attach(int(sys.argv[1])) as channel:
        say("attached")
        verb(channel, *(int(arg) if arg.isdigit() else arg for arg in sys.argv[3:]))


main()
