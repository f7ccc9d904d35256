"""JSON lines for `npm run bench -- calls`: rally_json.py [--asyncio] [SOCKET]: on a Unix socket, else stdin and stdout.

Without `--asyncio` one call after the other, as fast as the standard library allows. Bytes travel as base64.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import plain


def data(text: str) -> str:
    return base64.b64encode(base64.b64decode(text)).decode("ascii")


METHODS: dict[str, Callable[..., Any]] = {
    "add": plain.add,
    "echo": plain.echo,
    "bytes": data,
}
COROUTINES: dict[str, Callable[..., Any]] = {
    "addInCoroutine": plain.add_in_coroutine,
    "sleep": plain.sleep_in_coroutine,
}


def line(message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    def increment(count: float) -> float:
        answers.write(line({"callback": count}))
        answers.flush()
        return float(json.loads(requests.readline())["answer"])

    methods = {**METHODS, "callBack": lambda times: plain.call_back(increment, times)}
    for text in requests:
        request = json.loads(text)
        result = methods[request["method"]](*request["args"])
        answers.write(line({"id": request["id"], "result": result}))
        answers.flush()


async def serve_coroutines(
    requests: asyncio.StreamReader, answers: asyncio.StreamWriter
) -> None:
    running: set[asyncio.Task[None]] = set()

    async def count(items: int) -> None:
        for item in range(items):
            answers.write(line({"item": item}))
        await answers.drain()

    coroutines = {**COROUTINES, "count": count}

    async def answer(request: dict[str, Any]) -> None:
        result = await coroutines[request["method"]](*request["args"])
        answers.write(line({"id": request["id"], "result": result}))

    while text := await requests.readline():
        task = asyncio.create_task(answer(json.loads(text)))
        running.add(task)
        task.add_done_callback(running.discard)
    answers.close()


async def serve_socket(path: str) -> None:
    ended = asyncio.Event()

    async def serve_one(
        requests: asyncio.StreamReader, answers: asyncio.StreamWriter
    ) -> None:
        await serve_coroutines(requests, answers)
        ended.set()

    async with await asyncio.start_unix_server(serve_one, path):
        print("ready", flush=True)
        await ended.wait()


async def serve_pipes() -> None:
    loop = asyncio.get_running_loop()
    requests = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(requests), sys.stdin
    )
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop), sys.stdout
    )
    await serve_coroutines(
        requests, asyncio.StreamWriter(transport, protocol, None, loop)
    )


def serve_one_by_one(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1)
        print("ready", flush=True)
        connection, _ = listener.accept()
        with (
            connection,
            connection.makefile("rb") as requests,
            connection.makefile("wb") as answers,
        ):
            serve(requests, answers)


def main() -> None:
    words = sys.argv[1:]
    path = next((word for word in words if word != "--asyncio"), None)
    if "--asyncio" in words:
        asyncio.run(serve_pipes() if path is None else serve_socket(path))
    elif path is None:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    else:
        serve_one_by_one(path)


main()
