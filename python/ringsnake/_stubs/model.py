"""What is told of a module: plain data, which `lib/stubs/model.ts` reads. Twin: lib/stubs/model.ts."""

import dataclasses
from dataclasses import dataclass, field
from typing import Literal, cast

Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Type:
    """A type of Python, with variables erased."""

    kind: str
    """What it is: `any`, `none`, `int`, `list`, `union`, `literal`, `class`, …; see lib/stubs/types.ts."""
    of: tuple["Type", ...] = ()
    """What it is made of: items, members of a union, parameters and then the result of a callable."""
    name: str = ""
    """Of a class: where it is described, as `numpy.ndarray`."""
    values: tuple[Scalar, ...] = ()
    """Of a literal."""


ANY = Type("any")
NONE = Type("none")

ParameterKind = Literal["positional", "either", "variadic", "keyword", "keywords"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `either` is by position or by name."""

    name: str
    kind: ParameterKind
    type: Type
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call: without `self` or `cls`."""

    parameters: tuple[Parameter, ...]
    result: Type


@dataclass(frozen=True, slots=True)
class Member:
    """A name in a module or class."""

    name: str
    kind: Literal["function", "static", "value", "property", "class", "module"]
    """`static` is called on the class: class and static methods."""
    doc: str = ""
    signatures: tuple[Signature, ...] = ()
    type: Type = ANY
    settable: bool = False


@dataclass(frozen=True, slots=True)
class ClassDescription:
    """A class, under the name that others refer to."""

    id: str
    doc: str
    bases: tuple[str, ...]
    lineage: tuple[str, ...]
    """It and all that it derives from, as far as that is described."""
    constructors: tuple[Signature, ...]
    members: tuple[Member, ...]
    protocol: bool = False
    """What it says is what others must have."""


@dataclass(frozen=True, slots=True)
class ModuleDescription:
    """A module as it is written into one file."""

    name: str
    doc: str
    members: tuple[Member, ...]
    classes: tuple[ClassDescription, ...]
    """Those that belong into this module's file."""


@dataclass(slots=True)
class Report:
    """All that is told."""

    python: str
    modules: list[ModuleDescription] = field(default_factory=list[ModuleDescription])
    sources: list[str] = field(default_factory=list[str])
    """What the types were read from, besides the modules."""
    failures: list["Failure"] = field(default_factory=list["Failure"])


@dataclass(frozen=True, slots=True)
class Failure:
    """A module that cannot be imported."""

    module: str
    error: str
    traceback: str


def to_json(value: object) -> object:
    """Data as JSON has it; what is empty or false is left out."""
    if dataclasses.is_dataclass(value):
        parts = ((name, to_json(getattr(value, name))) for name in value.__dataclass_fields__)
        return {name: part for name, part in parts if part not in ("", [], False)}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in cast("list[object]", value)]
    return value
