"""Pages of projects: lists, a project, a report, a body; the forms by which they are begun and filled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.credits.projects import leaves
from tanheng.credits.projects.access import (
    access_accreditation,
    access_accreditations,
    access_correction,
    access_corrections,
    access_issuances,
    access_project,
    access_projects,
    access_report,
    access_reports,
    applicants,
    back_of,
    bodies_to_accredit,
    owed_by,
)
from tanheng.credits.projects.actions import (
    Settled,
    do_apply,
    do_begin_report,
    do_change_project,
    do_propose_accreditation,
    do_put_values,
    do_settle,
    known_methodologies,
)
from tanheng.credits.projects.computing import MOST_CHARACTERS
from tanheng.credits.projects.describing import Description, place_of
from tanheng.credits.projects.methods import open_version
from tanheng.credits.projects.models import Accreditation, Project, Report
from tanheng.credits.projects.models.accreditations import SCOPES
from tanheng.ledger.access import access_accounts
from tanheng.ledger.models import AccountStatus
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import may, require
from tanheng.problems import InputRejected
from tanheng.text import Text
from tanheng.transparency import proofs
from tanheng.web.cursors import page
from tanheng.web.forms import DeedForm, Field, FormFault
from tanheng.web.templatetags.page import said

ROWS = 50
SECTION = "credits"
FORM = require_http_methods(["GET", "HEAD", "POST"])
_LONG = 50_000


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Those that one may read: for anybody what is registered or was."""
    user = _reader(request)
    rows = access_projects(user)
    words, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    if words:
        rows = rows.filter(
            Q(name__icontains=words)
            | Q(number__icontains=words)
            | Q(methodology__icontains=words)
            | Q(organisation__name__icontains=words)
        )
    if state in Project.STATES:
        rows = rows.filter(state=state)
    context = {
        "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
        "q": words,
        "state": state,
        "states": Project.STATES,
        "may_apply": user is not None and applicants(user).exists(),
    }
    return render(request, "projects/projects.html", {**context, "section": SECTION})


@require_safe
def project(request: HttpRequest, project: int) -> HttpResponse:
    """One of them: what it is, its reports, what was issued for it, what it owes."""
    user = _reader(request)
    found = access_project(user, project)
    context = {
        "case": found,
        "last_day": found.crediting.upper - timedelta(days=1),
        "reports": list(access_reports(user).filter(project=found).order_by("turn")),
        "issuances": list(access_issuances(user).filter(project=found).order_by("pk")),
        "corrections": list(access_corrections(found)) if found.is_public else [],
        "owed": owed_by(found) if found.is_public else 0,
        "whole": found.seen_whole_by(user),
        "may_apply": user is not None and may(user, "projects.apply", found.organisation),
        "may_settle": user is not None and may(user, "ledger.transfer", found.organisation),
    }
    return render(request, "projects/project.html", {**context, "section": SECTION})


@login_required
@FORM
def new_project(request: HttpRequest) -> HttpResponse:
    """Begin an application."""
    user = caller(request)
    own = list(applicants(user))
    if not own:
        require(user, "projects.apply", None)
    form = _project_form(request, Field("organisation", "select", choices=[(str(each.pk), each.name) for each in own]))

    def deed() -> Project:
        organisation = next(each for each in own if str(each.pk) == form.text("organisation"))
        return do_apply(organisation, _description(form), acting_user=user)

    if form.is_sent and (made := form.do(deed, {"crediting": "first"})) is not None:
        messages.success(request, _("Begun as a draft. Submit it for validation when it is whole."))
        return redirect(made)
    return form.page(title=_("Apply for a project"), submit=_("Begin"), crumbs=_crumbs(), section=SECTION)


@login_required
@FORM
def change_project(request: HttpRequest, project: int) -> HttpResponse:
    """Change a draft."""
    user = caller(request)
    found = access_project(user, project)
    require(user, "projects.apply", found.organisation)
    form = _project_form(request, of=found)
    if form.is_sent:
        made = form.do(lambda: do_change_project(found, _description(form), acting_user=user), {"crediting": "first"})
        if made is not None:
            messages.success(request, _("Changed."))
            return redirect(made)
    crumbs = [*_crumbs(), (found.get_absolute_url(), found.number)]
    return form.page(title=_("Change the description"), submit=_("Keep"), crumbs=crumbs, section=SECTION)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The monitoring reports that one may read: for anybody those for which something was issued."""
    rows = access_reports(_reader(request))
    state = request.GET.get("state", "")
    if state in Report.STATES:
        rows = rows.filter(state=state)
    shown = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    context = {"page": shown, "state": state, "states": Report.STATES, "section": SECTION}
    return render(request, "projects/reports.html", context)


@login_required
@FORM
def new_report(request: HttpRequest, project: int) -> HttpResponse:
    """Begin a monitoring report."""
    user = caller(request)
    found = access_project(user, project)
    require(user, "projects.apply", found.organisation)
    form = DeedForm(request, "projects.report", Field("first", longest=10), Field("last", longest=10))

    def deed() -> Report:
        return do_begin_report(found, _day(form, "first"), _day(form, "last"), acting_user=user)

    if form.is_sent and (made := form.do(deed, {"period": "first"})) is not None:
        messages.success(request, _("Begun as a draft. Put the monitored values in, then submit it."))
        return redirect(made)
    crumbs = [*_crumbs(), (found.get_absolute_url(), found.number)]
    return form.page(title=_("Begin a monitoring report"), submit=_("Begin"), crumbs=crumbs, section=SECTION)


@require_safe
def report(request: HttpRequest, report: int) -> HttpResponse:
    """One of them: its values, what the methodology makes of them, what was confirmed and issued."""
    user = _reader(request)
    found = access_report(user, report)
    methodology = _opened(found)
    columns = list(methodology.entity.table.columns) if methodology is not None else []
    rules = {rule.name: rule for rule in methodology.rules} if methodology is not None else {}
    steps = list(dict.fromkeys(methodology.calculation.values())) if methodology is not None else []
    context = {
        "case": found,
        "last_day": found.period.upper - timedelta(days=1),
        "columns": [(column.meaning, "" if column.unit == "1" else column.unit) for column in columns],
        "rows": [[row.get(column.name) for column in columns] for row in found.values[:200]],
        "more_rows": max(0, len(found.values) - 200),
        "steps": [(rules[name].title, rules[name].unit) for name in steps],
        "result": [
            {**row, "figures": [row["steps"].get(name) for name in steps], "missing": _both(row.get("missing"))}
            for row in found.result[:200]
        ],
        "years": list(found.years.order_by("year")),
        "issuances": list(access_issuances(user).filter(report=found).order_by("vintage")),
        "whole": found.seen_whole_by(user) or _verifies(user, found),
        "may_fill": found.state == "draft" and user is not None and may(user, "projects.apply", found.organisation),
    }
    return render(request, "projects/report.html", {**context, "section": SECTION})


@login_required
@FORM
def report_values(request: HttpRequest, report: int) -> HttpResponse:
    """Put in what was monitored."""
    user = caller(request)
    found = access_report(user, report)
    require(user, "projects.apply", found.organisation)
    methodology = open_version(found.project.methodology, found.project.version)
    names = [column.name for column in methodology.entity.table.columns]
    form = DeedForm(
        request,
        "projects.values",
        Field("values", "area", longest=MOST_CHARACTERS, initial=_as_csv(names, found.values)),
    )
    if form.is_sent:
        made = form.do(lambda: do_put_values(found, form.text("values"), acting_user=user))
        if made is not None:
            messages.success(request, _("Worked out."))
            return redirect(made)
    crumbs = [
        *_crumbs(),
        (found.project.get_absolute_url(), found.project.number),
        (found.get_absolute_url(), found.number),
    ]
    asked = "; ".join(
        f"{column.name}: {said(column.meaning)}{f' ({column.unit})' if column.unit != '1' else ''}"
        for column in methodology.entity.table.columns
    )
    return form.page(
        title=_("Monitored values"),
        submit=_("Work out"),
        crumbs=crumbs,
        section=SECTION,
        lead=_("Columns of the monitoring plan: %s.") % asked,
    )


@require_safe
def issuance_proof(request: HttpRequest, issuance: int) -> HttpResponse:
    """The proof that an issuance is in the log, with its text, to be kept and checked without us."""
    found = access_issuances(_reader(request)).get(pk=issuance)
    document = proofs.inclusion(leaves.ISSUANCE, found.pk, with_body=True)
    response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="issuance-{found.pk}-proof.json"'
    return response


@require_safe
def accreditations(request: HttpRequest) -> HttpResponse:
    """The public list of bodies that may validate and verify."""
    user = _reader(request)
    rows = page(access_accreditations(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    context = {
        "page": rows,
        "scopes": SCOPES,
        "may_propose": user is not None and may(user, "verifiers.accredit", None),
        "section": SECTION,
    }
    return render(request, "projects/accreditations.html", context)


@require_safe
def accreditation(request: HttpRequest, accreditation: int) -> HttpResponse:
    """One of them."""
    user = _reader(request)
    found = access_accreditation(user, accreditation)
    context = {
        "case": found,
        "last_day": found.valid.upper - timedelta(days=1),
        "scopes": [SCOPES[each] for each in found.scopes],
        "whole": found.seen_whole_by(user),
        "section": SECTION,
    }
    return render(request, "projects/accreditation.html", context)


@login_required
@FORM
def new_accreditation(request: HttpRequest) -> HttpResponse:
    """Propose a body."""
    user = caller(request)
    require(user, "verifiers.accredit", None)
    there = list(bodies_to_accredit(user))
    form = DeedForm(
        request,
        "projects.accreditation",
        Field("organisation", "select", choices=[(str(each.pk), each.name) for each in there]),
        Field("number", longest=32),
        Field("scopes", "checks", choices=[(name, said(text)) for name, text in SCOPES.items()]),
        Field("methodologies", "checks", choices=[(name, name) for name in sorted(known_methodologies())]),
        Field("first", longest=10),
        Field("last", longest=10),
        Field("sectors", required=False),
    )

    def deed() -> Accreditation:
        return do_propose_accreditation(
            next(each for each in there if str(each.pk) == form.text("organisation")),
            form.text("number"),
            form.all("scopes"),
            form.all("methodologies"),
            _day(form, "first"),
            _day(form, "last"),
            sectors=form.text("sectors"),
            acting_user=user,
        )

    if form.is_sent and (made := form.do(deed, {"valid": "first"})) is not None:
        messages.success(request, _("Proposed. Two persons accredit it."))
        return redirect(made)
    crumbs = [(reverse("credits"), _("Carbon inclusion")), (reverse("accreditations"), _("Accredited bodies"))]
    return form.page(title=_("Propose a body"), submit=_("Propose"), crumbs=crumbs, section=SECTION)


@login_required
@FORM
def settle_correction(request: HttpRequest, correction: int) -> HttpResponse:
    """Give units for what a correction still wants."""
    user = caller(request)
    found = access_correction(user, correction)
    owner = found.issuance.project.organisation
    require(user, "ledger.transfer", owner)
    accounts = access_accounts(user).filter(owner=owner, status=AccountStatus.OPEN).order_by("number")
    accounts = accounts.filter(type_id__in=("project", "holding", "compliance"))[:200]
    form = DeedForm(
        request,
        "projects.settle",
        Field("account", "select", choices=[(each.number, f"{each.number} {each.name}") for each in accounts]),
        Field("quantity", "number", longest=15),
    )

    def deed() -> Settled:
        text = form.text("quantity")
        if not (text.isascii() and text.isdigit()):
            raise FormFault("quantity", _("Write a whole number of at least 1."))
        return do_settle(found, form.text("account"), int(text), acting_user=user)

    if form.is_sent and (done := form.do(deed)) is not None:
        if done.approval is not None:
            messages.info(request, _("It waits for a second person; nothing is done before."))
            return redirect("approval", approval=done.approval.pk)
        messages.success(request, _("The units came back."))
        return redirect(found.issuance.project)
    return form.page(
        title=_("Give units for a correction"),
        submit=_("Give"),
        crumbs=[*_crumbs(), (found.issuance.project.get_absolute_url(), found.issuance.project.number)],
        section=SECTION,
        lead=_("Still owed: %d tCO2e.") % (found.quantity - back_of(found)),
    )


def _project_form(request: HttpRequest, *first: Field, of: Project | None = None) -> DeedForm:
    def was(name: str) -> str:
        return str(getattr(of, name) or "") if of is not None else ""

    versions = [(f"{name} {version}", f"{name} {version}") for name, version in sorted(known_methodologies().items())]
    chosen = f"{of.methodology} {of.version}" if of is not None else ""
    if chosen and chosen not in dict(versions):
        versions.append((chosen, chosen))
    days = (of.crediting.lower.isoformat(), (of.crediting.upper - timedelta(days=1)).isoformat()) if of else ("", "")
    return DeedForm(
        request,
        "projects.project",
        *first,
        Field("name", initial=was("name")),
        Field("methodology", "select", choices=versions, initial=chosen),
        Field("description", "area", longest=5000, initial=was("description")),
        Field("first", longest=10, initial=days[0]),
        Field("last", longest=10, initial=days[1]),
        Field("place_name", initial=was("place_name")),
        Field("place", "area", required=False, longest=_LONG, initial=_as_json(of)),
        Field("devices", "area", required=False, longest=_LONG, initial="\n".join(of.devices) if of else ""),
        Field("beneficiary", required=False, initial=was("beneficiary")),
        Field("elsewhere", "area", required=False, longest=5000, initial="\n".join(of.elsewhere) if of else ""),
        Field("estimated_t", "number", required=False, longest=9, initial=was("estimated_t")),
    )


def _description(form: DeedForm) -> Description:
    identifier, _blank, version = form.text("methodology").partition(" ")
    tonnes = form.text("estimated_t")
    if tonnes and not (tonnes.isascii() and tonnes.isdigit()):
        raise FormFault("estimated_t", _("Write a whole number of at least 1."))
    return Description(
        name=form.text("name"),
        methodology=identifier,
        version=version,
        first=_day(form, "first"),
        last=_day(form, "last"),
        description=form.text("description"),
        place_name=form.text("place_name"),
        place=place_of(form.text("place")),
        devices=tuple(form.text("devices").splitlines()),
        beneficiary=form.text("beneficiary"),
        elsewhere=tuple(form.text("elsewhere").splitlines()),
        estimated_t=int(tonnes) if tonnes else None,
    )


def _day(form: DeedForm, name: str) -> date:
    text = form.text(name)
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        raise FormFault(name, _("Write a day as 2026-03-01.")) from None


def _as_csv(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([["" if row.get(name) is None else row[name] for name in names] for row in rows])
    return written.getvalue()


def _as_json(of: Project | None) -> str:
    return json.dumps(of.place) if of is not None and of.place is not None else ""


def _opened(found: Report) -> Any:
    try:
        return open_version(found.project.methodology, found.project.version)
    except InputRejected:
        # Its folder is gone or changed: the page shows what was kept without the names of columns.
        return None


def _both(text: dict[str, str] | None) -> Any:
    return Text(text["en"], text["zh"]) if text else None


def _verifies(user: User | None, found: Report) -> bool:
    return user is not None and found.verifier is not None and may(user, "projects.see", found.verifier)


def _reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _crumbs() -> list[tuple[str, str]]:
    return [(reverse("credits"), _("Carbon inclusion")), (reverse("projects"), _("Projects"))]
