"""Imports what the worker is for. Twin: lib/worker/module.ts."""

from __future__ import annotations

import importlib
import os
import sys


def import_module(name: str) -> None:
    """Imports a dotted name, or the file at an absolute path as if its folder were on the path; nothing where there is no name."""
    if os.path.isabs(name):
        folder, file = os.path.split(name)
        if not os.path.exists(name):
            raise FileNotFoundError(f"there is no {name}")
        sys.path.insert(0, folder)
        name = file.removesuffix(".py")
    elif "" not in sys.path:
        sys.path.insert(0, "")
    if name:
        importlib.import_module(name)
