"""Arrays that a `memoryview` cannot be. Normative: spec/wire/value.md §2."""

from __future__ import annotations

import math
from typing import Any, Final, Literal, NamedTuple, final

from ringsnake._wire.constants_gen import (
    NDARRAY_BOOL,
    NDARRAY_COMPLEX64,
    NDARRAY_COMPLEX128,
    NDARRAY_FLOAT16,
    NDARRAY_FLOAT32,
    NDARRAY_FLOAT64,
    NDARRAY_FORTRAN,
    NDARRAY_INT8,
    NDARRAY_INT16,
    NDARRAY_INT32,
    NDARRAY_INT64,
    NDARRAY_MAX_DIMENSIONS,
    NDARRAY_UINT8,
    NDARRAY_UINT8_CLAMPED,
    NDARRAY_UINT16,
    NDARRAY_UINT32,
    NDARRAY_UINT64,
)


class _Dtype(NamedTuple):
    code: int
    item_size: int
    view: str
    """Format of `NdArray.data`: a float16 as its bits, a complex number as two numbers."""
    numpy: str


_DTYPES: Final = {
    "float64": _Dtype(NDARRAY_FLOAT64, 8, "d", "<f8"),
    "float32": _Dtype(NDARRAY_FLOAT32, 4, "f", "<f4"),
    "float16": _Dtype(NDARRAY_FLOAT16, 2, "H", "<f2"),
    "int8": _Dtype(NDARRAY_INT8, 1, "b", "|i1"),
    "uint8": _Dtype(NDARRAY_UINT8, 1, "B", "|u1"),
    "int16": _Dtype(NDARRAY_INT16, 2, "h", "<i2"),
    "uint16": _Dtype(NDARRAY_UINT16, 2, "H", "<u2"),
    "int32": _Dtype(NDARRAY_INT32, 4, "i", "<i4"),
    "uint32": _Dtype(NDARRAY_UINT32, 4, "I", "<u4"),
    "int64": _Dtype(NDARRAY_INT64, 8, "q", "<i8"),
    "uint64": _Dtype(NDARRAY_UINT64, 8, "Q", "<u8"),
    "bool": _Dtype(NDARRAY_BOOL, 1, "?", "|b1"),
    "complex64": _Dtype(NDARRAY_COMPLEX64, 8, "f", "<c8"),
    "complex128": _Dtype(NDARRAY_COMPLEX128, 16, "d", "<c16"),
    "uint8Clamped": _Dtype(NDARRAY_UINT8_CLAMPED, 1, "B", "|u1"),
}
_NAMES: Final = {dtype.code: name for name, dtype in _DTYPES.items()}


@final
class NdArray:
    """An array of any of the wire's types, in memory of its own. Immutable."""

    __slots__ = ("_bytes", "dtype", "order", "shape")

    dtype: str
    """`float64` or another name of spec/wire/value.md §2; `uint8Clamped` for JavaScript's `Uint8ClampedArray`."""
    shape: tuple[int, ...]
    """Items in each dimension. One without dimensions has one item."""
    order: Literal["C", "F"]
    """`F`: the first index varies fastest. Else the last one does."""

    def __init__(
        self,
        data: bytes | bytearray | memoryview[Any],
        *,
        dtype: str,
        shape: tuple[int, ...] | list[int] | None = None,
        order: Literal["C", "F"] = "C",
    ) -> None:
        """`data`: the items' bytes, little-endian, without gaps. Without a shape it has one dimension.

        Raises ValueError when the parts do not fit each other.
        """
        kind = _DTYPES.get(dtype)
        if kind is None:
            raise ValueError(f"unknown dtype {dtype!r}")
        if order not in ("C", "F"):
            raise ValueError(f"order must be 'C' or 'F', not {order!r}")
        body = bytes(data)
        items = len(body) // kind.item_size
        dimensions = (items,) if shape is None else tuple(shape)
        if len(dimensions) > NDARRAY_MAX_DIMENSIONS or not all(
            0 <= length < 1 << 32 for length in dimensions
        ):
            raise ValueError(f"shape {dimensions} cannot be")
        if math.prod(dimensions) * kind.item_size != len(body):
            raise ValueError(f"shape {dimensions} of {dtype} does not fit {len(body)} bytes")
        if dtype == "bool" and body.strip(b"\0\1"):
            raise ValueError("a bool is neither 0 nor 1")
        self._bytes = body
        self.dtype = dtype
        self.shape = dimensions
        self.order = order

    @property
    def data(self) -> memoryview[Any]:
        """The items in the order in which they lie. A float16 is its bits in 16, a complex number is two numbers."""
        items: Any = memoryview(self._bytes)
        view: memoryview[Any] = items.cast(_DTYPES[self.dtype].view)
        return view

    def tobytes(self) -> bytes:
        """The items' bytes, little-endian, in the order in which they lie."""
        return self._bytes

    def numpy(self) -> Any:
        """A read-only `numpy.ndarray` of the same memory. Imports numpy."""
        return _numpy_view(self.dtype, self.shape, self.order, self._bytes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NdArray):
            return NotImplemented
        return self._parts() == other._parts()

    __hash__ = None  # type: ignore[assignment]  # how Python says that nothing is

    def __repr__(self) -> str:
        return f"NdArray(dtype={self.dtype!r}, shape={self.shape}, order={self.order!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, self._parts()

    def _parts(self) -> tuple[str, tuple[int, ...], str, bytes]:
        return self.dtype, self.shape, self.order, self._bytes


def ndarray_parts(array: NdArray) -> tuple[int, int, tuple[int, ...], bytes]:
    """Code of the dtype, flags, shape and data, for the C++ writer."""
    flags = NDARRAY_FORTRAN if array.order == "F" else 0
    return _DTYPES[array.dtype].code, flags, array.shape, array.tobytes()


def make_ndarray(code: int, flags: int, shape: tuple[int, ...], data: bytes) -> NdArray:
    """The inverse, for the C++ reader, which has checked the parts."""
    order: Literal["C", "F"] = "F" if flags & NDARRAY_FORTRAN else "C"
    return NdArray(data, dtype=_NAMES[code], shape=shape, order=order)


def make_numpy(code: int, flags: int, shape: tuple[int, ...], data: bytes) -> Any:
    """The same as a `numpy.ndarray` that may be written to."""
    order = "F" if flags & NDARRAY_FORTRAN else "C"
    return _numpy_view(_NAMES[code], shape, order, bytearray(data))


def _numpy_view(dtype: str, shape: tuple[int, ...], order: str, memory: bytes | bytearray) -> Any:
    import numpy

    make: Any = numpy.ndarray
    return make(shape, _DTYPES[dtype].numpy, buffer=memory, order=order)


def _restore(dtype: str, shape: tuple[int, ...], order: Literal["C", "F"], data: bytes) -> NdArray:
    return NdArray(data, dtype=dtype, shape=shape, order=order)
