"""What the API says of jobs, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.urls import reverse
from ninja import Field, Path, Schema
from pydantic import ConfigDict

from tanheng.jobs.models import Job, State

LARGEST = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST)]


class JobIn(Schema):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(min_length=1, max_length=40, description="The kind of job, e.g. run")
    arguments: dict[str, str | int | bool | None] = Field({}, description="What the kind wants to know")
    organisation: int | None = Field(None, ge=1, le=LARGEST, description="For which organisation, where it is for one")


class JobFilter(Schema):
    """Which jobs."""

    state: State | None = None
    kind: str | None = Field(None, max_length=40)


class Step(Schema):
    """A text in both languages."""

    en: str
    zh: str


class NoteOut(Step):
    """What happened to a job."""

    at: datetime


class ProblemOut(Schema):
    """A fault of the input: where it stands, what stands there, what is expected, how to mend it."""

    code: str
    file: str
    line: int | None
    column: str | None
    value: str | None
    message: str
    expected: str
    hint: str


class JobOut(Schema):
    """A job."""

    url: str
    id: int
    kind: str
    arguments: dict[str, Any]
    requested_by: int | None = Field(description="The user; null for the house itself")
    organisation: int | None
    state: State
    step: Step
    part: float = Field(description="How much of the whole is done, from 0 to 1")
    attempts: int = Field(description="How often it was begun")
    cancel_asked: bool
    notes: list[NoteOut]
    problems: list[ProblemOut]
    fault: str = Field(description="The number by which a fault of the program is found in its log")
    result: dict[str, Any] | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_url(job: Job) -> str:
        """Where it is."""
        return reverse("api:job", args=[job.pk])

    @staticmethod
    def resolve_requested_by(job: Job) -> int | None:
        """Its id."""
        return job.requested_by_id

    @staticmethod
    def resolve_organisation(job: Job) -> int | None:
        """Its id."""
        return job.organisation_id

    @staticmethod
    def resolve_step(job: Job) -> dict[str, str]:
        """In both languages."""
        return {"en": job.step_en, "zh": job.step_zh}


class RoundOut(Schema):
    """What the house does by itself: its last round."""

    routine: str
    every: str = Field(description="When, as cron says it, in UTC; a sixth field is for seconds")
    state: State | None = Field(description="Null where it was never done")
    started_at: datetime | None
    ended_at: datetime | None
    done_at: datetime | None = Field(description="When it last ended well")
    said: Step | None
    problems: list[ProblemOut]
    fault: str
