"""How the items of a step go into a program. Twin: lib/proxies/layout.ts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from ringsnake._wire.constants_gen import ProxyStep


class Item(Enum):
    """raw: as they are; operand: one value; operands: an array of them; keywords: of a call."""

    RAW = 0
    OPERAND = 1
    OPERANDS = 2
    KEYWORDS = 3


LAYOUTS: Final[Mapping[int, tuple[Item, ...]]] = {
    int(step): layout
    for step, layout in (
        (ProxyStep.GET, (Item.RAW,)),
        (ProxyStep.SET, (Item.RAW, Item.OPERAND)),
        (ProxyStep.DELETE, (Item.RAW,)),
        (ProxyStep.CALL, (Item.OPERANDS, Item.KEYWORDS)),
        (ProxyStep.GET_ITEM, (Item.OPERAND,)),
        (ProxyStep.SET_ITEM, (Item.OPERAND, Item.OPERAND)),
        (ProxyStep.DELETE_ITEM, (Item.OPERAND,)),
        (ProxyStep.OPERATE, (Item.RAW, Item.OPERANDS)),
        (ProxyStep.CONSTRUCT, (Item.OPERANDS,)),
        (ProxyStep.LOAD, (Item.RAW,)),
        (ProxyStep.EVALUATE, (Item.RAW, Item.OPERAND)),
        (ProxyStep.ITERATE, ()),
        (ProxyStep.NEXT, (Item.RAW,)),
        (ProxyStep.CLOSE, ()),
        (ProxyStep.AWAIT, ()),
        (ProxyStep.INSTANCE, (Item.OPERAND,)),
        (ProxyStep.NAMES, ()),
        (ProxyStep.TEXT, ()),
        (ProxyStep.DISPLAY, ()),
        (ProxyStep.VALUE, ()),
        (ProxyStep.APPLY, (Item.OPERAND, Item.OPERANDS, Item.KEYWORDS)),
    )
}
