"""The texts that say types: stubs beside or apart from modules, and the modules' own sources."""

import ast
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ringsnake._stubs.named_types import is_named


@dataclass(frozen=True, slots=True)
class Annotated:
    """A name with the annotation of its value."""

    annotation: ast.expr
    value: ast.expr | None


@dataclass(frozen=True, slots=True)
class Import:
    """A name that stands for a module, or for a name in one."""

    module: str
    name: str | None


Meaning = (
    ast.ClassDef | list[ast.FunctionDef | ast.AsyncFunctionDef] | ast.expr | Annotated | Import
)


@dataclass(slots=True)
class StubModule:
    """A text, with what each name in it means."""

    name: str
    path: Path
    is_stub: bool
    names: dict[str, Meaning] = field(default_factory=dict[str, Meaning])
    stars: list[str] = field(default_factory=list[str])
    """Modules that all names are imported from."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name with its meaning, and the text that says so."""

    stub: StubModule
    name: str
    meaning: Meaning


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Of a body, with those that are for other versions and systems left out."""
    for statement in body:
        if isinstance(statement, ast.If):
            truth = _truth(statement.test)
            if truth is not False:
                yield from statements(statement.body)
            if truth is not True:
                yield from statements(statement.orelse)
        elif isinstance(statement, ast.Try):
            yield from statements(statement.body)
        else:
            yield statement


def meanings(body: Sequence[ast.stmt], module: StubModule) -> dict[str, Meaning]:
    """What the names mean that a module's or a class's body defines; later ones win."""
    found: dict[str, Meaning] = {}
    for statement in statements(body):
        match statement:
            case ast.ClassDef(name=name):
                found[name] = statement
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                _add_function(found, name, statement)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                found[name] = Annotated(annotation, value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, value)
            case ast.Import(names=names):
                for alias in names:
                    head = alias.name.partition(".")[0]
                    found[alias.asname or head] = Import(alias.name if alias.asname else head, None)
            case ast.ImportFrom():
                _add_imports(found, statement, module)
            case _ if type(statement).__name__ == "TypeAlias":
                # PEP 695, which this interpreter may be too old to name.
                found[statement.name.id] = statement.value  # type: ignore[attr-defined] # pyright: ignore
            case _:
                pass
    return found


def _add_function(
    found: dict[str, Meaning], name: str, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> None:
    before = found.get(name)
    # Of a property its setter and deleter follow, of an overload the others and then what all of them run.
    if isinstance(before, list) and function.decorator_list:
        before.append(function)
    elif not (isinstance(before, list) and is_overload(before[0])):
        found[name] = [function]


def _add_imports(found: dict[str, Meaning], node: ast.ImportFrom, module: StubModule) -> None:
    source = absolute(node, module)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            found[alias.asname or alias.name] = Import(source, alias.name)


def absolute(node: ast.ImportFrom, module: StubModule) -> str:
    """The module that is imported from."""
    if node.level == 0:
        return node.module or ""
    package = module.name.split(".")
    drop = node.level - (1 if module.path.stem == "__init__" else 0)
    return ".".join([*package[: len(package) - drop], *([node.module] if node.module else [])])


def decorators(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The last words of their names, of those that are called, too."""
    found = set[str]()
    for each in function.decorator_list:
        node = each.func if isinstance(each, ast.Call) else each
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


def is_overload(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return "overload" in decorators(function)


def _truth(test: ast.expr) -> bool | None:
    """What a condition is here; None: it cannot be told."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _truth(operand)
            return None if inner is None else not inner
        case ast.BoolOp(op=operator, values=values):
            return _combined(isinstance(operator, ast.And), [_truth(each) for each in values])
        case ast.Compare(left=ast.Attribute(value=ast.Name(id="sys"))):
            try:
                text = compile(ast.Expression(test), "<stub>", "eval")
                return bool(eval(text, {"sys": sys, "__builtins__": {}}))
            except Exception:
                return None
        case _:
            return None


def _combined(is_and: bool, parts: list[bool | None]) -> bool | None:
    if (not is_and) in parts:
        return not is_and
    return None if None in parts else is_and


class StubModules:
    """Finds and reads the texts, each once."""

    def __init__(self, typeshed: Path | None) -> None:
        self._typeshed = typeshed
        self._read: dict[str, StubModule | None] = {}
        self.used_typeshed = False

    def module(self, name: str) -> StubModule | None:
        """The text of a module; None: there is none, as of what is compiled."""
        if name not in self._read:
            self._read[name] = None
            path = self._find(name)
            self._read[name] = None if path is None else _parsed(name, path)
        return self._read[name]

    def meaning(self, module: str, name: str) -> Found | None:
        """What a name means, and the module that says so; imports are followed, but for names that everybody knows."""
        return self._meaning(module, name, set())

    def _meaning(self, module: str, name: str, seen: set[tuple[str, str]]) -> Found | None:
        stub = self.module(module)
        if stub is None or (module, name) in seen:
            return None
        seen.add((module, name))
        found = stub.names.get(name)
        if found is not None:
            return self.followed(Found(stub, name, found), seen)
        for star in stub.stars:
            deeper = self._meaning(star, name, seen)
            if deeper is not None:
                return deeper
        return None

    def followed(self, found: Found, seen: set[tuple[str, str]] | None = None) -> Found:
        """What an import is of, as far as there are texts."""
        match found.meaning:
            case Import(module=module, name=str(name)) if not is_named(f"{module}.{name}"):
                deeper = self._meaning(module, name, seen or set())
                if deeper is not None:
                    return deeper
                # Perhaps it is a module itself.
                inner = f"{module}.{name}"
                is_module = inner in sys.modules or self.module(inner) is not None
                return Found(found.stub, name, Import(inner, None)) if is_module else found
            case _:
                return found

    def _find(self, name: str) -> Path | None:
        parts = name.split(".")
        for folder in sys.path:
            found = _inside(Path(folder) / f"{parts[0]}-stubs", parts[1:])
            if found is not None:
                return found
        origin = _origin(name)
        if origin is not None:
            beside = _stub_beside(origin)
            if beside is not None:
                return beside
        shed = self._in_typeshed(parts)
        if shed is not None:
            self.used_typeshed = True
            return shed
        return origin if origin is not None and origin.suffix == ".py" else None

    def _in_typeshed(self, parts: list[str]) -> Path | None:
        if self._typeshed is None or (
            parts[0] not in sys.stdlib_module_names
            and parts[0] not in {"_typeshed", "typing_extensions"}
        ):
            return None
        return _inside(self._typeshed / "stdlib", parts)


def _inside(folder: Path, parts: list[str]) -> Path | None:
    path = folder.joinpath(*parts)
    for candidate in (path / "__init__.pyi", path.parent / f"{path.name}.pyi"):
        if candidate.is_file():
            return candidate
    return None


def _stub_beside(origin: Path) -> Path | None:
    # Compiled modules end in `.cpython-311-x86_64-linux-gnu.so`.
    stub = origin.with_name(f"{origin.name.partition('.')[0]}.pyi")
    return stub if stub.is_file() else None


def _origin(name: str) -> Path | None:
    parent, _, last = name.rpartition(".")
    spec = getattr(sys.modules.get(name), "__spec__", None)
    if spec is None and parent != "" and parent not in sys.modules:
        # Python would import the parent to find it.
        return _source_inside(_origin(parent), last)
    try:
        spec = spec or importlib.util.find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return None
    if spec is None or not spec.has_location or not isinstance(spec.origin, str):
        return None
    return Path(spec.origin)


def _source_inside(package: Path | None, name: str) -> Path | None:
    if package is None or package.stem != "__init__":
        return None
    candidates = (package.parent / name / "__init__.py", package.parent / f"{name}.py")
    return next((each for each in candidates if each.is_file()), None)


def _parsed(name: str, path: Path) -> StubModule | None:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        # Written for a newer Python, or not for Python at all.
        return None
    module = StubModule(name, path, is_stub=path.suffix == ".pyi")
    module.names = meanings(tree.body, module)
    return module
