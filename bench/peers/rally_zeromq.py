"""ZeroMQ for `npm run bench -- calls`: rally_zeromq.py [--asyncio] ENDPOINT: a JSON frame, and one of bytes where there are any."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import plain
import zmq
import zmq.asyncio

METHODS = {"add": plain.add, "echo": plain.echo, "bytes": plain.echo}
COROUTINES = {
    "addInCoroutine": plain.add_in_coroutine,
    "sleep": plain.sleep_in_coroutine,
}


def frames(identity: int, result: Any) -> list[bytes]:
    if isinstance(result, bytes):
        return [json.dumps({"id": identity}).encode(), result]
    return [json.dumps({"id": identity, "result": result}).encode()]


def serve(endpoint: str) -> None:
    with zmq.Context() as context, context.socket(zmq.DEALER) as peer:
        peer.bind(endpoint)
        print("ready", flush=True)
        while True:
            head, *payload = peer.recv_multipart()
            request = json.loads(head)
            result = METHODS[request["method"]](*request["args"], *payload)
            peer.send_multipart(frames(request["id"], result))


async def serve_coroutines(endpoint: str) -> None:
    running: set[asyncio.Task[None]] = set()
    with zmq.asyncio.Context() as context, context.socket(zmq.DEALER) as peer:
        peer.bind(endpoint)
        print("ready", flush=True)

        async def answer(request: dict[str, Any]) -> None:
            result = await COROUTINES[request["method"]](*request["args"])
            await peer.send_multipart(frames(request["id"], result))

        while True:
            (head,) = await peer.recv_multipart()
            task = asyncio.create_task(answer(json.loads(head)))
            running.add(task)
            task.add_done_callback(running.discard)


if sys.argv[1] == "--asyncio":
    asyncio.run(serve_coroutines(sys.argv[2]))
else:
    serve(sys.argv[1])
