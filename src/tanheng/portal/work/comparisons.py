"""The job ``comparison``: a change of the rules tried on the whole city, into the folder of comparisons."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.comparison.asked import Asked, compare
from tanheng.comparison.sweep import read_sweep
from tanheng.database.place import data_folder
from tanheng.jobs import kinds
from tanheng.jobs.kinds import Arguments, Kind, Result
from tanheng.jobs.progress import JobContext
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.portal.run_shelf import comparisons_folder
from tanheng.portal.work.city import about_city, city_folder
from tanheng.problems import InputRejected, Problem

KIND = "comparison"
FIELDS = ("year", "on", "first", "second", "sweep", "reforms", "overlay", "overlay_name", "overlay_title")
OVERLAY_MOST = 200_000  # signs of a reform that is pasted or sent
VARIANTS_MOST = 6
_FILE = re.compile(r"[\w.-]{1,80}\.ya?ml")
_KEPT = re.compile(r"[0-9a-f]{64}/[\w.-]{1,80}\.ya?ml")


def register() -> None:
    """Tell the queue of it."""
    title = gettext_lazy("Comparison of rules")
    kinds.register(Kind(KIND, title, work_out, right="runs.compare", shared=True, checked=checked, told=told))


def work_out(context: JobContext, given: Arguments) -> Result:
    """Work it out, or find the comparison that did."""
    done = compare(
        Asked(
            city_folder(),
            variants=tuple((_overlays() / name,) for name in given["variants"]),
            dates=(date.fromisoformat(given["first"]), date.fromisoformat(given["second"])) if given["first"] else None,
            sweep=given["sweep"],
            year=given["year"],
            on=None if given["on"] is None else date.fromisoformat(given["on"]),
        ),
        out=comparisons_folder(),
        progress=context.tell,
    )
    address = done.manifest.address
    return {"url": reverse("comparison", args=[address]), "address": address, "stood_already": done.reused}


def checked(given: Arguments, acting_user: Actor, organisation: Organisation | None) -> Arguments:
    """What is compared with what, in its one form; reforms are read and kept by their hash.

    ``reforms`` are names of the operator's reforms, a variant each; ``overlay`` is the text of one more.

    Raises
    ------
    InputRejected
        With every fault, those of a reform with its line.
    """
    about = about_city()
    faults = [
        _fault("C001", name, given[name], _("is no field of a comparison")) for name in given if name not in FIELDS
    ]
    first, second = (_day(given.get(name), name, faults) for name in ("first", "second"))
    year, on = _year(given.get("year"), about.years, faults), _day(given.get("on"), "on", faults)
    if year and on and on.year < year:
        faults.append(_fault("C004", "on", on, _("must be within the year or later")))
    sweep = str(given.get("sweep") or "").strip()[:500] or None
    texts = _texts(given, faults)
    asked = [bool(first or second), bool(sweep), bool(texts)]
    if not faults and sum(asked) != 1:
        faults.append(_fault("C005", "", "", _("Say one thing to compare: a change of rules, two days, or a range.")))
    if not faults and (first or second):
        faults += _days_that_do_not_fit(first, second, about.years)
    rulebook = about.rulebook
    if not faults and sweep:
        faults += _of(lambda: read_sweep(sweep, base_rulebook(rulebook), on or date(year or about.years[1], 12, 31)))
    variants = [] if faults else [_kept(name, text, rulebook, faults) for name, text in texts]
    if faults:
        raise InputRejected(faults)
    return {
        "year": None if first else year,
        "on": on.isoformat() if on and not first else None,
        "first": first.isoformat() if first else None,
        "second": second.isoformat() if second else None,
        "sweep": sweep,
        "variants": variants,
    }


def told(given: Arguments) -> Sequence[tuple[str, str]]:
    """The arguments in the reader's words."""
    if given["first"]:
        return [(_("Two days"), f"{given['first']} / {given['second']}")]
    facts = [(_("Year"), str(given["year"]))]
    if given["sweep"]:
        return [*facts, (_("Range"), given["sweep"])]
    from tanheng.web.templatetags.page import language

    titles = [title.get(language(), name) for name in given["variants"] for title in [overlay_title(name)]]
    return [*facts, (_("Change of rules"), "; ".join(titles))]


def reforms() -> list[tuple[str, dict[str, str]]]:
    """The operator's own reforms: name of the file and title in both languages."""
    folder = Path(settings.TANHENG_REFORMS)
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if _FILE.fullmatch(path.name) and path.is_file():
            found.append((path.name, _title_in(path.read_text("utf-8", "replace"), path.name)))
    return found


@lru_cache(maxsize=4)
def base_rulebook(name: str) -> Rulebook:
    """The city's rulebook, read once: it comes with the program."""
    return load_rulebook(name)


@lru_cache(maxsize=256)
def overlay_title(kept: str) -> dict[str, str]:
    """The title of a reform that is kept."""
    path = _overlays() / kept
    return _title_in(path.read_text("utf-8"), path.name) if path.is_file() else {}


def _title_in(text: str, name: str) -> dict[str, str]:
    try:
        said: Any = yaml.safe_load(text)
        title = said["title"]
        return {"en": str(title["en"]), "zh": str(title["zh"])}
    except (yaml.YAMLError, KeyError, TypeError, ValueError, RecursionError):
        return {"en": name, "zh": name}


def _overlays() -> Path:
    return data_folder() / "overlays"


def _texts(given: Arguments, faults: list[Problem]) -> list[tuple[str, str]]:
    """Name and text of every reform that is asked for."""
    found = []
    names = [name for name in str(given.get("reforms") or "").split(",") if name]
    known = {name for name, _title in reforms()}
    for name in names:
        if name not in known:
            faults.append(_fault("C006", "reforms", name, _("there is no such reform here")))
        else:
            found.append((name, (Path(settings.TANHENG_REFORMS) / name).read_text("utf-8")))
    text = str(given.get("overlay") or "")
    if text.strip():
        name = str(given.get("overlay_name") or "reform.yaml")
        if len(text) > OVERLAY_MOST:
            faults.append(_fault("C007", "overlay", "", _("is longer than a reform can be")))
        elif not _FILE.fullmatch(name):
            faults.append(_fault("C008", "overlay_name", name, _("must be a plain name that ends in .yaml")))
        else:
            found.append((name, text))
    if len(found) > VARIANTS_MOST:
        faults.append(_fault("C009", "reforms", str(len(found)), _("at most %d at a time") % VARIANTS_MOST))
    return found


def _kept(name: str, text: str, rulebook: str, faults: list[Problem]) -> str:
    """Keep a reform under its hash, if it can be laid over the rulebook; its place in the folder of overlays."""
    content = text.replace("\r\n", "\n").encode()
    folder = _overlays() / hashlib.sha256(content).hexdigest()
    path = folder / name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(written, path)
    found = _of(lambda: load_rulebook(rulebook, overlays=(path,)))
    faults += found
    if found:
        path.unlink(missing_ok=True)
    kept = path.relative_to(_overlays()).as_posix()
    assert _KEPT.fullmatch(kept), "a hash and a plain name"
    return kept


def _of(read: Any) -> list[Problem]:
    try:
        read()
    except InputRejected as rejected:
        return list(rejected.problems)
    return []


def _days_that_do_not_fit(first: date | None, second: date | None, years: tuple[int, int]) -> list[Problem]:
    if first is None or second is None:
        missing = "first" if first is None else "second"
        return [_fault("C010", missing, "", _("Say both days, an earlier and a later one."))]
    said = _("must be in a year of the city, from %(first)d to %(last)d") % {"first": years[0], "last": years[1]}
    faults = [
        _fault("C010", name, day, said)
        for name, day in (("first", first), ("second", second))
        if not years[0] <= day.year <= years[1]
    ]
    if first >= second:
        faults.append(_fault("C010", "second", second, _("must be later than the first")))
    return faults


def _year(given: object, years: tuple[int, int], faults: list[Problem]) -> int | None:
    if given in (None, ""):
        return years[1]
    text = str(given)
    if isinstance(given, bool) or not text.isascii() or not text.isdecimal() or len(text) > 4:
        text = "0"
    if not years[0] <= int(text) <= years[1]:
        expected = _("must be a year of the city, from %(first)d to %(last)d") % {"first": years[0], "last": years[1]}
        faults.append(_fault("C002", "year", given, expected))
        return None
    return int(text)


def _day(given: object, name: str, faults: list[Problem]) -> date | None:
    if given in (None, ""):
        return None
    try:
        text = str(given)
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        faults.append(_fault("C003", name, given, _("must be a date, as 2024-12-31")))
        return None


def _fault(code: str, field: str, value: object, message: str) -> Problem:
    return Problem(f"portal.{code}", "comparison", column=field or None, value=str(value)[:100], message=message)
