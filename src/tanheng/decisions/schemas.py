"""What the API says of decisions, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.urls import reverse
from ninja import Field, Schema

from tanheng.decisions.models import PublishedDecision
from tanheng.people.schemas import In, Reason

Name = Annotated[str, Field(min_length=1, max_length=200)]


class TextOut(Schema):
    """A text in both languages."""

    en: str
    zh: str


class WithdrawalOut(Schema):
    """That a decision no longer holds."""

    at: datetime
    reason: str


class DecisionOut(Schema):
    """A published decision, word for word as the run proposed it."""

    url: str
    id: int
    at: datetime
    run: str = Field(description="The address of the run that proposes it")
    city: str
    year: int
    measure: str
    decision: str
    subject: str
    about: str | None = Field(description="The organisation that it is about")
    proposes: TextOut
    because: TextOut
    rule: str
    rulebook: str
    rulebook_digest: str
    trust: str
    demonstration: bool = Field(description="Whether it rests on made-up rows")
    public: bool
    reason: str
    two_persons: bool
    withdrawal: WithdrawalOut | None

    @staticmethod
    def resolve_url(row: PublishedDecision) -> str:
        """Where it is."""
        return reverse("api:decision", args=[row.pk])

    @staticmethod
    def resolve_about(row: PublishedDecision) -> str | None:
        """Where that organisation is."""
        return reverse("api:organisation", args=[row.about_id]) if row.about_id else None

    @staticmethod
    def resolve_two_persons(row: PublishedDecision) -> bool:
        """Whether a second person confirmed it."""
        return row.second_by_id is not None

    @staticmethod
    def resolve_withdrawal(row: PublishedDecision) -> Any:
        """If there is one."""
        return getattr(row, "withdrawal", None)


class DecisionFilter(Schema):
    """Which."""

    run: str | None = Field(None, max_length=64)
    measure: str | None = Field(None, max_length=100)
    subject: str | None = Field(None, max_length=200)
    state: Literal["standing", "withdrawn"] | None = None


class ProposedOut(Schema):
    """A proposal of a run, and what became of it."""

    id: str
    subject: str
    proposes: TextOut
    because: TextOut
    rule: str
    binds: bool = Field(description="Whether it takes a second person")
    undetermined: TextOut | None = Field(description="What is missing of its figure; such a proposal is not published")
    published: str | None = Field(description="Where it stands on record")
    approval: str | None = Field(description="The request that waits for a second person")


class OfRun(Schema):
    """Which part of which run."""

    run: str = Field(min_length=1, max_length=64)
    measure: str = Field(min_length=1, max_length=100)


class PublicationIn(In):
    """What is to be published."""

    run: Annotated[str, Field(min_length=1, max_length=64, pattern="^[0-9A-Za-z]+$")]
    measure: Annotated[str, Field(min_length=1, max_length=100)]
    decisions: Annotated[list[Name], Field(min_length=1, max_length=200)]
    reason: Reason
    public: bool = Field(description="Whether anybody may read them in the public register")


class WithdrawalIn(In):
    """Why a decision no longer holds."""

    reason: Reason


class OutcomeOut(Schema):
    """What is on record now, or the request that waits for a second person."""

    decisions: list[DecisionOut]
    approval: str | None
