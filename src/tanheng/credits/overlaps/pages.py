"""Pages of double counting: overlaps with both sides beside each other, claims, tables of other registries."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.cases.access import access_case
from tanheng.credits.overlaps.access import (
    access_claims,
    access_findings,
    access_imported,
    access_imported_table,
    access_overlaps,
    require_sight,
)
from tanheng.credits.overlaps.actions import do_import_registry_table
from tanheng.credits.overlaps.imports.forms import FORMS, SURE, TABLES
from tanheng.credits.overlaps.imports.taking_in import FINDINGS_KEPT, RIGHT
from tanheng.credits.overlaps.models import Claim, FoundOverlap, Registry, Scope
from tanheng.credits.overlaps.spelling import loose
from tanheng.credits.overlaps.words import SCOPES, TABLE_NAMES, Side, sides_of
from tanheng.people.callers import caller
from tanheng.people.rights import may, require
from tanheng.problems import InputRejected
from tanheng.web.cursors import page
from tanheng.web.saying import all_told

ROWS = 50
# Of a file that comes by a page, so that nobody waits long; larger ones come by the command line.
ROWS_BY_PAGE = 50_000


@login_required
@require_safe
def overlaps(request: HttpRequest) -> HttpResponse:
    """What was found, the newest first; what is undecided can be asked for."""
    user = caller(request)
    require_sight(user)
    rows = access_overlaps(user)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    if state in FoundOverlap.STATES:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(
            Q(holder_key__icontains=words)
            | Q(other_key__icontains=words)
            | Q(holder_name__icontains=words)
            | Q(other_name__icontains=words)
        )
    shown = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(
        request,
        "overlaps/overlaps.html",
        {
            "section": "credits",
            "page": shown,
            "state": state,
            "q": words,
            "states": FoundOverlap.STATES.items(),
            "scopes": SCOPES,
            "undecided": access_overlaps(user).filter(state="found").count(),
        },
    )


@login_required
@require_safe
def overlap(request: HttpRequest, overlap: int) -> HttpResponse:
    """One of them, with both sides beside each other."""
    user = caller(request)
    found = access_case(user, FoundOverlap.SLUG, overlap)
    assert isinstance(found, FoundOverlap)
    ours, theirs = sides_of(found)
    evidence: Mapping[str, Any] = found.evidence
    return render(
        request,
        "overlaps/overlap.html",
        {
            "section": "credits",
            "overlap": found,
            "scope": SCOPES[Scope(found.scope)],
            "ours": ours,
            "theirs": theirs,
            "rows": _beside(ours, theirs),
            "days": evidence["days"],
            "says": evidence["says"],
            "place": evidence.get("place"),
            "file": evidence.get("file"),
        },
    )


@login_required
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """What is claimed, the newest first; found by holder or by thing."""
    user = caller(request)
    require_sight(user)
    rows = access_claims(user)
    words, scope = request.GET.get("q", "").strip()[:100], request.GET.get("scope", "")
    live = request.GET.get("live", "")
    if words:
        rows = rows.filter(
            Q(holder_key__icontains=words)
            | Q(holder_name__icontains=words)
            | Q(told__icontains=words)
            | Q(loose=loose(words))
        )
    if scope in Scope.values:
        rows = rows.filter(scope=scope)
    if live == "1":
        rows = rows.filter(released_at__isnull=True)
    shown = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(
        request,
        "overlaps/claims.html",
        {
            "section": "credits",
            "page": shown,
            "rows": [_shown_claim(each) for each in shown.items],
            "q": words,
            "scope": scope,
            "scopes": [(value, SCOPES[Scope(value)]) for value in Scope.values],
            "live": live,
        },
    )


@login_required
@require_safe
def registries(request: HttpRequest) -> HttpResponse:
    """The tables that were taken in, and which can be read."""
    user = caller(request)
    require_sight(user)
    shown = page(access_imported(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(
        request,
        "overlaps/registries.html",
        {
            "section": "credits",
            "page": shown,
            "tables": TABLE_NAMES,
            "forms": [
                {"registry": Registry(each.registry).label, "table": TABLE_NAMES[each.table], "sure": SURE[each.sure]}
                for each in FORMS
            ],
            "may_import": may(user, RIGHT, None),
        },
    )


@login_required
@require_safe
def registry_table(request: HttpRequest, table: int) -> HttpResponse:
    """One of them, with the rows that do not add up."""
    user = caller(request)
    found = access_imported_table(user, table)
    code = request.GET.get("code", "")[:32]
    rows = access_findings(found)
    if code:
        rows = rows.filter(code=code)
    shown = page(rows, ("line", "id"), request.GET.get("cursor"), ROWS)
    return render(
        request,
        "overlaps/registry_table.html",
        {
            "section": "credits",
            "table": found,
            "table_name": TABLE_NAMES[found.table],
            "page": shown,
            "code": code,
            "cut": found.findings_count > FINDINGS_KEPT,
            "kept": FINDINGS_KEPT,
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_registry_table(request: HttpRequest) -> HttpResponse:
    """The form that takes a table in, and what becomes of it."""
    user = caller(request)
    require(user, RIGHT, None)
    asked = {name: request.POST.get(name, "")[:40] for name in ("registry", "table", "as_of")}
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        file, as_of = request.FILES.get("file"), _day(asked["as_of"])
        if asked["registry"] not in Registry.values:
            faults["registry"] = [_("Choose the registry.")]
        if asked["table"] and asked["table"] not in TABLES:
            faults["table"] = [_("Choose one of the tables.")]
        if as_of is None:
            faults["as_of"] = [_("Say the day of the table, as 2026-04-20.")]
        if not isinstance(file, UploadedFile) or not (file.name or "").lower().endswith(".csv"):
            faults["file"] = [_("Choose a CSV file. A workbook is taken in at the command line.")]
        if not faults and as_of is not None and isinstance(file, UploadedFile):
            with tempfile.TemporaryDirectory(prefix="tanheng-registry-") as folder:
                path = Path(folder) / "table.csv"
                with path.open("wb") as stream:
                    for chunk in file.chunks():
                        stream.write(chunk)
                try:
                    taken = do_import_registry_table(
                        asked["registry"],
                        path,
                        table=asked["table"],
                        as_of=as_of,
                        name=(file.name or "table.csv")[-200:],
                        rows_most=ROWS_BY_PAGE,
                        acting_user=user,
                    )
                except InputRejected as rejected:
                    faults["file"] = all_told(rejected)[:50]
                else:
                    messages.success(request, _("Taken in: %d rows.") % taken.taken)
                    return redirect(reverse("registry_table", args=[taken.pk]))
    return render(
        request,
        "overlaps/new_registry_table.html",
        {
            "section": "credits",
            "registries": Registry.choices,
            "tables": TABLE_NAMES.items(),
            "asked": asked,
            "faults": faults,
            "most": f"{ROWS_BY_PAGE:,}",
        },
        status=422 if faults else 200,
    )


def _beside(ours: Side, theirs: Side) -> list[Mapping[str, Any]]:
    """Field by field, and whether both say the same."""
    labels = [label for label, _value in ours] + [label for label, _value in theirs if label not in dict(ours)]
    return [
        {
            "label": label,
            "ours": dict(ours).get(label, ""),
            "theirs": dict(theirs).get(label, ""),
            "same": dict(ours).get(label) is not None and dict(ours).get(label) == dict(theirs).get(label),
        }
        for label in labels
    ]


def _shown_claim(row: Claim) -> Mapping[str, Any]:
    return {
        "row": row,
        "scope": SCOPES[Scope(row.scope)],
        "first": row.during.lower,
        "last": date.fromordinal(row.during.upper.toordinal() - 1),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
