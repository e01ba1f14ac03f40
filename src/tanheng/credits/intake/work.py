"""The job ``credits_work_out``: the events of some days become reductions and points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.credits.intake import limits
from tanheng.credits.intake.working_out import work_out
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.kinds import Arguments, Kind, Result, register
from tanheng.jobs.models import Job
from tanheng.jobs.progress import JobContext
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor
from tanheng.problems import InputRejected, Problem

KIND, RIGHT = "credits_work_out", "credits.work_out"


def do_work_out(first: date, last: date, *, acting_user: Actor) -> Job:
    """Have the events of the days from ``first`` to ``last`` worked out.

    Raises
    ------
    Refused
        Without the right ``credits.work_out`` in the bureau.
    InputRejected
        ``intake.E030`` for days that are none, or have not come.
    """
    return do_start_job(KIND, {"first": str(first), "last": str(last)}, acting_user=acting_user)


def declare() -> None:
    """Have the jobs know of it."""
    register(
        Kind(KIND, gettext_lazy("Working out events"), _do, right=RIGHT, shared=True, checked=_checked, told=_told)
    )


def _do(context: JobContext, given: Arguments) -> Result:
    by: Actor = HOUSE if context.requested_by is None else User.objects.get(pk=context.requested_by)
    first, last = date.fromisoformat(given["first"]), date.fromisoformat(given["last"])
    done = work_out(first, last, acting_user=by, tell=context.tell)
    return {"url": done.get_absolute_url(), "worked_out": done.pk, "address": done.address}


def _checked(given: Arguments, acting_user: Actor, organisation: Organisation | None) -> Arguments:
    """Both days in their one form."""
    problems = [_fault(name, given[name], _("is not asked for")) for name in given if name not in ("first", "last")]
    days: dict[str, date] = {}
    for name in ("first", "last"):
        try:
            days[name] = date.fromisoformat(str(given.get(name, "")))
        except ValueError:
            problems.append(_fault(name, given.get(name), _("must be a date, as 2026-03-31")))
    if len(days) == 2 and days["last"] < days["first"]:
        problems.append(_fault("last", days["last"], _("must not be before the first day")))
    if "last" in days and days["last"] > limits.today():
        problems.append(_fault("last", days["last"], _("must not be a day that has not come")))
    if problems:
        raise InputRejected(problems)
    return {name: str(day) for name, day in days.items()}


def _told(given: Arguments) -> Sequence[tuple[str, str]]:
    return [(_("First day"), given["first"]), (_("Last day"), given["last"])]


def _fault(field: str, value: object, message: str) -> Problem:
    return Problem(
        "intake.E030", "days", column=field, value=None if value is None else str(value)[:40], message=message
    )
