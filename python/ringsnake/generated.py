"""What generated code imports, and nothing else should."""

from ringsnake._session.client import Client
from ringsnake._session.declared_error import DeclaredError, ErrorType
from ringsnake._session.interface import Caller, InterfaceDefinition, MaybeAwaitable, Method
from ringsnake._wire.schema_program import LiteralType, RecordType, TypeTable
from ringsnake._wire.unset import UNSET, UnsetType
from ringsnake._wire.validation import Float64Array

__all__ = [
    "UNSET",
    "Caller",
    "Client",
    "DeclaredError",
    "ErrorType",
    "Float64Array",
    "InterfaceDefinition",
    "LiteralType",
    "MaybeAwaitable",
    "Method",
    "RecordType",
    "TypeTable",
    "UnsetType",
]
