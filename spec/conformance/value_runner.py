"""Answers requests about values, one JSON object a line: the Python half of spec/conformance/value.spec.ts.

In: {"decode": hex} or {"encode": meaning}. Out: {"meaning": ...}, {"bytes": hex}, or {"error": code, "message": text}.
A meaning is written as spec/vectors/README.md says, without the abbreviations. Standard library only.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ringsnake._errors import RingsnakeError
from ringsnake.values import decode, encode
from value_meanings import REGISTRY, MeaningReader, ValueMaker


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        if "decode" in request:
            value = decode(bytes.fromhex(request["decode"]), types=REGISTRY)
            return {"meaning": MeaningReader(value).meaning()}
        value = ValueMaker().make(request["encode"])
        return {"bytes": encode(value, identity=True, tuples=True, types=REGISTRY).hex()}
    except RingsnakeError as error:
        return {"error": error.code, "message": error.message}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))
