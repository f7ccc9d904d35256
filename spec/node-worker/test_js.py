"""JavaScript without an interface, in a worker that a Python program has started."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable
from typing import Any

import ringsnake
from ringsnake import UNSET
from setting import ROOT, SERVER, NodeTestCase, main, spawn


class WithoutAnInterface(NodeTestCase):
    def test_blocking_code_uses_objects(self) -> None:
        with ringsnake.spawn_node() as node:
            js = node.js
            self.assertEqual(js.require("node:path").join("a", "b"), "a/b")
            self.assertEqual(js.wait(js.import_("node:path")).sep, "/")
            self.assertIs(js.eval("undefined"), UNSET)
            date = js.new(js.globals.Date, 0)
            self.assertTrue(js.instanceof(date, js.globals.Date))
            self.assertEqual(date.toISOString(), "1970-01-01T00:00:00.000Z")
            self.assertEqual(list(js.eval("[1, 2]").map(lambda item, *_: item * 2)), [2, 4])
            with self.assertRaises(ringsnake.RemoteError) as caught:
                js.eval("null.x")
            self.assertEqual(caught.exception.type, "TypeError")
            self.assertIn("js.eval", caught.exception.traceback)
            self.assertIsInstance(caught.exception.exception, ringsnake.JavaScriptObject)

    def test_modules_are_found_from_the_module_of_the_worker(self) -> None:
        with spawn() as node:
            self.assertIs(
                type(node.js.wait(node.js.import_("./server.js"))), ringsnake.JavaScriptObject
            )
            self.assertEqual(node.js.eval("process.argv[1]"), str(SERVER))

    def test_asynchronous_code_awaits_chains(self) -> None:
        async def program() -> None:
            async with ringsnake.spawn_node() as node:
                aio = node.js.aio
                self.assertEqual(await aio.require("node:path").join("a", "b").length, 3)
                self.assertEqual(await aio.eval("Promise.resolve(5)"), 5)
                self.assertEqual(await node.js.eval("Promise.resolve(6)"), 6)

                async def double(number: Any) -> Any:
                    await asyncio.sleep(0)
                    return number * 2

                doubled = aio.eval("(f) => Promise.all([1, 2].map((n) => f(n)))")(double)
                self.assertEqual(await aio.value(doubled), [2, 4])

        asyncio.run(program())

    def test_whatever_a_worker_answers_is_a_value_or_an_error(self) -> None:
        answers = (
            *("[]", "[[]]", "[99]", "['a']", "[10]", "[8, []]", "[8, [0, 11, 'exit()', null]]"),
            *("[3, [8, [0, 10, 'os']]]", "[1]", "[1, 0]", "[1, 1]", "[1, []]", "[1, 'a']"),
            *("[2]", "[2, 'a', 0]", "[2, 1.5, 0]", "[2, -1, 4]", "[2, 10n ** 30n, 4]"),
            *("[2, 1, 5]", "[2, 1, 1e300]", "[2, NaN, 0]", "[5, 1]", "[5, [3], 1]", "[7]"),
            *("[9]", "[9, 5, 6]", "[9, null, 'text']", "[9, {}, [1, 1]]", "[6, [3]]"),
            *("[9, null, [9, null, null]]", "[9, { code: 5, cause: 7 }, null]", "[6, [9]]"),
        )
        with ringsnake.spawn_node() as node:
            js = node.js
            path = ROOT / "dist" / "lib" / "proxies" / "answer.js"
            js.globals.Answer = js.wait(js.import_(str(path))).Answer
            hostile = js.eval(
                "globalThis.hostile = { get now() { return new Answer(this.answer); }, next() { return { value: new Answer(this.answer) }; },"
                " [Symbol.iterator]() { return this; } }"
            )
            uses: tuple[Callable[[], object], ...] = (
                lambda: hostile.now,
                lambda: next(iter(hostile)),
                lambda: js.value(hostile.now),
                lambda: node.run(js.aio.of(hostile).now),
            )
            for answer in answers:
                js.eval(f"hostile.answer = {answer}; undefined")
                for use in uses:
                    # Anything that is no Exception goes by here, and fails.
                    with self.subTest(answer=answer), contextlib.suppress(Exception):
                        use()
            self.assertEqual(js.eval("6 * 7"), 42)

    def test_a_task_that_is_cancelled_does_not_wait_for_an_iterator(self) -> None:
        async def program() -> None:
            async with ringsnake.spawn_node() as node:
                items = node.js.eval(
                    "(async function* () { yield 1; await new Promise(() => {}); })()"
                )
                begun = asyncio.Event()

                async def take() -> None:
                    async for _ in items:
                        begun.set()

                task = asyncio.create_task(take())
                await begun.wait()
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await asyncio.wait_for(task, 10)
                self.assertEqual(node.js.eval("6 * 7"), 42)

        asyncio.run(program())

    def test_a_plain_program_runs_chains(self) -> None:
        with ringsnake.spawn_node() as node:
            self.assertEqual(node.run(node.js.aio.globals.Math.max(1, 3)), 3)

    def test_a_worker_may_call_what_it_is_given_and_no_more(self) -> None:
        class Thing:
            name = "thing"

        with ringsnake.spawn_node() as node:
            self.assertEqual(node.js.eval("(f) => f(20)")(lambda number: number + 1), 21)
            peek = node.js.eval(
                "async (thing) => { try { return await thing.name; } catch (e) { return e.code; } }"
            )
            self.assertEqual(node.js.wait(peek(Thing())), "RS_ACCESS_DENIED")
        with ringsnake.spawn_node(expose_python=True) as node:
            peek = node.js.eval("async (thing) => await thing.name")
            self.assertEqual(node.js.wait(peek(Thing())), "thing")

    def test_objects_of_a_worker_that_has_ended_say_so(self) -> None:
        with ringsnake.spawn_node() as node:
            box = node.js.eval("({ a: 1 })")
        with self.assertRaises(ringsnake.SessionClosedError):
            _ = box.a
        with ringsnake.spawn_node() as other, self.assertRaises(ringsnake.ValidationError):
            other.js.eval("(x) => x")(box)
        del box
        gc.collect()


if __name__ == "__main__":
    main()
