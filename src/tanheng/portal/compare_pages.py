"""Comparing rulebooks in the browser: the list, the form in its five kinds, and what came of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.jobs.actions import do_start_job
from tanheng.people.callers import caller
from tanheng.people.rights import may, require
from tanheng.portal import changing
from tanheng.portal.run_pages import apart_of, frame, let_in_to_runs, parts_of
from tanheng.portal.run_shelf import NoRun, comparisons, contents_of, is_comparison, reasons_of
from tanheng.portal.work import comparisons as work
from tanheng.portal.work.city import about_city
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.manifest import Manifest as CityManifest
from tanheng.web import saying

WAYS = {
    "change": gettext_lazy("Change a value"),
    "reform": gettext_lazy("A reform that stands ready"),
    "overlay": gettext_lazy("A reform as YAML"),
    "sweep": gettext_lazy("A value over a range"),
    "dates": gettext_lazy("Two days"),
}
STEPS = "6"


@login_required
@require_safe
def all_comparisons(request: HttpRequest) -> HttpResponse:
    """The comparisons that stand, the latest first."""
    user = let_in_to_runs(request)
    return render(
        request,
        "portal/comparisons.html",
        {"comparisons": comparisons()[:200], "may_compare": may(user, "runs.compare", None)},
    )


@login_required
@require_safe
def comparison(request: HttpRequest, address: str) -> HttpResponse:
    """One comparison: what is compared with what, who gains and who loses, and why."""
    let_in_to_runs(request)
    if not is_comparison(address):
        raise NoRun(address)
    contents = contents_of(address)
    only = contents.assessments[0] if len(contents.assessments) == 1 else None
    return render(
        request,
        "portal/comparison.html",
        {
            **frame(contents, None),
            "assessment": only,
            "apart": apart_of(only) if only else [],
            "parts": parts_of(address, only.measure) if only else [],
            "reasons": reasons_of(address, only.measure) if only else (),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_comparison(request: HttpRequest) -> HttpResponse:
    """The form: a value changed, a reform, a range, or two days; for a year of the city."""
    user = caller(request)
    require(user, "runs.compare", None)
    given = request.POST if request.method == "POST" else request.GET
    way = given.get("way", "change")
    way = way if way in WAYS else "change"
    about = about_city()
    year = given.get("year", "") if given.get("year", "").isdecimal() else str(about.years[1])
    on = date(int(year), 12, 31) if about.years[0] <= int(year) <= about.years[1] else date(about.years[1], 12, 31)
    choices = _chosen(request, about, on)
    faults: list[str] = []
    if request.method == "POST" and "start" in request.POST:
        wanted = _wanted(request, way, about, choices, faults)
        if not faults:
            try:
                job = do_start_job(work.KIND, {"year": "" if way == "dates" else year, **wanted}, acting_user=user)
            except InputRejected as rejected:
                faults = [told(problem) for problem in rejected.problems]
            else:
                if job.attempts or job.requested_by_id != user.pk:
                    messages.info(request, _("The same comparison is under way already; here it is."))
                return redirect("job", job=job.pk)
    words = "" if given.get("add") else given.get("q", "").strip()[:100]
    rulebook = work.base_rulebook(about.rulebook)
    return render(
        request,
        "portal/new_comparison.html",
        {
            "section": "comparisons",
            "way": way,
            "ways": WAYS.items(),
            "years": [str(each) for each in range(about.years[1], about.years[0] - 1, -1)],
            "year": year,
            "city": about.name,
            "q": words,
            "found": changing.found(rulebook, words, numbers_only=way == "sweep"),
            "choices": choices,
            "names": ",".join(each.parameter.name for each in choices),
            "reforms": work.reforms(),
            "picked": given.getlist("reform"),
            "given": {
                name: given.get(name, "") for name in ("overlay", "title", "from", "to", "steps", "first", "second")
            },
            "steps": STEPS,
            "faults": faults,
        },
        status=422 if faults else 200,
    )


def _chosen(request: HttpRequest, about: CityManifest, on: date) -> list[changing.Choice]:
    """The parameters that the form carries along, without those that are taken out."""
    given = request.POST if request.method == "POST" else request.GET
    names = [name for name in given.get("p", "").split(",") if name]
    if given.get("add"):
        names.append(given["add"])
    names = [name for name in dict.fromkeys(names) if name != given.get("drop")][: changing.CHOSEN_MOST]
    if given.get("way") == "sweep":
        names = names[-1:]
    rulebook = work.base_rulebook(about.rulebook)
    rows = [
        changing.choice(
            rulebook,
            name,
            on,
            keys=given.get(f"keys-{name}", ""),
            value=given.get(f"value-{name}", ""),
            start=given.get(f"start-{name}", f"{on.year}-01-01"),
        )
        for name in names
    ]
    return [each for each in rows if each is not None]


def _wanted(
    request: HttpRequest, way: str, about: CityManifest, choices: list[changing.Choice], faults: list[str]
) -> dict[str, Any]:
    """What the job is asked for."""
    given = request.POST
    if way == "change":
        if not choices:
            faults.append(_("Search for a value of the rules and choose it first."))
        text, wrong = changing.overlay_of(choices, about.rulebook, given.get("title", ""))
        faults += wrong
        return {"overlay": text, "overlay_name": "change.yaml"}
    if way == "reform":
        if not given.getlist("reform"):
            faults.append(_("Choose at least one reform."))
        return {"reforms": ",".join(given.getlist("reform"))}
    if way == "overlay":
        return {"overlay": _overlay(request, faults), "overlay_name": "reform.yaml"}
    if way == "dates":
        return {"first": given.get("first", ""), "second": given.get("second", "")}
    if not choices:
        faults.append(_("Search for a value of the rules and choose it first."))
        return {}
    keys = f"[{choices[0].keys}]" if choices[0].parameter.by else ""
    edges = ":".join(given.get(name, "").strip()[:40] for name in ("from", "to", "steps"))
    return {"sweep": f"{choices[0].parameter.name}{keys}={edges}"}


def _overlay(request: HttpRequest, faults: list[str]) -> str:
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        if (file.size or 0) > work.OVERLAY_MOST:
            faults.append(_("The file is longer than a reform can be."))
            return ""
        try:
            text: str = file.read().decode("utf-8-sig")
            return text
        except UnicodeDecodeError:
            faults.append(_("The file is not UTF-8."))
            return ""
    text = request.POST.get("overlay", "")
    if not text.strip():
        faults.append(_("Paste a reform, or choose a file."))
    return text


def told(problem: Problem) -> str:
    """A problem as one sentence in the reader's language, without the code."""
    sentence = saying.told(problem).rpartition(" [")[0]
    return sentence.removeprefix("comparison").lstrip(":,： ") if problem.file == "comparison" else sentence
