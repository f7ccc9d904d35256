"""What a channel is made of, for those who hand descriptors over themselves. Twin: lib/ring/region.ts."""

from __future__ import annotations

from typing import Self

from ringsnake._ring.native import NativeDoorbell, NativeRegion


class Region:
    """Shared memory without a name: a control page and two rings, one in each direction.

    Threads: any. Owns its mapping and its descriptor until close(); a channel made of it has its own.
    """

    __slots__ = ("_native",)

    def __init__(self, native: NativeRegion) -> None:
        """Not to be called: Region.create() or Region.attach()."""
        self._native = native

    @classmethod
    def create(cls, ring_capacity: int) -> Self:
        """A new region; `ring_capacity` in bytes each way, a power of two from 64 KiB to 1 GiB.

        Raises:
            ValueError: it is no such power.
            ResourceError: the system has no memory or no descriptor left.
        """
        return cls(NativeRegion("create", ring_capacity))

    @classmethod
    def attach(cls, descriptor: int) -> Self:
        """A region that the peer made. Takes the descriptor over, whatever the outcome.

        Raises:
            ProtocolError: it is none, or not sealed.
            ResourceError: it cannot be mapped.
        """
        return cls(NativeRegion("attach", descriptor))

    @property
    def descriptor(self) -> int:
        """For the peer, which needs a copy; ours closes with the region. -1 after close()."""
        return self._native.descriptor

    @property
    def ring_capacity(self) -> int:
        """Bytes each way. 0 after close()."""
        return self._native.ring_capacity

    def close(self) -> None:
        """Unmaps it here. May be called again."""
        self._native.close()


class Doorbell:
    """An eventfd that rouses a side that sleeps in its event loop. Presses coalesce.

    Threads: any. Owns its descriptor until close(); a channel made of it has a copy.
    """

    __slots__ = ("_native",)

    def __init__(self, native: NativeDoorbell) -> None:
        """Not to be called: Doorbell.create() or Doorbell.attach()."""
        self._native = native

    @classmethod
    def create(cls) -> Self:
        """A new one. Raises ResourceError."""
        return cls(NativeDoorbell())

    @classmethod
    def attach(cls, descriptor: int) -> Self:
        """One that the peer made: a non-blocking eventfd. Takes the descriptor over."""
        if descriptor < 0:
            raise ValueError(f"{descriptor} is no descriptor")
        return cls(NativeDoorbell(descriptor))

    @property
    def descriptor(self) -> int:
        """Readable once pressed, for select() and the like. -1 after close()."""
        return self._native.descriptor

    def press(self) -> None:
        """Makes the descriptor readable. Never blocks."""
        self._native.press()

    def clear(self) -> None:
        """Makes it unreadable again."""
        self._native.clear()

    def close(self) -> None:
        """May be called again."""
        self._native.close()
