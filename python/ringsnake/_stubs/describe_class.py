"""Classes: constructors, methods, properties and constants, as they run and as they are written."""

import ast
import enum
import inspect
import types
from collections.abc import Iterator
from typing import Any, cast

from ringsnake._stubs.class_table import KnownClass
from ringsnake._stubs.documentation import documentation, own_documentation
from ringsnake._stubs.live_signatures import documented_signature, live_signatures
from ringsnake._stubs.live_types import value_type
from ringsnake._stubs.model import (
    ANY,
    ClassDescription,
    Member,
    Parameter,
    Signature,
    Type,
)
from ringsnake._stubs.reading import Reading
from ringsnake._stubs.stub_modules import Annotated, Meaning, decorators, meanings, statements
from ringsnake._stubs.written_signatures import Function, written_signatures
from ringsnake._stubs.written_types import Scope

_SHOWN = frozenset({"__call__", "__iter__", "__getitem__", "__len__", "__enter__", "__await__"})
"""Of the names with underscores, those that JavaScript has words for."""
_DATA = (property, types.GetSetDescriptorType, types.MemberDescriptorType)
_DATA_NAMES = frozenset({"cached_property", "CachedProperty", "cache_readonly", "_tuplegetter"})
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
)


class ClassDescriber:
    """Describes one."""

    def __init__(self, known: KnownClass, reading: Reading) -> None:
        self._known = known
        self._cls = known.runtime
        self._reading = reading
        self._written = self._meanings()

    def describe(self) -> ClassDescription:
        cls = self._cls
        bases = self._bases()
        lineage = dict.fromkeys([self._known.id, *(each.id for each in self._ancestors())])
        members = {} if cls is None else {each.name: each for each in self._live_members(cls)}
        for each in self._written_members():
            if cls is None or each.name not in members:
                members[each.name] = each
        return ClassDescription(
            self._known.id,
            "" if cls is None else own_documentation(cls),
            tuple(each.id for each in bases),
            tuple(lineage),
            self._constructors(),
            tuple(members.values()),
            self._is_protocol(),
        )

    def _is_protocol(self) -> bool:
        if self._cls is not None:
            return bool(vars(self._cls).get("_is_protocol", False))
        stub = self._known.stub
        texts = [] if stub is None else [ast.unparse(base) for base in stub.definition.bases]
        return any(text.partition("[")[0].endswith("Protocol") for text in texts)

    def _bases(self) -> list[KnownClass]:
        """Those that are described; what stands between is told as the class's own."""
        found: list[KnownClass] = []
        if self._cls is None:
            return self._written_bases()
        for base in self._cls.__mro__[1:]:
            known = self._reading.classes.known_or_none(base)
            # Not by issubclass, which classes may answer as they like.
            if known is not None and not any(base in _lineage(each.runtime) for each in found):
                found.append(known)
        return found

    def _ancestors(self) -> list[KnownClass]:
        if self._cls is None:
            return self._written_bases()
        known = (self._reading.classes.known_or_none(each) for each in self._cls.__mro__[1:])
        return [each for each in known if each is not None]

    def _written_bases(self) -> list[KnownClass]:
        stub = self._known.stub
        if stub is None:
            return []
        scope = self._scope(stub.definition)
        kinds = [self._reading.written.of(each, scope) for each in stub.definition.bases]
        known = (self._reading.classes.by_id(each.name) for each in kinds if each.kind == "class")
        return [each for each in known if each is not None and each.runtime is not self._cls]

    def _meanings(self) -> dict[str, tuple[Meaning, Scope]]:
        """What the text says of each name."""
        stub = self._known.stub
        if stub is None:
            return {}
        scope = self._scope(stub.definition)
        names = meanings(stub.definition.body, stub.module)
        return {name: (meaning, scope) for name, meaning in names.items()}

    def _scope(self, definition: ast.ClassDef) -> Scope:
        stub = self._known.stub
        assert stub is not None, "there is a definition"
        names = meanings(definition.body, stub.module)
        bound = {each.name: ANY for each in getattr(definition, "type_params", [])}
        return Scope(stub.module, (names,), bound)

    def _live_members(self, cls: type) -> Iterator[Member]:
        enumeration = _enumeration(cls)
        if enumeration is not None:
            yield from self._enum_members(enumeration)
        for owner in self._own_levels(cls):
            for name, value in list(vars(owner).items()):
                if not _is_shown(name):
                    continue
                if enumeration is not None and (
                    name in enumeration.__members__ or name in {"name", "value"}
                ):
                    continue
                try:
                    member = self._live_member(name, value, owner)
                except (Exception, SystemExit):
                    # What it says of itself is its own code, which may raise.
                    member = Member(name, "property", settable=True)
                if member is not None:
                    yield member

    def _own_levels(self, cls: type) -> list[type]:
        """The class, after those of its bases that nothing describes: later ones win."""
        described = [each.runtime for each in self._bases() if each.runtime is not None]
        inherited = [
            base
            for base in cls.__mro__
            if base is not object and not any(base in each.__mro__ for each in described)
        ]
        return inherited[::-1]

    def _enum_members(self, cls: type[enum.Enum]) -> Iterator[Member]:
        kind = Type("class", name=self._known.id)
        for name in cls.__members__:
            if _is_shown(name):
                yield Member(name, "static", type=kind)
        plain = [value.value for value in cls if type(value.value) in {str, int}]
        types = Type("literal", values=tuple(plain)) if 0 < len(plain) == len(cls) else ANY
        yield Member("name", "value", type=Type("str"))
        yield Member("value", "value", type=types)

    def _live_member(self, name: str, value: Any, owner: type) -> Member | None:
        written = self._written.get(name) if self._is_stub() else None
        is_static = isinstance(value, staticmethod | classmethod | types.ClassMethodDescriptorType)
        inner = _unbound(value)
        if written is not None:
            told = self._written_member(name, *written)
            if told is not None:
                doc = documentation(inner)
                is_data = told.kind == "function" and isinstance(value, _DATA)
                return None if is_data else _with_doc(told, doc)
        if isinstance(value, _DATA) or type(value).__name__ in _DATA_NAMES:
            return self._property(name, value, owner)
        if isinstance(inner, _FUNCTIONS) or is_static or inspect.isroutine(inner):
            drop = not isinstance(value, staticmethod)
            signatures = live_signatures(
                inner, self._reading.of_annotations(owner.__module__), bound=drop
            )
            return Member(
                name, "static" if is_static else "function", documentation(inner), signatures
            )
        if isinstance(value, type):
            return Member(name, "class", type=self._reading.classes.of_runtime(value))
        if value is None and name.startswith("__"):
            return None
        annotated = self._annotated(name, owner)
        kind = annotated or value_type(value, self._reading.classes)
        return Member(name, "value", type=kind, settable=True)

    def _is_stub(self) -> bool:
        stub = self._known.stub
        return stub is not None and stub.module.is_stub

    def _annotated(self, name: str, owner: type) -> Type | None:
        annotation = vars(owner).get("__annotations__", {}).get(name)
        return (
            None
            if annotation is None
            else self._reading.of_annotations(owner.__module__)(annotation)
        )

    def _property(self, name: str, value: Any, owner: type) -> Member:
        getter = getattr(value, "fget", None) or getattr(value, "func", None)
        kind = self._annotated(name, owner) or ANY
        if getter is not None and kind is ANY:
            signatures = live_signatures(
                getter, self._reading.of_annotations(owner.__module__), bound=True
            )
            kind = signatures[0].result
        # Of slots; what extensions compute may refuse, and does not say so.
        settable = isinstance(value, types.MemberDescriptorType) or (
            isinstance(value, property) and value.fset is not None
        )
        return Member(name, "property", documentation(value), type=kind, settable=settable)

    def _written_members(self) -> Iterator[Member]:
        for name, (meaning, scope) in self._written.items():
            if not _is_shown(name):
                continue
            is_there = self._cls is None or _has(self._cls, name) or isinstance(meaning, Annotated)
            if is_there:
                member = self._written_member(name, meaning, scope)
                if member is not None:
                    yield member
        yield from self._assigned()

    def _written_member(self, name: str, meaning: Meaning, scope: Scope) -> Member | None:
        match meaning:
            case list() as functions:
                return self._written_function(name, functions, scope)
            case Annotated(annotation=annotation):
                kind = self._reading.written.of(annotation, scope)
                callable_ = kind.kind in {"callable", "function"} and "ClassVar" in ast.dump(
                    annotation
                )
                return Member(name, "static" if callable_ else "property", type=kind, settable=True)
            case ast.ClassDef() as definition:
                stub = self._known.stub
                assert stub is not None, "what is written has a place"
                kind = self._reading.classes.of_stub(stub.module, f"{stub.name}.{name}", definition)
                return Member(name, "class", type=kind)
            case ast.Name(id=other) if other in self._written and other != name:
                # `__radd__ = __add__`
                return self._written_member(name, *self._written[other])
            case _:
                return None

    def _written_function(self, name: str, functions: list[Function], scope: Scope) -> Member:
        marks = decorators(functions[0])
        signatures = written_signatures(functions, scope, self._reading.written, bound=True)
        if marks & {"property", "cached_property"}:
            settable = any("setter" in decorators(each) for each in functions)
            return Member(name, "property", type=signatures[0].result, settable=settable)
        is_static = bool(marks & {"staticmethod", "classmethod"})
        return Member(name, "static" if is_static else "function", signatures=signatures)

    def _assigned(self) -> Iterator[Member]:
        """`self.name = …` in a constructor that we have the source of."""
        stub = self._known.stub
        if stub is None or stub.module.is_stub:
            return
        for each in statements(stub.definition.body):
            if isinstance(each, ast.FunctionDef) and each.name == "__init__" and each.args.args:
                for name, annotation in _assignments(each):
                    if _is_shown(name) and name not in self._written and not _has(self._cls, name):
                        kind = self._reading.written.of(annotation, self._scope(stub.definition))
                        yield Member(name, "property", type=kind, settable=True)

    def _constructors(self) -> tuple[Signature, ...]:
        cls = self._cls
        if _enumeration(cls) is not None:
            return (Signature((Parameter("value", "positional", ANY),), Type("self")),)
        written = self._written_constructors()
        if written:
            return written
        if cls is None:
            return ()
        try:
            inspect.signature(cls)
        except (ValueError, TypeError):
            told = documented_signature(cls)
            if told is not None:
                return (Signature(told.parameters, Type("self")),)
        found = live_signatures(cls, self._reading.of_annotations(cls.__module__), bound=False)
        return tuple(Signature(each.parameters, Type("self")) for each in found)

    def _written_constructors(self) -> tuple[Signature, ...]:
        for known in [self._known, *self._ancestors()]:
            stub = known.stub
            if stub is None or not stub.module.is_stub:
                continue
            names = meanings(stub.definition.body, stub.module)
            scope = Scope(stub.module, (names,))
            for name in ("__init__", "__new__"):
                functions = names.get(name)
                if isinstance(functions, list):
                    found = written_signatures(functions, scope, self._reading.written, bound=True)
                    return tuple(
                        dict.fromkeys(Signature(each.parameters, Type("self")) for each in found)
                    )
        return ()


def _enumeration(cls: type | None) -> type[enum.Enum] | None:
    """The class, if it is one."""
    return cast("type[enum.Enum]", cls) if isinstance(cls, enum.EnumType) else None


def _unbound(value: Any) -> Any:
    """The function in a class or static method."""
    return value.__func__ if isinstance(value, staticmethod | classmethod) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] -- of any function


def _lineage(cls: type | None) -> tuple[type, ...]:
    return () if cls is None else cls.__mro__


def _has(cls: type | None, name: str) -> bool:
    """Without asking the class, whose answer may be anything."""
    return any(name in vars(base) for base in _lineage(cls))


def _is_shown(name: str) -> bool:
    return not name.startswith("_") or name in _SHOWN


def _with_doc(member: Member, doc: str) -> Member:
    return Member(member.name, member.kind, doc, member.signatures, member.type, member.settable)


def _assignments(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr | None]]:
    own = function.args.args[0].arg
    annotations = {each.arg: each.annotation for each in function.args.args}
    for node in ast.walk(function):
        match node:
            case ast.AnnAssign(
                target=ast.Attribute(value=ast.Name(id=name), attr=attribute), annotation=kind
            ) if name == own:
                yield attribute, kind
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=name), attr=attribute)], value=value
            ) if name == own:
                # What a parameter becomes has the parameter's type.
                yield attribute, annotations.get(value.id) if isinstance(value, ast.Name) else None
            case _:
                pass
