"""Decodes and encodes again what lines of standard input say: a codec, and bytes in hexadecimal. Answers in lines of JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import ringsnake
import shelf_gen


def _again(codec: Any, data: bytes) -> dict[str, Any]:
    try:
        return {"bytes": codec.encode(codec.decode(data)).hex()}
    except ringsnake.ValidationError as error:
        found = [each._asdict() for each in error.problems]
        return {"code": error.code, "problems": found, "message": str(error)}
    except ringsnake.DecodeError as error:
        return {"code": error.code}


for line in sys.stdin:
    name, data = line.split()
    print(json.dumps(_again(getattr(shelf_gen, name), bytes.fromhex(data))))
