"""What the API says of the safeguards and of what the daily check found, and what it is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.urls import reverse
from ninja import Field, Path, Schema
from pydantic import AwareDatetime

from tanheng.ledger.keeping_schemas import Said
from tanheng.ledger.models import Difference, Limit, TrustedAccount
from tanheng.ledger.schemas import MOST_UNITS, In, NumberIn

Source = Annotated[str, Field(min_length=1, max_length=2000, description="Where the rule stands")]
SourceStatus = Literal["official", "reported", "recalled", "example"]
SettingName = Annotated[str, Path(pattern=r"^[a-z_.]{1,40}$")]


class TrustedIn(In):
    """An account to be trusted, by its number."""

    trusted: NumberIn


class TrustedOut(Schema):
    """An account on another one's list."""

    id: int
    account: str
    trusted: str
    added_at: datetime
    effective_at: datetime = Field(description="Units may leave to it from then on")

    @staticmethod
    def resolve_account(row: TrustedAccount) -> str:
        """Its number."""
        return row.account.number

    @staticmethod
    def resolve_trusted(row: TrustedAccount) -> str:
        """Its number."""
        return row.trusted.number


class LimitIn(In):
    """The most that one transfer may move: for the registry, a type of account, or one account."""

    asset: NumberIn
    quantity: int | None = Field(strict=True, ge=0, le=MOST_UNITS, description="null lifts the limit of this level")
    account_type: str | None = Field(None, pattern="^[a-z_]{1,20}$")
    account: NumberIn | None = None
    since: AwareDatetime | None = Field(None, description="At once, if not given")
    source: Source
    status: SourceStatus


class LimitOut(Schema):
    """The most that one transfer may move. The latest of its level counts, and of the levels the lowest."""

    id: int
    asset: str
    quantity: int | None = Field(description="null: no limit on this level")
    account_type: str | None
    account: str | None
    since: datetime
    source: str
    status: str

    @staticmethod
    def resolve_asset(limit: Limit) -> str:
        """Its code."""
        return limit.asset.code

    @staticmethod
    def resolve_account_type(limit: Limit) -> str | None:
        """Its code."""
        return limit.account_type_id

    @staticmethod
    def resolve_account(limit: Limit) -> str | None:
        """Its number."""
        return limit.account.number if limit.account else None


class LimitFilter(Schema):
    """Which limits."""

    asset: str | None = Field(None, max_length=40)
    account: str | None = Field(None, max_length=40)


class SettingIn(In):
    """A value of a parameter of the safeguards."""

    value: str = Field(min_length=1, max_length=40)
    since: AwareDatetime | None = Field(None, description="At once, if not given; never in the past")
    source: Source
    status: SourceStatus


class SettingOut(Schema):
    """A value that a parameter has, had or will have."""

    name: str
    value: str
    since: datetime
    source: str
    status: str


class ParameterOut(Schema):
    """A parameter of the safeguards."""

    name: str
    meaning: str
    now: SettingOut | None = Field(description="null: nobody set it, and it does not apply")


class DayIn(In):
    """A day that is not what its weekday says."""

    day: date
    working: bool
    name: str = Field(min_length=1, max_length=100)


class DaysIn(In):
    """Days of the calendar; those that are not named stay as they are."""

    days: list[DayIn] = Field(min_length=1, max_length=400)
    source: Source
    status: SourceStatus


class DayOut(Schema):
    """A day that is not what its weekday says."""

    day: date
    working: bool
    name: str
    source: str
    status: str


class DaysOut(Schema):
    """Days as they are now."""

    days: list[DayOut]


class DayFilter(Schema):
    """Which days."""

    year: int | None = Field(None, ge=1990, le=2200)


class DifferenceOut(Schema):
    """What the daily check found to differ."""

    url: str
    id: int
    found_at: datetime
    check: str = Field(description="As ledger.C001")
    account: str | None
    asset: str | None
    subject: str
    expected: str = Field(description="Recomputed")
    found: str = Field(description="Recorded")
    explained_at: datetime | None
    explanation: str

    @staticmethod
    def resolve_url(difference: Difference) -> str:
        """Where it is."""
        return reverse("api:difference", args=[difference.pk])

    @staticmethod
    def resolve_check(difference: Difference) -> str:
        """Its code."""
        return difference.check_id

    @staticmethod
    def resolve_account(difference: Difference) -> str | None:
        """Its number; null for what concerns none alone."""
        return difference.account.number if difference.account else None

    @staticmethod
    def resolve_asset(difference: Difference) -> str | None:
        """Its code."""
        return difference.asset.code if difference.asset else None


class DifferenceFilter(Schema):
    """Which differences."""

    explained: bool | None = None


class ExplanationIn(In):
    """How a difference came about, once it is mended."""

    explanation: Said
