"""Decimals as text. Normative: spec/wire/value.md §2."""

from __future__ import annotations

import decimal
from typing import Final

# The text depends on the current context otherwise; exact construction does not round.
_CONTEXT: Final = decimal.Context(capitals=1, traps=[])


def decimal_text(value: decimal.Decimal) -> str:
    """What `str()` gives in a context that nobody has changed."""
    return _CONTEXT.to_sci_string(value)


def make_decimal(text: str) -> decimal.Decimal:
    """The inverse. Raises ValueError for any other text."""
    value = decimal.Decimal(text, _CONTEXT)
    if decimal_text(value) != text:
        raise ValueError(text)
    return value
