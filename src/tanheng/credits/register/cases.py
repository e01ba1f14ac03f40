"""The actions that begin a case of neutrality or of offset use; steps go through ``tanheng.cases``."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tanheng.cases.taking import ACTION, begin
from tanheng.credits.register.models.neutrality import APPLY, Neutrality, checked
from tanheng.credits.register.models.offsets import USE, OffsetUse
from tanheng.people.door import door
from tanheng.people.models import Kind, Organisation
from tanheng.people.rights import Actor
from tanheng.people.values import insert, refused_value

FIRST_YEAR = 2013  # of the Shenzhen carbon market


def do_begin_neutrality(
    organisation: Organisation, subject: str, begins: date, ends: date, *, acting_user: Actor
) -> Neutrality:
    """Begin an application for carbon neutrality.

    Raises
    ------
    Refused
        Without the right to apply for the organisation.
    InputRejected
        ``register.E023`` for a time that spans years, or a text that does not fit.
    """
    with door(ACTION, organisation, right=APPLY, acting_user=acting_user) as doing:
        case = Neutrality(organisation=organisation, subject=subject.strip(), begins=begins, ends=ends)
        checked(case)
        insert(case)
        begin(case, acting_user=acting_user)
        doing.changed(f"neutrality {case.pk}", new={"subject": case.subject, "begins": str(begins), "ends": str(ends)})
    return case


def do_begin_offset(organisation: Organisation, year: int, *, acting_user: Actor) -> OffsetUse:
    """Begin the use of credits as offset by an emitter.

    Raises
    ------
    Refused
        Without the right to use what the emitter holds as offset.
    InputRejected
        ``register.E033`` for a year without a carbon market or to come, ``register.E034`` for who is no emitter.
    """
    with door(ACTION, organisation, right=USE, acting_user=acting_user) as doing:
        if organisation.kind != Kind.EMITTER:
            message = _("only an emitter of the carbon market offsets emissions")
            raise refused_value("register.E034", "offsets", "organisation", organisation.name, message)
        if not FIRST_YEAR <= year <= date.today().year:
            message = _("must be a year from %(first)d to this one") % {"first": FIRST_YEAR}
            raise refused_value("register.E033", "offsets", "year", str(year), message)
        case = OffsetUse(organisation=organisation, year=year)
        insert(case)
        begin(case, acting_user=acting_user)
        doing.changed(f"offsets {case.pk}", new={"year": year})
    return case
