"""Entries of the audit trail in words. What has no word yet is shown by its stable name."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()
DEEDS: dict[str, Promise] = {
    "people.accept": _("accepted an invitation"),
    "people.approve": _("confirmed a request"),
    "people.ask": _("asked for a second person"),
    "people.block": _("blocked or let in a user"),
    "people.create_user": _("created a user"),
    "people.email_changed": _("changed an address of mail"),
    "people.expire": _("let a request expire"),
    "people.found": _("founded or changed an organisation"),
    "people.invite": _("invited somebody"),
    "people.lock_out": _("was locked out after wrong passwords"),
    "people.refuse": _("refused a request"),
    "people.revoke_token": _("revoked a token"),
    "people.roles": _("gave or took a role"),
    "people.second_factor_added": _("added a second factor"),
    "people.second_factor_removed": _("removed a second factor"),
    "people.sign_in": _("signed in"),
    "people.sign_out": _("signed out"),
    "people.token": _("made a token"),
    "people.withdraw": _("withdrew a request"),
    "credits.step": _("took a step of a case"),
    "points.cancel": _("cancelled used points"),
    "points.enrol": _("enrolled a person"),
    "points.erase": _("erased a person"),
    "points.give_back": _("gave used points back"),
    "points.grant": _("granted points"),
    "points.key": _("gave a person a new key"),
    "points.link": _("gave a person a code for one more application"),
    "points.mandate": _("ended a mandate"),
    "points.offer": _("offered or changed a good"),
    "points.redeem": _("redeemed points"),
    "points.sign_out": _("signed a person out"),
    "credits.work_out": _("had events worked out"),
    "applications.register": _("registered an application"),
    "applications.key": _("made a key of an application"),
    "applications.revoke_key": _("revoked a key of an application"),
    "applications.events": _("sent events of an application"),
    "jobs.start": _("asked for a job"),
    "jobs.cancel": _("cancelled a job"),
    "tables.submit": _("sent a table of the city"),
    "tables.check": _("had a table checked"),
    "tables.hand_in": _("handed a table in"),
    "tables.take": _("took a table into the city"),
    "tables.refuse": _("refused a table"),
    "tables.withdraw": _("withdrew a table"),
    "ledger.block": _("blocked or opened an account"),
    "ledger.block_account": _("blocked or opened an account"),
    "ledger.close_account": _("closed an account"),
    "ledger.open_account": _("opened or changed an account"),
    "ledger.differ": _("found a difference"),
    "ledger.explain": _("explained a difference"),
    "ledger.issue": _("issued units"),
    "ledger.open": _("opened or changed an account"),
    "ledger.pledge": _("pledged units"),
    "ledger.post": _("carried out a reservation"),
    "ledger.release": _("released a pledge"),
    "ledger.reserve": _("reserved units"),
    "ledger.retire": _("retired units"),
    "ledger.void": _("took a reservation back"),
    "ledger.restore_balance": _("restored a balance"),
    "ledger.safeguards": _("changed the safeguards"),
    "ledger.settle": _("settled a reservation"),
    "ledger.transfer": _("moved units"),
    "ledger.transfer_batch": _("moved units, several at once"),
    "ledger.trust": _("changed the trusted accounts"),
    "ledger.withdraw": _("withdrew a waiting transfer"),
}
SUBJECTS: dict[str, Promise] = {
    "account": _("account"),
    "application": _("application"),
    "approval": _("request"),
    "asset": _("asset"),
    "day": _("day"),
    "difference": _("difference"),
    "gathering": _("cancellation of used points"),
    "good": _("good"),
    "granting": _("granting of points"),
    "invitation": _("invitation"),
    "job": _("job"),
    "mandate": _("mandate"),
    "membership": _("membership"),
    "organisation": _("organisation"),
    "person": _("person"),
    "redemption": _("redemption"),
    "reservation": _("reservation"),
    "submission": _("table of the city"),
    "token": _("token"),
    "transfer": _("transfer"),
    "user": _("user"),
}


@register.filter
def deed(action: str) -> str:
    """What was done, as ``moved units`` for ``ledger.transfer``."""
    return str(DEEDS.get(action, action))


@register.filter
def subject_in_words(subject: str) -> str:
    """To what it was done: ``transfer 7`` with its kind in the reader's language."""
    kind, between, key = subject.partition(" ")
    return f"{SUBJECTS[kind]}{between}{key}" if kind in SUBJECTS else subject
