"""Who reads what of the register: certificates are public, the beneficiary of one that is not named is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tanheng.credits.register.models import Certificate, Neutrality, OffsetUse
from tanheng.ledger.models import AssetKind
from tanheng.people.models import User
from tanheng.people.rights import may

SEE = "ledger.see"


def access_certificates() -> QuerySet[Certificate]:
    """All of them: the register is public. ``sees_beneficiary`` says who reads the rest."""
    return Certificate.objects.select_related("organisation", "asset")


def access_certificate(number: str) -> Certificate:
    """One of them, by its number.

    Raises
    ------
    Certificate.DoesNotExist
        When there is none.
    """
    return access_certificates().get(number=number)


def sees_beneficiary(user: User | None, certificate: Certificate) -> bool:
    """Whether a reader may know for whom and for what: anybody, where it is public; else who sees the account."""
    return certificate.named or (user is not None and may(user, SEE, certificate.organisation))


def access_neutralities(user: User) -> QuerySet[Neutrality]:
    """The applications for neutrality that one sees."""
    return Neutrality.visible_to(user)


def access_offset_uses(user: User) -> QuerySet[OffsetUse]:
    """The offset uses that one sees."""
    return OffsetUse.visible_to(user)


@dataclass(frozen=True)
class Issued:
    """An issuance: what was issued when, for what, with which serial numbers."""

    transfer: int
    at: datetime
    asset: str
    quantity: int
    vintage: int | None
    label: str
    runs: Sequence[tuple[int, int]]


# Every issuance is a posting of the issuance account of its credit, and these are in order of time by their key.
_ISSUED = """
SELECT t.id, t.at, a.code, t.quantity, b.vintage, coalesce(b.label, ''), t.serials
FROM ledger_asset a JOIN ledger_account i ON i.issues_id = a.id
CROSS JOIN LATERAL (
    SELECT p.transfer_id, p.at FROM ledger_posting p
    WHERE p.account_id = i.id AND p.asset_id = a.id AND (p.at, p.transfer_id) < (%(at)s, %(transfer)s)
    ORDER BY p.at DESC, p.transfer_id DESC LIMIT %(limit)s) p
JOIN ledger_transfer t ON t.id = p.transfer_id
LEFT JOIN ledger_batch b ON b.id = t.batch_id
WHERE a.kind = %(kind)s ORDER BY t.at DESC, t.id DESC LIMIT %(limit)s
"""
_ISSUED_FOR = """
SELECT t.id, t.at, a.code, t.quantity, b.vintage, b.label, t.serials
FROM ledger_batch b JOIN ledger_asset a ON a.id = b.asset_id JOIN ledger_account i ON i.issues_id = a.id
JOIN ledger_posting p ON p.account_id = i.id AND p.asset_id = a.id
JOIN ledger_transfer t ON t.id = p.transfer_id AND t.batch_id = b.id
WHERE b.label = %(label)s AND a.kind = %(kind)s ORDER BY t.at DESC, t.id DESC LIMIT %(limit)s
"""


def access_issued(limit: int, *, before: tuple[datetime, int] | None = None) -> list[Issued]:
    """The issuances of credits, the newest first; ``before`` the moment and the transfer of the last one seen."""
    at, transfer = before or (None, 0)
    values = {"at": at or "infinity", "transfer": transfer, "limit": limit, "kind": AssetKind.CREDIT.value}
    return _issued(_ISSUED, values)


def access_issued_for(label: str, limit: int) -> list[Issued]:
    """The issuances of one project, by its number."""
    return _issued(_ISSUED_FOR, {"label": label, "limit": limit, "kind": AssetKind.CREDIT.value})


def _issued(statement: str, values: Mapping[str, str | int | datetime]) -> list[Issued]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return [
        Issued(transfer, at, asset, quantity, vintage, label, _runs(serials))
        for transfer, at, asset, quantity, vintage, label, serials in rows
    ]


def _runs(serials: Any) -> list[tuple[int, int]]:
    return [(run.lower, run.upper - 1) for run in serials] if serials is not None else []
