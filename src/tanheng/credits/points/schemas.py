"""What the API says of persons and points, and what it is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Model
from ninja import Field, Schema

from tanheng.credits.points.models import Good, Mandate, Redemption
from tanheng.people.schemas import In

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Price = Annotated[int, Field(ge=1, le=10**12)]


class ReferenceIn(In):
    """A person whom an application enrols."""

    reference: str = Field(min_length=1, max_length=64, description="A number of the operator's own, nothing personal")
    link_code: str = Field("", max_length=20, description="Where the person takes part already: a code of its own")


class EnrolIn(In):
    """Some persons at once, all of them or none."""

    persons: Annotated[list[ReferenceIn], Field(min_length=1, max_length=200)]


class EnrolledOut(Schema):
    """A person with the mandate; the key only when it was made just now."""

    reference: str
    person: UUID = Field(description="The pseudonym, as events name the person")
    key: str | None = Field(description="The person's own key: hand it over and do not keep it; never told again")


class EnrolledAllOut(Schema):
    """In the order in which they were asked for."""

    persons: list[EnrolledOut]


class MandateOut(Schema):
    """That a person lets an application report; what the person holds of points."""

    reference: str
    person: UUID
    since: datetime
    withdrawn_at: datetime | None
    points: int | None = Field(description="Only while the mandate stands")

    @staticmethod
    def resolve_person(row: Mandate) -> UUID:
        """Its pseudonym."""
        return row.person.pseudonym

    @staticmethod
    def resolve_points(row: Mandate) -> int | None:
        """As the ledger has it."""
        return None if row.withdrawn_at is not None else getattr(row, "held", None)


class PersonKeyOut(Schema):
    """A new key; the one before is void."""

    key: str


class CodeOut(Schema):
    """A code for one more application, good once and for a quarter of an hour."""

    code: str


class RunIn(In):
    """Which run."""

    run: int = Field(ge=1, le=2**63 - 1, description="The number of the run of intake")


class GrantedOut(Schema):
    """What was granted of a run, and what was left out by reason."""

    points: int
    grantings: list[int]
    left_out: dict[str, int]
    points_missing: dict[str, int]


class GrantingOut(Schema):
    """Points granted in one go."""

    id: int
    at: datetime
    run: str
    persons: int
    days: int
    reduction_g: int
    points: int
    digest: str


class GatheringOut(Schema):
    """Used points, cancelled in one go."""

    id: int
    at: datetime
    redemptions: int
    points: int


class GatheringsOut(Schema):
    """What was gathered just now; empty where nothing was used."""

    gatherings: list[GatheringOut]


class GoodOut(Schema):
    """A good of the shop, its price in points."""

    id: int
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    price: int
    stock: int
    offered: bool
    offered_by: int | None = Field(description="The organisation; null for the platform")
    open_to: int | None = Field(description="The application whose persons may have it; null for everybody")

    @staticmethod
    def resolve_offered_by(row: Good) -> int | None:
        """Its number."""
        return _key(row.offered_by)

    @staticmethod
    def resolve_open_to(row: Good) -> int | None:
        """Its number."""
        return _key(row.open_to)


class GoodNewIn(In):
    """A good as it is offered."""

    name_zh: str = Field(min_length=1, max_length=100)
    name_en: str = Field(min_length=1, max_length=100)
    about_zh: str = Field("", max_length=500)
    about_en: str = Field("", max_length=500)
    price: Price
    stock: int = Field(ge=0, le=10**9)
    offered_by: int | None = Field(None, ge=1, le=2**63 - 1)
    open_to: int | None = Field(None, ge=1, le=2**63 - 1)


class GoodChangeIn(In):
    """What changes of it."""

    price: Price | None = None
    add_stock: int = Field(0, ge=-(10**9), le=10**9)
    offered: bool | None = None


class RedeemIn(In):
    """What is redeemed."""

    good: int = Field(ge=1, le=2**63 - 1)
    quantity: Count = 1


class RedemptionOut(Schema):
    """Points used for a good."""

    id: int
    number: UUID
    at: datetime
    good: int
    quantity: int
    points: int
    state: str
    why: str

    @staticmethod
    def resolve_good(row: Redemption) -> int:
        """Its number."""
        return row.good_id


class GiveBackIn(In):
    """Why points are given back."""

    why: str = Field(min_length=1, max_length=200)


class EraseIn(In):
    """Who asked for it, and how; no name."""

    reason: str = Field(min_length=1, max_length=500)


class ErasureOut(Schema):
    """That a person is erased, and how many points lapsed with it."""

    at: datetime
    points: int


class OfMethodologyOut(Schema):
    """Of a methodology."""

    methodology: str
    days: int
    reduction_g: int
    points: int


class OfMonthOut(Schema):
    """Of a calendar month of granting."""

    month: date
    points: int
    reduction_g: int


class OfApplicationOut(Schema):
    """Of an application; null where so few gave the mandate that the figure could tell who."""

    application: str
    persons: int | None


class PointStatisticsOut(Schema):
    """All persons together."""

    persons: int
    erased: int
    granted: int
    held: int
    set_aside: int
    cancelled: int
    lapsed: int
    methodologies: list[OfMethodologyOut]
    months: list[OfMonthOut]
    applications: list[OfApplicationOut]


class HoldingOut(Schema):
    """What a person holds."""

    free: int
    set_aside: int


class OwnDayOut(Schema):
    """A day by a methodology; null with the reason where it is not known."""

    day: date
    methodology: str
    version: str
    reduction_g: int | None
    missing: str | None
    points: int | None
    points_missing: str | None
    granted: int | None


class OwnMandateOut(Schema):
    """Who may report of the person."""

    id: int
    application: str
    since: datetime
    withdrawn_at: datetime | None

    @staticmethod
    def resolve_application(row: Mandate) -> str:
        """What it is called."""
        return row.application.called


def _key(row: Model | None) -> int | None:
    return None if row is None else int(row.pk)
