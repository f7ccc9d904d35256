"""Modules: which of their names are public, and what those are."""

import ast
import inspect
import pkgutil
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

from ringsnake._stubs.documentation import documentation
from ringsnake._stubs.kinds import has_own_words, is_kind
from ringsnake._stubs.live_signatures import live_signatures
from ringsnake._stubs.live_types import value_type
from ringsnake._stubs.model import Member, Type
from ringsnake._stubs.reading import Reading
from ringsnake._stubs.stub_modules import Annotated, Found, Import
from ringsnake._stubs.written_signatures import written_signatures
from ringsnake._stubs.written_types import Scope


def public_names(module: types.ModuleType) -> list[str]:
    """`__all__`, with the submodules beside it; without it, what has no underscore and is the package's own."""
    own = module.__name__
    listed = getattr(module, "__all__", None)
    if isinstance(listed, list | tuple):
        names = [name for name in listed if isinstance(name, str)]  # pyright: ignore[reportUnknownVariableType] - whatever was written
        names += [
            name for name, value in list(vars(module).items()) if _is_submodule(value, own, name)
        ]
        return list(dict.fromkeys(names))
    return [name for name in dir(module) if not name.startswith("_") and _is_own(module, name)]


def _is_submodule(value: object, package: str, name: str) -> bool:
    if name.startswith("_") or has_own_words(value):
        return False
    return isinstance(value, types.ModuleType) and value.__name__ == f"{package}.{name}"


def _is_own(module: types.ModuleType, name: str) -> bool:
    value = value_of(module, name)
    own = module.__name__
    if has_own_words(value):
        return True
    if isinstance(value, types.ModuleType):
        return value.__name__ == f"{own}.{name}"
    place = getattr(value, "__module__", None) if callable(value) else None
    if not isinstance(place, str) or place == "builtins":
        return True
    return place.partition(".")[0].lstrip("_") == own.partition(".")[0].lstrip("_")


class _Absent:
    """A name that a module lists, and has not."""


def value_of(module: types.ModuleType, name: str) -> Any:
    """What a module has under a name; some make it only now, and may fail."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return getattr(module, name)
    except (Exception, SystemExit):
        return _Absent


def submodules(module: types.ModuleType) -> Iterator[str]:
    """The names of those that are public; they are not imported yet."""
    for each in pkgutil.iter_modules(getattr(module, "__path__", [])):
        # What is no name cannot be imported by an `import` either.
        is_public = each.name.isidentifier() and not each.name.startswith("_")
        if is_public and each.name not in {"tests", "test", "conftest"}:
            yield f"{module.__name__}.{each.name}"


class ModuleDescriber:
    """Describes the names of one."""

    def __init__(self, name: str, reading: Reading) -> None:
        self._module = sys.modules[name]
        self._name = name
        self._reading = reading

    def claim_classes(self) -> None:
        """Before anything is described: types refer to classes by their public names."""
        found = ((name, value_of(self._module, name)) for name in public_names(self._module))
        classes = [
            (name, value) for name, value in found if is_kind(value, type) and value is not _Absent
        ]
        # `numpy.double` is another name for `float64`.
        for name, cls in sorted(classes, key=lambda each: each[0] != each[1].__name__):
            self._reading.classes.add_public(self._name, name, cls)

    def members(self) -> Iterator[Member]:
        for name in public_names(self._module):
            value = value_of(self._module, name)
            if value is _Absent or self._is_foreign(name, value):
                continue
            try:
                yield self._member(name, value)
            except (Exception, SystemExit):
                # What it says of itself is its own code, which may raise.
                yield Member(name, "value")

    def _is_foreign(self, name: str, value: object) -> bool:
        """What only serves the module's own annotations, or was imported and is not offered to others."""
        if type(value).__module__ in {"typing", "__future__"}:
            return True
        stub = self._reading.stubs.module(self._name)
        if hasattr(self._module, "__all__") or stub is None:
            return False
        meaning = stub.names.get(name)
        return (
            isinstance(meaning, Import)
            and meaning.module.partition(".")[0] != self._name.partition(".")[0]
        )

    def _member(self, name: str, value: Any) -> Member:
        if has_own_words(value):
            return Member(name, "value", type=value_type(value, self._reading.classes))
        if isinstance(value, types.ModuleType):
            return Member(name, "module", type=Type("module", name=value.__name__))
        if isinstance(value, type):
            return Member(name, "class", type=self._reading.classes.of_runtime(value))
        found = self._reading.stubs.meaning(self._name, name)
        told = None if found is None else self._written(name, value, found)
        if told is not None:
            return told
        if _is_function(value):
            place = getattr(inspect.unwrap(value), "__module__", None) or self._name
            signatures = live_signatures(value, self._reading.of_annotations(place), bound=False)
            return Member(name, "function", documentation(value), signatures)
        return Member(name, "value", type=value_type(value, self._reading.classes))

    def _written(self, name: str, value: Any, found: Found) -> Member | None:
        scope = Scope(found.stub)
        written = self._reading.written
        match found.meaning:
            # What runs has the last word over a source, but not over a stub.
            case list() as functions if found.stub.is_stub:
                signatures = written_signatures(functions, scope, written, bound=False)
                return Member(name, "function", documentation(value), signatures)
            case Annotated(annotation=annotation) if "TypeAlias" not in ast.dump(annotation):
                kind = written.of(annotation, scope)
                # Bare `Final` says nothing but what the value says.
                return None if kind.kind == "any" else Member(name, "value", type=kind)
            case ast.Name() | ast.Attribute() as other if found.stub.is_stub:
                target = written.found(other, scope)
                if target is None or isinstance(target.meaning, Import):
                    return None
                return self._written(name, value, target)
            case _:
                return None


def _is_function(value: object) -> bool:
    if inspect.isroutine(value):
        return True
    # What is made by decorators: `functools.partial` and `lru_cache`.
    return callable(value) and type(value).__module__ in {"functools", "builtins"}
