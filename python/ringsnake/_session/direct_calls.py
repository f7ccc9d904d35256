"""Calls that threads of the host's make themselves, in an interpreter of its own process. Normative: spec/wire/embedding.md §4.

Twin: lib/session/direct-calls.ts.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
from collections.abc import Awaitable, Callable, Sequence
from contextvars import copy_context
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar, cast

from ringsnake._errors import MessageTooLargeError, ValidationError
from ringsnake._ring.native import DirectTarget, build, in_direct_call, serve_host
from ringsnake._session.blocking import is_blocking
from ringsnake._session.call_context import CURRENT
from ringsnake._session.incoming_call import IncomingCall
from ringsnake._session.interface import Method, Service, handler_of
from ringsnake._session.located import argument_located, result_located
from ringsnake._session.remote_error import Telling, error_to_wire, shortened, without_details
from ringsnake._wire.value import NativeProgram, encode

if TYPE_CHECKING:
    from ringsnake._session.session import Session
    from ringsnake._wire.type_registry import TypeRegistry

T = TypeVar("T")


class Stage(IntEnum):
    """Where a direct call went wrong. Twin: csrc/python/direct_target.cc."""

    ARGUMENTS = 0
    HANDLER = 1
    RESULT = 2


def offer_direct_calls(
    session: Session, services: Sequence[Service], types: TypeRegistry | None
) -> tuple[DirectTarget, list[list[bool]]] | None:
    """What the host's threads may call themselves: `def` handlers that take and give plain values; and which methods these are, by interface.

    None: this build has no way.
    """
    # Who is told of calls must see them. Nobody interrupts these: their callers cannot give up.
    callee = session.callee
    if build != "full" or callee.observer is not None:
        return None
    methods = tuple(
        tuple(_direct_method(service, method) for method in service.definition.methods)
        for service in services
    )
    call = IncomingCall(callee, 0, 0, cast("Method", None), [])
    context = copy_context()
    context.run(CURRENT.set, call)
    calls = _DirectCalls(session, types)
    target = DirectTarget(
        methods, context, calls.describe, calls.wait_for, types, session.channel.endpoint
    )
    return target, [[method is not None for method in interface] for interface in methods]


def _direct_method(
    service: Service, method: Method
) -> tuple[Callable[..., object], Method, NativeProgram, NativeProgram] | None:
    handler = handler_of(service.implementation, method)
    # One that is to run in the pool, or in the loop, is called through the ring.
    if handler is None or is_blocking(handler) or inspect.iscoroutinefunction(handler):
        return None
    if method.arguments.refers or method.result.refers or method.result.lends():
        return None
    return handler, method, method.arguments.native, method.result.native


class _DirectCalls:
    def __init__(self, session: Session, types: TypeRegistry | None) -> None:
        self._session = session
        self._types = types

    def describe(self, stage: int, method: Method, error: BaseException) -> bytes:
        """What an error frame would have."""
        throws = method.throws if stage == Stage.HANDLER else ()
        if stage == Stage.ARGUMENTS and isinstance(error, ValidationError):
            argument_located(error, method)
        elif stage == Stage.RESULT:
            result_located(error, method)
        session = self._session
        told = error_to_wire(error, Telling(throws, session.exposure, session.previews))
        try:
            return encode(told, types=self._types)
        except MessageTooLargeError:
            return encode(shortened(told), types=self._types)
        except Exception as problem:
            # Whatever the error's details do.
            return encode(without_details(told, str(problem)))

    def wait_for(self, awaitable: Awaitable[object]) -> object:
        """What an awaitable gives, that a `def` handler has returned: it runs in the session's loop."""

        async def outcome() -> object:
            return await awaitable

        return result_served(
            self._session, asyncio.run_coroutine_threadsafe(outcome(), self._session.loop)
        )


def result_served(session: Session, future: concurrent.futures.Future[T]) -> T:
    """What the future gives, which is settled in the session's loop; a thread of the host's serves it meanwhile. Threads: any but the loop's."""
    if in_direct_call():
        # A frame that says nothing ends the host's wait.
        future.add_done_callback(lambda _: session.tell_nothing())
        while not future.done():
            serve_host()
    return future.result()
