"""What generated code imports, and nothing else should."""

from ringsnake._session.interface import Caller, InterfaceDefinition, MaybeAwaitable, Method
from ringsnake._wire.unset import UNSET, UnsetType
from ringsnake._wire.validation import (
    NULL,
    Float64Array,
    as_array,
    as_bigint,
    as_bool,
    as_bytes,
    as_float,
    as_float64_array,
    as_int,
    as_literal,
    as_none,
    as_str,
    as_void,
    mismatch,
    record_fields,
    within,
)

__all__ = [
    "NULL",
    "UNSET",
    "Caller",
    "Float64Array",
    "InterfaceDefinition",
    "MaybeAwaitable",
    "Method",
    "UnsetType",
    "as_array",
    "as_bigint",
    "as_bool",
    "as_bytes",
    "as_float",
    "as_float64_array",
    "as_int",
    "as_literal",
    "as_none",
    "as_str",
    "as_void",
    "mismatch",
    "record_fields",
    "within",
]
