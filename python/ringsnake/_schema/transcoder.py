"""Makes the untyped tree of a value, as its writer's schema has it, one that the reader's program reads.

Fields by their names instead of their places, branches of unions by what they are. It judges nothing: what does not fit stays as it is, for the
program to refuse. Twin: lib/schema/transcoder.ts. Normative: spec/wire/schema.md §4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeAlias, cast

from ringsnake._schema.match import matching_branch
from ringsnake._schema.model import (
    Alias,
    Array,
    Dict,
    Function,
    Interface,
    MapOf,
    Named,
    Plain,
    Record,
    Schema,
    SetOf,
    Shape,
    Slot,
    Stream,
    Tuple,
    Type,
    Union,
    WithNothing,
    bare,
    data_of,
    resolve,
    slot_type,
)
from ringsnake._schema.named_form import with_names, with_places
from ringsnake._schema.problem import SchemaProblem
from ringsnake._schema.tag import branch_by_tag
from ringsnake._schema.text import type_text
from ringsnake._schema.unchanged import changed_names, is_unchanged
from ringsnake._wire.references import OWNER_RECEIVER, ObjectReference, StreamReference
from ringsnake._wire.unset import UNSET

Transcode: TypeAlias = Callable[[object], object]
Step: TypeAlias = Transcode | None
"""None: the tree is right as it is."""

_OTHER: Final = -2
"""In the place of a branch: the reader keeps it with its keys."""

_PAIRS_MAX: Final = 200_000
"""Pairs of types that may be compared for one interface: their number is no more than that of the types, but for unions."""

OnFunction: TypeAlias = Callable[[Function, Function], None]
"""Told of functions that stand in the same place in both schemas."""


class TranscodedStream(StreamReference):
    """A stream whose items are made over."""

    __slots__ = ("step",)

    def __init__(self, number: int, step: Step) -> None:
        super().__init__(number)
        self.step = step


class Transcoding:
    """From one schema to another."""

    def __init__(self, written: Schema, read: Schema, on_function: OnFunction) -> None:
        self._from = written
        self._to = read
        self._on_function = on_function
        self._changed = changed_names(written, read)
        self._later: list[Callable[[], None]] = []
        """What has a name is compared in its turn: chains of names may be long."""
        self._known: dict[tuple[str, str], Transcode] = {}
        """By the texts of both."""
        self._left = _PAIRS_MAX

    def finish(self) -> None:
        """To be called before the first message."""
        while self._later:
            self._later.pop()()

    def type(self, written: Type, read: Type) -> Step:
        """Raises SchemaProblem when there is too much to compare."""
        self._spend(1)
        if is_unchanged(written, read, self._changed):
            return None
        # Whatever leads back to itself comes by a name.
        if not _is_named(written) and not _is_named(read):
            return self._resolved(written, read)
        key = (type_text(written), type_text(read))
        known = self._known.get(key)
        if known is not None:
            return known
        step: list[Step] = [None]

        def named(tree: object) -> object:
            return _after(step[0], tree)

        def compare() -> None:
            step[0] = self._resolved(written, read)

        self._known[key] = named
        self._later.append(compare)
        return named

    def parameters(self, written: Sequence[Slot], read: Sequence[Slot]) -> Transcode:
        """Of a call: a list."""
        steps = [
            self.type(slot_type(source), slot_type(slot))
            for source, slot in zip(written, read, strict=False)
        ]
        # Nothing is left for the rest of the arguments.
        missing: list[object] = [[] if slot.rest else UNSET for slot in read[len(steps) :]]

        def transcode(tree: object) -> object:
            items = _list_of(tree, len(written))
            if items is None:
                return tree
            return [*map(_after, steps, items), *missing]

        return transcode

    def fields(self, written: Record, read: Record) -> Transcode:
        """Of a record or an error: a list."""
        sources = {field.name: place for place, field in enumerate(written.fields)}
        places = [(sources.get(field.name), self._field(written, field)) for field in read.fields]
        has_extra = written.extra is not None
        extra_step: Step = None
        if written.extra is not None and read.extra is not None:
            extra_step = self._map(written.extra, read.extra)
        size = len(written.fields) + has_extra

        def transcode(tree: object) -> object:
            items = _list_of(tree, size)
            if items is None:
                return tree
            fields = [
                UNSET if place is None else _after(step, items[place]) for place, step in places
            ]
            if read.extra is not None:
                empty: object = {}
                fields.append(_after(extra_step, items[-1]) if has_extra else empty)
            return fields

        return transcode

    def _field(self, written: Record, field: Slot) -> Step:
        for source in written.fields:
            if source.name == field.name:
                return self.type(slot_type(source), slot_type(field))
        return None

    def _resolved(self, written: Type, read: Type) -> Step:
        shape, target = resolve(written, self._from), resolve(read, self._to)
        if isinstance(target, Plain) and target.name == "void":
            return lambda _: None
        if shape is None or target is None:
            return None
        step = self._shape(shape, target, written, read)
        if step is None or not _may_be_nothing(written, self._from):
            return step
        return lambda tree: tree if tree is None or tree is UNSET else step(tree)

    def _shape(self, shape: Shape, target: Shape, written: Type, read: Type) -> Step:
        if isinstance(shape, Union):
            return self._from_union(shape, target, read)
        if isinstance(target, Union):
            return self._to_union(bare(written, self._from), target)
        match shape, target:
            case Tuple(), Tuple() | Array():
                return self._from_tuple(shape, target)
            case Record(), Record():
                return self.fields(shape, target)
            case (Array(ours), Array(theirs)) | (SetOf(ours), SetOf(theirs)):
                return self._items(ours, theirs)
            case (MapOf(_, ours), MapOf(_, theirs)) | (Dict(_, ours), Dict(_, theirs)):
                return self._map(ours, theirs)
            case Stream(), Stream():
                step = self.type(shape.item, target.item)
                return lambda tree: _stream_of(tree, step)
            case Function(), Function():
                self._on_function(shape, target)
            case Interface() as ours, Interface() as theirs:
                return self._object(ours, theirs)
            case _:
                pass
        return None

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise SchemaProblem(1, "too much to compare")

    def _branch(self, type_: Type, target: Union) -> int | None:
        self._spend(len(target.branches))
        return matching_branch(type_, self._from, target.branches, self._to)

    def _to_union(self, written: Type, target: Union) -> Step:
        place = self._branch(written, target)
        if place is None and target.is_open:
            return lambda tree: [None, with_names(written, tree, self._from)]
        if place is None:
            return None
        step = self.type(written, target.branches[place])
        return lambda tree: [place, _after(step, tree)]

    def _from_union(self, shape: Union, target: Shape, read: Type) -> Step:
        places: list[tuple[int | None, Step]] = []
        for branch in shape.branches:
            if not isinstance(target, Union):
                places.append((None, self.type(branch, bare(read, self._to))))
                continue
            place = self._branch(branch, target)
            if place is None and target.is_open:
                places.append((_OTHER, partial(self._with_names, branch)))
                continue
            step = None if place is None else self.type(branch, target.branches[place])
            places.append((-1 if place is None else place, step))

        def transcode(tree: object) -> object:
            items = _list_of(tree, 2)
            if items is None:
                return tree
            index = items[0]
            if shape.is_open and index is None and isinstance(target, Union):
                return self._from_other(target.branches, items[1])
            if type(index) is not int or not 0 <= index < len(places):
                return tree
            place, step = places[index]
            value = _after(step, items[1])
            if place is None:
                return value
            return [None if place == _OTHER else place, value]

        return transcode

    def _with_names(self, branch: Type, tree: object) -> object:
        return with_names(branch, tree, self._from)

    def _from_other(self, branches: Sequence[Type], tree: object) -> object:
        """What the writer does not know the reader may."""
        place = branch_by_tag(branches, tree, self._to)
        if place is None:
            return [None, tree]
        return [place, with_places(branches[place], tree, self._to)]

    def _from_tuple(self, shape: Tuple, target: Tuple | Array) -> Step:
        items = target.items if isinstance(target, Tuple) else ()
        rest = target.rest if isinstance(target, Tuple) else target.item

        def step_at(written: Type, place: int) -> Step:
            read = slot_type(items[place]) if place < len(items) else rest
            return None if read is None else self.type(written, read)

        steps = [step_at(slot_type(slot), place) for place, slot in enumerate(shape.items)]
        if shape.rest is not None:
            # Of the reader's items that the writer's rest fills, each may be of another type.
            count = max(len(items), len(steps))
            steps += [step_at(shape.rest, place) for place in range(len(steps), count + 1)]

        def transcode(tree: object) -> object:
            found = _items_of(tree)
            if found is None or not steps:
                return tree
            last = len(steps) - 1
            return [_after(steps[min(place, last)], item) for place, item in enumerate(found)]

        return transcode

    def _object(self, shape: Interface, target: Interface) -> Step:
        """With what it says of itself, where it is the sender's."""
        if not shape.data and not target.data:
            return None
        step = self.fields(data_of(shape), data_of(target))

        def transcode(tree: object) -> object:
            pair = _list_of(tree, 2) if shape.data else None
            nothing: list[object] = []
            reference, data = (tree, nothing) if pair is None else pair
            if not isinstance(reference, ObjectReference) or reference.owner == OWNER_RECEIVER:
                return tree
            # Without its data it has told them in this message already.
            is_told = pair is None and bool(shape.data)
            return [reference, step(data)] if target.data and not is_told else reference

        return transcode

    def _items(self, written: Type, read: Type) -> Step:
        step = self.type(written, read)
        if step is None:
            return None

        def transcode(tree: object) -> object:
            if isinstance(tree, (list, set, frozenset)):
                items = cast("list[object]", tree)
                return type(items)(map(step, items))
            return tree

        return transcode

    def _map(self, written: Type, read: Type) -> Step:
        step = self.type(written, read)
        if step is None:
            return None

        def transcode(tree: object) -> object:
            if not isinstance(tree, dict):
                return tree
            pairs = cast("dict[object, object]", tree)
            return type(pairs)((key, step(value)) for key, value in pairs.items())

        return transcode


def _after(step: Step, tree: object) -> object:
    return tree if step is None else step(tree)


def _list_of(tree: object, size: int) -> list[object] | None:
    """None: it is no list of that many."""
    items = _items_of(tree)
    return items if items is not None and len(items) == size else None


def _items_of(tree: object) -> list[object] | None:
    """None: it is no list."""
    return cast("list[object]", tree) if isinstance(tree, list) else None


def _stream_of(tree: object, step: Step) -> object:
    return TranscodedStream(tree.number, step) if isinstance(tree, StreamReference) else tree


def _is_named(type_: Type) -> bool:
    """Besides null and undefined."""
    at = type_
    while isinstance(at, WithNothing):
        at = at.inner
    return isinstance(at, Named)


def _may_be_nothing(type_: Type, schema: Schema) -> bool:
    at = type_
    while isinstance(at, Named):
        found = schema.definitions[at.name]
        if not isinstance(found, Alias):
            return False
        at = found.type
    return isinstance(at, WithNothing)
