"""Each row of the table of types in spec/wire/value.md §1: value -> bytes -> the same value of the same type."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import enum
import math
import unittest
import uuid
import zoneinfo
from typing import Any

from ringsnake import UNSET, EncodeError
from ringsnake.values import Map, NdArray, Timestamp, Url, decode, encode

UTC = datetime.UTC
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


class FidelityTestCase(unittest.TestCase):
    def assert_crosses(self, value: object, **options: Any) -> Any:
        """The value comes back equal and of its type, and gives the same bytes again."""
        data = encode(value, **options)
        result = decode(data)
        self.assertIs(type(result), type(value))
        self.assertEqual(result, value)
        self.assertEqual(encode(result, **options), data)
        return result

    def assert_refused(
        self, value: object, problem: str, path: str = "", **options: Any
    ) -> None:
        with self.assertRaises(EncodeError) as caught:
            encode(value, **options)
        self.assertIn(problem, caught.exception.problem)
        self.assertEqual(caught.exception.path, path)


class Scalars(FidelityTestCase):
    def test_none_unset_and_truths(self) -> None:
        for value in (None, True, False):
            self.assertIs(decode(encode(value)), value)
        self.assertIs(decode(encode(UNSET)), UNSET)

    def test_integers_of_every_size(self) -> None:
        for bits in (*range(70), 1000, 32_766):
            for value in (1 << bits, (1 << bits) - 1, -(1 << bits), -(1 << bits) - 1):
                self.assert_crosses(value)
        self.assert_refused(1 << 32_767, "an integer of 4097 bytes")

    def test_floats(self) -> None:
        for value in (0.0, 1.0, 0.1, 1e308, 5e-324, math.inf, -math.inf):
            self.assert_crosses(value)
        self.assertEqual(math.copysign(1, decode(encode(-0.0))), -1)
        self.assertTrue(math.isnan(decode(encode(math.nan))))

    def test_strings_of_every_width_and_length(self) -> None:
        for character in ("a", "\0", "é", "ÿ", "Ā", "漢", "\ufeff", "😀"):
            for length in (
                0,
                1,
                11,
                12,
                22,
                23,
                24,
                31,
                32,
                255,
                256,
                257,
                1000,
                70_000,
            ):
                self.assert_crosses(character * length)
                self.assert_crosses("a" + character * length)

    def test_lone_surrogates_and_pairs_of_them(self) -> None:
        for text in (
            "\ud800",
            "a\udfffb",
            "\udc00\ud800",
            "\ud800" * 300,
            "é\ud800" * 200,
        ):
            self.assert_crosses(text)
        # Two that make a pair are one character to everyone else.
        self.assertEqual(decode(encode("\ud83d\ude00")), "😀")
        self.assertEqual(encode("\ud83d\ude00" * 5), encode("😀" * 5))
        self.assertEqual(decode(encode("\ud83d\ude00" * 200)), "😀" * 200)

    def test_bytes_in_any_buffer(self) -> None:
        for length in (0, 1, 255, 256, 65_536):
            self.assert_crosses(b"\xff" * length)
        data = b"0123456789"
        for buffer in (bytearray(data), memoryview(data), memoryview(data).cast("c")):
            self.assertEqual(decode(encode(buffer)), data)
        self.assertEqual(decode(encode(memoryview(data)[::-3])), data[::-3])

    def test_decimals(self) -> None:
        for text in (
            "0",
            "-0",
            "1.10",
            "1E+3",
            "-Infinity",
            "1E-1999999999999999997",
            "9" * 4096,
        ):
            self.assert_crosses(decimal.Decimal(text))
        for text in ("NaN", "-NaN12", "sNaN", "-sNaN7"):
            self.assertEqual(str(decode(encode(decimal.Decimal(text)))), text)
        self.assert_refused(
            [decimal.Decimal("9" * 4097)], "a decimal of 4097 characters", "[0]"
        )

    def test_decimals_whatever_the_context(self) -> None:
        value = decimal.Decimal("1.23456789E+20")
        with decimal.localcontext(decimal.Context(prec=2, capitals=0)):
            data = encode(value)
            self.assertEqual(str(decode(data).as_tuple()), str(value.as_tuple()))
        self.assertEqual(data, encode(value))

    def test_uuid_and_url(self) -> None:
        self.assert_crosses(uuid.UUID(int=(1 << 128) - 2))
        url = self.assert_crosses(Url("https://example.com/é"))
        self.assertEqual(url, "https://example.com/é")
        for text in ("", "no scheme", "1a:b", "a:\ud800"):
            self.assert_refused({"u": Url(text)}, "a URL without a scheme", ".u")


class Times(FidelityTestCase):
    def test_moments(self) -> None:
        for value in (
            datetime.datetime(1970, 1, 1, tzinfo=UTC),
            datetime.datetime(1, 1, 1, tzinfo=UTC),
            datetime.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime.datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        ):
            self.assertIs(self.assert_crosses(value).tzinfo, UTC)

    def test_timestamps_where_a_datetime_would_lose(self) -> None:
        for value in (
            Timestamp(0, 1),
            Timestamp(-(1 << 63)),
            Timestamp((1 << 63) - 1, 999_999_999),
        ):
            self.assert_crosses(value)
        self.assertEqual(
            decode(encode(Timestamp(1, 1000))), Timestamp(1, 1000).to_datetime()
        )
        self.assertEqual(Timestamp.of_nanoseconds(-1), Timestamp(-1, 999_999_999))
        for parts in ((1 << 63, 0), (0, -1), (0, 1_000_000_000)):
            with self.assertRaises(ValueError):
                Timestamp(*parts)

    def test_datetimes_keep_zone_and_fold(self) -> None:
        night = datetime.datetime(2023, 10, 29, 2, 30, tzinfo=BERLIN)
        gap = datetime.datetime(2023, 3, 26, 2, 30, tzinfo=BERLIN)
        utc = datetime.datetime(2023, 1, 1, tzinfo=zoneinfo.ZoneInfo("UTC"))
        for value in (night, night.replace(fold=1), gap, gap.replace(fold=1), utc):
            result = self.assert_crosses(value)
            self.assertIs(result.tzinfo, value.tzinfo)
            self.assertEqual(result.fold, value.fold)
            self.assertEqual(result.replace(tzinfo=None), value.replace(tzinfo=None))

    def test_datetimes_of_fixed_offsets(self) -> None:
        for zone in (
            datetime.timezone(datetime.timedelta(hours=-9, minutes=-30)),
            datetime.timezone(datetime.timedelta(seconds=1)),
            datetime.timezone(datetime.timedelta(hours=2), "Mars/Olympus"),
            datetime.timezone(datetime.timedelta(0), ""),
        ):
            for value in (
                datetime.datetime(2000, 2, 29, 1, 2, 3, 4, tzinfo=zone),
                datetime.datetime(1, 1, 1, tzinfo=zone),
                datetime.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=zone),
            ):
                result = self.assert_crosses(value)
                self.assertEqual(result.utcoffset(), value.utcoffset())
                self.assertEqual(result.tzname(), value.tzname())

    def test_a_fixed_offset_with_a_zones_name_does_not_become_the_zone(self) -> None:
        fixed = datetime.timezone(datetime.timedelta(hours=1), "Europe/Berlin")
        result = decode(encode(datetime.datetime(2024, 1, 1, tzinfo=fixed)))
        self.assertIs(type(result.tzinfo), datetime.timezone)

    def test_zones_without_a_whole_offset_are_refused(self) -> None:
        odd = datetime.timezone(datetime.timedelta(microseconds=1))
        self.assert_refused(
            [datetime.datetime(2024, 1, 1, tzinfo=odd)], "parts of seconds", "[0]"
        )
        self.assert_refused(
            {"t": datetime.time(1, tzinfo=BERLIN)}, "no fixed offset", ".t"
        )

    def test_plain_times(self) -> None:
        for value in (
            datetime.datetime.min,
            datetime.datetime.max,
            datetime.datetime(2023, 10, 29, 2, 30, fold=1),
            datetime.date.min,
            datetime.date.max,
            datetime.date(1970, 1, 1),
            datetime.time.min,
            datetime.time.max,
            datetime.time(1, 2, 3, 4, fold=1),
            datetime.time(1, tzinfo=UTC),
            datetime.time(
                1, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)), fold=1
            ),
            datetime.timedelta.min,
            datetime.timedelta.max,
            datetime.timedelta(microseconds=-1),
        ):
            result = self.assert_crosses(value)
            self.assertEqual(getattr(result, "fold", 0), getattr(value, "fold", 0))

    def test_subclasses_with_arithmetic_of_their_own(self) -> None:
        class Moment(datetime.datetime):
            nanosecond = 0

            def __sub__(self, other: object) -> Any:
                raise AssertionError("asked for a difference")

        value = Moment(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
        self.assertEqual(
            decode(encode(value)), datetime.datetime(2024, 1, 2, 3, 4, 5, 6, UTC)
        )
        Moment.nanosecond = 1
        self.assert_refused([value], "a datetime with nanoseconds", "[0]")


class Containers(FidelityTestCase):
    def test_lists_and_dicts(self) -> None:
        for value in (
            [],
            [[]],
            {},
            {"a": {"b": []}},
            list(range(70_000)),
            {"": 0, "é" * 30: 1},
        ):
            self.assert_crosses(value)

    def test_sets(self) -> None:
        for value in (set[int](), {1, 2, 3}, frozenset({"a"}), {frozenset({None})}):
            self.assert_crosses(value)

    def test_maps(self) -> None:
        self.assert_crosses(Map({"a": 1}))
        self.assert_crosses(Map({1: "a", "1": "b", None: [], 1.5: {}}))
        result = decode(encode({1: 2}))
        self.assertIs(type(result), Map)
        self.assertEqual(result, {1: 2})
        self.assertEqual(list(decode(encode({3: 0, "a": 0, 1: 0}))), [3, "a", 1])

    def test_tuples_where_asked(self) -> None:
        self.assert_crosses((1, (2, [3])), tuples=True)
        self.assertEqual(decode(encode((1, (2,)))), [1, [2]])
        self.assertEqual(decode(encode({(1, 2): "a"}, tuples=True)), {(1, 2): "a"})

    def test_subclasses_are_their_base(self) -> None:
        class Color(enum.IntEnum):
            RED = 1

        class Side(enum.StrEnum):
            LEFT = "left"

        point = collections.namedtuple("point", "x y")
        for value, base in (
            (Color.RED, 1),
            (Side.LEFT, "left"),
            (point(1, 2), [1, 2]),
            (collections.OrderedDict(a=1), {"a": 1}),
            (collections.Counter("a"), {"a": 1}),
            ({Side.LEFT: 1}, {"left": 1}),
        ):
            result = decode(encode(value))
            self.assertEqual(result, base)
            self.assertIs(type(result), type(base))

    def test_what_cannot_cross_names_its_place(self) -> None:
        for value in (1j, range(3), object(), lambda: 0, int, iter([])):
            name = type(value).__name__
            self.assert_refused({"a": [0, {"b c": value}]}, name, ".a[1]['b c']")
            self.assert_refused({1: {"x": (value,)}}, name, "[1].x[0]")
            self.assert_refused([{value}] if value.__hash__ else value, name, "[0][0]")

    def test_depth(self) -> None:
        for wrap, levels in ((lambda it: [it], 128), (lambda it: Map(a=it), 64)):
            value: Any = None
            for _ in range(levels):
                value = wrap(value)
            self.assert_crosses(value)
            with self.assertRaisesRegex(EncodeError, "nested deeper than 128"):
                encode(wrap(value))


class Identity(FidelityTestCase):
    def test_a_cycle_is_an_error_and_its_path(self) -> None:
        value: Any = {"a": [0]}
        value["a"].append(value)
        self.assert_refused(value, "a value that contains itself", ".a[1]")

    def test_cycles_are_kept_when_asked_for(self) -> None:
        value: Any = {"a": [], 1: Map()}
        value["a"].append(value)
        value[1]["self"] = value[1]
        data = encode(value, identity=True)
        result = decode(data)
        self.assertIs(result["a"][0], result)
        self.assertIs(result[1]["self"], result[1])
        self.assertEqual(encode(result, identity=True), data)

    def test_sharing_is_kept_when_asked_for(self) -> None:
        shared = [1]
        error = ValueError("no")
        for one in (shared, {"a": 1}, {1}, frozenset({1}), Map({1: 2}), error):
            same = decode(encode([one, one], identity=True))
            self.assertIs(same[0], same[1])
            if one is not error:
                other = decode(encode([one, one]))
                self.assertIsNot(other[0], other[1])
        self.assertEqual(encode([[1], [1]], identity=True), encode([[1], [1]]))

    def test_a_cycle_through_what_cannot_hold_itself_is_an_error(self) -> None:
        inner: list[Any] = []
        value = (inner,)
        inner.append(value)
        options = {"identity": True, "tuples": True}
        self.assert_refused(value, "a value that contains itself", "[0][0]", **options)
        result = decode(encode(value, identity=True))
        self.assertIs(result[0][0], result)


class Arrays(FidelityTestCase):
    def test_array_and_memoryview_without_numpy(self) -> None:
        for format in "dfhHiIqQ":
            source = array.array(format, [0, 1, 2, 3, 4, 5])
            result = decode(encode(source))
            self.assertEqual(result.format, format)
            self.assertTrue(result.readonly)
            self.assertEqual(result.tolist(), source.tolist())
            self.assertEqual(encode(result), encode(source))
            self.assertEqual(
                decode(encode(memoryview(source)[::-2])).tolist(), [5, 3, 1]
            )
            flat = memoryview(source).cast("B")
            table = decode(encode(flat.cast(format, [2, 3])))
            self.assertEqual(table.tolist(), [[0, 1, 2], [3, 4, 5]])
            single = flat[: source.itemsize].cast(format, [])
            self.assertEqual(decode(encode(single)).tolist(), 0)

    def test_ndarrays_of_ours(self) -> None:
        for value in (
            NdArray(bytes(8), dtype="float16", shape=(2, 2), order="F"),
            NdArray(b"\1\0", dtype="uint8Clamped"),
            NdArray(bytes(16), dtype="complex128", shape=()),
            NdArray(b"", dtype="float64", shape=(0, 3)),
        ):
            self.assert_crosses(value)
        self.assertEqual(
            NdArray(b"\0<\0\1", dtype="float16").data.tolist(), [0x3C00, 0x100]
        )
        for arguments in (
            {"dtype": "text"},
            {"dtype": "int16", "shape": (2,)},
            {"dtype": "int8", "order": "K"},
            {"dtype": "int8", "shape": (-1, -3)},
            {"dtype": "bool"},
        ):
            with self.assertRaises(ValueError):
                NdArray(b"\0\0\2", **arguments)

    def test_buffers_without_a_wire_form(self) -> None:
        self.assert_refused([array.array("u", "ab")], "buffer of format", "[0]")
        view = memoryview(b"abc")
        view.release()
        self.assert_refused([view], "released memoryview", "[0]")


if __name__ == "__main__":
    unittest.main()
