"""Where browsers report what the policy made them hold back, and the list of it: empty, if all is well."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tanheng.people.callers import caller
from tanheng.people.rights import Refused
from tanheng.people.standing import anywhere
from tanheng.web import policy_reports

FORMS = frozenset({"application/csp-report", "application/reports+json", "application/json"})


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a browser's report: 204, whether it is kept or not; what is no report or too long is refused."""
    if request.content_type not in FORMS:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > policy_reports.BYTES_MOST:
        return HttpResponse(status=413)
    if not policy_reports.RATE.allow_request(request):
        return HttpResponse(status=429)
    try:
        reports = policy_reports.read(request.body, request.get_host())
    except (ValueError, RawPostDataException):
        return HttpResponse(status=400)
    for each in reports:
        policy_reports.count(each)
    return HttpResponse(status=204)


@login_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What was reported, for who looks after the site."""
    if not anywhere(caller(request), "site.look_after"):
        raise Refused("people.refused", _("What browsers report is for the administrators of the bureau."))
    return render(request, "portal/policy.html", {"reports": policy_reports.known()})
