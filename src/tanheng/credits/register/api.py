"""The register in the API. What anybody may read needs no sign-in.

GET  /api/credits/register/certificates                 retirements, the newest first
GET  /api/credits/register/certificates/{number}        one, with its serial numbers
GET  /api/credits/register/certificates/{number}/proof  that it is in the log
GET  /api/credits/register/units/{asset}/{serial}       where a unit is, and how it came there
GET  /api/credits/register/statistics                   issued, retired, points
POST /api/credits/register/retirements                  retire credits, one lot or many
POST /api/credits/register/neutrality, /offsets         begin a case
POST /api/credits/register/holders                      be named as a holder, or no longer
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from tanheng.cases.models import Case
from tanheng.credits.register import leaves
from tanheng.credits.register.access import (
    access_certificate,
    access_certificates,
    access_neutralities,
    access_offset_uses,
    sees_beneficiary,
)
from tanheng.credits.register.cases import do_begin_neutrality, do_begin_offset
from tanheng.credits.register.certificate_pages import LOTS, reader
from tanheng.credits.register.holders import do_show_holder
from tanheng.credits.register.models import Certificate, Neutrality, OffsetUse
from tanheng.credits.register.paper import address_of, lots_of
from tanheng.credits.register.retirement import Lot, Outcome, do_retire_lots
from tanheng.credits.register.schemas import (
    BegunCaseOut,
    CertificateOut,
    CreditRetirementIn,
    HolderIn,
    NeutralityIn,
    NeutralityOut,
    OffsetIn,
    OffsetOut,
    RegisterStatisticsOut,
    RetiredOut,
    ShownOut,
    UnitsOut,
    WholeCertificateOut,
)
from tanheng.credits.register.statistics import Statistics, statistics
from tanheng.credits.register.units import find_units
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.models import User
from tanheng.transparency import proofs
from tanheng.transparency.api import InclusionOut
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import key_of, once

READ, WRITE = "credits:read", "credits:write"
router = Router(tags=["credits"], auth=anyone(READ))
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Number = Annotated[str, Path(max_length=32)]
Serial = Annotated[int, Path(ge=1, le=10**18)]


class ProvedCertificateOut(InclusionOut):
    """Shows that a certificate is in the log; with its text where the caller may read all of it."""

    body: str | None = None


@router.get("/certificates", response=PageOut[CertificateOut], auth=None)
def certificates(request: HttpRequest, window: Query[Window]) -> Page[dict[str, Any]]:
    """Retirements, the newest first, for anybody."""
    found = page(access_certificates(), "id", window.cursor, window.limit, newest_first=True)
    return Page([_told(each, None) for each in found.items], found.next)


@router.get("/certificates/{number}", response=WholeCertificateOut, auth=None)
def certificate(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One certificate, for anybody."""
    found = access_certificate(number)
    lots, more = lots_of(found, LOTS)
    return {**_told(found, reader(request)), "lots": lots, "more": more}


@router.get("/certificates/{number}/proof", response=ProvedCertificateOut, auth=None)
def certificate_proof(request: HttpRequest, number: Number) -> dict[str, Any]:
    """The proof that a certificate is in the log."""
    found = access_certificate(number)
    whole = sees_beneficiary(reader(request), found)
    return proofs.inclusion(leaves.CERTIFICATE, found.pk, with_body=whole)


@router.get("/units/{asset}/{serial}", response=UnitsOut, auth=None)
def units(request: HttpRequest, asset: Number, serial: Serial, last: int | None = None) -> dict[str, Any]:
    """Where a unit is and how it came there; with ``last``, a run of them."""
    found = find_units(reader(request), asset, serial, serial if last is None else last)
    return {**vars(found), "asset": found.asset.code}


@router.get("/statistics", response=RegisterStatisticsOut, auth=None)
def public_statistics(request: HttpRequest) -> Statistics:
    """The public figures."""
    return statistics()


@router.post("/retirements", response=RetiredOut, auth=anyone(WRITE))
def retire(request: HttpRequest, new: CreditRetirementIn) -> HttpResponse:
    """Retire credits for good, all lots or none; the key is needed, so that nothing is retired twice."""
    by = caller(request)
    key = key_of(request, required=True)

    def deed() -> dict[str, Any]:
        lots = [
            Lot(each.quantity, each.beneficiary, each.purpose, each.serials, each.named, f"{key}/{place}"[:200])
            for place, each in enumerate(new.lots)
        ]
        return _became(do_retire_lots(new.from_account, new.asset, lots, acting_user=by), by)

    return once(request, deed, RetiredOut)


@router.get("/neutrality/{case}", response=NeutralityOut)
def neutrality(request: HttpRequest, case: Id) -> dict[str, Any]:
    """An application for carbon neutrality that one sees."""
    found: Neutrality = access_neutralities(caller(request)).get(pk=case)
    return {
        **_facts(found, "id", "state", "subject", "begins", "ends", "workings", "needed"),
        "organisation": found.organisation_id,
        "emissions_t": _exact(found.total_t),
        "certificate": found.certificate.number if found.certificate else None,
    }


@router.post("/neutrality", response=BegunCaseOut, auth=anyone(WRITE))
def begin_neutrality(request: HttpRequest, new: NeutralityIn) -> HttpResponse:
    """Begin an application for carbon neutrality."""
    by = caller(request)
    return once(
        request,
        lambda: _begun(
            do_begin_neutrality(
                access_organisation(by, new.organisation), new.subject, new.begins, new.ends, acting_user=by
            )
        ),
        BegunCaseOut,
    )


@router.get("/offsets/{case}", response=OffsetOut)
def offset_use(request: HttpRequest, case: Id) -> dict[str, Any]:
    """An offset use that one sees."""
    found: OffsetUse = access_offset_uses(caller(request)).get(pk=case)
    return {
        **_facts(found, "id", "state", "year", "quantity", "limit"),
        "organisation": found.organisation_id,
        "emissions_t": _exact(found.emissions_t),
        "allowances_t": _exact(found.allowances_t),
        "share": _exact(found.share),
        "certificate": found.certificate.number if found.certificate else None,
    }


@router.post("/offsets", response=BegunCaseOut, auth=anyone(WRITE))
def begin_offset(request: HttpRequest, new: OffsetIn) -> HttpResponse:
    """Begin the use of credits as offset."""
    by = caller(request)
    return once(
        request,
        lambda: _begun(do_begin_offset(access_organisation(by, new.organisation), new.year, acting_user=by)),
        BegunCaseOut,
    )


@router.post("/holders", response=ShownOut, auth=anyone(WRITE))
def show_holder(request: HttpRequest, new: HolderIn) -> HttpResponse:
    """Be named in the public register as a holder, or no longer."""
    by = caller(request)

    def deed() -> dict[str, Any]:
        made = do_show_holder(access_organisation(by, new.organisation), new.shown, acting_user=by)
        made.refresh_from_db()
        return {"organisation": made.organisation_id, "shown": made.shown, "at": made.at}

    return once(request, deed, ShownOut)


def _told(found: Certificate, user: User | None) -> dict[str, Any]:
    whole = sees_beneficiary(user, found)
    return {
        **_facts(found, "number", "at", "kind", "holder", "quantity", "transfer"),
        "asset": found.asset.code,
        "beneficiary": found.beneficiary if whole else None,
        "purpose": found.purpose if whole else None,
        "page": address_of(found),
    }


def _became(outcome: Outcome, user: User) -> dict[str, Any]:
    asked = reverse("api:approval", args=[outcome.approval.pk]) if outcome.approval else None
    return {"certificates": [_told(each, user) for each in outcome.certificates], "approval": asked}


def _begun(case: Case) -> dict[str, Any]:
    return {"kind": case.SLUG, "id": case.pk, "state": case.state, "case": f"/api/credits/cases/{case.SLUG}/{case.pk}"}


def _facts(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
