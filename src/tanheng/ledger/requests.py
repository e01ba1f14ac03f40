"""What is asked of the database's functions, and what they answer. No right is looked at here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from tanheng.database.prepared import prepared_cursor
from tanheng.ledger.models.transfers import Kind
from tanheng.ledger.results import Code
from tanheng.people.origin import origin

BATCH_MOST = 10_000
Serials = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Asked:
    """One transfer as it is asked for, by ids.

    Parameters
    ----------
    from_account, to_account, asset
        Left out for what ends a reservation: it says.
    quantity
        In the asset's unit; of a reservation that is posted, None posts all.
    serials
        First and last numbers of runs, both included; None takes what came first.
    expires_in
        How long a reservation stands; None until it is posted or released.
    linked
        Neighbours in a batch with the same value are made together or not at all.
    """

    kind: Kind = Kind.SINGLE
    purpose: str = "transfer"
    asset: int | None = None
    from_account: int | None = None
    to_account: int | None = None
    quantity: int | None = None
    serials: Serials | None = None
    pending: int | None = None
    expires_in: timedelta | None = None
    batch: int | None = None
    reason: str = ""
    linked: UUID | None = None
    key: str | None = None


@dataclass(frozen=True)
class Answer:
    """What became of it. ``approval`` where it waits for a second person, ``queued`` where it waits for an opening."""

    code: Code
    transfer: int | None = None
    at: datetime | None = None
    queued: int | None = None
    approval: int | None = None


_ONE = (
    "SELECT * FROM ledger_transfer(%s, %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s, %s::int8multirange, "
    "%s, %s, %s, %s, %s, true)"
)
_NAMED = (
    "SELECT * FROM ledger_transfer_named(%s, %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s, "
    "%s::int8multirange, %s, %s, %s)"
)
_ISSUE = "SELECT * FROM ledger_issue(%s, %s, %s, %s, %s, %s, %s, %s, %s::int8multirange, %s::int, %s, %s)"
_NOT_BY_THE_SHORT_WAY = (96, 97)
_MANY = (
    "SELECT * FROM ledger_transfer_batch(%s, %s, %s, %s::text[], %s::smallint[], %s::text[], %s::bigint[], "
    "%s::bigint[], %s::bigint[], %s::bigint[], %s::int8multirange[], %s::bigint[], %s::interval[], %s::bigint[], "
    "%s::text[], %s::uuid[], true)"
)


def send(asked: Asked, *, actor: int | None, organisation: int | None) -> Answer:
    """One transfer: one statement, a transaction of its own where none is open.

    Raises
    ------
    IntegrityError
        When another request took the key at this very moment twice in a row, or within an open transaction.
    """
    row: list[Any] = [asked.key, asked.kind.value, asked.purpose, asked.asset, asked.from_account, asked.to_account]
    row += [asked.quantity, multirange(asked.serials), asked.pending, asked.expires_in, asked.batch, asked.reason]
    answer: Answer = _again_if_raced(_ONE, [actor, organisation, origin(), *row, asked.linked])[0]
    return answer


def send_named(
    asked: Asked, from_account: str, to_account: str, asset: str, *, roles: str, actor: int
) -> Answer | None:
    """One transfer between accounts given by number, with the question who may, in one statement.

    Parameters
    ----------
    roles
        The roles, as ``kind/role,kind/role``, whose members may move what their organisation holds.

    Returns
    -------
    Answer, or None where the actor has none of them or a second person is needed: nothing was done then.
    """
    row: list[Any] = [asked.key, asked.kind.value, asked.purpose, asset, from_account, to_account, asked.quantity]
    row += [multirange(asked.serials), asked.expires_in, asked.batch, asked.reason]
    answer: Answer | None = _again_if_raced(_NAMED, [roles, actor, origin(), *row])[0]
    return answer


def send_issuance(
    asked: Asked, to_account: str, asset: str, vintage: int | None, label: str, *, alone: bool, actor: int | None
) -> Answer | None:
    """An issuance into an account given by number, with its batch, in one statement.

    Parameters
    ----------
    alone
        Whether it needs no second person, whatever the account wants.

    Returns
    -------
    Answer, or None where there is no such asset or a second person is needed: nothing was done then.
    """
    row: list[Any] = [asked.key, asked.purpose, asset, to_account, asked.quantity, multirange(asked.serials)]
    answer: Answer | None = _again_if_raced(_ISSUE, [actor, alone, origin(), *row, vintage, label, asked.reason])[0]
    return answer


def send_batch(asked: Sequence[Asked], *, actor: int | None, organisation: int | None) -> list[Answer]:
    """Many transfers in one statement, each with an answer of its own."""
    if not asked:
        return []
    columns = [
        [a.key for a in asked],
        [a.kind.value for a in asked],
        [a.purpose for a in asked],
        [a.asset for a in asked],
        [a.from_account for a in asked],
        [a.to_account for a in asked],
        [a.quantity for a in asked],
        [multirange(a.serials) for a in asked],
        [a.pending for a in asked],
        [a.expires_in for a in asked],
        [a.batch for a in asked],
        [a.reason for a in asked],
        [a.linked for a in asked],
    ]
    return _again_if_raced(_MANY, [actor, organisation, origin(), *columns])


def _again_if_raced(statement: str, parameters: list[Any]) -> list[Any]:
    # Two requests with one key at the same moment: the second finds the answer of the first.
    try:
        return _run(statement, parameters)
    except IntegrityError as error:
        if "ledger_request" not in str(error) or connection.in_atomic_block:
            raise
        return _run(statement, parameters)


def _run(statement: str, parameters: list[Any]) -> list[Answer | None]:
    with connection.cursor() if statement is _MANY else prepared_cursor() as cursor:
        cursor.execute(statement, parameters)
        return [
            None if code in _NOT_BY_THE_SHORT_WAY else Answer(Code(code), transfer, at, queued)
            for code, transfer, at, queued in cursor.fetchall()
        ]


def multirange(serials: Serials | None) -> str | None:
    """``{[5,9],[12,12]}`` for PostgreSQL."""
    if serials is None:
        return None
    return "{" + ",".join(f"[{first},{last}]" for first, last in serials) + "}"
