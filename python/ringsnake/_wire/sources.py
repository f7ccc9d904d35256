"""Where the members of definitions were declared, as generated code says it beside their schema.

Form: ARCHITECTURE.md, "Where it was declared". Twin: lib/schema/sources.ts.
"""

from __future__ import annotations


class Sources:
    """The places of one generated module."""

    def __init__(self, text: str) -> None:
        self._text: str | None = text
        self._files: list[str] = []
        self._rows: dict[str, list[str]] = {}

    def _read(self) -> None:
        """Not before it is needed."""
        lines = (self._text or "").split("\n")
        self._text = None
        self._files = [line for line in lines if line and not line.startswith(" ")]
        words: list[str] = []
        for line in lines:
            if line.startswith("  "):
                words.extend(line.split())
            elif line.startswith(" "):
                name, *words = line.split()
                self._rows[name] = words

    def of(self, definition: str, member: int, part: int = 0) -> str | None:
        """`api.ts:12`; None: it is not known. `part` is a parameter's number from 1, or 0 for the method itself."""
        if self._text is not None:
            self._read()
        file = 0
        left = member
        for word in self._rows.get(definition, ()):
            if word.startswith("#"):
                file = int(word[1:])
            elif left == 0:
                lines = word.split(",")
                line = lines[part] if part < len(lines) else lines[0]
                return None if line == "0" else f"{self._files[file]}:{line}"
            else:
                left -= 1
        return None


class Declared:
    """Where the members of one definition were declared, or the parameters of one of its methods."""

    __slots__ = ("_definition", "_method", "_sources", "streams")

    def __init__(self, sources: Sources, definition: str = "") -> None:
        self._sources = sources
        self._definition = definition
        self._method: int | None = None
        self.streams: tuple[str, ...] = ()
        """The names of the parameters that are streams."""

    def be(self, definition: str, method: int) -> None:
        """Those of that method."""
        if not self._definition:
            self._definition = definition
            self._method = method

    def of(self, index: int) -> str | None:
        """A field, or a parameter."""
        if self._method is None:
            return self._sources.of(self._definition, index)
        return self._sources.of(self._definition, self._method, index + 1)

    def whole(self) -> str | None:
        """The method."""
        return None if self._method is None else self._sources.of(self._definition, self._method)
