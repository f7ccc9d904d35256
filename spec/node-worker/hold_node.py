"""A program with a worker: prints the worker's process id, then does what its argument says."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from setting import Visitor, spawn
from studio_gen import StudioClient, VisitorServer

doing = sys.argv[1]


async def in_loop() -> None:
    async with spawn() as node:
        print(node.pid, flush=True)
        await node.client(StudioClient).rest(60_000)


if doing == "loop":
    asyncio.run(in_loop())

node = spawn(serves=[VisitorServer(Visitor())]).start()
studio = node.client(StudioClient)

if doing == "fork" and os.fork() == 0:
    time.sleep(10)
    os._exit(0)
if doing != "interrupt":
    print(node.pid, flush=True)

if doing == "busy":
    node.run(studio.block(60_000))
elif doing == "chat":
    node.run(studio.chat())
elif doing == "leave":
    sys.exit(7)
elif doing == "interrupt":
    try:
        # Whoever reads this may interrupt at once.
        print(node.pid, flush=True)
        node.run(studio.rest(1_000))
    except KeyboardInterrupt:
        print(node.run(studio.add(1, 1)), end=" ", flush=True)
    print("gone" if node.exit is not None else node.close())
    sys.exit()
time.sleep(60)
