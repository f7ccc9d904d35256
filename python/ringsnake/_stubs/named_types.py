"""What names of types mean that every module may use."""

from ringsnake._stubs.model import ANY, NONE, Type

_BASIC = {
    "none": "builtins.None types.NoneType None",
    "bool": "builtins.bool",
    "int": "builtins.int typing.SupportsInt typing.SupportsIndex typing_extensions.SupportsIndex",
    "float": "builtins.float typing.SupportsFloat",
    "complex": "builtins.complex typing.SupportsComplex",
    "str": "builtins.str typing.LiteralString typing_extensions.LiteralString",
    "bytes": "builtins.bytes builtins.bytearray builtins.memoryview typing.ByteString"
    " collections.abc.Buffer typing_extensions.Buffer _typeshed.ReadableBuffer"
    " _typeshed.WriteableBuffer _typeshed.ReadOnlyBuffer numpy._typing._array_like._Buffer",
    "never": "typing.NoReturn typing.Never typing_extensions.Never",
    "self": "typing.Self typing_extensions.Self _typeshed.Self",
    "any": "typing.Any builtins.object _typeshed.Incomplete _typeshed.Unused _typeshed.MaybeNone"
    " inspect._empty",
    "path": "_typeshed.StrPath _typeshed.StrOrBytesPath _typeshed.FileDescriptorOrPath os.PathLike",
    "slice": "builtins.slice",
    "ellipsis": "types.EllipsisType builtins.ellipsis",
    "array": "numpy._typing._array_like.ArrayLike",
    "dtype": "numpy._typing._dtype_like.DTypeLike numpy._typing._dtype_like._DTypeLike",
}
_GENERIC = {
    "list": "builtins.list typing.List",
    "sequence": "typing.Sequence collections.abc.Sequence typing.MutableSequence"
    " collections.abc.MutableSequence"
    " numpy._typing._nested_sequence._NestedSequence",
    "set": "builtins.set typing.Set typing.MutableSet collections.abc.MutableSet typing.AbstractSet"
    " collections.abc.Set",
    "frozenset": "builtins.frozenset typing.FrozenSet",
    "dict": "builtins.dict typing.Dict",
    "mapping": "typing.Mapping collections.abc.Mapping typing.MutableMapping"
    " collections.abc.MutableMapping",
    "iterable": "typing.Iterable collections.abc.Iterable typing.Collection"
    " collections.abc.Collection typing.Reversible collections.abc.Reversible typing.Container"
    " collections.abc.Container collections.abc.KeysView collections.abc.ValuesView"
    " collections.abc.ItemsView typing.KeysView typing.ValuesView typing.ItemsView",
    "iterator": "typing.Iterator collections.abc.Iterator builtins.map builtins.filter"
    " builtins.zip builtins.enumerate builtins.reversed",
    "generator": "typing.Generator collections.abc.Generator",
    "async_iterable": "typing.AsyncIterable collections.abc.AsyncIterable",
    "async_iterator": "typing.AsyncIterator collections.abc.AsyncIterator typing.AsyncGenerator"
    " collections.abc.AsyncGenerator",
    "awaitable": "typing.Awaitable collections.abc.Awaitable typing.Coroutine"
    " collections.abc.Coroutine",
    "tuple": "builtins.tuple typing.Tuple",
    "type": "builtins.type typing.Type",
}
_TABLES = ((_BASIC, False), (_GENERIC, True))
_KINDS = {
    name: (kind, generic)
    for table, generic in _TABLES
    for kind, names in table.items()
    for name in names.split()
}
"""Qualified name -> kind, and whether it keeps its arguments."""

_WRAPPERS = frozenset(
    f"{module}.{name}"
    for module in ("typing", "typing_extensions", "dataclasses")
    for name in ["Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "InitVar"]
)
"""What says something about a type, which is its first argument."""
_PREDICATES = frozenset(
    f"{module}.{name}"
    for module in ("typing", "typing_extensions")
    for name in ("TypeGuard", "TypeIs")
)


def named_type(name: str, arguments: tuple[Type, ...] = ()) -> Type | None:
    """The type behind a qualified name; None: no such name is known to everybody."""
    if name in _WRAPPERS:
        return arguments[0] if arguments else ANY
    if name in _PREDICATES:
        return Type("bool")
    if name == "typing.Optional":
        return union((*arguments, NONE))
    if name == "typing.Union":
        return union(arguments)
    if name == "typing.Unpack":
        return ANY
    # Its variants differ in the types of numpy only, which nobody has at hand in JavaScript.
    if name.startswith("numpy._typing._array_like._ArrayLike"):
        return Type("array")
    if name.startswith("numpy._typing._dtype_like._DType"):
        return Type("dtype")
    kind, is_generic = _KINDS.get(name, (None, False))
    if kind is None:
        return None
    if kind == "generator" or kind in {"async_iterator", "async_iterable"}:
        arguments = arguments[:1]
    elif kind == "awaitable":
        arguments = arguments[-1:]
    return Type(kind, arguments if is_generic else ())


def is_named(name: str) -> bool:
    """Whether that name means a type to everybody."""
    return named_type(name) is not None


def union(members: tuple[Type, ...]) -> Type:
    """Flat, each once; with a member that may be anything, so may it."""
    flat: dict[Type, None] = {}
    for member in members:
        parts = member.of if member.kind == "union" else (member,)
        flat.update(dict.fromkeys(parts))
    if ANY in flat:
        return ANY
    # A call that does not return adds nothing to what one that does returns.
    if len(flat) > 1:
        flat.pop(Type("never"), None)
    return next(iter(flat)) if len(flat) == 1 else Type("union", tuple(flat))
