"""What the peer has sent by reference and not got back. Normative: spec/wire/objects.md §4. Twin: lib/session/imported-objects.ts."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from weakref import ref

from ringsnake._errors import ReleasedError, ValidationError
from ringsnake._session.interface import InterfaceDefinition
from ringsnake._session.session_caller import CallStarter


class ImportedHandle:
    """What every caller of one object of the peer's shares: while one of them can be reached, the object is held."""

    __slots__ = (
        "__weakref__",
        "_is_released",
        "_owner",
        "data",
        "definition",
        "number",
        "session",
    )

    def __init__(
        self,
        owner: ImportedObjects,
        session: CallStarter,
        number: int,
        definition: InterfaceDefinition,
    ) -> None:
        self._owner = owner
        self.session = session
        self.number = number
        self.definition = definition
        self.data: object = None
        """What the object said of itself when it was last sent."""
        self._is_released = False

    def is_of(self, objects: ImportedObjects) -> bool:
        return self._owner is objects

    def must_be_held(self) -> None:
        """Raises ReleasedError once it has been given back."""
        if self._is_released:
            raise ReleasedError(
                f"this {self.definition.name} was released: it cannot be used any more"
            )

    def release(self) -> bool:
        """False: it was given back before."""
        if self._is_released:
            return False
        self._is_released = True
        self._owner.release(self)
        return True


class _Imported:
    """One object of the peer's, with the references that arrived."""

    __slots__ = ("count", "definition", "handle", "number", "stub")

    def __init__(self, handle: ImportedHandle, stub: object) -> None:
        self.number = handle.number
        self.definition = handle.definition
        self.count = 1
        self.handle: ref[ImportedHandle] | None = None
        self.stub: ref[object] = ref(stub)


class ImportedObjects:
    """Threads: the event loop's; what the garbage collector finds may come from any."""

    def __init__(
        self,
        session: CallStarter,
        loop: asyncio.AbstractEventLoop,
        send: Callable[[Sequence[int]], None],
    ) -> None:
        self._session = session
        self._loop = loop
        self._thread = threading.get_ident()
        self._send = send
        self._imported: dict[int, _Imported] = {}
        self._telling: set[int] = set()
        """Those whose data are being read, in which they may stand again."""
        self._released: deque[tuple[int, int]] = deque()
        """To be given back: number, count. Adding is atomic."""
        self._is_scheduled = False

    def find(
        self, number: int, definition: InterfaceDefinition, make: Callable[[ImportedHandle], object]
    ) -> object:
        """The one live stub for a reference that arrived."""
        known = self._imported.get(number)
        handle = None if known is None or known.handle is None else known.handle()
        if known is None or handle is None:
            return self._add(number, definition, make)
        if known.definition.name != definition.name:
            raise ValidationError(definition.name, known.definition.name)
        known.count += 1
        stub = known.stub()
        if stub is None:
            stub = make(handle)
            known.stub = ref(stub)
        return stub

    def tell(self, number: int, read: Callable[[], object] | None) -> None:
        """What an object that was found says of itself, which it must have said before where `read` is None."""
        known = self._imported.get(number)
        handle = None if known is None or known.handle is None else known.handle()
        if handle is None:
            return
        if read is None:
            if handle.data is None and number not in self._telling:
                raise ValidationError(f"{handle.definition.name} with its data", "ObjectReference")
            return
        self._telling.add(number)
        try:
            handle.data = read()
        finally:
            self._telling.discard(number)

    def give_back(self, number: int, count: int) -> None:
        """Gives references back. Threads: any."""
        self._released.append((number, count))
        if self._is_scheduled:
            return
        self._is_scheduled = True
        try:
            if threading.get_ident() == self._thread:
                self._loop.call_soon(self._flush)
            else:
                self._loop.call_soon_threadsafe(self._flush)
        except RuntimeError:
            # The loop is closed: there is nobody to give anything back to.
            self._released.clear()

    def release(self, handle: ImportedHandle) -> None:
        known = self._imported.get(handle.number)
        if known is None or known.handle is None or known.handle() is not handle:
            return
        del self._imported[handle.number]
        self._give_back_all(known)

    def clear(self) -> None:
        self._imported.clear()
        self._released.clear()

    def definitions(self) -> list[InterfaceDefinition]:
        return [known.definition for known in list(self._imported.values())]

    def _add(
        self, number: int, definition: InterfaceDefinition, make: Callable[[ImportedHandle], object]
    ) -> object:
        handle = ImportedHandle(self, self._session, number, definition)
        stub = make(handle)
        known = _Imported(handle, stub)

        def on_collected(_: object) -> None:
            # Meanwhile the object may have come again, and has another entry.
            if self._imported.get(number) is known:
                self._imported.pop(number, None)
            self._give_back_all(known)

        known.handle = ref(handle, on_collected)
        former = self._imported.get(number)
        self._imported[number] = known
        if former is not None:
            self._give_back_all(former)
        return stub

    def _give_back_all(self, known: _Imported) -> None:
        count, known.count = known.count, 0
        if count > 0:
            self.give_back(known.number, count)

    def _flush(self) -> None:
        self._is_scheduled = False
        released: list[int] = []
        while self._released:
            released.extend(self._released.popleft())
        if released:
            self._send(released)
