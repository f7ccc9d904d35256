"""Libraries of Python's that the host's program has in itself, too.

Node.js exports the functions of its own OpenSSL, zlib, SQLite and others, and the dynamic linker prefers a program's. What an extension module was built with
is another version of them, with other structures behind its pointers and other folders of certificates.

Loaded by its path, before anything of this package: that imports asyncio, which imports ssl.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import os
import struct
from collections.abc import Iterator
from types import ModuleType
from typing import BinaryIO, cast

_SHARED = (
    "libssl",
    "libcrypto",
    "libz",
    "libsqlite3",
    "libzstd",
    "libbrotli",
    "libnghttp2",
    "libcares",
    # These rest on them.
    "libcurl",
    "libpq",
)
"""Beginnings of the names of C libraries. Not of C++: there the streams of the standard library would exist twice."""


def keep_own_libraries() -> None:
    """From now on extension modules find the libraries that they were built with first."""
    loader = importlib.machinery.ExtensionFileLoader
    create = loader.create_module

    def create_module(
        self: importlib.machinery.ExtensionFileLoader, spec: importlib.machinery.ModuleSpec
    ) -> ModuleType:
        if _needs_own(self.path):
            _load_apart(self.path)
        return create(self, spec)

    # importlib has no other place for it.
    setattr(loader, "create_module", create_module)  # noqa: B010 -- type checkers rightly refuse the assignment


def _load_apart(path: str) -> None:
    """Loads a file so that it and what it needs look among themselves before they look at the program; Python's own loading then finds it so."""
    try:
        import _ctypes
    except ImportError:
        return  # built without libffi
    try:
        _ctypes.dlsym(_ctypes.dlopen(cast("str", None), 0), "__asan_init")
    except OSError:
        # Python's own loader has the words for what goes wrong.
        with contextlib.suppress(OSError):
            _ctypes.dlopen(path, os.RTLD_NOW | os.RTLD_LOCAL | os.RTLD_DEEPBIND)
    # Else a sanitizer wants to see every call of the allocator, and ends the process that does this.


def _needs_own(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            names = list(_needed(file))
    except (OSError, ValueError, LookupError, struct.error):
        return False  # Python's own loader has the words for it
    return any(name.startswith(_SHARED) for name in names) and not any(
        name.startswith("libstdc++") for name in names
    )


_DYNAMIC, _LOAD = 2, 1
_NEEDED, _STRINGS, _STRINGS_SIZE = 1, 5, 10


def _needed(file: BinaryIO) -> Iterator[str]:
    """The libraries that an ELF file of 64 bits names. Source: System V ABI, "Dynamic Section". Twin: lib/worker/elf-file.ts."""

    def part(offset: int, size: int) -> bytes:
        # Files of hundreds of megabytes exist: only what is looked at is read.
        file.seek(offset)
        return file.read(size)

    head = part(0, 64)
    if head[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not an ELF file of 64 bits, little-endian")
    (table,) = struct.unpack_from("<Q", head, 32)
    size, count = struct.unpack_from("<HH", head, 54)
    # type, flags, offset, address, physical address, size in the file, size in memory, alignment
    headers = list(struct.iter_unpack("<IIQQQQQQ", part(table, size * count)))
    loaded = [(header[3], header[2], header[5]) for header in headers if header[0] == _LOAD]
    for header in headers:
        if header[0] != _DYNAMIC:
            continue
        entries = list(struct.iter_unpack("<QQ", part(header[2], header[5])))
        values = dict(entries)
        address = values[_STRINGS]
        (start,) = [
            offset + address - begin
            for begin, offset, length in loaded
            if begin <= address < begin + length
        ]
        strings = part(start, values[_STRINGS_SIZE])
        for tag, value in entries:
            if tag == _NEEDED:
                yield strings[value : strings.index(b"\0", value)].decode()
