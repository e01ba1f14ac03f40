"""Pages of tries: the form with the data, and what came of it."""

from __future__ import annotations

from pathlib import PurePath

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.credits.filing.access import access_methodologies, access_methodology, access_trial, may_try
from tanheng.credits.filing.trying import DATA_MOST_BYTES, OFFERED, do_try_methodology
from tanheng.people.callers import caller
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected
from tanheng.web.saying import all_told
from tanheng.web.templatetags.page import language


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def try_out(request: HttpRequest, methodology: int) -> HttpResponse:
    """Data, and the version that it is held against; what comes of it is worked out by a job."""
    user = caller(request)
    found = access_methodology(user, methodology)
    if not may_try(user, found):
        raise Refused("people.refused", _("Drafts are tried by who files, assesses or decides on methodologies."))
    others = access_methodologies(user).filter(track=found.track, scene=found.scene).exclude(pk=found.pk)
    others = others.exclude(state="withdrawn").order_by("identifier", "version")[:200]
    faults: list[str] = []
    given = {name: request.POST.get(name, "").strip() for name in ("against", "offered", "first", "last")}
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            chosen = next((each for each in others if str(each.pk) == given["against"]), None)
            job = do_try_methodology(
                found,
                data=sent.read(DATA_MOST_BYTES + 1) if sent is not None else b"",
                form=PurePath(sent.name or "").suffix.lower().removeprefix(".") if sent is not None else "csv",
                offered=given["offered"],
                first=given["first"],
                last=given["last"],
                against=chosen,
                examples="examples" in request.POST,
                acting_user=user,
            )
        except InputRejected as rejected:
            faults = all_told(rejected)
        else:
            return redirect("job", job=job.pk)
    context = {
        "section": "credits",
        "case": found,
        "others": others,
        "offered": [(name, each.title) for name, each in OFFERED.items() if each.may(user)],
        "given": given,
        "examples": "examples" in request.POST,
        "faults": faults,
        "most_mb": DATA_MOST_BYTES // 1_000_000,
    }
    return render(request, "filing/try.html", context, status=422 if faults else 200)


@login_required
@require_safe
def trial(request: HttpRequest, trial: int) -> HttpResponse:
    """What a version came to on the data, and who gains and loses by it."""
    found = access_trial(caller(request), trial)
    sides = [found.result[name] for name in ("before", "after") if name in found.result]
    return render(
        request,
        "filing/trial.html",
        {
            "section": "credits",
            "trial": found,
            "case": found.case,
            "sides": sides,
            "compared": found.result if "before" in found.result else None,
            "language": language(),
        },
    )
