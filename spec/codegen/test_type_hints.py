"""Annotations of generated packages can be looked up at run time: those of records, protocols, clients and servers."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
import typing
import unittest
from pathlib import Path

_SPEC = Path(__file__).parents[1]
_PACKAGES = sorted(path.parent for path in _SPEC.glob("**/*_gen/__init__.py"))


def _functions(cls: type) -> list[types.FunctionType]:
    """Those that the class and its generated ancestors define."""
    members = [
        member
        for each in cls.__mro__
        if "_gen" in each.__module__
        for member in vars(each).values()
    ]
    found = [member.fget if isinstance(member, property) else member for member in members]
    return [
        each
        for each in map(inspect.unwrap, filter(callable, found))
        if isinstance(each, types.FunctionType)
    ]


class TypeHints(unittest.TestCase):
    def test_of_every_public_class_and_its_methods(self) -> None:
        asked = 0
        for folder in _PACKAGES:
            sys.path.insert(0, str(folder.parent))
            package = importlib.import_module(folder.name)
            sys.path.pop(0)
            for name in package.__all__:
                public = getattr(package, name)
                if not isinstance(public, type):
                    continue
                for each in (public, *_functions(public)):
                    with self.subTest(package=folder.name, name=name, of=each.__qualname__):
                        typing.get_type_hints(each)
                        asked += 1
        self.assertGreater(asked, 1000)

    def test_an_alias_is_what_it_stands_for(self) -> None:
        sys.path.insert(0, str(_SPEC / "support" / "market"))
        market = importlib.import_module("market_gen")
        sys.path.pop(0)
        self.assertEqual(market.Payment, market.Card | market.Cash | market.PaidLater)
        hints = typing.get_type_hints(market.Order)
        self.assertEqual(hints["payment"], market.Payment)
        hints = typing.get_type_hints(market.Market.fill_up)
        self.assertIs(hints["basket"], market.BasketClient)


if __name__ == "__main__":
    unittest.main()
