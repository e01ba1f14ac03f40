"""Certificates for units that a transfer just retired: one statement for one or for thousands.

No right is looked at here: who calls it has let the units be retired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tanheng.credits.register.models.certificates import Certificate, CertificateKind
from tanheng.ledger.models import Account
from tanheng.people.approvals import confirmation
from tanheng.people.models import User
from tanheng.people.rights import Actor

PREFIX = "THC"


@dataclass(frozen=True)
class Retired:
    """What a transfer retired units for. ``about`` is the case that led to it."""

    transfer: int
    beneficiary: str
    purpose: str
    named: bool = True
    about_kind: str = ""
    about: int | None = None


# Units that are retired stay in the blocks in which they came: so these are found by the transfer, and carry the
# batch in which they were issued. The year of a number is the year in Shenzhen.
_WRITE = """
WITH asked AS (
    SELECT nextval(pg_get_serial_sequence('credit_register_certificate', 'id')) AS id, a.*
    FROM unnest(%(transfers)s::bigint[], %(beneficiaries)s::text[], %(purposes)s::text[], %(named)s::boolean[],
                %(about_kinds)s::text[], %(abouts)s::bigint[])
         WITH ORDINALITY AS a (transfer, beneficiary, purpose, named, about_kind, about, place)
    ORDER BY place),
made AS (
    INSERT INTO credit_register_certificate
        (id, number, kind, organisation_id, holder, account_id, asset_id, transfer, quantity, beneficiary, purpose,
         named, about_kind, about, by_id, second_by_id, approval)
    SELECT a.id, %(prefix)s || '-' || to_char(t.at AT TIME ZONE 'Asia/Shanghai', 'YYYY') || '-'
               || lpad(a.id::text, greatest(8, length(a.id::text)), '0'),
           %(kind)s, %(organisation)s, %(holder)s, t.from_account_id, t.asset_id, t.id, t.quantity, a.beneficiary,
           a.purpose, a.named, a.about_kind, a.about, %(by)s, %(second_by)s, %(approval)s
    FROM asked a JOIN ledger_transfer t ON t.id = a.transfer)
INSERT INTO credit_register_certificatelot (certificate_id, asset_id, serials, vintage, label)
SELECT a.id, b.asset_id, b.serials, i.vintage, coalesce(i.label, '')
FROM asked a JOIN ledger_transfer t ON t.id = a.transfer
JOIN ledger_block b ON b.account_id = t.to_account_id AND b.asset_id = t.asset_id AND b.arrived = t.id
LEFT JOIN ledger_batch i ON i.id = b.batch_id
"""


def certify(
    retired: Sequence[Retired], account: Account, *, kind: CertificateKind, acting_user: Actor
) -> list[Certificate]:
    """Write certificates of units that left an account into retirement, in the order of what was retired.

    Raises
    ------
    django.db.IntegrityError
        When a transfer retired nothing, or something else than what it is certified for.
    """
    second = confirmation()
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "transfers": [each.transfer for each in retired],
                "beneficiaries": [each.beneficiary for each in retired],
                "purposes": [each.purpose for each in retired],
                "named": [each.named for each in retired],
                "about_kinds": [each.about_kind for each in retired],
                "abouts": [each.about for each in retired],
                "prefix": PREFIX,
                "kind": kind.value,
                "organisation": account.owner_id,
                "holder": account.owner.name if account.owner else "",
                "by": acting_user.pk if isinstance(acting_user, User) else None,
                "second_by": second.by.pk if second else None,
                "approval": second.approval if second else None,
            },
        )
    found = Certificate.objects.in_bulk([each.transfer for each in retired], field_name="transfer")
    return [found[each.transfer] for each in retired]
