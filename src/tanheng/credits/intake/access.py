"""Who reads applications, batches and what was worked out: every reading goes through one of these."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from tanheng.credits.intake.models import Application, ApplicationKey, Batch, WorkedOut
from tanheng.people.models import User
from tanheng.people.rights import Actor, reach
from tanheng.people.standing import anywhere


class NotThere(ObjectDoesNotExist):
    """There is no such thing of intake, or not for this reader."""


def access_applications(user: Actor | None) -> QuerySet[Application]:
    """One's own applications, and those under one's supervision."""
    return Application.visible_to(user)


def access_application(user: Actor | None, key: int) -> Application:
    """One of them.

    Raises
    ------
    NotThere
        When it is not there, or not for this reader.
    """
    found = access_applications(user).filter(pk=key).first()
    if found is None:
        raise NotThere
    return found


def application_for(caller: User | ApplicationKey, key: int) -> Application:
    """The application that a sender names: for a key its own and no other.

    Raises
    ------
    NotThere
        When it is not there, or not the caller's.
    """
    if isinstance(caller, User):
        return access_application(caller, key)
    if caller.application_id != key:
        raise NotThere
    return caller.application


def access_keys(user: User, application: Application) -> QuerySet[ApplicationKey]:
    """The keys of an application, for who may make them."""
    may_make = reach(user, "applications.register", organisation="application__organisation")
    return ApplicationKey.objects.filter(may_make, application=application).select_related("application__organisation")


def access_key(user: User, application: Application, key: int) -> ApplicationKey:
    """One of them.

    Raises
    ------
    NotThere
        When it is not there, or not for this reader.
    """
    found = access_keys(user, application).filter(pk=key).first()
    if found is None:
        raise NotThere
    return found


def access_batches(application: Application) -> QuerySet[Batch]:
    """The batches of an application that one may read."""
    return Batch.objects.filter(application=application)


def access_batch(application: Application, key: int) -> Batch:
    """One of them.

    Raises
    ------
    NotThere
        When it is not there.
    """
    found = access_batches(application).filter(pk=key).select_related("by", "by_key").first()
    if found is None:
        raise NotThere
    return found


def access_workings(user: Actor | None) -> QuerySet[WorkedOut]:
    """What was worked out of all applications' events: for the authority, which supervises them."""
    rows = WorkedOut.objects.all()
    if user is None or (isinstance(user, User) and not _supervises(user)):
        return rows.none()
    return rows


def access_working(user: Actor | None, key: int) -> WorkedOut:
    """One of them.

    Raises
    ------
    NotThere
        When it is not there, or not for this reader.
    """
    found = access_workings(user).filter(pk=key).first()
    if found is None:
        raise NotThere
    return found


def _supervises(user: User) -> bool:
    """Results name persons of every application, by pseudonym: only who works them out sees them."""
    return anywhere(user, "credits.work_out") or anywhere(user, "applications.decide")
