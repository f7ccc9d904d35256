"""The words of one line of a schema text. Twin: lib/schema/tokens.ts."""

from __future__ import annotations

import json
import re
from typing import NamedTuple, cast

from ringsnake._schema.model import Literal
from ringsnake._schema.problem import SchemaProblem

_SHOWN = 40
"""Characters of a token in a problem."""

# Each alternative is linear: no part of it can match what the next one begins with. What JavaScript has as a letter, Python need not know.
_PATTERN = re.compile(
    r"""(?P<name>[A-Za-z_$\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*)"""
    r"""|(?P<text>"(?:[^"\\]|\\.)*")|(?P<template>`(?:[^`\\]|\\.)*`)"""
    r"""|(?P<number>-?[0-9]+(?:n|(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?))"""
    r"""|(?P<mark>=>|\.\.\.|[()\[\]<>{},:?|=.])"""
)
_DIGITS_MAX = 400
"""Of a number."""


class Token(NamedTuple):
    kind: str
    text: str
    value: Literal = ""


_END = Token("mark", "")


class Tokens:
    """What a reader of a line takes, one after the other."""

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self._tokens = _tokens_of(text, line)
        self._at = 0

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` of the next one."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else _END

    def take(self) -> Token:
        token = self.peek()
        self._at += 1
        return token

    def skip(self, mark: str) -> bool:
        """Whether that mark comes next, which is then taken."""
        if not self.is_mark(mark):
            return False
        self._at += 1
        return True

    def is_mark(self, mark: str, ahead: int = 0) -> bool:
        kind, text, _ = self.peek(ahead)
        return kind == "mark" and text == mark

    def expect(self, mark: str) -> None:
        if not self.skip(mark):
            raise self.problem(f"`{mark}`")

    def key(self) -> str:
        """A name, or a text that stands for one."""
        token = self.take()
        if token.kind == "name":
            return token.text
        if token.kind == "literal" and isinstance(token.value, str):
            return token.value
        self._at -= 1
        raise self.problem("a name")

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise self.problem("the end of the line")

    def problem(self, expected: str) -> SchemaProblem:
        text = self.peek().text
        found = f"`{text[:_SHOWN]}`" if text else "the end of the line"
        return SchemaProblem(self.line, f"expected {expected}, found {found}")


def _tokens_of(text: str, line: int) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        match = _PATTERN.match(text, at)
        if match is None:
            raise SchemaProblem(line, f"unexpected {json.dumps(text[at], ensure_ascii=False)}")
        at = match.end()
        tokens.append(_token_of(cast(str, match.lastgroup), match.group(), line))
    return tokens


def _token_of(kind: str, text: str, line: int) -> Token:
    if kind == "name" and text in ("true", "false"):
        return Token("literal", text, text == "true")
    if kind == "number":
        if len(text) > _DIGITS_MAX:
            raise SchemaProblem(line, "a number that is too long")
        is_whole = text.lstrip("-").rstrip("n").isdigit()
        return Token("literal", text, int(text.rstrip("n")) if is_whole else float(text))
    if kind == "text":
        try:
            return Token("literal", text, cast(str, json.loads(text)))
        except ValueError:
            raise SchemaProblem(line, "a text that is no JSON") from None
    return Token(kind, text)
