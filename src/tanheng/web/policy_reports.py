"""What browsers report that the Content-Security-Policy made them hold back: an attack, or a fault of ours.

Anybody on the network may send such reports, so little is believed and little is kept: only of pages of this site,
short texts, no query of an address, at most ``KEPT_MOST`` rows; what comes again is counted and makes no row and no
line of a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from tanheng.web.models import PolicyReport
from tanheng.web.rates import Rate

BYTES_MOST = 16_384
REPORTS_MOST = 10  # of one message
KEPT_MOST = 200
KEPT = timedelta(days=30)
TEXT_MOST = 200
RATE = Rate(30, 10, name="policy")

_COUNT = """
INSERT INTO web_policyreport AS known (page, directive, blocked, sample, times)
SELECT %(page)s, %(directive)s, %(blocked)s, %(sample)s, 1
WHERE EXISTS (SELECT 1 FROM web_policyreport
              WHERE page = %(page)s AND directive = %(directive)s AND blocked = %(blocked)s)
   OR (SELECT count(*) FROM web_policyreport) < %(most)s
ON CONFLICT (page, directive, blocked) DO UPDATE
SET times = least(known.times::bigint + 1, 2147483647)::integer, last_at = now()
"""


@dataclass(frozen=True)
class Reported:
    """One thing that was held back on a page of ours."""

    page: str
    directive: str
    blocked: str
    sample: str = ""


def read(body: bytes, host: str) -> list[Reported]:
    """The reports of a message in either form that browsers use, those of other sites left out.

    Raises
    ------
    ValueError
        When it is no such message.
    """
    if len(body) > BYTES_MOST:
        raise ValueError("too long")
    said = json.loads(body)
    return list(_read(said, host))[:REPORTS_MOST]


def _read(said: Any, host: str) -> Iterator[Reported]:
    if isinstance(said, dict) and isinstance(said.get("csp-report"), dict):  # report-uri
        each = said["csp-report"]
        directive = each.get("effective-directive") or each.get("violated-directive")
        parts = [(each.get("document-uri"), directive, each.get("blocked-uri"), each.get("script-sample"))]
    elif isinstance(said, list):  # the Reporting API
        bodies = [each["body"] for each in said if isinstance(each, dict) and isinstance(each.get("body"), dict)]
        parts = [
            (each.get("documentURL"), each.get("effectiveDirective"), each.get("blockedURL"), each.get("sample"))
            for each in bodies
        ]
    else:
        raise ValueError("no report")
    for page, directive, blocked, sample in parts:
        address = urlsplit(str(page or ""))
        if address.netloc == host:
            yield Reported(address.path[:TEXT_MOST], _short(directive), _without_query(blocked), _short(sample))


def _short(text: object) -> str:
    return "".join(sign for sign in str(text or "") if sign.isprintable())[:TEXT_MOST]


def _without_query(address: object) -> str:
    """An address without what may be private in it; a word such as ``inline`` as it is."""
    return _short(str(address or "").partition("?")[0].partition("#")[0])


def count(reported: Reported) -> None:
    """Keep a report, or count it where it is known; passed by where the table is full."""
    values: dict[str, str | int] = {
        "page": reported.page,
        "directive": reported.directive,
        "blocked": reported.blocked,
        "sample": reported.sample,
        "most": KEPT_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def known() -> QuerySet[PolicyReport]:
    """What was reported, the latest first."""
    return PolicyReport.objects.order_by("-last_at", "pk")


def forget() -> int:
    """Remove what was not reported again for long; says how much."""
    return PolicyReport.objects.filter(last_at__lt=timezone.now() - KEPT).delete()[0]
