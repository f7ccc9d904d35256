"""What becomes of sessions of Python's that get malformed traffic: reads the cases, states and probe as JSON, prints the outcomes.

Twin: spec/support/malformed/node-side.ts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import pathlib
import sys
from typing import Any, cast

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bank"))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "ticker"))

from bank import Bank
from bank_gen import AccountClient, BankClient, BankServer
from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._channel.frame_channel import FrameChannel
from ringsnake._errors import ProtocolError, RingsnakeError, SessionClosedError
from ringsnake._ring.native import Endpoint, NativeDoorbell, NativeRegion
from ringsnake._session.served_interface import ServedInterface
from ringsnake._session.session import Session
from ringsnake._session.session_owner import SessionOwner
from ticker import Ticker
from ticker_gen import TickerClient, TickerServer

TURNS = 200
RING = 65_536


def gone() -> RingsnakeError:
    return SessionClosedError("gone")


class Attacked:
    """A session, and the bare other end of its channel."""

    def __init__(self, loop: RingEventLoop) -> None:
        self._region = NativeRegion("create", RING)
        self._bells = [NativeDoorbell(), NativeDoorbell()]
        parts = [self._region.descriptor, *(bell.descriptor for bell in self._bells)]
        region, bell, peer_bell = parts
        endpoint = Endpoint("make", 0, 0, 0.0, *map(os.dup, (region, bell, peer_bell)), 0)
        self.peer = Endpoint("make", 0, 0, 0.0, *map(os.dup, (region, peer_bell, bell)), 1)
        self.loop = loop
        self.sent: set[tuple[int, int]] = set()
        self.broken_by: ProtocolError | None = None
        services = [BankServer(Bank()), TickerServer(Ticker())]
        announced = [
            ServedInterface(d.name, d.hash, d.schema)
            for d in (service.definition for service in services)
        ]

        def on_broken(error: ProtocolError) -> None:
            self.broken_by = error

        owner = SessionOwner(on_broken, gone, str)
        self.channel = FrameChannel(endpoint)
        self.session = Session(self.channel, loop, announced, owner)
        self.session.serve(services)

    def send(self, frame: str) -> None:
        if not self.peer.try_send_encoded(bytes.fromhex(frame)):
            raise RuntimeError("no room")

    async def serve(self) -> None:
        """Lets the session do what it has to do, and sees what it sends."""
        self.channel.serve()
        for _ in range(3):
            await asyncio.sleep(0)
        while (frame := self.peer.receive((), {}, {}, {})) is not None:
            self.sent.add((frame[0], frame[2]))

    async def act(self, own: str | None) -> asyncio.Task[None] | None:
        """Does what brings it into the state, up to the peer's part."""
        ticker = self.session.client(TickerClient)

        async def call() -> None:
            await ticker.add(1, 2)

        async def read() -> None:
            async for _ in ticker.endless():
                if own == "leave":
                    break

        async def ask() -> None:
            await anext(ticker.told())

        async def open_account() -> None:
            account = cast(AccountClient, await self.session.client(BankClient).open("Ada"))
            await account.name()

        async def ping() -> None:
            await self.session.ping()

        actions = {
            "call": call,
            "abandon": call,
            "consume": read,
            "ask": ask,
            "leave": read,
            "open": open_account,
            "ping": ping,
        }
        if own == "end":
            self.session.end(gone())
        if own not in actions:
            return None
        task = self.loop.create_task(actions[own]())
        await asyncio.sleep(0)
        if own == "abandon":
            task.cancel()
        return task

    def block(self) -> None:
        """A call whose answer is there already, behind what comes before it."""
        with contextlib.suppress(RingsnakeError):
            self.session.client(TickerClient).sync.add(1, 2)

    def close(self) -> None:
        self.session.end(gone())
        self.peer.close()
        for part in (self._region, *self._bells):
            part.close()


async def attack(loop: RingEventLoop, state: dict[str, Any], frame: str, probe: Any) -> str:
    attacked = Attacked(loop)
    own = state.get("own")
    task = None
    try:
        task = await attacked.act(own)
        if own == "block":
            for each in [frame, *state["frames"]]:
                attacked.send(each)
            attacked.block()
        else:
            await attacked.serve()
            for each in state["frames"]:
                attacked.send(each)
                await attacked.serve()
            if own != "end":
                attacked.send(frame)
        await attacked.serve()
        return await outcome_of(attacked, own, probe)
    except Exception as error:
        return f"threw {error!r}"
    finally:
        attacked.close()
        if task is not None:
            await asyncio.wait([task], timeout=5)
            if task.done() and not task.cancelled():
                task.exception()


async def outcome_of(attacked: Attacked, own: str | None, probe: Any) -> str:
    if attacked.broken_by is not None:
        return attacked.broken_by.code
    if own == "end":
        return "goes on"
    for frame in probe["frames"]:
        attacked.send(frame)
    wanted = {(24, probe["pingId"]), (17, probe["callId"])}
    for _ in range(TURNS):
        await attacked.serve()
        if attacked.broken_by is not None:
            return attacked.broken_by.code
        if wanted <= attacked.sent:
            return "goes on"
    return "answers no more"


def main() -> None:
    # What is reported and dropped is logged.
    logging.disable(logging.CRITICAL)
    work = json.load(sys.stdin)
    loop = RingEventLoop()
    asyncio.set_event_loop(loop)
    unhandled: list[str] = []
    loop.set_exception_handler(lambda _, context: unhandled.append(str(context)))
    outcomes = [
        loop.run_until_complete(
            attack(loop, work["states"][case["state"]], case["frame"], work["probe"])
        )
        for case in work["cases"]
    ]
    json.dump({"outcomes": outcomes, "unhandled": unhandled}, sys.stdout)


main()
