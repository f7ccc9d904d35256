"""What happens when either side dies, or does not listen."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import ringsnake
from setting import MODULES, NodeTestCase, Visitor, main, runs, spawn, until
from studio_gen import StudioClient, VisitorServer

FOLDER = Path(__file__).parent


class TheWorkerDies(NodeTestCase):
    def test_its_open_calls_raise_at_once(self) -> None:
        async def program() -> None:
            async with spawn() as node:
                studio = node.client(StudioClient)
                calls = [studio.block(60_000), studio.add(1, 1), studio.rest(60_000)]
                pending = asyncio.gather(*calls, return_exceptions=True)
                await asyncio.sleep(0.01)
                started = time.monotonic()
                os.kill(node.pid, signal.SIGKILL)
                for error in await pending:
                    self.assertIsInstance(error, ringsnake.WorkerExitedError)
                    self.assertEqual((error.exit_code, error.signal), (None, "SIGKILL"))
                self.assertLess(time.monotonic() - started, 2)
                with self.assertRaises(ringsnake.WorkerExitedError):
                    await studio.add(1, 1)
                self.assertFalse(runs(node.pid))
                self.assertEqual(node.exit, ringsnake.WorkerExit(None, "SIGKILL"))

        asyncio.run(program())

    def test_a_plain_program_learns_of_it_in_its_call(self) -> None:
        with spawn() as node:
            studio = node.client(StudioClient)
            with self.assertRaises(ringsnake.WorkerExitedError) as caught:
                node.run(studio.exit(3, "the studio gives up"))
            self.assertEqual(caught.exception.exit_code, 3)
            self.assertIn("the studio gives up", caught.exception.stderr)
            self.assertIn("exited with code 3\nIts last words", str(caught.exception))
            with self.assertRaises(ringsnake.WorkerExitedError):
                node.run(studio.add(1, 1))

    def test_it_is_reaped_although_nobody_asks(self) -> None:
        with spawn() as node:
            os.kill(node.pid, signal.SIGKILL)
            until("no zombie", lambda: not Path(f"/proc/{node.pid}").exists())

    def test_an_uncaught_error_is_told_with_its_stack(self) -> None:
        lines: list[str] = []
        module = MODULES / "crashes.mjs"
        with spawn(module, stderr=lines.append) as node:
            self.assertEqual(node.serve_forever(), ringsnake.WorkerExit(1, None))
        self.assertIn("Error: it was too much", lines)

    def test_a_process_that_it_started_does_not_hide_its_death(self) -> None:
        with spawn() as node:
            studio = node.client(StudioClient)
            child = int(node.run(studio.start_child()))
            os.kill(node.pid, signal.SIGKILL)
            try:
                with self.assertRaises(ringsnake.WorkerExitedError):
                    node.run(studio.add(1, 1))
            finally:
                os.kill(child, signal.SIGKILL)


class ItIsClosed(NodeTestCase):
    def test_running_calls_are_answered_first(self) -> None:
        async def program() -> None:
            visitor = Visitor()
            node = await spawn(serves=[VisitorServer(visitor)])
            studio = node.client(StudioClient)
            running = asyncio.gather(studio.rest(100), studio.call_visitor(20))
            await asyncio.sleep(0)
            closed = asyncio.ensure_future(node.aclose())
            self.assertEqual((await running)[0], "rested")
            self.assertEqual(await closed, ringsnake.WorkerExit(0, None))
            with self.assertRaises(ringsnake.SessionClosedError):
                await studio.add(1, 1)
            self.assertEqual(await node.aclose(), ringsnake.WorkerExit(0, None), "once more")

        asyncio.run(program())

    def test_one_that_does_not_listen_is_ended(self) -> None:
        async def program() -> None:
            node = await spawn(close_timeout=0.2)
            call = asyncio.ensure_future(node.client(StudioClient).block(60_000))
            await asyncio.sleep(0.05)
            self.assertEqual((await node.aclose()).signal, "SIGTERM")
            with self.assertRaises(ringsnake.SessionClosedError):
                await call

        asyncio.run(program())

    def test_an_error_in_the_block_closes_it_and_goes_on(self) -> None:
        with self.assertRaises(ZeroDivisionError), spawn() as node:
            pid = node.pid
            raise ZeroDivisionError
        self.assertFalse(runs(pid))

    def test_a_worker_starts_once(self) -> None:
        with spawn() as node:
            pass
        with self.assertRaisesRegex(RuntimeError, "each spawn_node"):
            node.start()
        self.assertIsNotNone(node.close())
        with self.assertRaisesRegex(RuntimeError, "was not started"):
            spawn().client(StudioClient)


class TheProgramDies(NodeTestCase):
    def _hold(self, *words: str) -> tuple[subprocess.Popen[str], int]:
        """A Python program with a worker, and the worker's id."""
        program = subprocess.Popen(
            [sys.executable, FOLDER / "hold_node.py", *words],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(program.wait)
        assert program.stdout is not None
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.kill)
        pid = int(program.stdout.readline())
        self.assertTrue(runs(pid))
        return program, pid

    def test_its_worker_is_gone_soon_whatever_it_does(self) -> None:
        for doing in ("idle", "busy", "chat", "loop"):
            with self.subTest(doing):
                program, pid = self._hold(doing)
                program.kill()
                until("the end of the worker", lambda pid=pid: not runs(pid))

    def test_a_process_that_it_forked_does_not_keep_the_worker(self) -> None:
        program, pid = self._hold("fork")
        program.kill()
        until("the end of the worker", lambda: not runs(pid))

    def test_an_end_without_close_leaves_no_worker(self) -> None:
        program, pid = self._hold("leave")
        self.assertEqual(program.wait(10), 7)
        until("the end of the worker", lambda: not runs(pid))

    def test_ctrl_c_reaches_the_program_alone(self) -> None:
        program = subprocess.Popen(
            [sys.executable, FOLDER / "hold_node.py", "interrupt"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with program:
            assert program.stdout is not None
            pid = int(program.stdout.readline())
            os.killpg(program.pid, signal.SIGINT)
            self.assertEqual(program.stdout.read(), "2.0 WorkerExit(exit_code=0, signal=None)\n")
        self.assertFalse(runs(pid))


if __name__ == "__main__":
    main()
