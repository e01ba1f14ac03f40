"""Pages by cursor: stable while rows are added, and as fast at the end of a long list as at its beginning.

A cursor is the key of the last row that was given, as text that a client hands back and does not read.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Field, Schema

from tanheng.web.problems import Fault, Problem

MOST = 500
Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


class Window(Schema):
    """Which part of a list: the parameters of every endpoint that gives one (``window: Query[Window]``)."""

    cursor: str | None = Field(None, max_length=500, description="`next` of the page before; the first page without")
    limit: int = Field(50, ge=1, le=MOST, description="How many rows at most")


class PageOut(Schema, Generic[Row]):
    """A page of a list in the API: ``response=PageOut[TransferOut]``."""

    items: list[Row]
    next: str | None = Field(description="The cursor of the next page; null on the last one")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list and the cursor of the next ones."""

    items: Sequence[Row]
    next: str | None


def page(
    rows: QuerySet[Record], key: str | tuple[str, ...], cursor: str | None, limit: int, *, newest_first: bool = False
) -> Page[Record]:
    """A page of a query in the order of its key.

    Parameters
    ----------
    rows
        The query, filtered and not ordered.
    key
        The field, or fields, by which rows are ordered; together unique and without null, and an index has them.
    cursor
        Where the page before ended; None for the first one.
    limit
        How many rows at most.
    newest_first
        Descending.

    Raises
    ------
    Problem
        422 ``web.cursor`` for a cursor that is not of this list.
    """
    names = (key,) if isinstance(key, str) else key
    if cursor is not None:
        values = _read(cursor, len(names))
        fields: list[Any] = [rows.model._meta.get_field(name) for name in names]
        try:
            after = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
        except (ValidationError, TypeError, ValueError, OverflowError) as error:
            raise _not_ours() from error
        rows = rows.filter(_beyond(names, after, "lt" if newest_first else "gt"))
    found = list(rows.order_by(*(f"-{name}" if newest_first else name for name in names))[: limit + 1])
    return _cut(found, limit, lambda row: tuple(getattr(row, name) for name in names))


def page_of(
    fetch: Callable[[tuple[int | str, ...] | None, int], Sequence[Row]],
    key: Callable[[Row], tuple[Any, ...]],
    kinds: tuple[type[int] | type[str], ...],
    cursor: str | None,
    limit: int,
) -> Page[Row]:
    """A page of rows that come from elsewhere than a query, e.g. from a function of the database.

    Parameters
    ----------
    fetch
        Given the key after which to begin (None: at the beginning) and how many rows, gives them in order.
    key
        The key of a row.
    kinds
        The type of each part of the key.
    """
    after: tuple[int | str, ...] | None = None
    if cursor is not None:
        values = _read(cursor, len(kinds))
        if any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
            raise _not_ours()
        after = tuple(values)
    return _cut(list(fetch(after, limit + 1)), limit, key)


def _cut(found: list[Row], limit: int, key: Callable[[Row], tuple[Any, ...]]) -> Page[Row]:
    items = found[:limit]
    return Page(items, _write(key(items[-1])) if len(found) > limit else None)


def _beyond(names: Sequence[str], values: Sequence[Any], comparison: str) -> Q:
    """(a, b) > (x, y) as Django says it: a > x, or a = x and b > y."""
    if len(names) == 1:
        return Q(**{f"{names[0]}__{comparison}": values[0]})
    later = Q(**{f"{names[0]}__{comparison}": values[0]})
    # The first part alone bounds the scan of the index.
    bound = Q(**{f"{names[0]}__{comparison}e": values[0]})
    return bound & (later | (Q(**{names[0]: values[0]}) & _beyond(names[1:], values[1:], comparison)))


def _write(key: tuple[Any, ...]) -> str:
    parts = [
        part.isoformat() if isinstance(part, date) else str(part) if isinstance(part, UUID) else part for part in key
    ]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _not_ours() from error
    if not isinstance(values, list) or len(values) != length or not all(_is_part(value) for value in values):
        raise _not_ours()
    return values


def _is_part(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and value.isprintable()
    return type(value) is int and abs(value) < 2**63


def _not_ours() -> Problem:
    return Problem(
        422,
        "web.cursor",
        detail=_("The cursor is not one of this list. Begin without one and go on with `next` of each page."),
        errors=[Fault("/cursor", _("must be `next` of the page before"), "web.cursor", "query")],
    )
