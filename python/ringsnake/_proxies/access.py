"""What a guest may do to whom nothing is exposed. Normative: spec/wire/proxies.md §6. Twin: lib/proxies/access.ts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ringsnake._errors import AccessDeniedError
from ringsnake._proxies.given import LentFunction
from ringsnake._proxies.refusal import Refusal
from ringsnake._wire.constants_gen import ProxyStep

_CALL = int(ProxyStep.CALL)
_AWAIT = int(ProxyStep.AWAIT)
_HARMLESS: Final = frozenset({int(ProxyStep.TEXT), int(ProxyStep.DISPLAY), _AWAIT})
"""What a function that was given has promised may be awaited."""


def must_be_given(program: Sequence[object], subject: object) -> None:
    """Calls of functions that it was given, and texts of what it has. Anything else would be all: from any object there is a way to `builtins`."""
    step = program[1] if len(program) > 1 else None
    is_call = step == _CALL and (len(program) == 4 or (len(program) == 5 and program[4] == _AWAIT))
    if is_call and type(subject) is LentFunction:
        return
    if step in _HARMLESS and len(program) == 2 and program[0] != 0:
        return
    raise Refusal(
        AccessDeniedError(
            "this worker may not use the Python of its host, but for functions that it was given: "
            "`expose_python=True` in spawn_node() lets it do all that the host may"
        )
    )
