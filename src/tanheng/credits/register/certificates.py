"""Certificates for units that a transfer just retired: one statement for one or for thousands.

No right is looked at here: who calls it has let the units be retired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from tanheng.credits.register.models.certificates import Certificate, CertificateKind
from tanheng.database.prepared import prepared_cursor
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
# batch in which they were issued. The year of a number is the year in Shenzhen. What is certified already is told.
_FIELDS = Certificate._meta.concrete_fields
_WRITE = """
WITH asked AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('credit_register_certificate', 'id')) AS id, a.*
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::bigint[])
         WITH ORDINALITY AS a (transfer, beneficiary, purpose, named, about_kind, about, place)
    WHERE NOT EXISTS (SELECT FROM credit_register_certificate c WHERE c.transfer = a.transfer)
    ORDER BY place),
made AS (
    INSERT INTO credit_register_certificate
        (id, number, kind, organisation_id, holder, account_id, asset_id, transfer, quantity, beneficiary, purpose,
         named, about_kind, about, by_id, second_by_id, approval)
    SELECT a.id, %s || '-' || to_char(t.at AT TIME ZONE 'Asia/Shanghai', 'YYYY') || '-'
               || lpad(a.id::text, greatest(8, length(a.id::text)), '0'),
           %s, %s, %s, t.from_account_id, t.asset_id, t.id, t.quantity, a.beneficiary,
           a.purpose, a.named, a.about_kind, a.about, %s, %s, %s
    FROM asked a JOIN ledger_transfer t ON t.id = a.transfer
    RETURNING *),
lots AS (
    INSERT INTO credit_register_certificatelot (certificate_id, asset_id, serials, vintage, label)
    SELECT m.id, b.asset_id, b.serials, i.vintage, coalesce(i.label, '')
    FROM made m JOIN ledger_transfer t ON t.id = m.transfer
    JOIN ledger_block b ON b.account_id = t.to_account_id AND b.asset_id = t.asset_id AND b.arrived = t.id
    LEFT JOIN ledger_batch i ON i.id = b.batch_id)
SELECT {columns} FROM made
""".format(columns=", ".join(str(field.column) for field in _FIELDS))


def certify(
    retired: Sequence[Retired], account: Account, *, kind: CertificateKind, acting_user: Actor
) -> list[Certificate]:
    """Write certificates of units that left an account into retirement, in the order of what was retired.

    A transfer that is certified already for the same case, or for none, keeps its certificate.

    Raises
    ------
    django.db.IntegrityError
        When a transfer retired nothing, or something else than what it is certified for.
    """
    second = confirmation()
    values: list[Any] = [[each.transfer for each in retired], [each.beneficiary for each in retired]]
    values += [[each.purpose for each in retired], [each.named for each in retired]]
    values += [[each.about_kind for each in retired], [each.about for each in retired]]
    values += [PREFIX, kind.value, account.owner_id, account.owner.name if account.owner else ""]
    values += [acting_user.pk if isinstance(acting_user, User) else None]
    values += [second.by.pk, second.approval] if second else [None, None]
    with prepared_cursor() as cursor:
        cursor.execute(_WRITE, values)
        names = [field.attname for field in _FIELDS]
        made = [Certificate.from_db("default", names, row) for row in cursor.fetchall()]
    found = {each.transfer: each for each in made}
    if len(found) < len(retired):
        before = [each for each in retired if each.transfer not in found]
        found |= Certificate.objects.in_bulk([each.transfer for each in before], field_name="transfer")
        for each in before:
            known = found.get(each.transfer)
            if known is None or (known.kind, known.about_kind, known.about) != (kind, each.about_kind, each.about):
                raise IntegrityError(f"transfer {each.transfer} is certified for something else, or did not happen")
    return [found[each.transfer] for each in retired]
