"""What this process serves to its peer. Twin: lib/session/services.ts."""

from __future__ import annotations

from ringsnake._session.interface import Service
from ringsnake._wire.type_registry import TypeRegistry

_services: list[Service] = []
_types: TypeRegistry | None = None
_announced = False


def serve(service: Service, *, types: TypeRegistry | None = None) -> None:
    """Serves an interface to the peer: `serve(CalculatorServer(MyCalculator()))`.

    Call it while the module is imported; afterwards the peer has been told what there is. Outside a worker it does
    nothing that anyone sees, so a module stays importable in tests.

    Args:
        types: your own types, in values that no interface declares: the `details` of errors. One for the whole session.

    Raises:
        TypeError: the implementation lacks a method.
        ValueError: the interface is served already, or with other types.
        RuntimeError: too late, the peer has been told.
    """
    global _types
    definition, implementation = service.definition, service.implementation
    if _announced:
        raise RuntimeError(
            f"serve({definition.name}Server(…)) came after the module was imported: "
            "call it at the module's top level"
        )
    if any(other.definition.name == definition.name for other in _services):
        raise ValueError(f"{definition.name} is served already")
    missing = [
        attribute
        for attribute in dict.fromkeys(method.attribute for method in definition.methods)
        if not callable(getattr(implementation, attribute, None))
    ]
    if missing:
        raise TypeError(
            f"{type(implementation).__name__} cannot serve {definition.name}: "
            f"it has no {', '.join(missing)}"
        )
    if types is not None:
        if _types not in (None, types):
            raise ValueError("another TypeRegistry was given before: a session has one")
        _types = types
    _services.append(service)


def take_services() -> list[Service]:
    """Everything served so far; from now on serve() is too late."""
    global _announced
    _announced = True
    return _services


def served_types() -> TypeRegistry | None:
    """The registry that serve() was given."""
    return _types
