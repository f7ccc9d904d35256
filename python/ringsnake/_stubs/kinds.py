"""What values are, without asking them: what they say of themselves is their own code."""

import types


def is_kind(value: object, kind: type | tuple[type, ...]) -> bool:
    """As `isinstance`, which believes a value's `__class__`."""
    return issubclass(type(value), kind)


def has_own_words(value: object) -> bool:
    """Whether looking at its attributes would run code of the module's, such as that of a proxy which stands for something that it makes only then.

    Of a class that is known by other means.
    """
    if is_kind(value, type):
        return False
    for base in type.__dict__["__mro__"].__get__(type(value)):
        own = type.__dict__["__dict__"].__get__(base)
        for name in ("__getattribute__", "__class__"):
            if type(own.get(name)) in {types.FunctionType, property}:
                return True
    return False
