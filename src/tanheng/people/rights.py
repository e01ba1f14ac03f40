"""Who may do what: rights are names, roles give them, memberships give roles.

    may(user, "people.invite", organisation)     in that organisation, or over it
    may(user, "people.found", None)              in the bureau

A right is held **in** one's own organisation or **over** others: the bureau over all, a district branch over those in
its district. ``roles`` is the table of what each role gives. One SQL statement loads what a user holds; it is kept on
the user object, which lives as long as the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from tanheng.database.prepared import prepared_cursor
from tanheng.people.models import Kind, Organisation, User
from tanheng.people.roles import IN, OVER

RIGHTS: dict[str, str] = {
    "people.found": "Found, change and close organisations",
    "people.invite": "Invite people into an organisation",
    "people.roles": "Give roles to members and take them",
    "people.block": "Block users and let them in again",
    "people.see": "See an organisation, its members and its invitations",
    "people.approve": "Confirm as the second person what another asked for",
    "people.audit": "Read the audit trail of an organisation",
}


class Refused(Exception):
    """Someone may not do this; ``code`` is stable, the text is for people. The API answers 403."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class House:
    """The house itself: its jobs, and its operator at the command line. It has every right."""

    def get_full_name(self) -> str:
        """How messages name it."""
        return _("the house")


HOUSE = House()
# An empty Q would vanish in an "or" instead of being true.
EVERY_ROW = ~Q(pk__in=[])
Actor = User | House


@dataclass(frozen=True)
class Held:
    """A role that a user holds in an open organisation."""

    organisation: int
    kind: str
    district: str
    role: str
    name: str = ""

    def reaches(self, organisation: Organisation) -> bool:
        """Whether what this role gives over others holds for this one."""
        if self.kind == Kind.BUREAU:
            return True
        return self.kind == Kind.DISTRICT_BRANCH and in_district(organisation.district, self.district)


def in_district(place: str, district: str) -> bool:
    """Whether a division lies in a district: its code begins with the district's six digits."""
    return bool(district) and place.startswith(district)


def declare(rights: Mapping[str, str]) -> None:
    """An app tells of its rights when it starts.

    Raises
    ------
    ValueError
        When a name is taken.
    """
    for name, label in rights.items():
        if RIGHTS.setdefault(name, label) != label:
            raise ValueError(f"the right {name} is declared twice: as {RIGHTS[name]!r} and as {label!r}")


# By hand: it is asked once in every request, and Django takes longer to build it than PostgreSQL to answer.
_HELD = """
SELECT m.organisation_id, o.kind, o.district, m.role, o.name
FROM people_membership m JOIN people_organisation o ON o.id = m.organisation_id JOIN people_user u ON u.id = m.user_id
WHERE m.user_id = %s AND u.is_active AND o.is_active ORDER BY m.id
"""


def held(user: User) -> tuple[Held, ...]:
    """The roles of a user in open organisations, loaded once; none for who is blocked."""
    known: tuple[Held, ...] | None = getattr(user, "_held", None)
    if known is None:
        with prepared_cursor() as cursor:
            cursor.execute(_HELD, [user.pk])
            rows = cursor.fetchall()
        known = tuple(Held(*row) for row in rows)
        user._held = known  # type: ignore[attr-defined]
    return known


def forget(user: User) -> None:
    """Load again next time; actions that change roles say so."""
    if hasattr(user, "_held"):
        del user._held


def may(user: Actor, right: str, organisation: Organisation | None) -> bool:
    """Whether a user has a right in an organisation or over it; with None, in the bureau.

    Raises
    ------
    KeyError
        When no such right is declared: a misspelt right must not look like a refusal.
    """
    if right not in RIGHTS:
        raise KeyError(f"no right is called {right}; an app declares its rights with tanheng.people.rights.declare")
    if isinstance(user, House):
        return True
    for role in held(user):
        if organisation is None:
            if role.kind == Kind.BUREAU and right in IN.get((role.kind, role.role), ()):
                return True
        elif role.organisation == organisation.pk:
            if right in IN.get((role.kind, role.role), ()):
                return True
        elif right in OVER.get((role.kind, role.role), ()) and role.reaches(organisation):
            return True
    return False


def require(user: Actor, right: str, organisation: Organisation | None) -> None:
    """Go on only with the right.

    Raises
    ------
    Refused
        With code ``people.refused``.
    """
    if not may(user, right, organisation):
        where = organisation.name if organisation is not None else _("the bureau")
        raise Refused(
            "people.refused",
            _("%(user)s has no right to do this (%(right)s) for %(where)s. An administrator there can give the role.")
            % {"user": user.get_full_name(), "right": right, "where": where},
        )


def require_active(user: Actor) -> None:
    """Go on only for who is signed in and not blocked.

    Raises
    ------
    Refused
        With code ``people.blocked``.
    """
    if not isinstance(user, House) and not (user.is_authenticated and user.is_active):
        raise Refused("people.blocked", _("Only who is signed in and not blocked can do this."))


def reach(user: Actor, right: str, *, organisation: str = "") -> Q:
    """The rows that a user reaches with a right, as a condition of a query.

    Parameters
    ----------
    organisation
        The path from the row to its organisation, as ``organisation``; empty where the row is one.
    """
    if right not in RIGHTS:
        raise KeyError(f"no right is called {right}")
    if isinstance(user, House):
        return EVERY_ROW
    path = f"{organisation}__" if organisation else ""
    own = {role.organisation for role in held(user) if right in IN.get((role.kind, role.role), ())}
    condition = Q(**{f"{path}pk__in": sorted(own)})
    for role in held(user):
        if right not in OVER.get((role.kind, role.role), ()):
            continue
        if role.kind == Kind.BUREAU:
            return EVERY_ROW
        condition |= Q(**{f"{path}district__startswith": role.district})
    return condition
