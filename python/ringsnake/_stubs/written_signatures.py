"""Signatures as they are written in stubs."""

import ast

from ringsnake._stubs.model import ANY, Parameter, ParameterKind, Signature, Type
from ringsnake._stubs.stub_modules import decorators, is_overload
from ringsnake._stubs.written_types import Scope, WrittenTypes

Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAX_OVERLOADS = 16
"""An editor shows no more, and compilers take their time for each."""


def written_signatures(
    functions: list[Function], scope: Scope, types: WrittenTypes, *, bound: bool
) -> tuple[Signature, ...]:
    """Of a function and its overloads, each once; `bound`: without the first parameter."""
    overloads = [each for each in functions if is_overload(each)] or functions[:1]
    found: dict[Signature, None] = {}
    for function in overloads:
        drop = bound and "staticmethod" not in decorators(function)
        found[_signature(function, scope, types, drop)] = None
    return tuple(found)[:_MAX_OVERLOADS]


def _signature(function: Function, scope: Scope, types: WrittenTypes, drop: bool) -> Signature:
    scope = _with_variables(function, scope)
    written = function.args
    positional = [*written.posonlyargs, *written.args]
    first_default = len(positional) - len(written.defaults)
    parameters: list[Parameter] = []
    for index, each in enumerate(positional):
        is_private = each.arg.startswith("__") and not each.arg.endswith("__")
        by_position = index < len(written.posonlyargs) or is_private
        kind: ParameterKind = "positional" if by_position else "either"
        parameters.append(
            Parameter(
                each.arg.lstrip("_") if is_private else each.arg,
                kind,
                types.of(each.annotation, scope),
                index >= first_default,
            )
        )
    if drop:
        parameters = parameters[1:]
    if written.vararg is not None:
        parameters.append(
            Parameter(
                written.vararg.arg, "variadic", types.of(written.vararg.annotation, scope), True
            )
        )
    for each, default in zip(written.kwonlyargs, written.kw_defaults, strict=True):
        parameters.append(
            Parameter(each.arg, "keyword", types.of(each.annotation, scope), default is not None)
        )
    if written.kwarg is not None:
        parameters.append(
            Parameter(
                written.kwarg.arg, "keywords", types.of(written.kwarg.annotation, scope), True
            )
        )
    result = types.of(function.returns, scope) if function.returns is not None else ANY
    if isinstance(function, ast.AsyncFunctionDef) and result.kind not in {
        "async_iterator",
        "async_iterable",
    }:
        result = Type("awaitable", (result,))
    return Signature(tuple(parameters), result)


def _with_variables(function: Function, scope: Scope) -> Scope:
    """PEP 695: variables that stand after the function's name."""
    names = [each.name for each in getattr(function, "type_params", [])]
    if not names:
        return scope
    bound = {**scope.bound, **dict.fromkeys(names, ANY)}
    return Scope(scope.module, scope.owners, bound, scope.trail)
