"""The whole of it: imports modules, and describes them and the classes that they speak of."""

import importlib
import sys
import traceback
import types
import warnings
from pathlib import Path

from ringsnake._stubs.describe_class import ClassDescriber
from ringsnake._stubs.describe_module import ModuleDescriber, submodules
from ringsnake._stubs.documentation import documentation
from ringsnake._stubs.model import ClassDescription, Failure, ModuleDescription, Report
from ringsnake._stubs.reading import Reading

_MAX_CLASSES = 4000
"""More than any package has; what comes after them stays untyped."""
_TYPESHEDS = (
    "mypy/typeshed",
    "jedi/third_party/typeshed",
    "pyright/typeshed-fallback",
    "basedpyright/dist/dist/typeshed-fallback",
)
"""Packages that bring the types of the standard library along."""


def describe(names: list[str], *, recursive: bool, typeshed: str | None) -> Report:
    """Tells of the modules, and of those that cannot be imported."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    report = Report(python=version)
    modules = [module for name in names for module in _imported(name, recursive, report)]
    if not modules or report.failures:
        return report
    shed = Path(typeshed) if typeshed is not None else _found_typeshed()
    reading = Reading([module.__name__ for module in modules], shed)
    describers = [ModuleDescriber(module.__name__, reading) for module in modules]
    for module in modules:
        reading.classes.add_module(module.__name__)
    for describer in describers:
        describer.claim_classes()
    members = [tuple(describer.members()) for describer in describers]
    classes = _classes(reading)
    for module, own in zip(modules, members, strict=True):
        report.modules.append(
            ModuleDescription(
                module.__name__, documentation(module), own, tuple(classes.get(module.__name__, []))
            )
        )
    if reading.stubs.used_typeshed:
        report.sources.append("typeshed")
    return report


def _imported(name: str, recursive: bool, report: Report) -> list[types.ModuleType]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(name)
    except BaseException as error:
        report.failures.append(_failure(name, error))
        return []
    if not recursive:
        return [module]
    # A package has parts that only some systems can import: those are left out.
    inner = Report(report.python)
    below = [part for each in submodules(module) for part in _imported(each, True, inner)]
    return [module, *below]


def _failure(name: str, error: BaseException) -> Failure:
    kind = type(error).__name__
    text = str(error)
    frames = traceback.extract_tb(error.__traceback__)
    # Of how we came to import it nobody wants to read.
    own = [
        each
        for each in frames
        if "importlib" not in each.filename and "_stubs" not in each.filename
    ]
    return Failure(name, f"{kind}: {text}" if text else kind, "".join(traceback.format_list(own)))


def _classes(reading: Reading) -> dict[str, list[ClassDescription]]:
    """Describing one may speak of others; by the file they belong into."""
    found: dict[str, list[ClassDescription]] = {}
    count = 0
    while reading.classes.pending and count < _MAX_CLASSES:
        known = reading.classes.pending.popleft()
        try:
            described = ClassDescriber(known, reading).describe()
        except (Exception, SystemExit):
            # What a class says of itself is its own code, which may raise: what is left is its name.
            described = ClassDescription(known.id, "", (), (known.id,), (), ())
        found.setdefault(known.module, []).append(described)
        count += 1
    return found


def _found_typeshed() -> Path | None:
    for folder in sys.path:
        for inside in _TYPESHEDS:
            path = Path(folder) / inside
            if (path / "stdlib" / "builtins.pyi").is_file():
                return path
    return None
