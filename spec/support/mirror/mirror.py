"""Values to and fro, with the types that spec/vectors/README.md has registered."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import ringsnake
from mirror_gen import MirrorServer
from ringsnake.values import decode

sys.path.append(str(Path(__file__).parents[2] / "conformance"))
from value_meanings import REGISTRY


class TheMirror:
    def echo(self, value: Any) -> Any:
        return value

    async def echo_later(self, value: Any) -> Any:
        await asyncio.sleep(0)
        return value

    def read(self, message: memoryview) -> Any:
        return decode(message, types=REGISTRY)


ringsnake.serve(MirrorServer(TheMirror()), types=REGISTRY)
