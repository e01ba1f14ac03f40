"""A kind of thing that waits for somebody, and a task as a home page tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

MOST = 6  # of each kind

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """Something to do: what, a word more, where, and whether it presses."""

    icon: str
    what: str
    more: str
    where: str
    urgent: bool = False


@dataclass(frozen=True)
class Waiting:
    """A kind of thing that waits: its rows, the columns that are told and how, and by which they are in order."""

    rows: QuerySet[Any]
    says: tuple[str, ...]
    tell: Callable[[Said], Task]
    by: str

    def first(self) -> QuerySet[Any]:
        """The first of its rows."""
        return self.rows.order_by(self.by)[:MOST]

    def in_order(self, found: list[Said]) -> list[Said]:
        """Rows of a statement that promises no order; moments are text that sorts as they do."""
        return sorted(found, key=lambda said: said[self.by.lstrip("-")], reverse=self.by.startswith("-"))
