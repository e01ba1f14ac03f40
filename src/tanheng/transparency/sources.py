"""Which rows of the books are leaves: an app registers a kind of row and how such a row becomes canonical bytes.

A body is the row as canonical JSON (keys sorted, no white space, integers, UTC timestamps with microseconds as
text), made by the database from the row itself, so that a rewritten row has another leaf hash than the log holds.
What a kind's body says never changes: a body with another field is a new kind, beside the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_sources: dict[int, Source] = {}


@dataclass(frozen=True)
class Source:
    """A kind of row that goes into the log.

    ``body_sql`` selects ``(id, body)`` of the rows ``id = ANY(%s)``; ``ids_sql`` selects the ids of all rows above
    ``%s`` in ascending order, so that a check finds those which never reached the log.
    """

    kind: int
    name: str
    body_sql: str
    ids_sql: str


def register(kind: int, name: str, body_sql: str, *, ids_sql: str = "") -> None:
    """Declare a kind of row; called once in ``AppConfig.ready``.

    Parameters
    ----------
    kind
        Its number in ``transparency_pending`` and in every export, for ever; 1 to 32767.
    name
        What people call such a row in the singular, e.g. ``audit entry``.
    body_sql
        ``SELECT id, body`` with the canonical JSON text of the rows ``WHERE id = ANY(%s)``.
    ids_sql
        ``SELECT id … WHERE id > %s ORDER BY id``; without it a check cannot tell whether a row is missing in the log.
    """
    if not 1 <= kind <= 32767:
        raise ValueError(f"kind {kind} of {name}: must be from 1 to 32767")
    source = Source(kind, name, body_sql, ids_sql)
    if _sources.setdefault(kind, source) != source:
        raise ValueError(f"kind {kind} is {_sources[kind].name} already; {name} needs a number of its own")


def sources() -> Mapping[int, Source]:
    """All kinds, by number."""
    return MappingProxyType(_sources)


def name_of(kind: int) -> str:
    """What people call a row of a kind; ``kind 7`` where no installed app knows it."""
    source = _sources.get(kind)
    return source.name if source else f"kind {kind}"


def in_order() -> Iterator[Source]:
    """The kinds in ascending number."""
    return iter(sorted(_sources.values(), key=lambda source: source.kind))
