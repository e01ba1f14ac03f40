"""Pages of what jobs do: start a run, ask for a file, take it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.jobs.access import access_job
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.pages import tell
from tanheng.people.rights import require
from tanheng.portal.run_shelf import shelf
from tanheng.portal.work import exports, kept_files, runs
from tanheng.portal.work.city import about_city
from tanheng.problems import InputRejected
from tanheng.runs import Manifest
from tanheng.warehouse.manifest import Manifest as CityManifest
from tanheng.web.templatetags.page import said

STANDING = 12  # runs that stand already, shown beside the form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_run(request: HttpRequest) -> HttpResponse:
    """The form of a run: for which year, by the rules of which date, as known when, by which rulebook."""
    user = caller(request)
    require(user, "runs.start", None)
    try:
        about: CityManifest | None = about_city()
    except InputRejected as rejected:
        about = None
        tell(request, rejected)
    given = {name: request.POST.get(name, "").strip()[:100] for name in runs.FIELDS}
    faults: dict[str, str] = {}
    if request.method == "POST" and about is not None:
        try:
            job = do_start_job(runs.KIND, dict(given), acting_user=user)
        except InputRejected as rejected:
            faults = {each.column or "": each.message for each in rejected.problems}
        else:
            if job.attempts or job.requested_by_id != user.pk:
                messages.info(request, _("The same run is under way already; here it is."))
            return redirect("job", job=job.pk)
    return render(request, "portal/new_run.html", _shown(about, given, faults), status=422 if faults else 200)


@login_required
@require_POST
def ask_export(request: HttpRequest) -> HttpResponse:
    """Ask for a file, and go to its job."""
    names = ("what", "format", "account", "asset", "run")
    given = {name: request.POST[name][:100] for name in names if request.POST.get(name)}
    try:
        job = do_start_job(exports.KIND, given, acting_user=caller(request))
    except InputRejected as rejected:
        tell(request, rejected)
        return redirect("jobs")
    return redirect("job", job=job.pk)


@login_required
@require_safe
def job_file(request: HttpRequest, job: int) -> HttpResponseBase:
    """The file that a job made, for who asked for it and nobody else."""
    return file_of(caller(request), job)


def file_of(user: User, job: int) -> FileResponse:
    """The answer with the file of a job.

    Raises
    ------
    Job.DoesNotExist
        When somebody else asked for it, there is none, or its time is over.
    """
    found = access_job(user, job)
    result = found.result or {}
    file = kept_files.find(result.get("file")) if found.requested_by_id == user.pk else None
    if file is None:
        raise Job.DoesNotExist
    answer = FileResponse(
        file.open("rb"), as_attachment=True, filename=str(result["name"]), content_type="application/octet-stream"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _shown(about: CityManifest | None, given: dict[str, str], faults: dict[str, str]) -> dict[str, Any]:
    years = list(range(about.years[1], about.years[0] - 1, -1)) if about else []
    standing: list[Manifest] = shelf()[:STANDING]
    own = about.rulebook if about else ""
    return {
        "section": "runs",
        "city": about.name if about else None,
        "years": years,
        "rulebooks": [(name, said(title)) for name, title in runs.rulebooks().items()],
        "given": {
            **given,
            "rulebook": given["rulebook"] or own,
            "year": given["year"] or str(years[0] if years else ""),
        },
        "faults": faults,
        "standing": standing,
    }
