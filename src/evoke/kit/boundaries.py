"""The rule that nothing slow happens while a database transaction is open.

A transaction that waits for a disk, a network or a model holds locks and a pooled connection for as long.
Sessions register here when they open; ports that leave the process ask before they do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Transactional(Protocol):
    def in_transaction(self) -> bool: ...


_open: ContextVar[tuple[Transactional, ...]] = ContextVar("open_sessions", default=())


@contextmanager
def registered(session: Transactional) -> Iterator[None]:
    """Make `session` known to `outside_transaction` for the length of the block."""
    token = _open.set((*_open.get(), session))
    try:
        yield
    finally:
        _open.reset(token)


def outside_transaction(what: str) -> None:
    """Raise RuntimeError when a transaction is open in this context: the caller has a bug, not bad luck."""
    if any(session.in_transaction() for session in _open.get()):
        raise RuntimeError(f"{what} was called while a database transaction is open")
