"""Any value at all: what comes back is the same, of the same types, and is written as the same bytes."""

from __future__ import annotations

import datetime
import math
import os
import string
import unittest
import zoneinfo
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from ringsnake import UNSET
from ringsnake.values import Map, NdArray, Timestamp, Url, decode, encode

STRESS = bool(os.environ.get("RINGSNAKE_STRESS"))

# With everything else that is made, not beside the sources.
set_hypothesis_home_dir(Path(__file__).parents[2] / "build" / "hypothesis")

# The same examples each time: what failed once fails again. A long run takes others.
settings.register_profile(
    "spec",
    derandomize=not STRESS,
    max_examples=20_000 if STRESS else 80,
    database=None,
    deadline=None,
)
settings.load_profile("spec")

ZONES = [
    zoneinfo.ZoneInfo(name) for name in ("Europe/Berlin", "America/St_Johns", "UTC")
]
NAMED = datetime.timezone(datetime.timedelta(seconds=-3723), "Mars/Olympus")

fixed_zones = st.integers(-86_399, 86_399).map(
    lambda seconds: datetime.timezone(datetime.timedelta(seconds=seconds))
)
zones = st.sampled_from([*ZONES, NAMED, datetime.UTC]) | fixed_zones
texts = st.text() | st.text(
    st.characters(min_codepoint=0x80, max_codepoint=0xFF), min_size=20
)
# A pair of surrogates would come back as one character.
lone = st.lists(st.sampled_from(["a", "é", "漢", "\udc00"]), max_size=40).map("".join)
integers = st.integers() | st.integers(-(1 << 70), 1 << 70)
floats = st.floats()


def without_idle_fold(moment: datetime.datetime) -> datetime.datetime:
    """UTC has no hour twice: there the wire has no fold."""
    return moment.replace(fold=0) if moment.tzinfo is datetime.UTC else moment


hashable_scalars = (
    st.none()
    | st.booleans()
    | integers
    | floats.filter(lambda it: not math.isnan(it))
    | texts
    | lone
    | st.binary()
    | st.dates()
    | st.uuids()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.builds(Timestamp, st.integers(-(1 << 63), (1 << 63) - 1), st.just(1))
    | st.builds(lambda rest: Url(f"a:{rest}"), st.text(string.printable))
    | st.just(UNSET)
)
scalars = (
    hashable_scalars
    | st.datetimes(timezones=st.none() | zones, allow_imaginary=True).map(
        without_idle_fold
    )
    | st.times(timezones=st.none() | fixed_zones)
    | st.just(math.nan)
    | st.builds(
        lambda data, order: NdArray(
            data * 4, dtype="float16", shape=(2, len(data)), order=order
        ),
        st.binary(),
        st.sampled_from(["C", "F"]),
    )
)
hashables = st.recursive(
    hashable_scalars,
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4)
    ),
    max_leaves=8,
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(texts, inner)
        | st.dictionaries(hashables, inner).map(Map)
        | st.sets(hashables)
    ),
    max_leaves=30,
)


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(one) is not type(other):
        return False
    match one:
        case float():
            return repr(one) == repr(other)
        case list() | tuple():
            return len(one) == len(other) and all(map(same, one, other))
        case dict():
            return same(list(one.items()), list(other.items()))
        case datetime.datetime() | datetime.time():
            ours = (one.replace(tzinfo=None), one.fold, one.utcoffset(), one.tzname())
            theirs = (
                other.replace(tzinfo=None),
                other.fold,
                other.utcoffset(),
                other.tzname(),
            )
            return ours == theirs
        case _:
            # Items of sets are equal, and their types were seen one by one.
            return one == other and (
                str(one) == str(other) or isinstance(one, set | frozenset)
            )


class Properties(unittest.TestCase):
    @given(values)
    def test_what_comes_back_is_the_same(self, value: Any) -> None:
        data = encode(value, tuples=True)
        result = decode(data)
        self.assertTrue(same(value, result), (value, result))
        # The order of a set's items is Python's own.
        self.assertEqual(sorted(encode(result, tuples=True)), sorted(data))

    @given(values)
    def test_identity_changes_nothing_but_identity(self, value: Any) -> None:
        # Twice the same object: each container in it is defined or referred to.
        data = encode([value, value], tuples=True, identity=True)
        result = decode(data)
        self.assertTrue(same([value, value], result))
        if type(value) in (list, dict, set, Map):
            self.assertIs(result[0], result[1])
        self.assertEqual(
            sorted(encode(result, tuples=True, identity=True)), sorted(data)
        )

    @given(values, st.data())
    def test_a_part_of_a_message_is_refused(
        self, value: Any, data: st.DataObject
    ) -> None:
        message = encode(value, tuples=True)
        part = message[: data.draw(st.integers(0, len(message) - 1))]
        with self.assertRaisesRegex(Exception, "^byte [0-9]+: "):
            decode(part)


if __name__ == "__main__":
    unittest.main()
