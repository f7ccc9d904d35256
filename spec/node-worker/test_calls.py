"""Calls in both directions between a Python program and its worker in Node.js."""

from __future__ import annotations

import array
import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ringsnake
from ringsnake.ring import RingEventLoop
from setting import NodeTestCase, Visitor, main, spawn
from studio_gen import StudioClient, VisitorServer


class WhatIsSaid(NodeTestCase):
    def told(self, **options: object) -> str:
        wrong: Any = "hunter2"
        with spawn(**options) as node, self.assertRaises(ringsnake.ValidationError) as caught:
            node.client(StudioClient).sync.add(wrong, wrong)
        return str(caught.exception)

    def test_values_are_shown_unless_they_are_secret(self) -> None:
        for options, shown in (({}, ' "hunter2"'), ({"value_previews": False}, "")):
            self.assertEqual(
                self.told(**options),
                f"add(a): expected number, got string{shown} (declared at studio.ts:5)\n"
                f"  add(b): expected number, got string{shown} (declared at studio.ts:5)",
            )

    def test_an_error_that_has_crossed_shows_no_more(self) -> None:
        class Wrong(Visitor):
            def note(self, text: str, /) -> Any:
                return 4711

        for options, shown in (({}, "number 4711"), ({"value_previews": False}, "number")):
            with spawn(serves=[VisitorServer(Wrong())], **options) as node:
                with self.assertRaises(ringsnake.ValidationError) as caught:
                    node.client(StudioClient).sync.call_visitor(1)
                self.assertEqual(
                    str(caught.exception),
                    f"note(): expected string, got {shown} (declared at studio.ts:37)",
                )


class InAnEventLoop(NodeTestCase):
    loop_factory = staticmethod(asyncio.new_event_loop)

    def run_in_loop(self, coroutine: Coroutine[object, object, None]) -> None:
        with asyncio.Runner(loop_factory=self.loop_factory) as runner:
            runner.run(coroutine)

    def test_calls_are_awaited_in_both_directions(self) -> None:
        async def program() -> None:
            visitor = Visitor()
            async with spawn(serves=[VisitorServer(visitor)]) as node:
                studio = node.client(StudioClient)
                self.assertEqual(await studio.add(1, 2), 3.0)
                self.assertEqual(await studio.add_later(1, 2), 3.0)
                self.assertEqual(await studio.call_visitor(3), "NOTE 0 note 1 NOTE 2")
                self.assertEqual(visitor.notes, ["note 0", "note 2"])
                self.assertEqual(await studio.call_visitor_sync("sync"), "SYNC")
                self.assertIn("ValueError: not today", await studio.visitor_error())

        self.run_in_loop(program())

    def test_many_calls_are_open_at_once_and_overtake_each_other(self) -> None:
        async def program() -> None:
            async with spawn() as node:
                studio = node.client(StudioClient)
                late = asyncio.ensure_future(studio.rest(50))
                sums = await asyncio.gather(*(studio.add_later(i, 1) for i in range(500)))
                self.assertEqual(sums, [i + 1 for i in range(500)])
                self.assertEqual(await late, "rested")

        self.run_in_loop(program())

    def test_the_two_sides_call_each_other_to_any_depth(self) -> None:
        async def program() -> None:
            visitor = Visitor()
            async with spawn(serves=[VisitorServer(visitor)]) as node:
                studio = node.client(StudioClient)

                async def down(start: int) -> int:
                    return 1 + await studio.down(start - 1) if start else 0

                visitor.down_by = down
                self.assertEqual(await studio.down(40), 40)

        self.run_in_loop(program())

    def test_errors_of_the_worker_arrive_with_their_stack(self) -> None:
        async def program() -> None:
            async with spawn() as node:
                with self.assertRaises(ringsnake.RemoteError) as caught:
                    await node.client(StudioClient).fail("out of range")
                self.assertEqual(caught.exception.type, "RangeError")
                self.assertEqual(caught.exception.remote_message, "out of range")
                self.assertRegex(caught.exception.traceback, r"server\.[jt]s")

        self.run_in_loop(program())

    def test_large_data_goes_by_reference_both_ways(self) -> None:
        async def program() -> None:
            async with spawn(ring_capacity=65536) as node:
                studio = node.client(StudioClient)
                data = bytes(range(256)) * 8192
                self.assertEqual(await studio.echo_bytes(data), data)
                samples = memoryview(node.allocate(8 * 50_000)).cast("d")
                samples[:] = array.array("d", range(50_000))
                self.assertEqual(await studio.sum(samples), sum(range(50_000)))

        self.run_in_loop(program())

    def test_the_loop_goes_on_while_the_worker_is_busy(self) -> None:
        async def program() -> None:
            async with spawn() as node:
                studio = node.client(StudioClient)
                blocked = asyncio.ensure_future(studio.block(100))
                turns = 0
                while not blocked.done():
                    await asyncio.sleep(0.005)
                    turns += 1
                self.assertGreater(turns, 3)

        self.run_in_loop(program())

    def test_blocking_calls_may_be_made_in_the_loop_and_beside_it(self) -> None:
        async def program() -> None:
            async with spawn() as node:
                studio = node.client(StudioClient)
                for i in range(100):
                    self.assertEqual(studio.sync.add(i, 1), i + 1)
                    self.assertEqual(await studio.add(i, 1), i + 1)
                    beside = asyncio.to_thread(studio.sync.add, i, 1)
                    self.assertEqual(await beside, i + 1)
                self.assertEqual(studio.sync.call_visitor_sync("in the loop"), "IN THE LOOP")

        self.run_in_loop(program())

    def test_with_is_refused_where_a_loop_runs(self) -> None:
        async def program() -> None:
            with self.assertRaisesRegex(RuntimeError, "async with"):
                spawn().start()
            node = await spawn()
            with self.assertRaisesRegex(RuntimeError, "await node.aclose"):
                node.close()
            with self.assertRaisesRegex(RuntimeError, "await its calls"):
                node.serve_forever()
            await node.aclose()

        self.run_in_loop(program())


class InARingEventLoop(InAnEventLoop):
    loop_factory = RingEventLoop


class InAPlainProgram(NodeTestCase):
    def test_calls_are_run_in_both_directions(self) -> None:
        visitor = Visitor()
        with spawn(serves=[VisitorServer(visitor)]) as node:
            studio = node.client(StudioClient)
            self.assertEqual(node.run(studio.add(1, 2)), 3.0)
            self.assertEqual(node.run(studio.call_visitor(3)), "NOTE 0 note 1 NOTE 2")
            self.assertEqual(node.run(studio.call_visitor_sync("sync")), "SYNC")
            self.assertIn("ValueError: not today", node.run(studio.visitor_error()))

    def test_calls_block_in_both_directions(self) -> None:
        visitor = Visitor()
        with spawn(serves=[VisitorServer(visitor)]) as node:
            studio = node.client(StudioClient)
            self.assertEqual(studio.sync.add(1, 2), 3.0)
            self.assertEqual(studio.sync.add_later(1, 2), 3.0)
            self.assertEqual(studio.sync.call_visitor(3), "NOTE 0 note 1 NOTE 2")
            self.assertEqual(studio.sync.call_visitor_sync("sync"), "SYNC")
            self.assertEqual(visitor.notes, ["note 0", "note 2", "sync"])
            with self.assertRaises(ringsnake.RemoteError):
                studio.sync.fail("out of range")
            self.assertEqual(node.run(studio.add(1, 2)), 3.0, "and may be mixed")

    def test_blocking_calls_go_to_any_depth(self) -> None:
        visitor = Visitor()
        with spawn(serves=[VisitorServer(visitor)]) as node:
            studio = node.client(StudioClient)

            async def down_later(start: int) -> int:
                return 1 + await studio.down(start - 1) if start else 0

            def down(start: int) -> object:
                if start % 3 == 0:
                    return down_later(start)
                return 1 + studio.sync.down(start - 1) if start else 0

            visitor.down_by = down
            self.assertEqual(studio.sync.down(60), 60)

    def test_a_blocking_call_learns_of_the_death(self) -> None:
        with spawn(stderr="ignore") as node:
            studio = node.client(StudioClient)
            with self.assertRaises(ringsnake.WorkerExitedError) as caught:
                studio.sync.exit(3, "the studio gives up")
            self.assertEqual(caught.exception.exit_code, 3)
            self.assertEqual(caught.exception.stderr, "the studio gives up")
            with self.assertRaises(ringsnake.WorkerExitedError):
                studio.sync.add(1, 1)

    def test_a_blocking_call_has_a_deadline(self) -> None:
        with spawn() as node:
            studio = node.client(StudioClient, timeout=0.1)
            with self.assertRaises(ringsnake.CallTimeoutError):
                studio.sync.rest(1_000)
            self.assertEqual(studio.sync.add(1, 2), 3.0)

    def test_a_blocking_call_of_another_thread_is_refused(self) -> None:
        with spawn() as node:
            studio = node.client(StudioClient)
            with (
                ThreadPoolExecutor(1) as pool,
                self.assertRaisesRegex(RuntimeError, "a thread"),
            ):
                pool.submit(studio.sync.add, 1, 2).result()

    def test_many_calls_are_gathered(self) -> None:
        async def all_of(studio: StudioClient) -> list[float]:
            return await asyncio.gather(*(studio.add_later(i, 1) for i in range(100)))

        with spawn() as node:
            sums = node.run(all_of(node.client(StudioClient)))
        self.assertEqual(sums, [i + 1 for i in range(100)])

    def test_the_worker_is_served_until_it_ends(self) -> None:
        visitor = Visitor()
        with spawn(serves=[VisitorServer(visitor)]) as node:
            node.run(node.client(StudioClient).chat())

            def kill_after_five() -> None:
                if len(visitor.notes) == 5:
                    node.kill()

            visitor.on_note = kill_after_five
            self.assertEqual(node.serve_forever(), ringsnake.WorkerExit(None, "SIGKILL"))
        self.assertGreaterEqual(len(visitor.notes), 5)

    def test_another_thread_is_refused(self) -> None:
        refused: list[str] = []

        def intrude() -> None:
            coroutine = node.client(StudioClient).add(1, 2)
            try:
                node.run(coroutine)
            except RuntimeError as error:
                refused.append(str(error))
            coroutine.close()

        with spawn() as node:
            thread = threading.Thread(target=intrude)
            thread.start()
            thread.join()
        self.assertRegex(refused[0], "each thread starts its own")

    def test_each_thread_may_have_its_own(self) -> None:
        sums: list[float] = []

        def work() -> None:
            with spawn() as node:
                sums.append(node.run(node.client(StudioClient).add(1, 2)))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sums, [3.0] * 3)


if __name__ == "__main__":
    main()
