"""Double counting in the API: overlaps, claims, tables of other registries.

GET  /api/credits/overlaps                       what was found, with its evidence
POST /api/credits/overlaps/look                  what a claim would meet; keeps nothing
GET  /api/credits/overlaps/claims                what is claimed
GET  /api/credits/overlaps/registries            tables of other registries
POST /api/credits/overlaps/registries            take one in
GET  /api/credits/overlaps/registries/{id}/findings
GET  /api/credits/overlaps/{id}                  one overlap; its steps: /api/credits/cases/overlaps/{id}/{step}
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path as Folder
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, Status
from ninja.files import UploadedFile

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
from tanheng.credits.overlaps.claims import ClaimIn, Holder, find_overlaps
from tanheng.credits.overlaps.imports.taking_in import RIGHT
from tanheng.credits.overlaps.models import FoundOverlap, ImportedTable
from tanheng.credits.overlaps.pages import ROWS_BY_PAGE
from tanheng.credits.overlaps.schemas import (
    ClaimFilter,
    ClaimOut,
    FindingFilter,
    ImportedOut,
    ImportFilter,
    ImportFindingOut,
    LookIn,
    MetOut,
    OverlapFilter,
    OverlapOut,
)
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.people.values import refused_value
from tanheng.web.cursors import Page, PageOut, Window, page

READ, WRITE = "credits:read", "credits:write"
router = Router(tags=["credits"], auth=anyone(READ))
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", response=PageOut[OverlapOut])
def overlaps(request: HttpRequest, window: Query[Window], which: Query[OverlapFilter]) -> Page[Any]:
    """What was found, the newest first; for who looks after double counting."""
    require_sight(caller(request))
    rows = access_overlaps(caller(request)).filter(**_said(which))
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.post("/look", response=list[MetOut])
def look(request: HttpRequest, asked: LookIn) -> list[dict[str, Any]]:
    """What a claim would meet, here and in other registries; nothing is claimed or kept."""
    require_sight(caller(request))
    holder = Holder(asked.holder_kind, asked.holder_key, asked.holder_name)
    claims = [
        ClaimIn(each.scope, each.key, each.first, each.last, activity=each.activity, place=each.place)
        for each in asked.claims
    ]
    return [
        {
            **{name: getattr(each, name) for name in MetOut.model_fields if name not in ("en", "zh")},
            "en": each.sentence.en,
            "zh": each.sentence.zh,
        }
        for each in find_overlaps(holder, claims, stage=asked.stage)
    ]


@router.get("/claims", response=PageOut[ClaimOut])
def claims(request: HttpRequest, window: Query[Window], which: Query[ClaimFilter]) -> Page[Any]:
    """What is claimed, the newest first; for who looks after double counting."""
    require_sight(caller(request))
    conditions = _said(which)
    live = conditions.pop("live", None)
    rows = access_claims(caller(request)).filter(**conditions)
    if live is not None:
        rows = rows.filter(released_at__isnull=live)
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.get("/registries", response=PageOut[ImportedOut])
def registries(request: HttpRequest, window: Query[Window], which: Query[ImportFilter]) -> Page[Any]:
    """The tables of other registries that were taken in, the newest first."""
    require_sight(caller(request))
    rows = access_imported(caller(request)).filter(**_said(which))
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.post("/registries", response={201: ImportedOut}, auth=anyone(WRITE))
def take_in(
    request: HttpRequest,
    registry: Form[Literal["verra", "gold_standard", "acr", "car", "cdm"]],
    as_of: Form[date],
    file: File[UploadedFile],
    table: Form[Literal["", "projects", "issuances", "retirements"]] = "",
) -> Any:
    """Take a table in: CSV with the registry's own column names. The same file sent again is refused."""
    user = caller(request)
    require(user, RIGHT, None)
    name = (file.name or "table.csv")[-200:]
    if not name.lower().endswith(".csv"):
        raise refused_value("overlaps.E010", name, "file", None, "must be CSV")
    with tempfile.TemporaryDirectory(prefix="tanheng-registry-") as folder:
        path = Folder(folder) / "table.csv"
        with path.open("wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
        taken = do_import_registry_table(
            registry, path, table=table, as_of=as_of, name=name, rows_most=ROWS_BY_PAGE, acting_user=user
        )
    return Status(201, taken)


@router.get("/registries/{table}", response=ImportedOut)
def registry_table(request: HttpRequest, table: Id) -> ImportedTable:
    """One of them."""
    return access_imported_table(caller(request), table)


@router.get("/registries/{table}/findings", response=PageOut[ImportFindingOut])
def findings(request: HttpRequest, table: Id, window: Query[Window], which: Query[FindingFilter]) -> Page[Any]:
    """The rows of one that do not add up, by line."""
    rows = access_findings(access_imported_table(caller(request), table)).filter(**_said(which))
    return page(rows, ("line", "id"), window.cursor, window.limit)


@router.get("/{overlap}", response=OverlapOut, url_name="overlap")
def overlap(request: HttpRequest, overlap: Id) -> Any:
    """One overlap, with both sides."""
    return access_case(caller(request), FoundOverlap.SLUG, overlap)


def _said(which: Any) -> dict[str, Any]:
    return {name: value for name, value in which.dict().items() if value is not None}
