"""What the API says of submissions, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.urls import reverse
from ninja import Field, Path, Schema
from pydantic import ConfigDict

from tanheng.submissions.models import Format, Submission

LARGEST = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST)]
# By name: the jobs have a State of their own in the same description.
StateName = Literal["checking", "faulty", "clean", "waiting", "taken", "refused", "withdrawn", "replaced"]
IdIn = Annotated[int, Field(ge=1, le=LARGEST)]


class SubmissionFilter(Schema):
    """Which submissions."""

    state: StateName | None = None
    table: str | None = Field(None, max_length=64)


class SubmissionOut(Schema):
    """A table that was handed in, in one of its versions."""

    url: str
    id: int
    organisation: int
    table: str
    name: str = Field(description="The name of the file as it came")
    format: Format
    size_bytes: int
    sha256: str
    state: StateName
    rows: int | None
    replaces_rows: int | None = Field(description="How many of its rows take the place of rows that stood")
    faults: int
    questions: int
    submitted_by: int
    submitted_at: datetime
    handed_in_at: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    reason: str
    replaces: int | None = Field(description="The version before")

    @staticmethod
    def resolve_url(submission: Submission) -> str:
        """Where it is."""
        return reverse("api:submission", args=[submission.pk])

    @staticmethod
    def resolve_organisation(submission: Submission) -> int:
        """By number."""
        return submission.organisation_id

    @staticmethod
    def resolve_submitted_by(submission: Submission) -> int:
        """By number."""
        return submission.submitted_by_id

    @staticmethod
    def resolve_decided_by(submission: Submission) -> int | None:
        """By number."""
        return submission.decided_by_id

    @staticmethod
    def resolve_replaces(submission: Submission) -> int | None:
        """By number."""
        return submission.replaces_id


class FindingOut(Schema):
    """A fault, which keeps the table out, or a question about what is doubtful."""

    is_fault: bool
    code: str
    line: int | None
    column: str
    value: str | None
    message: str
    expected: str
    hint: str
    asks_en: str
    asks_zh: str


class ColumnOut(Schema):
    """A column of a table."""

    name: str
    kind: str
    unit: str
    required: bool
    meaning_en: str
    meaning_zh: str


class TableOut(Schema):
    """A table of the city that can be handed in."""

    name: str
    title_en: str
    title_zh: str
    key: list[str]
    columns: list[ColumnOut]


class RefusalIn(Schema):
    """Why a submission is refused."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)
