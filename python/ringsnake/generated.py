"""What generated code imports, and nothing else should."""

from ringsnake._session.client import Client, ObjectClient
from ringsnake._session.declared_error import DeclaredError, ErrorType
from ringsnake._session.deprecated import deprecated
from ringsnake._session.interface import (
    Caller,
    InterfaceDefinition,
    MaybeAwaitable,
    Method,
    Promised,
    form_of,
)
from ringsnake._session.object_caller import RemoteFunction
from ringsnake._session.remote_generator import RemoteGenerator, SyncGenerator
from ringsnake._session.remote_stream import RemoteStream
from ringsnake._session.stream_producer import GeneratorSource, StreamSource
from ringsnake._session.value_codec import ValueCodec
from ringsnake._wire.declared import (
    BigInt64Array,
    BigUint64Array,
    Float32Array,
    Int8Array,
    Int16Array,
    Int32Array,
    NDArray,
    Uint8ClampedArray,
    Uint16Array,
    Uint32Array,
    no_members,
)
from ringsnake._wire.record import Record
from ringsnake._wire.schema_program import ClientType, TypeTable
from ringsnake._wire.schema_types import (
    AliasType,
    ArrayType,
    EnumType,
    FunctionType,
    GeneratorType,
    LiteralType,
    MapType,
    PatternType,
    RecordType,
    TupleType,
    UnionType,
)
from ringsnake._wire.unset import UNSET, UnsetType
from ringsnake._wire.validation import Float64Array

__all__ = [
    "UNSET",
    "AliasType",
    "ArrayType",
    "BigInt64Array",
    "BigUint64Array",
    "Caller",
    "Client",
    "ClientType",
    "DeclaredError",
    "EnumType",
    "ErrorType",
    "Float32Array",
    "Float64Array",
    "FunctionType",
    "GeneratorSource",
    "GeneratorType",
    "Int8Array",
    "Int16Array",
    "Int32Array",
    "InterfaceDefinition",
    "LiteralType",
    "MapType",
    "MaybeAwaitable",
    "Method",
    "NDArray",
    "ObjectClient",
    "PatternType",
    "Promised",
    "Record",
    "RecordType",
    "RemoteFunction",
    "RemoteGenerator",
    "RemoteStream",
    "StreamSource",
    "SyncGenerator",
    "TupleType",
    "TypeTable",
    "Uint8ClampedArray",
    "Uint16Array",
    "Uint32Array",
    "UnionType",
    "UnsetType",
    "ValueCodec",
    "deprecated",
    "form_of",
    "no_members",
]
