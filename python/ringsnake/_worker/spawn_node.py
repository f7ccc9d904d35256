"""Starts workers in Node.js: the mirror image of lib/worker/spawn.ts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringsnake._ring.waiting import Waiting
from ringsnake._wire.constants_gen import (
    BULK_LIMIT_DEFAULT,
    BULK_THRESHOLD_DEFAULT,
    RING_CAPACITY_DEFAULT,
)
from ringsnake._wire.references import ValidationLevel
from ringsnake._worker.node_process import Output
from ringsnake._worker.node_worker import NodeWorker

if TYPE_CHECKING:
    from ringsnake._session.interface import Service
    from ringsnake._wire.type_registry import TypeRegistry


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """What spawn_node() was told, and found."""

    node: str
    program: str
    module: str
    serves: Sequence[Service]
    args: Sequence[str]
    node_args: Sequence[str]
    environment: Mapping[str, str]
    cwd: str | os.PathLike[str] | None
    stdout: Output
    stderr: Output
    ring_capacity: int
    bulk_limit: int
    bulk_threshold: int | None
    expose_python: bool
    value_previews: bool
    validation: ValidationLevel
    waiting: Waiting
    types: TypeRegistry | None
    start_timeout: float
    close_timeout: float


def spawn_node(  # noqa: PLR0913 - all but the first are options, by name
    module: str | os.PathLike[str] = "",
    *,
    node: str | os.PathLike[str] | None = None,
    serves: Sequence[Service] = (),
    args: Sequence[str] = (),
    node_args: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    stdout: Output = "inherit",
    stderr: Output = "inherit",
    package: str | os.PathLike[str] | None = None,
    ring_capacity: int = RING_CAPACITY_DEFAULT,
    bulk_limit: int = BULK_LIMIT_DEFAULT,
    bulk_threshold: int | None = BULK_THRESHOLD_DEFAULT,
    expose_python: bool = False,
    value_previews: bool = True,
    validation: ValidationLevel = "full",
    waiting: Waiting = "adaptive",
    types: TypeRegistry | None = None,
    start_timeout: float = 30.0,
    close_timeout: float = 5.0,
) -> NodeWorker:
    """A worker in Node.js, which starts when it is entered, and ends when that is left, or this process ends.

        with ringsnake.spawn_node("server.ts") as node:
            calculator = node.client(CalculatorClient)

    The module serves with `serve(new CalculatorServer(…))` of 'ringsnake'. It need not have ringsnake installed.

    Args:
        module: what to import: the path of a .js, .mjs, .cjs, .ts, .mts or .cts file, or a name to resolve in `cwd`.
            TypeScript is read by Node.js itself where it can (22.18 or later), else by `tsx` or `typescript` of the module. Default:
            nothing, which suffices for `node.js`.
        node: a program, a name on PATH, or a folder with bin/node. Default: the one beside this Python, in the active
            venv, or on PATH.
        serves: what this side serves to the worker.
        args: `process.argv` of the worker, from its third item on.
        node_args: options of Node.js itself.
        env: environment variables added to this process's.
        cwd: the worker's current folder.
        stdout, stderr: "inherit", "ignore", or a function that gets each line, in another thread.
        package: the folder of ringsnake's npm package, if it is not around this one.
        ring_capacity: bytes each way, a power of two from 64 KiB to 1 GiB.
        bulk_limit: bytes that either side may have in segments.
        bulk_threshold: from so many bytes on data goes by reference, in both directions. None: never.
        expose_python: let the worker use the objects that it is given with all that they have: it can do all that this process can then. Without
            it, it can only call functions that it is given.
        value_previews: whether errors about values that do not fit show the beginning of those. False, for secrets: on
            both sides. The names of members are shown either way.
        validation: how closely both sides look at what arrives. "shape": kinds, and that all is there, but not which of a few
            values it is, the form of a text, or whether a number is whole. "off": as little as it takes to read it. Neither
            gains much: reading and checking are one.
        waiting: how both sides wait before they sleep.
        types: your own types, in values that no interface declares.
        start_timeout: how long the module may take to import, in seconds.
        close_timeout: how long the worker may take to end in good order before it is told to, in seconds.

    Raises:
        InterpreterNotFoundError: there is no Node.js. When it is entered also: StartError, ModuleImportError,
            StartTimeoutError, WorkerExitedError, HandshakeError, ResourceError.
    """
    # Not for workers in Python, which import this module too and are awaited.
    from ringsnake._worker.node_places import find_module, find_node, find_program

    environment = {**os.environ, **(env or {})}
    found = find_module(module)
    return NodeWorker(
        NodeOptions(
            node=find_node(node, environment),
            program=find_program(package, environment, found),
            module=found,
            serves=serves,
            args=args,
            node_args=node_args,
            environment=environment,
            cwd=cwd,
            stdout=stdout,
            stderr=stderr,
            ring_capacity=ring_capacity,
            bulk_limit=bulk_limit,
            bulk_threshold=bulk_threshold,
            expose_python=expose_python,
            value_previews=value_previews,
            validation=validation,
            waiting=waiting,
            types=types,
            start_timeout=start_timeout,
            close_timeout=close_timeout,
        )
    )
