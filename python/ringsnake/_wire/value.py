"""One value as bytes, and back. Normative: spec/wire/value.md.

Twin: lib/wire/value.ts. The work is done in C++ (csrc/python/value_encoder.cc, value_decoder.cc).
"""

from __future__ import annotations

from ringsnake._native import ItemBatch, ValueDecoder, ValueEncoder, decode, encode
from ringsnake._native import Program as NativeProgram
from ringsnake._native import Schema as NativeSchema

__all__ = [
    "ItemBatch",
    "NativeProgram",
    "NativeSchema",
    "ValueDecoder",
    "ValueEncoder",
    "decode",
    "encode",
]
