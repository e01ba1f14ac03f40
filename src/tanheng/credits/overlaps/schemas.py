"""What the API says of claims, overlaps and imported tables, and what it is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from tanheng.credits.overlaps.models import Claim, FoundOverlap

Told = Annotated[str, Field(min_length=1, max_length=200)]


class OverlapOut(Schema):
    """An overlap that was found, with both sides."""

    id: int
    at: datetime
    state: str
    holder_kind: str
    holder_key: str
    holder_name: str
    other_kind: str
    other_key: str
    other_name: str
    scope: str
    key: str
    first: date
    last: date
    found_in: str
    score: Decimal = Field(description="How alike they are, from 0 to 1; of two areas the share of the smaller one")
    evidence: dict[str, Any]

    @staticmethod
    def resolve_first(row: FoundOverlap) -> date:
        """The first day that was looked at."""
        day: date = row.during.lower
        return day

    @staticmethod
    def resolve_last(row: FoundOverlap) -> date:
        """The last one."""
        day: date = row.during.upper - timedelta(days=1)
        return day


class OverlapFilter(Schema):
    """Which."""

    state: Literal["found", "accepted", "confirmed"] | None = None
    holder_key: str | None = Field(None, max_length=64)
    other_key: str | None = Field(None, max_length=100)


class ClaimOut(Schema):
    """A claim."""

    id: int
    at: datetime
    holder_kind: str
    holder_key: str
    holder_name: str
    stage: str
    scope: str
    told: str
    activity: str
    first: date
    last: date
    quantity: Decimal | None
    unit: str
    place: dict[str, Any] | None
    released_at: datetime | None
    released_why: str

    @staticmethod
    def resolve_first(row: Claim) -> date:
        """Its first day."""
        day: date = row.during.lower
        return day

    @staticmethod
    def resolve_last(row: Claim) -> date:
        """Its last one."""
        day: date = row.during.upper - timedelta(days=1)
        return day


class ClaimFilter(Schema):
    """Which."""

    holder_kind: str | None = Field(None, max_length=12)
    holder_key: str | None = Field(None, max_length=64)
    scope: Literal["device", "place", "beneficiary", "registration"] | None = None
    live: bool | None = None


class AskedClaim(Schema):
    """One thing that somebody would claim."""

    model_config = ConfigDict(extra="forbid")

    scope: Literal["device", "place", "beneficiary", "registration"]
    key: Told
    first: date
    last: date
    activity: str = Field("", max_length=64)
    place: dict[str, Any] | None = Field(None, description="GeoJSON in degrees (WGS 84): Point, Polygon, MultiPolygon")


class LookIn(Schema):
    """What somebody would claim, to see what it meets; nothing is claimed or kept."""

    model_config = ConfigDict(extra="forbid")

    holder_kind: Literal["project", "application", "person"]
    holder_key: str = Field(min_length=1, max_length=64)
    holder_name: Told
    stage: Literal["registration", "issuance"] = "registration"
    claims: list[AskedClaim] = Field(min_length=1, max_length=500)


class MetOut(Schema):
    """Something that it meets."""

    certain: bool
    own: bool
    scope: str
    told: str
    other_kind: str
    other_key: str
    other_name: str
    first: date
    last: date
    found_in: str
    score: Decimal
    en: str
    zh: str
    evidence: dict[str, Any]


class ImportedOut(Schema):
    """A table of another registry that was taken in."""

    id: int
    at: datetime
    registry: str
    table: str
    file: str
    sha256: str
    as_of: date
    rows: int
    taken: int
    findings_count: int


class ImportFindingOut(Schema):
    """A row that does not add up."""

    id: int
    line: int
    code: str
    column: str
    value: str
    said_en: str
    said_zh: str


class ImportFilter(Schema):
    """Which."""

    registry: str | None = Field(None, max_length=16)
    table: str | None = Field(None, max_length=16)


class FindingFilter(Schema):
    """Which."""

    code: str | None = Field(None, max_length=32)
