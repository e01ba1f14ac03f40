"""Erasure: what is kept of a person goes, and the books still say what they said.

The ledger is never rewritten. It knows an account with a number that says nothing; the row of the person is what joins
the two, and goes. What the person held lapses, and the account is closed. Sums of grantings stay; days do not.
"""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from tanheng.credits.intake.forgetting import do_forget_person
from tanheng.credits.points.models import Erasure, Granted, GrantedDay, Mandate, Person, Redemption
from tanheng.credits.points.persons import RESIDENT
from tanheng.credits.points.scheme import retirement_account
from tanheng.credits.points.shop import do_cancel_used_points
from tanheng.ledger.actions import do_close_account, do_transfer
from tanheng.ledger.models import Balance
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.results import Code
from tanheng.people.door import door
from tanheng.people.origin import coming_from, origin
from tanheng.people.rights import HOUSE, Actor
from tanheng.people.values import refused_value


def do_erase_person(person: Person, *, reason: str = "", acting_user: Actor = HOUSE) -> Erasure:
    """Erase a person: at their own word (HOUSE), or by the bureau for who wrote to it, with the reason.

    Raises
    ------
    InputRejected
        ``points.E040`` where an officer gives no reason.
    TransferRefused
        Where the account is blocked: a difference in the books is explained first.
    """
    where = RESIDENT if acting_user is HOUSE else origin()
    with coming_from(where), door("points.erase", None, right="points.keep", acting_user=acting_user) as doing:
        if acting_user is not HOUSE and not reason.strip():
            raise refused_value("points.E040", "person", "reason", None, _("says who asked for it, and how"))
        locked = Person.objects.select_for_update(of=("self",)).select_related("account").get(pk=person.pk)
        do_cancel_used_points(of=locked, acting_user=HOUSE)
        lapsed = _emptied(locked)
        do_close_account(locked.account, "erasure", acting_user=HOUSE)
        erasure = Erasure.objects.create(
            person_id=locked.pk,
            pseudonym_hash=hashlib.sha256(str(locked.pseudonym).encode()).digest(),
            points=lapsed,
        )
        GrantedDay.objects.filter(person=locked).delete()
        Granted.objects.filter(person=locked).delete()
        Mandate.objects.filter(person=locked).delete()
        Redemption.objects.filter(person=locked).update(person=None)
        Person.objects.filter(pk=locked.pk).delete()
        # Files of events and results name the pseudonym; a job writes them anew.
        do_forget_person(locked.pseudonym, acting_user=HOUSE)
        doing.changed(f"person {erasure.person_id}", new={"erased": True, "points": lapsed})
    return erasure


def _emptied(person: Person) -> int:
    """What the person holds lapses; how many points."""
    lapsed = 0
    for balance in Balance.objects.filter(account=person.account, posted__gt=0).select_related("asset"):
        answer = do_transfer(
            person.account.number,
            retirement_account().number,
            balance.asset.code,
            balance.posted,
            purpose="lapse",
            reason="erasure",
            acting_user=HOUSE,
        )
        if answer.code != Code.OK:
            raise TransferRefused(answer.code)
        lapsed += balance.posted
    return lapsed
