"""numpy's arrays, of every type and shape; and that numpy is left alone where nobody asked for it."""

from __future__ import annotations

import subprocess
import sys
import unittest
from array import array
from typing import Any

import numpy
from ringsnake import DecodeError, EncodeError
from ringsnake.values import NdArray, decode, encode

DTYPES = (
    *("float64", "float32", "float16", "bool", "complex64", "complex128"),
    *("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
)


def sample(dtype: str, shape: tuple[int, ...]) -> Any:
    count = int(numpy.prod(shape))
    items = numpy.arange(count) * (1 - 2j if dtype.startswith("complex") else 1)
    return (items % 2 if dtype == "bool" else items).astype(dtype).reshape(shape)


class Arrays(unittest.TestCase):
    def assert_crosses(self, source: Any) -> Any:
        data = encode({"a": source})
        result = decode(data, arrays="numpy")["a"]
        self.assertIs(type(result), numpy.ndarray)
        self.assertEqual(result.dtype, source.dtype.newbyteorder("="))
        self.assertEqual(result.shape, source.shape)
        numpy.testing.assert_array_equal(result, source)
        self.assertEqual(encode({"a": result}), data)
        self.assertTrue(result.flags.writeable)
        return result

    def test_every_type_and_shape(self) -> None:
        for dtype in DTYPES:
            for shape in ((), (0,), (1,), (7,), (0, 3), (2, 3), (2, 3, 4), (1,) * 32):
                self.assert_crosses(sample(dtype, shape))

    def test_orders_and_strides(self) -> None:
        for dtype in DTYPES:
            table = sample(dtype, (4, 6))
            fortran = numpy.asfortranarray(table)
            self.assertTrue(self.assert_crosses(fortran).flags.f_contiguous)
            for view in (table[::2, ::-3], table.T[1:], table[:, :1], fortran[1::2]):
                self.assert_crosses(view)
            self.assert_crosses(numpy.broadcast_to(table[0], (3, 6)))

    def test_big_endian_is_swapped_by_the_writer(self) -> None:
        for dtype in DTYPES:
            source = sample(dtype, (3, 2))
            swapped = source.astype(source.dtype.newbyteorder(">"))
            self.assertEqual(encode(swapped), encode(source))

    def test_truths_of_other_bytes_are_truths(self) -> None:
        odd = numpy.array([0, 1, 2, 255], numpy.uint8).view(bool)
        self.assertEqual(encode(odd)[-4:], b"\0\1\1\1")

    def test_bytes_of_numpy_are_an_array(self) -> None:
        sent = encode(numpy.arange(3, dtype=numpy.uint8))
        result = decode(sent)
        self.assertEqual(
            (result.dtype, result.shape, bytes(result.data)), ("uint8", (3,), b"\0\1\2")
        )
        self.assertEqual(encode(result), sent, "and stays one on its way back")
        self.assertEqual(
            encode(decode(encode(array("b", [-1])))), encode(array("b", [-1]))
        )
        self.assertEqual(decode(encode(array("b", [-1]))).format, "b")

    def test_numbers_of_numpy(self) -> None:
        self.assertEqual(encode(numpy.float64(1.5)), encode(1.5))
        self.assertEqual(decode(encode(numpy.int32(7)), arrays="numpy"), numpy.int32(7))

    def test_views_of_what_arrives(self) -> None:
        for dtype in DTYPES:
            source = numpy.asfortranarray(sample(dtype, (2, 3)))
            result = decode(encode(source))
            self.assertIs(type(result), NdArray)
            numpy.testing.assert_array_equal(result.numpy(), source)
            self.assertFalse(result.numpy().flags.writeable)
            plain = decode(encode(sample(dtype, (2, 3))))
            if type(plain) is memoryview:
                numpy.testing.assert_array_equal(numpy.asarray(plain), source)

    def test_types_without_a_wire_form_are_named(self) -> None:
        for source in (
            numpy.array([object()]),
            numpy.array(["ab"]),
            numpy.array([b"ab"]),
            numpy.zeros(2, "i4,f8"),
            numpy.zeros(2, numpy.longdouble),
            numpy.zeros(2, "datetime64[ns]"),
            numpy.zeros(2, "timedelta64[s]"),
        ):
            with self.assertRaises(EncodeError) as caught:
                encode({"x": [source]})
            self.assertIn(f"dtype {source.dtype}", caught.exception.problem)
            self.assertEqual(caught.exception.path, ".x[0]")
        with self.assertRaisesRegex(EncodeError, "MaskedArray"):
            encode(numpy.ma.masked_array([1, 2], [True, False]))

    def test_shapes_beyond_numpy_are_refused(self) -> None:
        body = bytes([1, 1, 0, 3]) + b"\0\0\0\0" + b"\xff" * 8
        data = bytes([0xC7, len(body), 6]) + body
        self.assertEqual(decode(data).shape, (0, 2**32 - 1, 2**32 - 1))
        with self.assertRaisesRegex(
            DecodeError, "^byte 0: .* has a shape that numpy cannot have"
        ):
            decode(data, arrays="numpy")


class WithoutNumpy(unittest.TestCase):
    def test_numpy_is_not_imported(self) -> None:
        program = """
import array, sys
from ringsnake.values import *
decode(encode([array.array("d", [1]), {1, 2}, ValueError("no"), 10**30]))
try:
    encode(object())
except Exception:
    pass
print(sorted({"numpy", "decimal", "uuid", "zoneinfo"} & set(sys.modules)))
"""
        output = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        self.assertEqual(output.stdout.strip(), "[]")


if __name__ == "__main__":
    unittest.main()
