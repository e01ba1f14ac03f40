"""The job ``run``: a city is worked out for a year, with progress, into the folder of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.jobs import kinds
from tanheng.jobs.kinds import Arguments, Kind, Result
from tanheng.jobs.progress import JobContext
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor
from tanheng.perform import perform
from tanheng.policy.rulebook import PACKAGED, load_rulebook
from tanheng.policy.rulebook_folder import packaged_names
from tanheng.portal.run_shelf import runs_folder
from tanheng.portal.work.city import about_city, city_folder
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.web.templatetags.page import said

KIND = "run"
FIELDS = ("year", "on", "known_on", "rulebook")


def register() -> None:
    """Tell the queue of it."""
    kinds.register(
        Kind(
            KIND,
            gettext_lazy("Assessment of the city"),
            work_out,
            right="runs.start",
            shared=True,
            checked=checked,
            told=told,
        )
    )


def work_out(context: JobContext, given: Arguments) -> Result:
    """Work it out, or find the run that did; what a killed try left behind is cleared away by the next one."""
    done = perform(
        city_folder(),
        year=given["year"],
        on=_day(given["on"]),
        known_on=_day(given["known_on"]),
        rulebook=PACKAGED / given["rulebook"],
        runs=runs_folder(),
        progress=context.tell,
    )
    address = done.manifest.address
    return {"url": reverse("run", args=[address]), "address": address, "stood_already": done.reused}


def checked(given: Arguments, acting_user: Actor, organisation: Organisation | None) -> Arguments:
    """Year, date, day of knowledge and rulebook in their one form; what is left out is the city's own.

    Raises
    ------
    InputRejected
        With every fault.
    """
    about = about_city()
    faults = [_fault("R001", name, given[name], _("is no field of a run")) for name in given if name not in FIELDS]
    year = _year(given.get("year"), about.years, faults)
    days = {name: _written_day(given.get(name), name, faults) for name in ("on", "known_on")}
    on = days["on"] or (date(year, 12, 31) if year else None)
    if year and on and on.year < year:
        faults.append(_fault("R004", "on", on, _("must be within the year or later")))
    rulebook = given.get("rulebook") or about.rulebook
    if rulebook not in packaged_names():
        expected = _("must be one of: %s") % ", ".join(packaged_names())
        faults.append(_fault("R005", "rulebook", rulebook, expected))
    if faults:
        raise InputRejected(faults)
    known = days["known_on"]
    return {
        "year": year,
        "on": on.isoformat() if on else None,
        "known_on": known.isoformat() if known else None,
        "rulebook": rulebook,
    }


def told(given: Arguments) -> Sequence[tuple[str, str]]:
    """The arguments in the reader's words."""
    facts = [(_("Year"), str(given["year"])), (_("Rules in force on"), str(given["on"]))]
    if given["known_on"]:
        facts.append((_("As known on"), str(given["known_on"])))
    title = rulebooks().get(given["rulebook"])
    return [*facts, (_("Rulebook"), said(title) or str(given["rulebook"]))]


@lru_cache(maxsize=1)
def rulebooks() -> Mapping[str, Text]:
    """The packaged rulebooks by name, with their titles; read once, for they come with the program."""
    return {name: load_rulebook(PACKAGED / name).title for name in packaged_names()}


def _year(given: object, years: tuple[int, int], faults: list[Problem]) -> int | None:
    if given in (None, ""):
        return years[1]
    first, last = years
    text = str(given)
    if isinstance(given, bool) or not text.isascii() or not text.isdecimal() or not first <= int(text[:6]) <= last:
        expected = _("must be a year of the city, from %(first)d to %(last)d") % {"first": first, "last": last}
        faults.append(_fault("R002", "year", given, expected))
        return None
    return int(text)


def _written_day(given: object, name: str, faults: list[Problem]) -> date | None:
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else _refuse()
    except ValueError:
        faults.append(_fault("R003", name, given, _("must be a date, as 2024-12-31")))
        return None


def _refuse() -> date:
    raise ValueError


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _fault(code: str, field: str, value: object, message: str) -> Problem:
    return Problem(f"portal.{code}", "run", column=field, value=str(value)[:100], message=message)
