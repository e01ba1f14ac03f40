"""Who reads what of persons and points: every reading of staff goes through one of these.

An operator reads the mandates of its own applications, the authority those of all it supervises, and nobody more of a
person than the pseudonym and the points. What a person reads of itself stands in ``own``.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tanheng.credits.intake.models import Application
from tanheng.credits.points.models import Gathering, Good, Granting, Mandate, Person, Redemption
from tanheng.credits.points.scheme import the_points
from tanheng.ledger.models import Balance
from tanheng.people.models import User
from tanheng.people.rights import Actor, may, reach
from tanheng.people.standing import anywhere

SEE = "points.see"


class NotOfPoints(ObjectDoesNotExist):
    """There is no such thing of points, or not for this reader."""


def access_served(user: Actor) -> QuerySet[Application]:
    """The applications whose mandates somebody may read."""
    return Application.objects.filter(reach(user, SEE, organisation="organisation")).select_related("organisation")


def access_served_one(user: Actor, key: int) -> Application:
    """One of them.

    Raises
    ------
    NotOfPoints
        When it is not there, or not for this reader.
    """
    found = access_served(user).filter(pk=key).first()
    if found is None:
        raise NotOfPoints
    return found


def access_mandates(application: Application) -> QuerySet[Mandate]:
    """The mandates given to an application that one may read, with what each person holds of the points."""
    points = the_points()
    held = Balance.objects.filter(account=OuterRef("person__account"), asset=points).values("posted")
    return (
        Mandate.objects.filter(application=application)
        .select_related("person", "application__organisation")
        .annotate(held=Coalesce(Subquery(held), 0))
    )


def access_mandate(user: Actor, application: int, pseudonym: UUID) -> Mandate:
    """The standing mandate of a person for an application that one may read.

    Raises
    ------
    NotOfPoints
        When there is none, or not for this reader.
    """
    rows = access_mandates(access_served_one(user, application))
    found = rows.filter(person__pseudonym=pseudonym, withdrawn_at=None).first()
    if found is None:
        raise NotOfPoints
    return found


def access_person_for_erasure(user: Actor, pseudonym: UUID) -> Person:
    """A person by pseudonym, for who keeps the points of the city.

    Raises
    ------
    NotOfPoints
        When there is none, or not for this reader.
    """
    found = Person.objects.filter(pseudonym=pseudonym).first() if may(user, "points.keep", None) else None
    if found is None:
        raise NotOfPoints
    return found


def access_goods(user: Actor | None, person: Person | None = None) -> QuerySet[Good]:
    """The goods of the shop: those offered to everybody or to the person; for staff also their own out of it."""
    rows = Good.objects.select_related("offered_by", "open_to")
    shown = Q(offered=True, open_to=None)
    if person is not None:
        shown |= Q(offered=True, open_to__in=person.mandates.filter(withdrawn_at=None).values("application"))
    if user is not None:
        shown |= reach(user, SEE, organisation="offered_by")
        if may(user, SEE, None):
            shown |= Q(offered_by=None)
    return rows.filter(shown)


def access_good(user: Actor | None, key: int, person: Person | None = None) -> Good:
    """One of them.

    Raises
    ------
    NotOfPoints
        When it is not there, or not for this reader.
    """
    found = access_goods(user, person).filter(pk=key).first()
    if found is None:
        raise NotOfPoints
    return found


def access_redemptions(user: Actor) -> QuerySet[Redemption]:
    """What was redeemed of goods that one's organisation offers; for the bureau all."""
    rows = Redemption.objects.select_related("good__offered_by", "person")
    seen = reach(user, SEE, organisation="good__offered_by")
    return rows.filter(seen | Q(good__offered_by=None) if may(user, SEE, None) else seen)


def access_redemption(user: Actor, key: int) -> Redemption:
    """One of them.

    Raises
    ------
    NotOfPoints
        When it is not there, or not for this reader.
    """
    found = access_redemptions(user).filter(pk=key).first()
    if found is None:
        raise NotOfPoints
    return found


def access_grantings(user: Actor) -> QuerySet[Granting]:
    """The grantings, which are sums over all applications: for the bureau."""
    rows = Granting.objects.all()
    return rows if may(user, SEE, None) else rows.none()


def access_gatherings(user: Actor) -> QuerySet[Gathering]:
    """The cancellations of used points: for the bureau."""
    rows = Gathering.objects.all()
    return rows if may(user, SEE, None) else rows.none()


def sees_points(user: Actor) -> bool:
    """Whether there is anything of points for somebody to see."""
    return not isinstance(user, User) or anywhere(user, SEE)
