"""Python's half of control.spec.ts: says what arrives on the control socket, descriptor 3."""

from __future__ import annotations

from ringsnake._channel.control import ControlSocket
from ringsnake._errors import RingsnakeError
from ringsnake._native import encode


def main() -> None:
    control = ControlSocket()
    try:
        messages = control.receive()
    except RingsnakeError as error:
        print(error.code)
        return
    for kind, value in messages or ():
        print(kind.name.lower(), encode(value).hex())


main()
