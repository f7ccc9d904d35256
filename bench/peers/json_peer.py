"""The Python side of the JSON drivers: one JSON object a line, in and out.

As fast as the standard library allows: whole lines, one write per answer, nothing in between. Bytes travel as base64.
Usage: json_peer.py [PATH]: serves one connection on the Unix socket PATH, else stdin and stdout.
"""

from __future__ import annotations

import base64
import json
import socket
import sys
from collections.abc import Callable
from typing import Any, BinaryIO


def add(a: float, b: float) -> float:
    return a + b


def record(order: dict[str, Any]) -> dict[str, Any]:
    return order


def data(text: str) -> str:
    return base64.b64encode(base64.b64decode(text)).decode("ascii")


METHODS: dict[str, Callable[..., Any]] = {"add": add, "record": record, "bytes": data}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    for line in requests:
        request = json.loads(line)
        result = METHODS[request["method"]](*request["args"])
        answers.write(
            json.dumps({"id": request["id"], "result": result}).encode() + b"\n"
        )
        answers.flush()


def main() -> None:
    if len(sys.argv) == 1:
        serve(sys.stdin.buffer, sys.stdout.buffer)
        return
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(1)
        print("ready", flush=True)
        connection, _ = listener.accept()
        with (
            connection,
            connection.makefile("rb") as requests,
            connection.makefile("wb") as answers,
        ):
            serve(requests, answers)


main()
