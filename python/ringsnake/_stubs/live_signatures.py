"""Signatures as a program that runs has them: from functions, from the texts of compiled ones, from docstrings."""

import ast
import inspect
import re
import typing
from collections.abc import Callable
from typing import Any

from ringsnake._stubs.model import ANY, Parameter, ParameterKind, Signature, Type

_KINDS: dict[Any, ParameterKind] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
    inspect.Parameter.VAR_POSITIONAL: "variadic",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_KEYWORD: "keywords",
}
UNKNOWN = Signature(
    (Parameter("args", "variadic", ANY, True), Parameter("kwargs", "keywords", ANY, True)), ANY
)
"""Of what says nothing about itself."""


def live_signatures(
    function: Any, of: Callable[[Any], Type], *, bound: bool
) -> tuple[Signature, ...]:
    """What is known; at least that it can be called. `bound`: without the first parameter."""
    overloads = _overloads(function)
    found = [_inspected(each, of, bound) for each in overloads or [function]]
    known = tuple(dict.fromkeys(each for each in found if each is not None))
    if known:
        return known
    told = documented_signature(function)
    return (UNKNOWN,) if told is None else (told,)


def _overloads(function: Any) -> list[Any]:
    try:
        return list(typing.get_overloads(inspect.unwrap(function)))
    except (AttributeError, TypeError, ValueError):
        return []


def _inspected(function: Any, of: Callable[[Any], Type], bound: bool) -> Signature | None:
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError, AttributeError, NameError):
        return None
    parameters = [
        Parameter(
            each.name,
            _KINDS[each.kind],
            ANY if each.annotation is each.empty else of(each.annotation),
            each.default is not each.empty or each.kind in {each.VAR_POSITIONAL, each.VAR_KEYWORD},
        )
        for each in signature.parameters.values()
    ]
    if bound and parameters and parameters[0].kind in {"positional", "either"}:
        parameters = parameters[1:]
    result = (
        ANY if signature.return_annotation is signature.empty else of(signature.return_annotation)
    )
    if inspect.iscoroutinefunction(inspect.unwrap(function)):
        result = Type("awaitable", (result,))
    return Signature(tuple(parameters), result)


def documented_signature(function: Any) -> Signature | None:
    """Of the first line of a docstring, as extensions write it: `dot(a, b, out=None)`, `date(year, month[, day]) -> date`."""
    doc = getattr(function, "__doc__", None)
    name = getattr(function, "__name__", None)
    if not isinstance(doc, str) or not isinstance(name, str):
        return None
    found = re.match(
        rf"\s*(?:\w+\.)*{re.escape(name)}\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)(?:\s*->\s*(?P<result>[\w.]+))?",
        doc,
    )
    if found is None:
        return None
    optional_from = found["inside"].partition("[")[0]
    text = (
        re.sub(r"[\[\]]", "", found["inside"]) if "=[" not in found["inside"] else found["inside"]
    )
    try:
        node = ast.parse(f"def f({_plain(text)}): ...").body[0]
    except SyntaxError:
        return None
    if not isinstance(node, ast.FunctionDef):
        return None
    count = len([part for part in optional_from.split(",") if part.strip() not in {"", "/", "*"}])
    return Signature(_parameters(node.args, count), _result(found["result"]))


def _plain(text: str) -> str:
    """As Python would write it: `...` is any more arguments, defaults may be words of prose."""
    parts = [part.strip() for part in text.replace("\n", " ").split(",")]
    words = [
        "*args" if part in {"...", "…"} else re.sub(r"=.*", "=None", part) for part in parts if part
    ]
    seen_default = False
    plain: list[str] = []
    for word in words:
        seen_default = seen_default or "=" in word
        needs_default = seen_default and "=" not in word and word[0] not in "*/"
        plain.append(f"{word}=None" if needs_default and "*" not in plain else word)
    return ", ".join(plain)


def _parameters(written: ast.arguments, required: int) -> tuple[Parameter, ...]:
    positional = [*written.posonlyargs, *written.args]
    first_default = min(len(positional) - len(written.defaults), required)
    found = [
        Parameter(
            each.arg,
            "positional" if index < len(written.posonlyargs) else "either",
            ANY,
            index >= first_default,
        )
        for index, each in enumerate(positional)
    ]
    if written.vararg is not None:
        found.append(Parameter(written.vararg.arg, "variadic", ANY, True))
    found += [Parameter(each.arg, "keyword", ANY, True) for each in written.kwonlyargs]
    if written.kwarg is not None:
        found.append(Parameter(written.kwarg.arg, "keywords", ANY, True))
    return tuple(found)


_RESULTS = frozenset({"int", "float", "bool", "str", "bytes"})


def _result(word: str | None) -> Type:
    plain = {"string": "str", "integer": "int", "boolean": "bool", "None": "none"}.get(
        word or "", word
    )
    return Type(plain) if plain in _RESULTS or plain == "none" else ANY
