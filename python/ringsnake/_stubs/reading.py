"""What reads types from modules and from texts, together."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ringsnake._stubs.class_table import ClassTable
from ringsnake._stubs.live_types import live_type
from ringsnake._stubs.model import ANY, Type
from ringsnake._stubs.stub_modules import StubModules
from ringsnake._stubs.written_types import Scope, WrittenTypes


class Reading:
    """One run."""

    def __init__(self, names: list[str], typeshed: Path | None) -> None:
        self.stubs = StubModules(typeshed)
        packages = frozenset(name.partition(".")[0] for name in names)
        self.classes = ClassTable(self.stubs, packages, names[0])
        self.written = WrittenTypes(self.stubs, self.classes)

    def of_annotations(self, module: str) -> Callable[[Any], Type]:
        """Reads the annotations of a module's functions, those in strings, too."""

        def written(text: str) -> Type:
            stub = self.stubs.module(module)
            if stub is not None:
                return self.written.of_text(text, Scope(stub))
            value = getattr(sys.modules.get(module), text, None)
            return ANY if value is None else live_type(value, self.classes)

        return lambda annotation: live_type(annotation, self.classes, written)
