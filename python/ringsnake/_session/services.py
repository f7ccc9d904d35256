"""What this process serves to its peer. Twin: lib/session/services.ts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ringsnake._session.interface import Service
from ringsnake._wire.type_registry import TypeRegistry


@dataclass(slots=True)
class Served:
    """What a module serves."""

    services: list[Service] = field(default_factory=list[Service])
    types: TypeRegistry | None = None


_open: Served | None = Served()
"""What is being collected; None: the peer was told."""


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
    definition, implementation = service.definition, service.implementation
    if _open is None:
        raise RuntimeError(
            f"serve({definition.name}Server(…)) came after the module was imported: "
            "call it at the module's top level"
        )
    if any(other.definition.name == definition.name for other in _open.services):
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
        if _open.types not in (None, types):
            raise ValueError("another TypeRegistry was given before: a session has one")
        _open.types = types
    _open.services.append(service)


def collect_services(import_module: Callable[[], None]) -> Served:
    """What is served while that imports a module; after it serve() is too late. Raises what importing raises.

    Threads: one at a time.
    """
    global _open
    collected = _open = Served()
    try:
        import_module()
    finally:
        _open = None
    return collected
