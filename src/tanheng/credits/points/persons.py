"""What is done to persons: enrolled by an application, given a new key, joined to one more application; mandates end.

A person is enrolled by an operator, who calls it by a number of its own. The key goes to the person and is kept here
as a hash. Nothing of this writes the pseudonym into the audit trail or the ledger: they are kept for ever.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.credits.intake.models import Application
from tanheng.credits.points.models import Mandate, Person
from tanheng.credits.points.references import fit_reference
from tanheng.ledger.actions import do_open_account
from tanheng.people.door import door
from tanheng.people.origin import coming_from
from tanheng.people.rights import HOUSE, Actor
from tanheng.people.secrets import hash_of, new_key
from tanheng.people.values import refused_value

SERVE = "points.serve"
KEY = "tanheng_person_"
LINK_LASTS = timedelta(minutes=15)
ENROLS = ("testing", "connected")
# Said in the audit trail in place of an address: a resident's is nobody's business.
RESIDENT = "resident"
# Of our locks by number, those of references.
_ENROLMENTS = 2906
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Enrolled:
    """A person with the mandate; ``key`` only where it was made just now, and never again."""

    person: Person
    mandate: Mandate
    key: str | None


def do_enrol_person(application: Application, reference: str, *, link_code: str = "", acting_user: Actor) -> Enrolled:
    """Take a person in who gave an application the mandate; the same reference again gives the same person.

    Parameters
    ----------
    reference
        What the operator calls the person: a number of its own.
    link_code
        Where the person takes part already through another application: a code that it made on its page.

    Raises
    ------
    InputRejected
        ``points.E001`` and ``points.E002`` for the reference, ``points.E003`` where the application does not take
        part, ``points.E004`` for a code that is not good, ``points.E005`` where the mandate stands under another
        reference.
    """
    with door("points.enrol", application.organisation, right=SERVE, acting_user=acting_user) as doing:
        reference = fit_reference(reference)
        # Two requests with one reference do not make two persons. The application's row is not held: whoever sends its
        # events holds it, and neither should wait for the other.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ENROLMENTS, f"{application.pk} {reference}"]
            )
        locked = Application.objects.get(pk=application.pk)
        if locked.state not in ENROLS:
            message = _("does not take part now: nobody can be enrolled through it")
            raise refused_value("points.E003", "application", "state", locked.state, message)
        known = _standing(locked).filter(reference=reference).select_related("person").first()
        if known is not None and not link_code:
            doing.changed(f"mandate {known.pk}", new={"again": True})
            return Enrolled(known.person, known, None)
        person, key = (_linked(link_code), None) if link_code else _new_person()
        if known is not None and known.person_id == person.pk:
            doing.changed(f"mandate {known.pk}", new={"again": True})
            return Enrolled(person, known, None)
        if known is not None or _standing(locked).filter(person=person).exists():
            message = _("stands for another person already, or this person under another one")
            raise refused_value("points.E005", "mandate", "reference", None, message)
        # What it says is checked above, and by the database: looked up once more by the model it costs as much again.
        mandate = Mandate(person=person, application=locked, reference=reference)
        mandate.save(force_insert=True)
        doing.changed(
            f"mandate {mandate.pk}", new={"person": person.pk, "application": locked.pk, "linked": bool(link_code)}
        )
    return Enrolled(person, mandate, key)


def do_renew_key(person: Person, application: Application | None, *, acting_user: Actor) -> str:
    """A new key; the one before, and whoever is signed in with it, is out at once.

    Parameters
    ----------
    application
        The one whose operator asks for the person, and whose mandate stands; None where the person does.
    """
    organisation = application.organisation if application is not None else None
    right = SERVE if application is not None else "points.keep"
    with door("points.key", organisation, right=right, acting_user=acting_user) as doing:
        if application is not None:
            standing_mandate(person, application)
        locked = Person.objects.select_for_update().get(pk=person.pk)
        key = new_key(KEY)
        locked.key_hash, locked.epoch = hash_of(key), locked.epoch + 1
        locked.save(update_fields=["key_hash", "epoch"])
        doing.changed(f"person {locked.pk}", new={"epoch": locked.epoch})
    person.epoch = locked.epoch
    return key


def do_make_link_code(person: Person) -> str:
    """By the person: a code, good once and for a quarter of an hour, with which one more application enrols them."""
    code = "".join(secrets.choice(_LETTERS) for _place in range(12))
    with coming_from(RESIDENT), door("points.link", None, right="points.keep", acting_user=HOUSE) as doing:
        locked = Person.objects.select_for_update().get(pk=person.pk)
        locked.link_hash, locked.link_until = hash_of(code), timezone.now() + LINK_LASTS
        locked.save(update_fields=["link_hash", "link_until"])
        doing.changed(f"person {locked.pk}", new={"link": True})
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def do_withdraw_mandate(mandate: Mandate, *, acting_user: Actor) -> Mandate:
    """End a mandate: by its person (HOUSE, from their own page) or by the operator at their word.

    What is reported of days after it is not granted; what was granted stays.

    Raises
    ------
    InputRejected
        ``points.E006`` where it ended already.
    """
    organisation = mandate.application.organisation
    with door("points.mandate", organisation, right=SERVE, acting_user=acting_user) as doing:
        locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
        if locked.withdrawn_at is not None:
            raise refused_value("points.E006", "mandate", "withdrawn_at", None, _("has ended already"))
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        doing.changed(f"mandate {locked.pk}", old={"standing": True}, new={"standing": False})
    return locked


def standing_mandate(person: Person, application: Application) -> Mandate:
    """The mandate that a person gave an application.

    Raises
    ------
    InputRejected
        ``points.E007`` where there is none, or it ended.
    """
    found = _standing(application).filter(person=person).first()
    if found is None:
        raise refused_value(
            "points.E007", "mandate", "person", None, _("has given this application no mandate, or withdrew it")
        )
    return found


def _standing(application: Application) -> QuerySet[Mandate]:
    return Mandate.objects.filter(application=application, withdrawn_at=None)


def _new_person() -> tuple[Person, str]:
    # Its own number, and a holder that says nothing: the ledger keeps both for ever.
    account = do_open_account(
        f"PT-{secrets.token_hex(10)}", "points", None, holder=uuid4().hex, second_person=True, acting_user=HOUSE
    )
    key = new_key(KEY)
    person = Person(account=account, key_hash=hash_of(key))
    person.save(force_insert=True)
    return person, key


def _linked(code: str) -> Person:
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    person = Person.objects.select_for_update().filter(link_hash=hash_of(plain), link_until__gt=timezone.now()).first()
    if person is None:
        hint = _("The person makes a new one on its page; it is good once, for a quarter of an hour")
        raise refused_value("points.E004", "mandate", "link_code", None, _("is not a code that is good now"), hint)
    person.link_hash = person.link_until = None
    person.save(update_fields=["link_hash", "link_until"])
    return person
