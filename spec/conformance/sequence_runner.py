"""Answers requests about sequences of values, one JSON object a line: the Python half of spec/conformance/sequence.spec.ts.

In: {"begin": true}, {"decode": hex}, {"encode": meaning} or {"rollback": true}. Out: {}, {"meaning": ...}, {"bytes": hex}, or
{"error": code, "message": text}. Meanings: spec/vectors/README.md, without the abbreviations. Standard library only.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ringsnake._errors import RingsnakeError
from ringsnake.values import ValueDecoder, ValueEncoder
from value_meanings import REGISTRY, MeaningReader, ValueMaker


class Sequence:
    def __init__(self) -> None:
        self.encoder = ValueEncoder(tuples=True, types=REGISTRY)
        self.decoder = ValueDecoder(types=REGISTRY)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            if "decode" in request:
                value = self.decoder.decode(bytes.fromhex(request["decode"]))
                return {"meaning": MeaningReader(value).meaning()}
            if "encode" in request:
                return {"bytes": self.encoder.encode(ValueMaker().make(request["encode"])).hex()}
            self.encoder.rollback()
        except RingsnakeError as error:
            return {"error": error.code, "message": error.message}
        return {}


if __name__ == "__main__":
    sequence = Sequence()
    for line in sys.stdin:
        request = json.loads(line)
        if "begin" in request:
            sequence = Sequence()
            print("{}")
        else:
            print(json.dumps(sequence.answer(request)))
