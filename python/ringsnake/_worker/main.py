"""A worker that has a process of its own. Twin: lib/worker/main.ts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from ringsnake._channel.control import ControlSocket
from ringsnake._ring.native import exit_with_parent
from ringsnake._session.services import Served, collect_services
from ringsnake._session.session import Session
from ringsnake._worker.host import set_session
from ringsnake._worker.interrupts import interrupt_at
from ringsnake._worker.life import ORPHAN_GRACE_MS, live, number_of
from ringsnake._worker.module import import_module
from ringsnake._worker.stacks import show_stacks_at


def main() -> int:
    """The exit code."""
    # A Ctrl-C at the terminal reaches the whole group; it is the host that decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        control = ControlSocket()
    except OSError:
        print("python -m ringsnake is started by spawn() in Node.js, not by hand", file=sys.stderr)
        return 2
    return live(control, _OwnProcess())


class _OwnProcess:
    def begin(self, host_pid: int, hello: dict[str, object]) -> None:
        exit_with_parent(host_pid, ORPHAN_GRACE_MS)
        stack_signal = number_of(hello, "stackSignal")
        if stack_signal is not None:
            show_stacks_at(stack_signal)

    def enter(self, session: Session, control: ControlSocket) -> None:
        set_session(session)
        # A forked child is not a party: it must neither hide our end from the host nor touch the rings, which it does
        # not even have mapped.
        os.register_at_fork(after_in_child=control.close)
        os.register_at_fork(after_in_child=session.channel.close)

    def serve(self, module: str, hello: dict[str, object]) -> Served:
        # As if the module had been started by hand: its name, and what `args` says.
        sys.argv = sys.argv[1:]
        return collect_services(lambda: import_module(module))

    def offer(self, session: Session, served: Served) -> dict[str, object]:
        return {}

    def interrupt(
        self, session: Session, hello: dict[str, object], run: Callable[..., object]
    ) -> None:
        interrupt_signal = number_of(hello, "interruptSignal")
        if interrupt_signal is not None:
            interrupt_at(interrupt_signal, session, run)
