"""The JavaScript of the process that started this worker."""

from __future__ import annotations

from typing import Final

from ringsnake._proxies.js import JavaScript
from ringsnake._worker.host import host_guest

js: Final = JavaScript(host_guest)
"""Needs `exposeJavaScript: true` in spawn()."""
