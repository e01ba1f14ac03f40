"""What the API of intake takes and tells."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Path, Schema
from pydantic import Field

from tanheng.credits.intake.models import ApplicationKey, Batch
from tanheng.credits.intake.words import REFUSED

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class ApplicationIn(Schema):
    """An application to be registered."""

    organisation: int = Field(ge=1, le=2**63 - 1)
    name: str = Field(max_length=80)
    scenes: list[str] = Field(max_length=20)
    about: str = Field(max_length=2000)
    protection: str = Field(max_length=2000)
    address: str = Field("", max_length=200)


class ApplicationOut(Schema):
    """An application."""

    id: int
    number: str
    name: str
    state: str
    organisation: int = Field(alias="organisation_id")
    scenes: list[str]
    about: str
    protection: str
    address: str
    made_at: datetime


class KeyIn(Schema):
    """A key to be made."""

    name: str = Field(max_length=100)
    days: int = 366


class ApplicationKeyOut(Schema):
    """A key, as it is kept."""

    id: int
    name: str
    start: str
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


class NewKeyOut(ApplicationKeyOut):
    """A key that was just made, with its text, this once."""

    key: str


class RefusalOut(Schema):
    """A line that was not taken."""

    line: int
    reason: str
    said: str


class EventBatchOut(Schema):
    """What became of a batch. ``lines`` = ``taken`` + ``copies`` + ``refused``; of those refused the first 1,000."""

    id: int
    application: int = Field(alias="application_id")
    sandbox: bool
    key: str
    lines: int
    taken: int
    copies: int
    refused: int
    reasons: dict[str, int]
    refusals: list[RefusalOut]
    body_digest: str
    file_digest: str
    first_day: date | None
    last_day: date | None
    at: datetime

    @staticmethod
    def resolve_refusals(batch: Batch) -> list[dict[str, Any]]:
        """Each with what it means."""
        return [{"line": line, "reason": reason, "said": REFUSED[reason].en} for line, reason in batch.refusals]


class WorkOutIn(Schema):
    """Days to be worked out."""

    first: date
    last: date


class WorkedOutOut(Schema):
    """What was worked out of the events of some days."""

    id: int
    address: str
    first: date
    last: date
    up_to: int
    methodologies: list[dict[str, Any]]
    counts: dict[str, Any]
    totals: list[dict[str, Any]]
    results_digest: str
    at: datetime


class PersonDayOut(Schema):
    """What a person's day came to by a methodology; what is missing where it is undetermined."""

    person: str
    day: date
    methodology: str
    version: str
    reduction_g: int | None
    missing: str | None
    points: int | None
    points_missing: str | None


def new_key(kept: ApplicationKey, text: str) -> dict[str, Any]:
    """A key with its text."""
    return {name: getattr(kept, name) for name in ApplicationKeyOut.model_fields} | {"key": text}
