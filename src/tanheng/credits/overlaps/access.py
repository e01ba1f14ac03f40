"""Who reads claims, overlaps and imported tables: whoever looks after double counting, and nobody else."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from tanheng.cases.access import NoCase
from tanheng.credits.overlaps.models import Claim, FoundOverlap, ImportedTable, ImportFinding
from tanheng.people.rights import Actor, House, Refused
from tanheng.people.standing import anywhere

RIGHT = "overlaps.see"
Record = TypeVar("Record", bound=Model)


def sees(user: Actor | None) -> bool:
    """Whether somebody looks after double counting."""
    return user is not None and (isinstance(user, House) or anywhere(user, RIGHT))


def require_sight(user: Actor) -> None:
    """Go on only for who does.

    Raises
    ------
    Refused
        For everybody else.
    """
    if not sees(user):
        raise Refused(
            "people.refused",
            _("%(user)s has no right to do this (%(right)s) for %(where)s. An administrator there can give the role.")
            % {"user": user.get_full_name(), "right": RIGHT, "where": _("the bureau")},
        )


def access_overlaps(user: Actor | None) -> QuerySet[FoundOverlap]:
    """The overlaps that were found."""
    return FoundOverlap.visible_to(user)


def access_claims(user: Actor | None) -> QuerySet[Claim]:
    """The claims, live and released."""
    return _for(user, Claim.objects.all())


def access_imported(user: Actor | None) -> QuerySet[ImportedTable]:
    """The tables of other registries that were taken in."""
    return _for(user, ImportedTable.objects.all())


def access_imported_table(user: Actor | None, key: int) -> ImportedTable:
    """One of them.

    Raises
    ------
    NoCase
        When it is not there, or not for this reader.
    """
    found = access_imported(user).filter(pk=key).first()
    if found is None:
        raise NoCase("registries", key)
    return found


def access_findings(table: ImportedTable) -> QuerySet[ImportFinding]:
    """What does not add up in a table that one may read."""
    return ImportFinding.objects.filter(source=table)


def _for(user: Actor | None, rows: QuerySet[Record]) -> QuerySet[Record]:
    return rows if sees(user) else rows.none()
