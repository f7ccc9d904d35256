"""ValueEncoder and ValueDecoder: messages of one sequence, in Python alone."""

from __future__ import annotations

import collections
import gc
import os
import sys
import unittest
import weakref
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from ringsnake import DecodeError, EncodeError
from ringsnake.values import TypeRegistry, ValueDecoder, ValueEncoder, decode, encode

STRESS = bool(os.environ.get("RINGSNAKE_STRESS"))

set_hypothesis_home_dir(Path(__file__).parents[2] / "build" / "hypothesis")
settings.register_profile(
    "spec",
    derandomize=not STRESS,
    max_examples=20_000 if STRESS else 200,
    database=None,
    deadline=None,
)
settings.load_profile("spec")

keys = st.sampled_from(
    ["a", "b", "id", "__proto__", "ключ", "a key that is longer than others, é"]
)
documents = st.recursive(
    st.sampled_from([None, True, 7, 0.5, "text"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)
plans = st.lists(
    st.tuples(documents, st.sampled_from(["sent", "sent", "not sent", "not written"])),
    max_size=8,
)


def follow(plan: list[tuple[Any, str]], encoder: Any, decoder: Any) -> None:
    """Raises unless each message that is sent arrives as it is alone."""
    for value, fate in plan:
        if fate == "not written":
            try:
                encoder.encode([value, value, object()])
            except EncodeError:
                continue
            raise AssertionError("an object was written")
        data = encoder.encode([value, value])
        if fate == "not sent":
            encoder.rollback()
            continue
        result = decoder.decode(data)
        if encode(result) != encode([value, value]):
            raise AssertionError(f"{result} for {value}")


class Forgetful:
    def __init__(self) -> None:
        self.encode = ValueEncoder().encode

    def rollback(self) -> None:
        pass


class Properties(unittest.TestCase):
    @given(plans)
    def test_each_message_arrives_as_it_would_alone(
        self, plan: list[tuple[Any, str]]
    ) -> None:
        follow(plan, ValueEncoder(), ValueDecoder())

    def test_what_is_not_taken_back_would_be_seen(self) -> None:
        plan = [({"a": 1}, "not sent"), ({"a": 1}, "sent")]
        follow(plan, ValueEncoder(), ValueDecoder())
        with self.assertRaises(DecodeError):
            follow(plan, Forgetful(), ValueDecoder())


class Sequences(unittest.TestCase):
    def test_a_subclass_of_str_is_no_key_of_a_shape(self) -> None:
        class Key(str):
            pass

        encoder = ValueEncoder()
        for _ in range(3):
            self.assertEqual(encoder.encode({Key("a"): 1}), encode({"a": 1}))

    def test_equal_keys_are_one_shape_whatever_their_objects(self) -> None:
        encoder, decoder = ValueEncoder(), ValueDecoder()
        for number in range(50):
            name = bytes([110, 97, 109, 101]).decode()
            data = encoder.encode({name: number, "x": 1})
            self.assertEqual(decoder.decode(data), {"name": number, "x": 1})
            self.assertEqual(b"\xd4\x09\x00" in data, number > 1)

    def test_subclasses_of_dict_have_shapes_too(self) -> None:
        encoder, decoder = ValueEncoder(), ValueDecoder()
        for _ in range(3):
            data = encoder.encode(collections.OrderedDict(b=1, a=2))
            self.assertEqual(list(decoder.decode(data).items()), [("b", 1), ("a", 2)])
        self.assertTrue(data.startswith(b"\x93\xd4\x09\x00"))

    def test_what_resembles_a_shape_is_written_as_what_it_is(self) -> None:
        class Key(str):
            pass

        known: list[dict[Any, Any]] = [
            {"a": 0, "b": 0, "c": 0},
            {"a": 0, "x": 0, "c": 0},
        ]
        fronts: list[Any] = [
            1,
            0.5,
            "text" * 99,
            None,
            [1],
            {"a": 1, "b": 2, "c": 3},
            {1: 2},
        ]
        others: list[dict[Any, Any]] = [
            *({**each, "a": front} for each in known for front in fronts),
            *({"a": front, "b": 1, "d": 2} for front in fronts),
            *({"a": 1, "b": front, 3: 4} for front in fronts),
            *({"a": front, "b": 1, Key("c"): 2} for front in fronts),
            {"a": 1, "c": 2, "b": 3},
            {"a": 1, "b": 2},
            {"a": 1, "b": 2, "c": 3, "d": 4},
            {3: 4, "b": 1, "c": 2},
        ]
        encoder, decoder = ValueEncoder(), ValueDecoder()
        for each in known + known:
            decoder.decode(encoder.encode(each))
        # One behind the other, so that what is guessed of each is another shape.
        for one in others:
            for other in others:
                data = encoder.encode([one, other])
                expected = encode([one, other])
                self.assertEqual(encode(decoder.decode(data)), expected)
                self.assertLessEqual(len(data), len(expected) + 40)

    def test_an_error_names_its_place_in_what_has_a_shape(self) -> None:
        encoder = ValueEncoder()
        for _ in range(3):
            encoder.encode({"a": 1, "b": [1]})
        for value, path in (
            ({"a": object(), "b": [1]}, ".a"),
            ({"a": 1, "b": [1, object()]}, ".b[1]"),
            ({"a": 1 << 40_000, "b": [1]}, ".a"),
            ({"a": [1 << 40_000], "c": [1]}, ".a[0]"),
            ([{"a": 1, "b": {"a": 1, "b": object()}}], "[0].b.b"),
        ):
            with self.assertRaises(EncodeError) as caught:
                encoder.encode(value)
            self.assertEqual(caught.exception.path, path)
            self.assertTrue(
                encoder.encode({"a": 1, "b": [1]}).startswith(b"\x93\xd4\x09")
            )
        deep: Any = {"a": 1, "b": 2}
        for _ in range(128):
            deep = {"a": 1, "b": deep}
        with self.assertRaisesRegex(EncodeError, "deeper than 128"):
            encoder.encode(deep)
        loop: dict[str, Any] = {"a": 1}
        loop["b"] = loop
        with self.assertRaisesRegex(EncodeError, "contains itself"):
            encoder.encode(loop)

    def test_what_encodes_while_it_is_encoded_makes_a_message_for_itself(self) -> None:
        class Meddler:
            pass

        inner: list[bytes] = []

        def to_value(_: Meddler) -> object:
            inner.append(encoder.encode([{"b": 1}, {"b": 2}, {"d": 1}, {"d": 2}]))
            encoder.rollback()
            return {"b": 3}

        types = TypeRegistry()
        types.register("m", Meddler, to_value, lambda value: value)
        encoder, decoder = ValueEncoder(types=types), ValueDecoder(types=types)
        value = {"a": {"b": 1}, "c": Meddler(), "d": {"b": 2}}
        messages = [encoder.encode(value) for _ in range(3)]
        for data in inner:
            self.assertEqual(decode(data), [{"b": 1}, {"b": 2}, {"d": 1}, {"d": 2}])
        for data in messages:
            self.assertEqual(
                decoder.decode(data), {"a": {"b": 1}, "c": {"b": 3}, "d": {"b": 2}}
            )

    def test_what_decodes_while_it_is_decoded_reads_the_next_message(self) -> None:
        class Letter:
            def __init__(self, inside: Any) -> None:
                self.inside = inside

        types = TypeRegistry()
        types.register(
            "letter",
            Letter,
            lambda it: it.inside,
            lambda data: Letter(decoder.decode(data)),
        )
        encoder, decoder = ValueEncoder(), ValueDecoder(types=types)
        messages = [encoder.encode({"a": number}) for number in range(3)]
        letters = encode([Letter(data) for data in messages], types=types)
        self.assertEqual(
            [it.inside for it in decoder.decode(letters)],
            [{"a": 0}, {"a": 1}, {"a": 2}],
        )

    def test_what_changes_while_it_is_written_is_an_error_that_leaves_no_trace(
        self,
    ) -> None:
        class Meddler:
            action: Any = None

        def to_value(it: Meddler) -> object:
            if it.action is not None:
                it.action()
            return None

        types = TypeRegistry()
        types.register("m", Meddler, to_value, lambda value: value)
        encoder, decoder = ValueEncoder(types=types), ValueDecoder(types=types)

        def clear() -> None:
            holder.clear()

        def add() -> None:
            holder["new"] = 1

        def exchange() -> None:
            del holder["b"]
            holder["c"] = 1

        # At the end, where nothing is left to write, only more is seen.
        turns = [(None, 0), (clear, 0), (add, 0), (exchange, 0)]
        turns += [(None, 1), (add, 1), (exchange, 1)]
        for action, place in turns:
            meddler = Meddler()
            meddler.action = action
            members: list[tuple[str, object]] = [("b", 1)]
            members.insert(place, ("m", meddler))
            holder: dict[str, object] = dict(members)
            fresh = {"fresh": [1]}
            if action is None:
                decoder.decode(encoder.encode([holder, holder]))
                continue
            with self.assertRaisesRegex(EncodeError, "changed"):
                encoder.encode([fresh, fresh, holder])
            self.assertEqual(
                decoder.decode(encoder.encode([fresh, fresh])), [fresh, fresh]
            )

    def test_what_changes_while_garbage_is_collected_is_written_as_it_is(self) -> None:
        class Garbage:
            action: Any

            def __del__(self) -> None:
                seen.append(is_writing)
                self.action(holder)

        def add(holder: dict[Any, Any]) -> None:
            holder.update({f"more{i}": i for i in range(9)})

        def remove(holder: dict[Any, Any]) -> None:
            del holder[next(iter(holder))]

        def exchange(holder: dict[Any, Any]) -> None:
            value = holder.pop(next(iter(holder)))
            holder[7] = value

        def make() -> dict[Any, Any]:
            # More than a tuple that CPython keeps room for, and other objects each time.
            return {"".join(["key", str(i)]): [i] for i in range(40)}

        seen: list[bool] = []
        is_writing = False
        holder: dict[Any, Any] = {}
        thresholds = gc.get_threshold()
        for action in (dict.clear, add, remove, exchange):
            for known in range(3):
                encoder, decoder = ValueEncoder(), ValueDecoder()
                for _ in range(known):
                    decoder.decode(encoder.encode(make()))
                gc.disable()
                holder = make()
                before = dict(holder)
                garbage: Any = Garbage()
                garbage.itself, garbage.action = garbage, action
                del garbage
                gc.set_threshold(1)
                try:
                    gc.enable()
                    is_writing = True
                    data = encoder.encode(holder)
                    is_writing = False
                    # It may have been collected after the writing, too.
                    self.assertIn(decoder.decode(data), (before, holder))
                except EncodeError as error:
                    self.assertIn("changed", str(error))
                finally:
                    is_writing = False
                    gc.set_threshold(*thresholds)
                gc.collect()
        # Later ones collect between bytecodes only.
        self.assertEqual(any(seen), sys.version_info < (3, 12))

    def test_nothing_of_a_message_is_kept(self) -> None:
        class Held:
            pass

        class Other:
            pass

        types = TypeRegistry()
        types.register("held", Held, lambda _: 1, lambda _: Held())
        encoder, decoder = ValueEncoder(types=types), ValueDecoder(types=types)
        held = Held()
        seen = weakref.ref(held)
        for _ in range(3):
            data = encoder.encode({"a": held})
            result = decoder.decode(data)
        other = weakref.ref(result["a"])
        del held, result
        self.assertIsNone(seen())
        self.assertIsNone(other())
        held = Held()
        ends = weakref.ref(held)
        round_trip = [encoder, decoder, held]
        types.register("round", Other, [round_trip].index, [round_trip].index)
        del encoder, decoder, types, held, round_trip
        gc.collect()
        self.assertIsNone(ends())

    def test_what_was_read_before_an_error_is_given_back(self) -> None:
        class Held:
            pass

        made: list[weakref.ref[Held]] = []

        def from_value(_: object) -> Held:
            held = Held()
            made.append(weakref.ref(held))
            return held

        types = TypeRegistry()
        types.register("held", Held, lambda _: 1, from_value)
        encoder, decoder = ValueEncoder(types=types), ValueDecoder(types=types)
        for _ in range(3):
            data = encoder.encode({"a": Held(), "b": 7})
            with self.assertRaises(DecodeError):
                decoder.decode(data[:-1])
        self.assertEqual(len(made), 3)
        self.assertEqual([each() for each in made], [None] * 3)

    def test_arguments(self) -> None:
        with self.assertRaises(TypeError):
            ValueEncoder(types=1)  # type: ignore[arg-type]  # wrong on purpose
        with self.assertRaises(ValueError):
            ValueDecoder(arrays="list")  # type: ignore[arg-type]  # wrong on purpose
        with self.assertRaises(TypeError):
            ValueEncoder(True)  # type: ignore[call-arg]  # wrong on purpose
        shared: list[object] = []
        encoder = ValueEncoder(identity=True, tuples=True)
        one, two, three = decode(encoder.encode([shared, shared, ()]))
        self.assertIs(one, two)
        self.assertEqual(three, ())


class NoMemory(unittest.TestCase):
    """Each allocation in turn fails: the tables stay alike."""

    def test_both_ends(self) -> None:
        try:
            import _testcapi
        except ImportError:
            self.skipTest("this Python has no _testcapi")
        value = [{"a": {"b": [1.5, "x"]}} for _ in range(3)] + [{"c": 1, "d": "y"}] * 3
        # For smaller ones CPython has memory left.
        value += [{f"k{i}": [i] for i in range(8)} for _ in range(3)]
        failures = 0
        for number in range(60):
            encoder, decoder = ValueEncoder(), ValueDecoder()
            data: bytes | None = None
            _testcapi.set_nomemory(number, number + 1)
            try:
                data = encoder.encode(value)
            except MemoryError:
                failures += 1
            finally:
                _testcapi.remove_mem_hooks()
            if data is not None:
                self.assertEqual(decoder.decode(data), value)
            self.assertEqual(decoder.decode(encoder.encode(value)), value)
            last = encoder.encode(value)
            _testcapi.set_nomemory(number, number + 1)
            try:
                decoder.decode(last)
            except MemoryError:
                failures += 1
            finally:
                _testcapi.remove_mem_hooks()
            self.assertEqual(decoder.decode(encoder.encode(value)), value)
        self.assertGreater(failures, 10)


if __name__ == "__main__":
    unittest.main()
