"""Answers requests about values, one JSON object a line: the Python half of spec/conformance/value.spec.ts.

In: {"decode": hex} or {"encode": meaning}. Out: {"meaning": ...}, {"bytes": hex}, or {"error": code, "message": text}.
A meaning is written as spec/vectors/README.md says, without the abbreviations. Standard library only.
"""

from __future__ import annotations

import array
import json
import sys
from typing import Any

from ringsnake._errors import RingsnakeError
from ringsnake._wire.unset import UNSET
from ringsnake._wire.value import decode, encode


def value_of(meaning: dict[str, Any]) -> object:
    ((kind, content),) = meaning.items()
    match kind:
        case "null":
            return None
        case "undefined":
            return UNSET
        case "int":
            return int(content, 0)
        case "float":
            return float(content)
        case "bytes":
            return bytes.fromhex(content)
        case "float64s":
            return array.array("d", map(float, content))
        case "array":
            return [value_of(item) for item in content]
        case "map":
            return {key: value_of(member) for key, member in content}
        case _:
            return content


def meaning_of(value: object) -> dict[str, Any]:
    match value:
        case None:
            return {"null": True}
        case bool():
            return {"bool": value}
        case int():
            return {"int": str(value) if abs(value) < 1 << 64 else hex(value)}
        case float():
            return {"float": repr(value)}
        case str():
            return {"str": value}
        case bytes():
            return {"bytes": value.hex()}
        case memoryview():
            return {"float64s": [repr(item) for item in value.tolist()]}
        case list():
            return {"array": [meaning_of(item) for item in value]}
        case dict():
            return {"map": [[key, meaning_of(member)] for key, member in value.items()]}
        case _ if value is UNSET:
            return {"undefined": True}
        case _:
            raise TypeError(f"decode returned {value!r}")


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        if "decode" in request:
            return {"meaning": meaning_of(decode(bytes.fromhex(request["decode"])))}
        return {"bytes": encode(value_of(request["encode"])).hex()}
    except RingsnakeError as error:
        return {"error": error.code, "message": error.message}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
