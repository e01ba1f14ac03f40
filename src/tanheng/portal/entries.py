"""Proofs with the text of what they prove, for who may see it: the log knows no rights, so they are asked here.

GET /api/log/transfers/7        the proof that anyone gets at /api/log/entries/2/7/proof, and the transfer's text
GET /api/log/audit-entries/7    the same of an entry of the audit trail
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from tanheng.ledger.access import access_transfer
from tanheng.people.access import access_audit_trail
from tanheng.people.callers import anyone, caller
from tanheng.people.leaves import AUDIT_ENTRY
from tanheng.transparency import proofs
from tanheng.transparency.api import InclusionOut, OfSize

TRANSFER = 2
router = Router(tags=["log"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class ProvedEntryOut(InclusionOut):
    """Shows that a row is in the log, and what it says. ``tanheng verify-log`` checks both."""

    body: str = Field(description="The row's text; its hash is the leaf hash")


@router.get("/transfers/{transfer}", response=ProvedEntryOut, auth=anyone("ledger:read"))
def transfer_entry(request: HttpRequest, transfer: Id, which: Query[OfSize]) -> dict[str, Any]:
    """A proof that a transfer is in the log, with its text: what a holder shows to have retired units."""
    found = access_transfer(caller(request), transfer)
    return proofs.inclusion(TRANSFER, found.pk, size=which.size, with_body=True)


@router.get("/audit-entries/{entry}", response=ProvedEntryOut, auth=anyone("people:read"))
def audit_entry(request: HttpRequest, entry: Id, which: Query[OfSize]) -> dict[str, Any]:
    """A proof that an entry of the audit trail is in the log, with its text."""
    found = access_audit_trail(caller(request)).get(pk=entry)
    return proofs.inclusion(AUDIT_ENTRY, found.pk, size=which.size, with_body=True)
