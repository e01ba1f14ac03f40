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


@dataclass(frozen=True)
class Retired:
    """What a transfer retired units for. ``about`` is the case that led to it."""

    transfer: int
    beneficiary: str
    purpose: str
    named: bool = True
    about_kind: str = ""
    about: int | None = None


_FIELDS = Certificate._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
COLUMNS = ", ".join(str(field.column) for field in _FIELDS)
_WRITE = f"SELECT {COLUMNS} FROM credit_certify(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def read(row: Sequence[Any]) -> Certificate:
    """A certificate from a row of ``COLUMNS``."""
    return Certificate.from_db("default", _NAMES, row)


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
    values += [kind.value, account.owner_id, account.owner.name if account.owner else ""]
    values += [acting_user.pk if isinstance(acting_user, User) else None]
    values += [second.by.pk, second.approval] if second else [None, None]
    with prepared_cursor() as cursor:
        cursor.execute(_WRITE, values)
        made = [read(row) for row in cursor.fetchall()]
    found = {each.transfer: each for each in made}
    if len(found) < len(retired):
        before = [each for each in retired if each.transfer not in found]
        found |= Certificate.objects.in_bulk([each.transfer for each in before], field_name="transfer")
        for each in before:
            known = found.get(each.transfer)
            if known is None or (known.kind, known.about_kind, known.about) != (kind, each.about_kind, each.about):
                raise IntegrityError(f"transfer {each.transfer} is certified for something else, or did not happen")
    return [found[each.transfer] for each in retired]
