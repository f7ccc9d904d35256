"""Twin: lib/schema/problem.ts."""

from __future__ import annotations


class SchemaProblem(Exception):  # noqa: N818 -- no error of the user's: whoever reads a text makes one of it
    """Why a text is no schema. Not for users: whoever reads one says whose it is."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        """From 1."""
