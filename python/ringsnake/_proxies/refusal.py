"""What is wrong with a program itself. Normative: spec/wire/proxies.md §5. Twin: lib/proxies/refusal.ts."""

from __future__ import annotations

from ringsnake._errors import RingsnakeError, ValidationError
from ringsnake._wire.validation import describe


class Refusal(BaseException):
    """Passes by what the user's code raised, which has another way to the guest."""

    def __init__(self, error: RingsnakeError) -> None:
        super().__init__(error)
        self.error = error


def malformed(expected: str, actual: object, place: int | None = None) -> Refusal:
    """A program that is none."""
    path = "run(program)" if place is None else f"run(program[{place}])"
    return Refusal(ValidationError(expected, describe(actual), path))
