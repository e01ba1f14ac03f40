"""The job ``methodology_trial``: a draft on data, alone or beside another version. It credits nothing.

The data are a file that somebody sends (kept by its hash), or what a floor above offers under a name, as the events
of applications that came in. Drafts run in the worker; none is code that came through the site (``folders``).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.credits.filing.access import access_methodology, may_try
from tanheng.credits.filing.folders import open_case
from tanheng.credits.filing.models import MethodologyCase, Trial
from tanheng.database.place import data_folder
from tanheng.jobs import kinds
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.kinds import QUICK, Arguments, Kind, Result
from tanheng.jobs.models import Job
from tanheng.jobs.progress import JobContext
from tanheng.measures.credits.event_files import REASONS, Intake
from tanheng.measures.credits.trying import Comparison, Side, compare, try_methodology
from tanheng.measures.credits.versions import differences
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor, Refused
from tanheng.people.values import refused_value
from tanheng.text import Text

KIND = "methodology_trial"
DATA_MOST_BYTES = 2_000_000
_FORMS = ("csv", "parquet")
_NAMES = {"persons": "events", "projects": "project_years"}


@dataclass(frozen=True)
class Offered:
    """Data that a floor above has for every try: the folder of a span of days, for who may read them."""

    title: Text
    place: Callable[[date, date], Path]
    may: Callable[[Actor], bool]


OFFERED: dict[str, Offered] = {}


def offer_data(name: str, offered: Offered) -> None:
    """A floor above tells of data, when it starts."""
    OFFERED[name] = offered


def register() -> None:
    """Tell the queue of it."""
    title = gettext_lazy("Try of a methodology")
    kinds.register(Kind(KIND, title, work_out, queue=QUICK, checked=checked, told=told))


def do_try_methodology(
    case: MethodologyCase,
    *,
    data: bytes = b"",
    form: str = "csv",
    offered: str = "",
    first: str = "",
    last: str = "",
    against: MethodologyCase | None = None,
    examples: bool = False,
    acting_user: Actor,
) -> Job:
    """Ask for a try of a version on data, beside another version where one is given.

    Parameters
    ----------
    data, form
        A file of events (persons) or of ``project_years`` (projects): ``csv`` or ``parquet``.
    offered
        In place of a file, data that the platform has, by name; of the days from ``first`` to ``last``.
    examples
        With the example values of both folders where nothing was published: to see the arithmetic.

    Raises
    ------
    Refused
        For who neither files, nor assesses, nor decides.
    InputRejected
        ``filing.E040`` to ``filing.E044`` for data that cannot be taken, or versions that cannot be compared.
    """
    if not isinstance(acting_user, User) or not may_try(acting_user, case):
        raise Refused("people.refused", _("Drafts are tried by who files, assesses or decides on methodologies."))
    token = "" if offered else _kept(case, data, form)
    given = {"case": case.pk, "against": against.pk if against else None, "data": token, "offered": offered}
    given |= {"first": first, "last": last, "examples": examples}
    return do_start_job(KIND, given, acting_user=acting_user)


def checked(given: Arguments, acting_user: Actor, organisation: Organisation | None) -> Arguments:
    """The arguments in their one form; raises as ``do_try_methodology``."""
    user = acting_user if isinstance(acting_user, User) else None
    case = access_methodology(user, _number(given.get("case"), "case"))
    if not may_try(user, case):
        raise Refused("people.refused", _("Drafts are tried by who files, assesses or decides on methodologies."))
    against = given.get("against")
    other = access_methodology(user, _number(against, "against")) if against is not None else None
    if other is not None and (other.track, other.scene) != (case.track, case.scene):
        raise refused_value("filing.E043", "trial", "against", other.called, _("is of another track or scene"))
    offered, token = str(given.get("offered") or ""), str(given.get("data") or "")
    first, last = str(given.get("first") or ""), str(given.get("last") or "")
    if offered:
        if offered not in OFFERED or not OFFERED[offered].may(acting_user):
            raise refused_value("filing.E044", "trial", "offered", offered, _("there are no such data here"))
        if not (first and last):
            raise refused_value("filing.E044", "trial", "first", first, _("say the first and the last day"))
    elif not (len(token.split("/")) == 2 and ".." not in token and (_folder() / token).is_file()):
        raise refused_value("filing.E040", "trial", "data", None, _("is missing: send a file, or choose data"))
    for name, text in (("first", first), ("last", last)):
        if text:
            _day(text, name)
    return {
        "case": case.pk,
        "against": other.pk if other else None,
        "data": token,
        "offered": offered,
        "first": first,
        "last": last,
        "examples": bool(given.get("examples")),
    }


def told(given: Arguments) -> Sequence[tuple[str, str]]:
    """The arguments in the reader's words."""
    keys = [key for key in (given["case"], given["against"]) if key is not None]
    names = {row.pk: row.called for row in MethodologyCase.objects.filter(pk__in=keys).only("identifier", "version")}
    return [(_("Methodology"), " / ".join(names.get(key, "") for key in keys))]


def work_out(context: JobContext, given: Arguments) -> Result:
    """Work it out, and keep what came of it; the same however often it is begun."""
    done = Trial.objects.filter(job=context.job).first()
    if done is None:
        done = _worked_out(context, given)
    return {"url": done.get_absolute_url(), "trial": done.pk}


def _worked_out(context: JobContext, given: Arguments) -> Trial:
    context.tell(Text("Opening the versions", "读取方法学版本"), 0.1)
    case = MethodologyCase.objects.get(pk=given["case"])
    other = MethodologyCase.objects.get(pk=given["against"]) if given["against"] is not None else None
    draft = open_case(case, with_examples=given["examples"])
    before = open_case(other, with_examples=given["examples"]) if other is not None else None
    first = _day(given["first"], "first") if given["first"] else None
    last = _day(given["last"], "last") if given["last"] else None
    by: Actor = HOUSE if context.requested_by is None else User.objects.get(pk=context.requested_by)
    place, name, digest = _data(given, first, last, by)
    context.tell(Text("Working out every day of the data", "逐日核算"), 0.3)
    if before is None:
        result: dict[str, Any] = {"after": _side(try_methodology(draft, place, first=first, last=last))}
    else:
        result = _compared(compare(before, draft, place, first=first, last=last))
        found = differences(before, draft)
        result["differences"] = [[each.kind, each.name, each.before, each.after] for each in found]
    context.tell(Text("Keeping the result", "保存结果"), 0.9)
    trial, _made = Trial.objects.get_or_create(
        job=context.job,
        defaults={
            "case": case,
            "against": other,
            "by": by if isinstance(by, User) else None,
            "data": name,
            "data_digest": digest,
            "examples": given["examples"],
            "result": result | {"digests": [each.digest for each in (other, case) if each is not None]},
        },
    )
    return trial


def _data(given: Arguments, first: date | None, last: date | None, by: Actor) -> tuple[Path, str, str]:
    """Where the data are, how they are called, and their digest where they are one file."""
    if not given["offered"]:
        place = _folder() / given["data"]
        return place, place.name, place.parent.name
    offered = OFFERED.get(given["offered"])
    if offered is None or first is None or last is None or not offered.may(by):
        raise refused_value("filing.E044", "trial", "offered", given["offered"], _("there are no such data here"))
    return offered.place(first, last), f"{given['offered']} {first} – {last}", ""


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.methodology.name,
        "unit": side.methodology.unit,
        "reduction": side.reduction,
        "determined": side.determined,
        "undetermined": dict(side.undetermined),
        "events": None if side.intake is None else _events(side.intake),
    }


def _events(intake: Intake) -> dict[str, Any]:
    refused = [(REASONS[each.reason], each.events) for each in intake.refused]
    return {
        "counted": intake.counted,
        "copies": intake.copies,
        "refused": [{"en": words.en, "zh": words.zh, "count": count} for words, count in refused],
    }


def _compared(found: Comparison) -> dict[str, Any]:
    return {
        "before": _side(found.before),
        "after": _side(found.after),
        "gain": found.gain,
        "lose": found.lose,
        "same": found.same,
        "unknown": found.unknown,
        "most": [[each.subject, each.before, each.after] for each in found.most],
    }


def _folder() -> Path:
    return data_folder() / "trials"


def _kept(case: MethodologyCase, data: bytes, form: str) -> str:
    """Keep a file under its hash; where it is, within the folder of tries."""
    if not data:
        raise refused_value("filing.E040", "trial", "data", None, _("is missing: send a file, or choose data"))
    if len(data) > DATA_MOST_BYTES:
        most = DATA_MOST_BYTES // 1_000_000
        raise refused_value("filing.E041", "trial", "data", str(len(data)), _("is larger than %d MB") % most)
    if form not in _FORMS:
        raise refused_value("filing.E042", "trial", "form", form, _("must be one of: %s") % ", ".join(_FORMS))
    place = _folder() / hashlib.sha256(data).hexdigest() / f"{_NAMES[case.track]}.{form}"
    if not place.is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(written, place)
    return place.relative_to(_folder()).as_posix()


def _number(given: object, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise refused_value("filing.E045", "trial", name, str(given)[:40], _("must be the number of a methodology"))
    return given


def _day(text: str, name: str) -> date:
    from tanheng.credits.filing.days import day_of

    return day_of({name: text}, name, "trial")


def unit_of(case: MethodologyCase) -> str:
    """The unit of what it credits."""
    facts: Mapping[str, Any] = case.facts
    return str(facts.get("unit", ""))
