"""The classes that are described, and the names that types refer to them by."""

import ast
import sys
from collections import deque
from dataclasses import dataclass

from ringsnake._stubs.model import ANY, Type
from ringsnake._stubs.named_types import named_type
from ringsnake._stubs.stub_modules import StubModule, StubModules


@dataclass(frozen=True, slots=True)
class StubClass:
    """A class as a text has it."""

    module: StubModule
    name: str
    """With the classes around it: `Outer.Inner`."""
    definition: ast.ClassDef


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A class that is described: as it runs, as it is written, or both."""

    id: str
    module: str
    """Whose file it belongs into."""
    runtime: type | None
    stub: StubClass | None


class ClassTable:
    """Names classes, and remembers which are still to be described."""

    def __init__(self, stubs: StubModules, packages: frozenset[str], home: str) -> None:
        self._stubs = stubs
        self._packages = packages
        self._home = home
        self._by_runtime: dict[type, KnownClass] = {}
        self._by_place: dict[tuple[str, str], KnownClass] = {}
        self._by_id: dict[str, KnownClass] = {}
        self._modules: list[str] = []
        self.pending: deque[KnownClass] = deque()

    def add_module(self, name: str) -> None:
        """A module that gets a file."""
        self._modules.append(name)

    def add_public(self, module: str, name: str, cls: type) -> None:
        """A class under a name that users know."""
        if cls not in self._by_runtime and _named(cls) is None:
            self._add(f"{module}.{name}", module, cls, self._stub_of(cls))

    def of_runtime(self, cls: type) -> Type:
        """The type of its instances."""
        known = _named(cls)
        if known is not None:
            return known
        found = self.known(cls)
        return Type("object", name=_place(cls)) if found is None else Type("class", name=found.id)

    def known(self, cls: type) -> KnownClass | None:
        """How it is described; None: it is of a package that is not asked for."""
        found = self._by_runtime.get(cls)
        if found is not None:
            return found
        if not self._is_ours(cls.__module__) or "<locals>" in cls.__qualname__:
            return None
        if _place(cls) in self._by_id:
            # `class Point(namedtuple("Point", "x y"))`: the base has the name, too.
            return None
        return self._add(_place(cls), self._file_of(cls.__module__), cls, self._stub_of(cls))

    def known_or_none(self, cls: type) -> KnownClass | None:
        """The same, of a base: those that everybody knows are none."""
        return None if _named(cls) is not None or cls is object else self.known(cls)

    def by_id(self, id: str) -> KnownClass | None:
        """The class that a type refers to."""
        return self._by_id.get(id)

    def of_stub(self, module: StubModule, name: str, definition: ast.ClassDef) -> Type:
        """The type of the instances of a class that a text has."""
        cls = runtime_class(module.name, name)
        if cls is not None:
            return self.of_runtime(cls)
        if not self._is_ours(module.name):
            return Type("object", name=f"{module.name}.{name}")
        place = (module.name, name)
        found = self._by_place.get(place)
        if found is None:
            stub = StubClass(module, name, definition)
            file = self._file_of(module.name)
            found = self._add(f"{module.name}.{name}", file, None, stub)
            self._by_place[place] = found
        return Type("class", name=found.id)

    def _add(self, id: str, module: str, cls: type | None, stub: StubClass | None) -> KnownClass:
        known = KnownClass(id, module, cls, stub)
        if cls is not None:
            self._by_runtime[cls] = known
        self._by_id[id] = known
        self.pending.append(known)
        return known

    def _is_ours(self, module: object) -> bool:
        return isinstance(module, str) and module.partition(".")[0] in self._packages

    def _file_of(self, module: str) -> str:
        """The nearest module above that gets a file."""
        above = [name for name in self._modules if f"{module}.".startswith(f"{name}.")]
        if above:
            return max(above, key=len)
        same = [name for name in self._modules if _top(name) == _top(module)]
        return min(same, key=len) if same else self._home

    def _stub_of(self, cls: type) -> StubClass | None:
        module, name = cls.__module__, cls.__qualname__
        if not isinstance(module, str) or "<locals>" in name:  # pyright: ignore[reportUnnecessaryIsInstance] - C types may have none
            return None
        head, *inner = name.split(".")
        found = self._stubs.meaning(module, head)
        if found is None or not isinstance(found.meaning, ast.ClassDef):
            return None
        definition: ast.ClassDef | None = found.meaning
        for part in inner:
            definition = definition and _nested(definition, part)
        return None if definition is None else StubClass(found.stub, name, definition)


def runtime_class(module: str, name: str) -> type | None:
    """The class that a text means; None: only those who check types know it."""
    value: object = sys.modules.get(module)
    for part in name.split("."):
        value = getattr(value, part, None)
    if isinstance(value, type) and value.__name__ == name.rpartition(".")[2]:
        return value
    return None


def _named(cls: type) -> Type | None:
    found = named_type(_place(cls))
    return None if found is ANY else found


def _place(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _top(module: str) -> str:
    return module.partition(".")[0]


def _nested(definition: ast.ClassDef, name: str) -> ast.ClassDef | None:
    inner = (each for each in definition.body if isinstance(each, ast.ClassDef))
    return next((each for each in inner if each.name == name), None)
