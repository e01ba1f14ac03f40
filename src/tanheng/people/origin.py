"""From where something is done: known to whoever stands at the door, written by the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_origin: ContextVar[str] = ContextVar("origin", default="")


def origin() -> str:
    """``api 127.0.0.1``, ``command line``, ``job …``; empty where nobody said."""
    return _origin.get()


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """All that is done within is recorded as coming from there."""
    before = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(before)
