"""Types as they are written in stubs, sources and strings."""

import ast
import builtins
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from ringsnake._stubs.class_table import ClassTable
from ringsnake._stubs.live_types import live_type
from ringsnake._stubs.model import ANY, NONE, Scalar, Type
from ringsnake._stubs.named_types import is_named, named_type, union
from ringsnake._stubs.stub_modules import (
    Annotated,
    Found,
    Import,
    Meaning,
    StubModule,
    StubModules,
    meanings,
)

_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a type is written."""

    module: StubModule
    owners: tuple[Mapping[str, Meaning], ...] = ()
    """What names mean in the classes around, the innermost first."""
    bound: Mapping[str, Type] = field(default_factory=dict[str, Type])
    """Variables that an alias was given."""
    trail: frozenset[tuple[str, str]] = frozenset()
    """The aliases that led here: one that means itself may be anything in there."""


class WrittenTypes:
    """Reads them."""

    def __init__(self, stubs: StubModules, classes: ClassTable) -> None:
        self._stubs = stubs
        self._classes = classes
        self._aliases: dict[tuple[str, str], Type] = {}

    def of_text(self, text: str, scope: Scope) -> Type:
        """A type in a string."""
        try:
            return self.of(ast.parse(text.strip(), mode="eval").body, scope)
        except (SyntaxError, ValueError):
            return ANY

    def of(self, node: ast.expr | None, scope: Scope) -> Type:
        """A type as it is written; None: it is not."""
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self.of_text(text, scope)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return union((self.of(left, scope), self.of(right, scope)))
            case ast.Subscript(value=value, slice=index):
                return self._filled(value, index, scope)
            case ast.Name() | ast.Attribute():
                return self._meant(self.found(node, scope), scope, ())
            case _:
                return ANY

    def _filled(self, value: ast.expr, index: ast.expr, scope: Scope) -> Type:
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        found = self.found(value, scope)
        name = _qualified(found)
        _, _, last = name.rpartition(".")
        if name.startswith(("typing", "collections.abc")):
            if last == "Literal":
                return self._literal(parts, scope)
            if last == "Callable":
                return self._callable(parts, scope)
            if last == "Annotated":
                return self.of(parts[0], scope)
        if last == "tuple" or name == "typing.Tuple":
            return self._tuple(parts, scope)
        return self._meant(found, scope, tuple(self.of(part, scope) for part in parts))

    def _literal(self, parts: list[ast.expr], scope: Scope) -> Type:
        values: list[Scalar] = []
        others: list[Type] = []
        for part in parts:
            match part:
                case ast.Constant(value=str() | int() | None as value):
                    values.append(value)
                case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                    values.append(-value)
                case ast.Attribute(value=owner):
                    # A member of an enum.
                    others.append(self.of(owner, scope))
                case ast.Constant(value=bytes()):
                    others.append(Type("bytes"))
                case _:
                    others.append(self.of(part, scope))
        return union((*([Type("literal", values=tuple(values))] if values else []), *others))

    def _callable(self, parts: list[ast.expr], scope: Scope) -> Type:
        result = self.of(parts[-1], scope)
        if isinstance(parts[0], ast.List):
            return Type("callable", (*(self.of(each, scope) for each in parts[0].elts), result))
        return Type("function", (result,))

    def _tuple(self, parts: list[ast.expr], scope: Scope) -> Type:
        match parts:
            case [item, ast.Constant(value=value)] if value is ...:
                return Type("sequence", (self.of(item, scope),))
            case [ast.Tuple(elts=[])]:
                return Type("tuple")
            case _ if any(isinstance(part, ast.Starred) for part in parts):
                return Type("sequence", (ANY,))
            case _:
                return Type("tuple", tuple(self.of(part, scope) for part in parts))

    def found(self, node: ast.expr, scope: Scope) -> Found | None:
        """What a name or a dotted name means."""
        match node:
            case ast.Name(id=name):
                return self._name(name, scope)
            case ast.Attribute(value=value, attr=name):
                owner = self.found(value, scope)
                return None if owner is None else self._attribute(owner, name)
            case _:
                return None

    def _name(self, name: str, scope: Scope) -> Found | None:
        for names in scope.owners:
            if name in names:
                return self._stubs.followed(Found(scope.module, name, names[name]))
        found = self._stubs.meaning(scope.module.name, name)
        if found is None and hasattr(builtins, name):
            return Found(scope.module, name, Import("builtins", name))
        return found

    def _attribute(self, owner: Found, name: str) -> Found | None:
        match owner.meaning:
            case Import(module=module, name=None):
                if is_named(f"{module}.{name}"):
                    return Found(owner.stub, name, Import(module, name))
                return self._stubs.meaning(module, name) or Found(
                    owner.stub, name, Import(module, name)
                )
            case ast.ClassDef() as body:
                inner = meanings(body.body, owner.stub).get(name)
                return None if inner is None else Found(owner.stub, f"{owner.name}.{name}", inner)
            case _:
                return None

    def _meant(self, found: Found | None, scope: Scope, arguments: tuple[Type, ...]) -> Type:
        if found is None:
            return ANY
        if found.name in scope.bound and not arguments:
            return scope.bound[found.name]
        known = named_type(_qualified(found), arguments)
        if known is not None:
            return known
        match found.meaning:
            case ast.ClassDef() as definition:
                return self._classes.of_stub(found.stub, found.name, definition)
            case Import(module=module, name=str(name)):
                return _live(module, name, self._classes)
            case ast.Call() as call:
                return self._made(call, Scope(found.stub, trail=scope.trail))
            case Annotated(value=ast.expr() as value) | (ast.expr() as value):
                return self._alias(found, value, scope, arguments)
            case _:
                return ANY

    def _made(self, call: ast.Call, scope: Scope) -> Type:
        """`T = TypeVar("T", bound=…)` stands for its bound, `N = NewType("N", int)` for what it is."""
        match call.func:
            case ast.Name(id=maker) | ast.Attribute(attr=maker):
                pass
            case _:
                return ANY
        if maker == "NewType" and len(call.args) == 2:
            return self.of(call.args[1], scope)
        if maker == "TypeAliasType" and len(call.args) == 2:
            return self.of(call.args[1], scope)
        if maker not in _VARIABLES:
            return ANY
        if len(call.args) > 1:
            return union(tuple(self.of(each, scope) for each in call.args[1:]))
        bound = next((each.value for each in call.keywords if each.arg == "bound"), None)
        return ANY if bound is None else self.of(bound, scope)

    def _alias(
        self, found: Found, value: ast.expr, scope: Scope, arguments: tuple[Type, ...]
    ) -> Type:
        place = (found.stub.name, found.name)
        if place in scope.trail:
            return ANY
        if not arguments and not scope.trail and place in self._aliases:
            return self._aliases[place]
        inside = Scope(found.stub, trail=scope.trail | {place})
        if arguments:
            names = [name for name in _names(value) if self._is_variable(name, inside)]
            bound = dict(zip(names, arguments, strict=False))
            return self.of(value, Scope(found.stub, bound=bound, trail=inside.trail))
        meant = self.of(value, inside)
        if not scope.trail:
            self._aliases[place] = meant
        return meant

    def _is_variable(self, name: str, scope: Scope) -> bool:
        found = self._stubs.meaning(scope.module.name, name)
        match found and found.meaning:
            case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker)):
                return maker in _VARIABLES
            case _:
                return False


def _names(value: ast.expr) -> list[str]:
    """Each once, in the order they are written."""
    nodes = [node for node in ast.walk(value) if isinstance(node, ast.Name)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in nodes))


def _qualified(found: Found | None) -> str:
    match found:
        case None:
            return ""
        case Found(meaning=Import(module=module, name=str(name))):
            return f"{module}.{name}"
        case Found(meaning=Import(module=module)):
            return module
        case _:
            return f"{found.stub.name}.{found.name}"


def _live(module: str, name: str, classes: ClassTable) -> Type:
    """Of a name that no text explains: what it is in the module itself."""
    value = getattr(sys.modules.get(module), name, None)
    return ANY if value is None else live_type(value, classes)
