"""What generated code imports, and nothing else should."""

from ringsnake._session.client import Client
from ringsnake._session.declared_error import DeclaredError, ErrorType
from ringsnake._session.interface import (
    Caller,
    InterfaceDefinition,
    MaybeAwaitable,
    Method,
    Promised,
)
from ringsnake._session.object_caller import RemoteFunction
from ringsnake._session.remote_stream import RemoteStream
from ringsnake._session.stream_producer import StreamSource
from ringsnake._wire.schema_program import FunctionType, LiteralType, RecordType, TypeTable
from ringsnake._wire.unset import UNSET, UnsetType
from ringsnake._wire.validation import Float64Array

__all__ = [
    "UNSET",
    "Caller",
    "Client",
    "DeclaredError",
    "ErrorType",
    "Float64Array",
    "FunctionType",
    "InterfaceDefinition",
    "LiteralType",
    "MaybeAwaitable",
    "Method",
    "Promised",
    "RecordType",
    "RemoteFunction",
    "RemoteStream",
    "StreamSource",
    "TypeTable",
    "UnsetType",
]
