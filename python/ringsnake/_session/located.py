"""Whole paths of errors about values. Twin: lib/session/located.ts."""

from __future__ import annotations

from ringsnake._errors import EncodeError, ValidationError
from ringsnake._session.interface import Method
from ringsnake._wire.schema_program import Program


def argument_located(error: Exception, method: Method) -> None:
    """`centroid(points[0].x)`: in the arguments."""
    if isinstance(error, ValidationError):
        error.place(lambda path: f"{method.property}({path})")
        error.declare(method.arguments.declared.whole())
    elif isinstance(error, EncodeError):
        error.locate(f"{method.property}({error.path})")


def value_located(error: Exception, name: str, program: Program) -> None:
    """`Point.x`: in a value of a type of that name."""
    if isinstance(error, ValidationError):
        error.place(lambda path: name + path)
        error.declare(program.declared.whole())
    elif isinstance(error, EncodeError):
        error.locate(name + error.path)


def result_located(error: BaseException, method: Method) -> None:
    """`list()[3].x`: in the result."""
    if isinstance(error, ValidationError):
        error.place(lambda path: f"{method.property}(){path}")
        error.declare(method.result.declared.whole())
    elif isinstance(error, EncodeError):
        error.locate(f"{method.property}(){error.path}")
