"""The log as anyone may read it, without signing in: heads, proofs, and the whole log as hashes.

None of it tells what a row says: a body is shown by the app whose row it is, to who may see it (``proofs.body``).
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Field, Path, Query, Router, Schema

from tanheng.transparency import export, proofs
from tanheng.transparency.models import Head
from tanheng.transparency.sources import in_order
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.problems import Problem, translate
from tanheng.web.rates import Rate

router = Router(tags=["log"])
translate(proofs.NoProof, lambda error: Problem(404, "log.no-proof", detail=f"There is no proof: {error}."))

_LARGEST = 2**63 - 1
Size = Annotated[int, Field(ge=1, le=_LARGEST)]
Kind = Annotated[int, Path(ge=1, le=32767, description="The kind of row: see /log/key")]
Ref = Annotated[int, Path(ge=1, le=_LARGEST, description="The row's id")]


class KeyOut(Schema):
    """By what the log is known."""

    key: str = Field(description="The public key, NAME+HASH+KEY (c2sp.org/signed-note)")
    kinds: dict[str, str] = Field(description="The kinds of rows that are entries, by number")


class HeadOut(Schema):
    """The log at one size."""

    size: int = Field(description="How many entries")
    root: str = Field(description="The root over them (RFC 6962), base64")
    signed_at: datetime
    note: str = Field(description="The signed text (c2sp.org/tlog-checkpoint); what is worth keeping")

    @staticmethod
    def resolve_root(head: Head) -> str:
        """As text."""
        return base64.b64encode(head.root).decode()


class ProofOut(Schema):
    """A document that ``tanheng verify-log`` checks by itself."""

    format: Literal["tanheng-log-proof/1"]
    hashes: list[str] = Field(description="base64, in the order of RFC 6962")
    head: str = Field(description="The signed head that it leads to")
    key: str


class InclusionOut(ProofOut):
    """Shows that a row is in the log."""

    proves: Literal["inclusion"]
    kind: int
    ref: int
    leaf_index: int
    leaf_hash: str = Field(description="base64 of SHA-256(0x00 || the row's text)")


class ConsistencyOut(ProofOut):
    """Shows that the log of a head begins with that of an older head, unchanged."""

    proves: Literal["consistency"]
    old_head: str


class OfSize(Schema):
    """Which head."""

    size: Size | None = Field(None, description="The head of this size; the newest if not given")


class Between(Schema):
    """Which two heads."""

    old: Size = Field(description="The size of the older head")
    new: Size | None = Field(None, description="The size of the newer head; the newest if not given")


@router.get("/key", response=KeyOut, auth=None)
def key(request: HttpRequest) -> dict[str, object]:
    """By what the log is known; compare the key with one you got elsewhere."""
    return {"key": proofs.public_key(), "kinds": {str(source.kind): source.name for source in in_order()}}


@router.get("/head", response=HeadOut, auth=None)
def head(request: HttpRequest, which: Query[OfSize]) -> Head:
    """A signed head: keep one, and nobody can rewrite what it covers unseen."""
    return proofs.head(which.size)


@router.get("/heads", response=PageOut[HeadOut], auth=None)
def heads(request: HttpRequest, window: Query[Window]) -> Page[Head]:
    """All heads, the newest first."""
    return page(Head.objects.all(), "size", window.cursor, window.limit, newest_first=True)


@router.get("/entries/{kind}/{ref}/proof", response=InclusionOut, auth=None)
def inclusion(request: HttpRequest, kind: Kind, ref: Ref, which: Query[OfSize]) -> dict[str, object]:
    """A proof that a row is in the log. It holds a hash of the row; its holder adds the text."""
    return proofs.inclusion(kind, ref, size=which.size)


@router.get("/consistency", response=ConsistencyOut, auth=None)
def consistency(request: HttpRequest, between: Query[Between]) -> dict[str, object]:
    """A proof that the log of the newer head begins with that of the older one, unchanged."""
    return proofs.consistency(between.old, between.new)


@router.get(
    "/export",
    auth=None,
    throttle=Rate(per_minute=2, burst=4, name="log-export"),
    openapi_extra={
        "responses": {
            200: {
                "description": "The log, one JSON object a line",
                "content": {"application/jsonl": {"schema": {"type": "string"}}},
            }
        }
    },
)
def whole(request: HttpRequest, which: Query[OfSize]) -> StreamingHttpResponse:
    """The whole log as hashes under signed heads, for `tanheng verify-log`; one JSON object a line."""
    # Asked for before the answer begins, so that there is a problem rather than an empty file.
    size = proofs.head(which.size).size
    return StreamingHttpResponse(
        export.lines(bodies=False, size=size),
        content_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="log-{size}.jsonl"'},
    )
