"""Code that the guest sends as text. Twin: lib/proxies/code.ts."""

from __future__ import annotations

import ast
import inspect
import io
import linecache
from collections import deque
from collections.abc import Awaitable, Coroutine
from contextlib import redirect_stderr, redirect_stdout
from types import CodeType
from typing import Final, Literal, cast

from ringsnake._proxies.answer import by_value
from ringsnake._proxies.steps import Suspended

_KEPT: Final = 64
"""Texts that tracebacks can show."""

_names: deque[str] = deque()
_count = 0


def evaluated(text: str, namespace: dict[str, object]) -> object:
    """What an expression gives; one with `await` in it is awaited."""
    return _run(_compiled(text.strip(), "eval"), namespace)


def executed(text: str, namespace: dict[str, object], *, captures: bool) -> object:
    """Runs statements. What they print, if that is wanted."""
    code = _compiled(text, "exec")
    if captures:
        return _captured(code, namespace)
    outcome = _run(code, namespace)
    return Suspended(_nothing_after(outcome.awaitable)) if type(outcome) is Suspended else None


def _run(code: CodeType, namespace: dict[str, object]) -> object:
    outcome: object = eval(code, namespace)
    if code.co_flags & inspect.CO_COROUTINE:
        return Suspended(cast("Coroutine[object, object, object]", outcome))
    return outcome


async def _nothing_after(awaitable: Awaitable[object]) -> None:
    await awaitable


def _captured(code: CodeType, namespace: dict[str, object]) -> object:
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        outcome = _run(code, namespace)
    if type(outcome) is Suspended:
        return Suspended(_captured_after(outcome.awaitable, stdout, stderr))
    return by_value({"stdout": stdout.getvalue(), "stderr": stderr.getvalue()})


async def _captured_after(
    awaitable: Awaitable[object], stdout: io.StringIO, stderr: io.StringIO
) -> object:
    with redirect_stdout(stdout), redirect_stderr(stderr):
        await awaitable
    return by_value({"stdout": stdout.getvalue(), "stderr": stderr.getvalue()})


def _compiled(text: str, mode: Literal["eval", "exec"]) -> CodeType:
    global _count
    _count += 1
    name = f"<py.{mode} {_count}>"
    # Without a time such an entry is never checked against a file.
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    _names.append(name)
    if len(_names) > _KEPT:
        linecache.cache.pop(_names.popleft(), None)
    return cast(
        CodeType,
        compile(text, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True),
    )
