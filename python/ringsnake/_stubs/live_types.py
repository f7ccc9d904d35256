"""Types as they are while a program runs: what annotations have become, and what values are of."""

import types
import typing
from collections.abc import Callable
from typing import Any, cast

from ringsnake._stubs.class_table import ClassTable
from ringsnake._stubs.model import ANY, NONE, Scalar, Type
from ringsnake._stubs.named_types import named_type, union

_VALUE_KINDS: dict[type, str] = {
    bool: "bool",
    int: "int",
    float: "float",
    complex: "complex",
    str: "str",
    bytes: "bytes",
    bytearray: "bytes",
}


def live_type(
    annotation: Any, classes: ClassTable, written: Callable[[str], Type] | None = None
) -> Type:
    """The type that an annotation means; `written` reads those that are still text."""

    def of(part: Any) -> Type:
        return live_type(part, classes, written)

    match annotation:
        case None:
            return NONE
        case str() as text:
            return ANY if written is None else written(text)
        case typing.ForwardRef():
            return of(annotation.__forward_arg__)
        case typing.TypeVar():
            if annotation.__constraints__:
                return union(tuple(of(each) for each in annotation.__constraints__))
            return ANY if annotation.__bound__ is None else of(annotation.__bound__)
        case _ if hasattr(annotation, "__supertype__"):
            return of(annotation.__supertype__)
        case _ if typing.get_origin(annotation) is not None:
            return _filled(annotation, of, classes)
        case type():
            return classes.of_runtime(annotation)
        case _:
            # `typing.List` and `typing.Any`.
            name = getattr(annotation, "__name__", None) or getattr(annotation, "_name", None)
            return named_type(f"typing.{name}") or ANY


def _filled(annotation: Any, of: Callable[[Any], Type], classes: ClassTable) -> Type:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union or origin is types.UnionType:
        return union(tuple(of(each) for each in arguments))
    if origin is typing.Annotated:
        return of(arguments[0])
    if origin is typing.Literal:
        return _literal(arguments, classes)
    if origin is tuple:
        return _tuple(arguments, of)
    if _name_of(origin) == "collections.abc.Callable":
        parameters, result = arguments
        if isinstance(parameters, list):
            return Type("callable", (*(of(each) for each in parameters), of(result)))  # pyright: ignore[reportUnknownVariableType] - whatever was written
        return Type("function", (of(result),))
    known = named_type(_name_of(origin), tuple(of(each) for each in arguments))
    if known is not None:
        return known
    return classes.of_runtime(origin) if isinstance(origin, type) else ANY


def _literal(values: tuple[Any, ...], classes: ClassTable) -> Type:
    kinds = {str, int, bool, type(None)}
    plain = tuple(cast("Scalar", value) for value in values if type(value) in kinds)
    others = tuple(classes.of_runtime(kind) for kind in map(_class_of, values) if kind not in kinds)
    return union((*([Type("literal", values=plain)] if plain else []), *others))


def _class_of(value: object) -> type:
    return type(value)


def _tuple(arguments: tuple[Any, ...], of: Callable[[Any], Type]) -> Type:
    match arguments:
        case (item, last) if last is ...:
            return Type("sequence", (of(item),))
        case ((),):
            return Type("tuple")
        case _:
            return Type("tuple", tuple(of(each) for each in arguments))


def _name_of(origin: Any) -> str:
    module = getattr(origin, "__module__", "typing")
    return f"{module}.{getattr(origin, '__qualname__', None) or getattr(origin, '_name', '')}"


def value_type(value: object, classes: ClassTable) -> Type:
    """The type of a value that says no more about itself."""
    kind = _VALUE_KINDS.get(type(value))
    if kind is not None:
        return Type(kind)
    # What is None may be something else when it matters.
    return ANY if value is None else classes.of_runtime(type(value))
