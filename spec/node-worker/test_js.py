"""JavaScript without an interface, in a worker that a Python program has started."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import ringsnake
from ringsnake import UNSET
from setting import SERVER, NodeTestCase, main, spawn


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
