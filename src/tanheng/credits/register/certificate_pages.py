"""The public pages of certificates: the page, the file to print, the QR code, both proofs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tanheng.cases.steps import CASES
from tanheng.credits.register import leaves
from tanheng.credits.register.access import access_certificate, sees_beneficiary
from tanheng.credits.register.paper import address_of, lots_of, paper, proof_of
from tanheng.credits.register.qr import qr_svg
from tanheng.people.models import User
from tanheng.transparency import proofs
from tanheng.web.problems import Problem
from tanheng.web.rates import Rate

LOTS = 100
# Drawing one takes a second of a processor.
PAPERS = Rate(per_minute=20, burst=10, name="certificate paper")


def reader(request: HttpRequest) -> User | None:
    """Who is signed in; None for anybody."""
    return request.user if isinstance(request.user, User) else None


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What was retired, for whom, and the proof; what the QR code leads to."""
    found = access_certificate(number)
    lots, more = lots_of(found, LOTS)
    proof, missing = proof_of(found)
    user = reader(request)
    return render(
        request,
        "register/certificate.html",
        {
            "section": "credits",
            "certificate": found,
            "whole": sees_beneficiary(user, found),
            "case": _case(found.about_kind, found.about, user),
            "lots": lots,
            "more": more,
            "address": address_of(found),
            "proof": proof,
            "proof_file": f"{found.number}-proof.json",
            "head": proof["head"].split("\n")[:3] if proof else None,
            "missing": missing,
        },
    )


@require_safe
def certificate_paper(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The certificate as a file to print, in one language."""
    found = access_certificate(number)
    if not PAPERS.allow_request(request):
        wait = PAPERS.wait() or 1
        raise Problem(429, "web.rate", detail=_("Too many files at once; try again in %d seconds.") % wait)
    drawn = paper(found, language, whole=sees_beneficiary(reader(request), found))
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}-{language}.pdf"'
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def certificate_qr(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code of its page."""
    response = HttpResponse(qr_svg(address_of(access_certificate(number))), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def certificate_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The proof that the certificate is in the log; with its text for who may read all of it."""
    found = access_certificate(number)
    whole = sees_beneficiary(reader(request), found)
    return _document(proofs.inclusion(leaves.CERTIFICATE, found.pk, with_body=whole), f"{found.number}-proof.json")


@require_safe
def certificate_transfer_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The proof that the transfer behind it is in the log; its text is its parties'."""
    found = access_certificate(number)
    document = proofs.inclusion(leaves.TRANSFER, found.transfer)
    return _document(document, f"{found.number}-transfer-proof.json")


def _document(document: dict[str, object], name: str) -> HttpResponse:
    response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _case(kind: str, key: int | None, user: User | None) -> object:
    if key is None or user is None:
        return None
    return CASES[kind].visible_to(user).filter(pk=key).first()
