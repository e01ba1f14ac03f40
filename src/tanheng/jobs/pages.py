"""Pages of jobs: one's jobs, a job and how far it is, what the house does by itself."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tanheng.jobs.access import access_job, access_jobs, access_last_rounds
from tanheng.jobs.actions import do_cancel_job, may_cancel
from tanheng.jobs.models import Job
from tanheng.jobs.routines import ROUTINES
from tanheng.people.callers import caller
from tanheng.people.rights import may
from tanheng.problems import InputRejected
from tanheng.web.cursors import page

ROWS = 50


@login_required
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """One's jobs, the newest first; everybody's for who looks after them."""
    user = caller(request)
    shown = page(access_jobs(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    everybodys = may(user, "jobs.all", None)
    seen = {"page": shown, "everybodys": everybodys, "may_see_routines": may(user, "jobs.routines", None)}
    return render(request, "jobs/jobs.html", seen)


@login_required
@require_safe
def job(request: HttpRequest, job: int) -> HttpResponse:
    """A job: how far it is, what happened to it, what came of it.

    With ``?seen=…`` only what changes is answered, and nothing (204) where it is as it was seen: a page asks so each
    second, and a screen reader shall not be told the same thing each second.
    """
    user = caller(request)
    found = access_job(user, job)
    shown: dict[str, Any] = {
        "section": "jobs",
        "job": found,
        "may_cancel": may_cancel(user, found),
        "print": _print(found),
    }
    seen = request.GET.get("seen")
    if seen is None:
        return render(request, "jobs/job.html", shown)
    if seen == shown["print"]:
        return HttpResponse(status=204)
    return render(request, "jobs/progress.html", shown)


@login_required
@require_POST
def cancel(request: HttpRequest, job: int) -> HttpResponse:
    """Cancel it."""
    try:
        done = do_cancel_job(job, acting_user=caller(request))
    except InputRejected:
        messages.info(request, _("The job has ended already; there is nothing to cancel."))
    else:
        messages.success(
            request, _("The job will stop at its next step.") if done.under_way else _("The job is cancelled.")
        )
    return redirect("job", job=job)


@login_required
@require_safe
def routines(request: HttpRequest) -> HttpResponse:
    """What the house does by itself, when it last did, and what became of it."""
    last = {each.routine: each for each in access_last_rounds(caller(request))}
    rows = [(routine, last.get(name)) for name, routine in ROUTINES.items()]
    return render(request, "jobs/routines.html", {"section": "jobs", "rows": rows})


def _print(job: Job) -> str:
    """What stands and falls with all that the page shows of its progress."""
    shown = (job.state, job.step_en, job.percent, job.attempts, job.cancel_asked, len(job.notes))
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
