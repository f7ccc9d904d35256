"""The Python side of the ring's parties: does what the driver's tasks say. Twin: bench/limit/peer.h.

Usage: ring_peer.py blocking|asyncio adaptive|sleep, its end of the channel as descriptor 3.
"""

from __future__ import annotations

import asyncio
import struct
import sys
from array import array
from time import perf_counter_ns
from typing import Final, NamedTuple

from ringsnake import ChannelClosedError
from ringsnake.ring import Bulk, Channel, Message, RingEventLoop

LINK: Final = 3
ECHO, SINK, SOURCE, ANSWER = 1, 2, 3, 4
SHORT_ANSWER: Final = bytes(8)
END: Final = b""
MANY: Final = 256
MOST_PER_LOOK: Final = 64
BYTES_PER_LOOK: Final = 64 * 1024


class Task(NamedTuple):
    kind: int
    payload_bytes: int
    milliseconds: int
    window_us: int
    batch: int


def read_task(record: Message) -> Task:
    if not isinstance(record, bytes):
        raise TypeError("a task is never a bulk message")
    return Task(*struct.unpack("<5I", record))


def records_per_look(task: Task) -> int:
    """A look at the clock costs as much as a small record: not every one has one."""
    return max(1, min(BYTES_PER_LOOK // task.payload_bytes, MOST_PER_LOOK))


class Windows:
    """How many records came in each short stretch of time. Twin: bench/limit/windows.h."""

    def __init__(self, task: Task) -> None:
        self._length = task.window_us * 1000
        self._records_per_look = records_per_look(task)
        self._values = array("I")
        self._start = perf_counter_ns()
        self._records = 0
        self._unlooked = 0

    def count(self, records: int) -> None:
        self._records += records
        self._unlooked += records
        if self._unlooked < self._records_per_look:
            return
        self._unlooked = 0
        took = perf_counter_ns() - self._start
        if took < self._length:
            return
        self._values.extend((self._records, took))
        self._records = 0
        self._start += took

    def report(self) -> bytes:
        return self._values.tobytes()


class BlockingPeer:
    """Message by message when a task's batch is 1, else many at once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._received: list[Message] = []

    def run(self) -> None:
        tasks = {
            ECHO: self._echo,
            SINK: self._sink,
            SOURCE: self._source,
            ANSWER: self._answer,
        }
        while True:
            record = (
                self._received.pop(0) if self._received else self._channel.receive()
            )
            task = read_task(record)
            tasks[task.kind](task)

    def _receive_many(self, task: Task) -> tuple[list[Message], bool]:
        """Some messages of the task, and whether they were its last."""
        messages = self._channel.receive_many(MANY, None)
        if len(messages[-1]) == task.payload_bytes:
            return messages, False
        # The driver may have gone on: what follows the end is the next task.
        end = messages.index(END)
        self._received = messages[end + 1 :]
        return messages[:end], True

    def _send_many(self, messages: list[Message]) -> None:
        sent = self._channel.send_many(messages)
        while sent < len(messages):
            # Waits for room.
            self._channel.send(messages[sent])
            sent += 1
            sent += self._channel.send_many(messages[sent:])

    def _echo(self, task: Task) -> None:
        receive, send = self._channel.receive, self._channel.send
        if task.batch == 1:
            while record := receive():
                send(record)
            return
        ended = False
        while not ended:
            messages, ended = self._receive_many(task)
            self._send_many(messages)

    def _sink(self, task: Task) -> None:
        windows = Windows(task)
        if task.batch == 1:
            receive, count = self._channel.receive, windows.count
            while receive():
                count(1)
        else:
            ended = False
            while not ended:
                messages, ended = self._receive_many(task)
                windows.count(len(messages))
        self._channel.send(windows.report())

    def _source(self, task: Task) -> None:
        send = self._channel.send
        payload = bytes(task.payload_bytes)
        batch: list[Message] = [payload] * task.batch
        end = perf_counter_ns() + task.milliseconds * 1_000_000
        while perf_counter_ns() < end:
            if task.batch == 1:
                for _ in range(records_per_look(task)):
                    send(payload)
            else:
                self._send_many(batch)
        send(END)

    def _answer(self, _: Task) -> None:
        receive, send = self._channel.receive, self._channel.send
        while record := receive():
            if isinstance(record, Bulk):
                record.release()
            send(SHORT_ANSWER)


async def serve_coroutine(channel: Channel) -> None:
    """Echoes only, each message after an await of its own."""
    while True:
        task = read_task(await channel.receive_async())
        if task.kind != ECHO:
            raise ValueError("the coroutine only echoes")
        while record := await channel.receive_async():
            await channel.send_async(record)


def main() -> None:
    style, waiting = sys.argv[1:]
    channel = Channel.attach(
        LINK, waiting="sleep" if waiting == "sleep" else "adaptive"
    )
    try:
        if style == "asyncio":
            with asyncio.Runner(loop_factory=RingEventLoop) as runner:
                runner.run(serve_coroutine(channel))
        else:
            BlockingPeer(channel).run()
    except ChannelClosedError:
        pass


main()
