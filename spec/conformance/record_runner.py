"""Python's half of record.spec.ts: the same requests and answers as core_runner.cc.

It makes the region itself, from spec/wire/ring.md alone, so the page is tested too.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import sys

from ringsnake._errors import ProtocolError
from ringsnake._native import Endpoint, decode, encode

CAPACITY = 65536
CONTROL_PAGE = 4096
MAGIC, VERSION = 0x4B4E5352, 1
SHOWN = 512


def attach() -> tuple[mmap.mmap, Endpoint]:
    """A new region, and the attacher's endpoint in it."""
    size = CONTROL_PAGE + 2 * CAPACITY
    region = os.memfd_create("spec", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(region, size)
    fcntl.fcntl(region, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    memory = mmap.mmap(region, size)
    memory[:12] = struct.pack("<III", MAGIC, VERSION, CAPACITY)
    return memory, Endpoint("make", 0, 0, -1, region, os.eventfd(0), os.eventfd(0), 1)


def receive(hexadecimal: str) -> str:
    memory, endpoint = attach()
    data = bytes.fromhex(hexadecimal)
    memory[CONTROL_PAGE : CONTROL_PAGE + len(data)] = data
    frames: list[str] = []
    try:
        while (frame := endpoint.receive((), {}, {}, {})) is not None:
            kind, _, call_id, interface_index, method_index, parent, value, error, _ = frame
            if error is not None:
                return "value"
            value_hex = encode(value).hex()
            frames.append(f"{kind} {call_id} {interface_index} {method_index} {parent} {value_hex}")
    except ProtocolError:
        return "broken" if endpoint.broken else "header"
    return " ".join(frames) or "nothing"


def send(fields: list[str]) -> str:
    memory, endpoint = attach()
    for i in range(0, len(fields), 6):
        header = [int(field) for field in fields[i : i + 5]]
        value = decode(bytes.fromhex(fields[i + 5]))
        sent = endpoint.try_send(header[0], 0, *header[1:], value, True)
        assert sent is None
    start = CONTROL_PAGE + CAPACITY
    return memory[start : start + SHOWN].hex()


def main() -> None:
    for line in sys.stdin:
        verb, *fields = line.split()
        print(send(fields) if verb == "send" else receive(fields[0]))


main()
