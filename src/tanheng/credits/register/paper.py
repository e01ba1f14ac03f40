"""A certificate as a PDF file in one language, to be printed and given away.

WeasyPrint is imported when the first one is made; a server on which it cannot run (it needs Pango) says so, and
everything else goes on. What was drawn is kept for a day: it is the same for everybody who may see as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tanheng.credits.register.leaves import CERTIFICATE
from tanheng.credits.register.models import Certificate, CertificateLot
from tanheng.credits.register.qr import qr_svg
from tanheng.credits.register.units import serial_text
from tanheng.transparency import proofs
from tanheng.transparency.proofs import NoProof
from tanheng.web.problems import Problem

LANGUAGES = {"en": "en", "zh": "zh-hans"}
MOST_LOTS = 10
KEPT_S = 86_400
FORM = 2  # of the paper: another one is drawn anew


def address_of(certificate: Certificate) -> str:
    """Where anybody finds it, in full: what the QR code says."""
    return f"{settings.TANHENG_ADDRESS}{reverse('certificate', args=[certificate.number])}"


def proof_of(certificate: Certificate) -> tuple[dict[str, Any] | None, str]:
    """The proof that it is in the log, without its text; or why there is none yet."""
    try:
        return proofs.inclusion(CERTIFICATE, certificate.pk), ""
    except NoProof as reason:
        return None, str(reason)


def lots_of(certificate: Certificate, most: int) -> tuple[Sequence[dict[str, Any]], int]:
    """Its runs of serial numbers as people write them, and how many there are beyond the first ones."""
    rows: list[CertificateLot] = list(certificate.lots.order_by("serials")[: most + 1])
    more = certificate.lots.count() - most if len(rows) > most else 0
    code = certificate.asset.code
    shown = [
        {
            "serials": serial_text(code, lot.vintage, lot.first, lot.last),
            "quantity": lot.quantity,
            "vintage": lot.vintage,
            "label": lot.label,
            "first": lot.first,
            "last": lot.last,
        }
        for lot in rows[:most]
    ]
    return shown, more


def paper(certificate: Certificate, language: str, *, whole: bool) -> bytes:
    """The file, in ``en`` or ``zh``; ``whole`` with the beneficiary and the purpose.

    Raises
    ------
    Problem
        503 ``register.paper`` where this server cannot draw files.
    """
    proof, _missing = proof_of(certificate)
    # The head grows with the log; the place of the leaf never changes, so a paper shows the head of its day.
    place = proof["leaf_index"] if proof else "-"
    key = f"certificate-paper-{FORM}-{certificate.pk}-{language}-{whole}-{place}-{settings.TANHENG_DEMO}"
    kept = cache.get(key)
    if isinstance(kept, bytes):
        return kept
    with translation.override(LANGUAGES[language]):
        drawn = _drawn(page_of(certificate, proof, whole=whole))
    cache.set(key, drawn, KEPT_S)
    return drawn


def page_of(certificate: Certificate, proof: dict[str, Any] | None, *, whole: bool) -> str:
    """The page that becomes the file, in the language that is active."""
    lots, more = lots_of(certificate, MOST_LOTS)
    address = address_of(certificate)
    return render_to_string(
        "register/paper.html",
        {
            "certificate": certificate,
            "whole": whole,
            "lots": lots,
            "more": more,
            "address": address,
            "qr": qr_svg(address),
            "proof": proof,
            "head": proof["head"].split("\n")[:3] if proof else None,
            "demo": settings.TANHENG_DEMO,
        },
    )


def _drawn(page: str) -> bytes:
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]
    except (ImportError, OSError) as missing:  # OSError: the package is there and Pango is not
        raise Problem(
            503,
            "register.paper",
            detail=_("This server cannot draw PDF files: %s. The certificate's page and its proof hold without.")
            % missing,
        ) from missing
    # Everything stands in the page: nothing is fetched from anywhere.
    fetcher = URLFetcher(allowed_protocols=())
    drawn = HTML(string=page, url_fetcher=fetcher).write_pdf()
    assert isinstance(drawn, bytes)
    return drawn
