import asyncio

import ringsnake
from money_gen import MoneyClient


async def main() -> None:
    async with ringsnake.spawn_node("server.ts") as node:
        money = node.client(MoneyClient)
        print(await money.write(1234567.5, "USD", "en-US"))
        print(await money.write(1234567.5, "INR", "en-IN"))


asyncio.run(main())
