"""`ringsnake.values`: values as bytes and back, for those who want only these. No process, no ring.

    data = encode({"name": "snake", "born": datetime.now(UTC)})
    decode(data)

JavaScript's `ringsnake/values` reads and writes the same bytes; what becomes of each type is a table in spec/wire/value.md §1.
Errors: `ringsnake.EncodeError`, whose `path` names the place; `ringsnake.DecodeError`. An exception that arrives carries
what Python has no attribute for as its `remote_details`.
"""

from ringsnake._wire.any_map import Map
from ringsnake._wire.ndarray import NdArray
from ringsnake._wire.remote_details import RemoteDetails
from ringsnake._wire.timestamp import Timestamp
from ringsnake._wire.type_registry import TypeRegistry
from ringsnake._wire.unset import UNSET
from ringsnake._wire.url import Url
from ringsnake._wire.value import ValueDecoder, ValueEncoder, decode, encode

__all__ = [
    "UNSET",
    "Map",
    "NdArray",
    "RemoteDetails",
    "Timestamp",
    "TypeRegistry",
    "Url",
    "ValueDecoder",
    "ValueEncoder",
    "decode",
    "encode",
]
