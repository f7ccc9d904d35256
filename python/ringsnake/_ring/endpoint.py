"""The native endpoint, or a clear word about why it is not there."""

from __future__ import annotations

import sys

try:
    from ringsnake._native import Endpoint, exit_with_parent
except ImportError as error:
    raise ImportError(
        f"ringsnake's native extension does not load into Python {sys.version.split()[0]} "
        f"({sys.executable}): {error}. Run `npm run build:native` in the ringsnake package; "
        "`npx ringsnake doctor` shows what is built for which interpreter."
    ) from error

__all__ = ["Endpoint", "exit_with_parent"]
