"""gRPC for `npm run bench -- calls`: rally_grpc.py [--asyncio] ADDRESS."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import plain

sys.path.insert(0, str(Path(__file__).parent))
messages, services = grpc.protos_and_services("rally.proto")

THREADS = 10
MOST_BYTES = 64 << 20
OPTIONS = [
    ("grpc.max_receive_message_length", MOST_BYTES),
    ("grpc.max_send_message_length", MOST_BYTES),
]


class Rally(services.RallyServicer):
    def add(self, request: Any, context: Any) -> Any:
        return messages.Sum(value=plain.add(request.a, request.b))

    def record(self, request: Any, context: Any) -> Any:
        return plain.echo(request)

    records = bytes = record


class CoroutineRally(services.RallyServicer):
    async def add_in_coroutine(self, request: Any, context: Any) -> Any:
        return messages.Sum(value=await plain.add_in_coroutine(request.a, request.b))

    async def sleep(self, request: Any, context: Any) -> Any:
        await plain.sleep_in_coroutine(request.seconds)
        return messages.Nothing()

    async def count(self, request: Any, context: Any) -> AsyncIterator[Any]:
        for item in range(request.items):
            yield messages.Sum(value=item)


def serve(address: str) -> None:
    server = grpc.server(ThreadPoolExecutor(THREADS), options=OPTIONS)
    services.add_RallyServicer_to_server(Rally(), server)
    server.add_insecure_port(address)
    server.start()
    print("ready", flush=True)
    server.wait_for_termination()


async def serve_coroutines(address: str) -> None:
    server = grpc.aio.server(options=OPTIONS)
    services.add_RallyServicer_to_server(CoroutineRally(), server)
    server.add_insecure_port(address)
    await server.start()
    print("ready", flush=True)
    await server.wait_for_termination()


if sys.argv[1] == "--asyncio":
    asyncio.run(serve_coroutines(sys.argv[2]))
else:
    serve(sys.argv[1])
