"""Pages of the quiet city: its front page, studies, communities, complaints."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.communities.access import (
    access_communities,
    access_community,
    access_complaint,
    access_complaints,
    access_own_complaint,
    access_reviews,
    access_studies,
    access_study,
    applicants,
)
from tanheng.communities.actions import check_complaint, do_apply_community, do_complain, do_import_sent, do_show_study
from tanheng.communities.calculating import AREAS_KM2, FLOORS, KIND, METHODS, SEED_MOST
from tanheng.communities.community_cases import HOUSEHOLDS_MOST, PUBLIC, REMINDED_DAYS, Community
from tanheng.communities.complained import complained
from tanheng.communities.complaint_cases import SOURCES, Complaint
from tanheng.communities.counted import DAYS, title_statistics
from tanheng.communities.counted import complaint_places as complaint_places_of
from tanheng.communities.importing import APPLICATIONS, ROWS_MOST
from tanheng.communities.paper import paper
from tanheng.communities.sight.legend import DIFFERENCE, EXCESS, LEVELS, NOTHING, POWER, SILENT
from tanheng.communities.tabled import communities_tabled, complaints_tabled
from tanheng.jobs.actions import do_start_job
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import may, require
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected
from tanheng.web.cursors import page
from tanheng.web.forms import DeedForm, Field, FormFault
from tanheng.web.rates import Rate
from tanheng.web.saying import all_told
from tanheng.web.spreadsheets import csv_answer
from tanheng.web.templatetags.page import said

ROWS = 50
PLACES_SHOWN = 200
FAULTS_SHOWN = 200
SECTION = "quiet"
FORM = require_http_methods(["GET", "HEAD", "POST"])
COMPLAINTS = Rate(per_minute=6, burst=3, name="noise-complaint")
# What is refused and mended is no complaint more.
TRIES = Rate(per_minute=30, burst=15, name="noise-complaint-tried")
# Drawing one takes a second of a processor.
PAPERS = Rate(per_minute=20, burst=10, name="paper of a community")
FINDING = Rate(per_minute=20, burst=10, name="noise-complaint-found")


def _reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _sees(user: User | None) -> bool:
    return user is not None and may(user, "noise.see", None)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What there is: studies, communities with a title, complaints."""
    user = _reader(request)
    context = {
        "section": SECTION,
        "studies": access_studies(user)[:8],
        "communities": access_communities(user).order_by("-pk")[:8],
        "complaints": access_complaints(user).exclude(state__in=("answered", "set_aside")).count(),
        "sees": _sees(user),
        "may_calculate": user is not None and may(user, "noise.calculate", None),
        "may_apply": bool(applicants(user)),
        "scales": (LEVELS, DIFFERENCE, EXCESS, POWER),
        "silent": (SILENT, NOTHING),
    }
    return render(request, "communities/front.html", context)


@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """Studies that one may read."""
    user = _reader(request)
    context = {
        "section": SECTION,
        "page": page(access_studies(user), "id", request.GET.get("cursor"), ROWS, newest_first=True),
        "may_calculate": user is not None and may(user, "noise.calculate", None),
    }
    return render(request, "communities/studies.html", context)


@login_required
@FORM
def new_study(request: HttpRequest) -> HttpResponse:
    """Have a made-up quarter worked out."""
    user = caller(request)
    require(user, "noise.calculate", None)
    form = DeedForm(
        request,
        "communities.calculate",
        Field("seed", "number", longest=10, least=0, most=SEED_MOST, whole=True, code="noise.E084"),
        Field("area_km2", "number", longest=8, least=AREAS_KM2[0], most=AREAS_KM2[1], code="noise.E084"),
        Field("every_floor", "number", longest=3, least=FLOORS[0], most=FLOORS[1], whole=True, code="noise.E084"),
        Field("method", "select", choices=[(each, each) for each in METHODS]),
    )
    if form.is_sent:
        names = ("seed", "area_km2", "every_floor", "method")
        job = form.do(lambda: do_start_job(KIND, {name: form.text(name) for name in names}, acting_user=user))
        if job is not None:
            return redirect("job", job=job.pk)
    crumbs = [(reverse("quiet"), _("Quiet city")), (reverse("noise_studies"), _("Noise studies"))]
    return form.page(title=_("A new study"), submit=_("Work it out"), crumbs=crumbs, section=SECTION)


@login_required
@require_POST
def show_study(request: HttpRequest, digest: str) -> HttpResponse:
    """Let anybody read it, or the authority alone."""
    user = caller(request)
    require(user, "noise.calculate", None)
    found = do_show_study(access_study(user, digest), public=request.POST.get("public") == "yes", acting_user=user)
    said_so = _("Anybody may read it now.") if found.public else _("Only the authority reads it now.")
    messages.success(request, said_so)
    return redirect("noise_studies")


def _asked_for(request: HttpRequest) -> tuple[QuerySet[Community], str, str]:
    rows = access_communities(_reader(request))
    words, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    if words:
        rows = rows.filter(name__icontains=words)
    if state in Community.STATES:
        rows = rows.filter(state=state)
    return rows, words, state


@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """Those that one may read: for anybody those with a title, or that had one; and what is counted of all."""
    user = _reader(request)
    rows, words, state = _asked_for(request)
    states = Community.STATES if user is not None else {each: Community.STATES[each] for each in PUBLIC}
    context = {
        "section": SECTION,
        "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
        "q": words,
        "state": state,
        "states": states,
        "statistics": title_statistics(),
        "may_apply": bool(applicants(user)),
        "may_import": user is not None and may(user, "communities.decide", None),
        "sees_reviews": user is not None and may(user, "communities.see", None),
    }
    return render(request, "communities/communities.html", context)


@require_safe
def communities_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV: for anybody those with a title, or that had one."""
    rows, _words, _state = _asked_for(request)
    return csv_answer("quiet-communities.csv", communities_tabled(rows))


@login_required
@FORM
def import_communities(request: HttpRequest) -> HttpResponse:
    """The form by which the bureau takes in applications of many communities, and what is wrong with the file."""
    user = caller(request)
    require(user, "communities.decide", None)
    faults: list[str] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        if isinstance(file, UploadedFile):
            try:
                taken = do_import_sent(file, acting_user=user)
            except InputRejected as rejected:
                faults = all_told(rejected)
            else:
                messages.success(request, _("Taken in: %d applications.") % len(taken))
                return redirect("communities")
        else:
            faults = [_("Choose a CSV file or a workbook.")]
    context = {
        "section": SECTION,
        "columns": [(column.name, column.meaning) for column in APPLICATIONS.columns],
        "faults": faults[:FAULTS_SHOWN],
        "more": max(0, len(faults) - FAULTS_SHOWN),
        "most": ROWS_MOST,
    }
    return render(request, "communities/import.html", context, status=422 if faults else 200)


@login_required
@require_safe
def community_reviews(request: HttpRequest) -> HttpResponse:
    """For the bureau: whose yearly review is due soon or should have been, the longest due first."""
    user = caller(request)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, DAYS) else REMINDED_DAYS
    rows = access_reviews(user, days)
    context = {
        "section": SECTION,
        "page": page(rows, ("review_due", "id"), request.GET.get("cursor"), ROWS),
        "days": days,
        "reminded": REMINDED_DAYS,
        "choices": sorted({*DAYS, REMINDED_DAYS}),
    }
    return render(request, "communities/reviews.html", context)


@require_safe
def community(request: HttpRequest, community: int) -> HttpResponse:
    """One of them: what is done for quiet, how it was evaluated, when it is reviewed."""
    user = _reader(request)
    found = access_community(user, community)
    study = found.study
    readable = study is not None and (study.public or _sees(user))
    whole = found.seen_whole_by(user)
    context = {
        "section": SECTION,
        "case": found,
        "whole": whole,
        "study": study,
        "study_readable": readable,
        "heard": complained(found.pk) if whole else None,
        "sees_complaints": _sees(user),
    }
    return render(request, "communities/community.html", context)


@require_safe
def community_paper(request: HttpRequest, community: int, language: str) -> HttpResponse:
    """The same as a file to print."""
    user = _reader(request)
    found = access_community(user, community)
    if not PAPERS.allow_request(request):
        return HttpResponse(_("Too many questions from your address; wait a minute."), status=429)
    response = HttpResponse(paper(found, language, whole=found.seen_whole_by(user)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="quiet-community-{found.pk}-{language}.pdf"'
    return response


@login_required
@FORM
def new_community(request: HttpRequest) -> HttpResponse:
    """The application for a title."""
    user = caller(request)
    own = applicants(user)
    if not own:
        require(user, "communities.apply", None)
    form = DeedForm(
        request,
        "communities.apply",
        Field("organisation", "select", choices=[(str(each.pk), each.name) for each in own]),
        Field("name", longest=100),
        Field("address", longest=200),
        Field("households", "number", longest=7, least=1, most=HOUSEHOLDS_MOST, whole=True, code="noise.E085"),
        Field("measures", "area", longest=4000),
    )

    def deed() -> Community:
        return do_apply_community(
            next(each for each in own if str(each.pk) == form.text("organisation")),
            name=form.text("name"),
            address=form.text("address"),
            households=int(form.text("households")),
            measures=form.text("measures"),
            acting_user=user,
        )

    if form.is_sent:
        case = form.do(deed)
        if case is not None:
            messages.success(request, _("Applied for."))
            return redirect(case)
    crumbs = [(reverse("quiet"), _("Quiet city")), (reverse("communities"), _("Quiet communities"))]
    return form.page(title=_("Apply for the title"), submit=_("Apply"), crumbs=crumbs, section=SECTION)


class _Asked(NamedTuple):
    """Complaints in a state and of a residential area, where the address names one."""

    rows: QuerySet[Complaint]
    state: str
    area: Community | None


def _complaints_asked_for(request: HttpRequest, user: User) -> _Asked:
    rows, state, area = access_complaints(user), request.GET.get("state", ""), request.GET.get("community", "")
    found = None
    if area.isascii() and area.isdecimal():
        number = int(area[:18])
        rows, found = rows.filter(community=number), access_communities(user).filter(pk=number).first()
    return _Asked(rows.filter(state=state) if state in Complaint.STATES else rows, state, found)


@login_required
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """For the authority: what came in, the newest first."""
    user = caller(request)
    require(user, "noise.see", None)
    asked = _complaints_asked_for(request, user)
    context = {
        "section": SECTION,
        "page": page(asked.rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
        "state": asked.state,
        "states": Complaint.STATES,
        "area": asked.area,
    }
    return render(request, "communities/complaints.html", context)


@login_required
@require_safe
def complaints_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, each with how many there are about its place."""
    user = caller(request)
    require(user, "noise.see", None)
    return csv_answer("noise-complaints.csv", complaints_tabled(_complaints_asked_for(request, user).rows))


@login_required
@require_safe
def complaint_places(request: HttpRequest) -> HttpResponse:
    """For the authority: places by the number of complaints about them."""
    user = caller(request)
    require(user, "noise.see", None)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, DAYS) else None
    found = complaint_places_of(user, days)
    context = {
        "section": SECTION,
        "found": found[:PLACES_SHOWN],
        "more": max(0, len(found) - PLACES_SHOWN),
        "sources": list(SOURCES.items()),
        "days": days,
        "choices": DAYS,
    }
    return render(request, "communities/places.html", context)


@login_required
@require_safe
def complaint(request: HttpRequest, complaint: int) -> HttpResponse:
    """One of them, for the authority."""
    found = access_complaint(caller(request), complaint)
    return render(request, "communities/complaint.html", {"section": SECTION, "case": found})


@FORM
def new_complaint(request: HttpRequest) -> HttpResponse:
    """Complain, without a name."""
    form = DeedForm(
        request,
        "communities.complain",
        Field("source", "select", choices=[(name, said(words)) for name, words in SOURCES.items()]),
        Field("place", longest=200),
        Field("noticed_at", longest=19),
        Field("text", "area", longest=2000),
    )

    def deed() -> Complaint:
        if not TRIES.allow_request(request):
            raise FormFault("", _("Too many complaints from your address; wait a minute."))
        try:
            noticed = timezone.make_aware(datetime.fromisoformat(form.text("noticed_at")))
        except ValueError:
            message = _("is no day and time, as 2026-05-01 22:30")
            raise refused_value("noise.E082", "complaint", "noticed_at", form.text("noticed_at"), message) from None
        place, text = form.text("place"), form.text("text")
        check_complaint(place=place, noticed_at=noticed, text=text)
        if not COMPLAINTS.allow_request(request):
            raise FormFault("", _("Too many complaints from your address; wait a minute."))
        return do_complain(source=form.text("source"), place=place, noticed_at=noticed, text=text)

    if form.is_sent:
        case = form.do(deed)
        if case is not None:
            return redirect("own_complaint", word=case.word)
    return form.page(
        title=_("Complain about noise"), submit=_("Send"), crumbs=[(reverse("quiet"), _("Quiet city"))], section=SECTION
    )


@require_safe
def own_complaint(request: HttpRequest, word: str) -> HttpResponse:
    """What became of one's complaint, for who knows its word."""
    if not FINDING.allow_request(request):
        return HttpResponse(_("Too many questions from your address; wait a minute."), status=429)
    found = access_own_complaint(word)
    response = render(request, "communities/own_complaint.html", {"section": SECTION, "case": found})
    response["Referrer-Policy"], response["Cache-Control"] = "no-referrer", "private, no-store"
    return response
