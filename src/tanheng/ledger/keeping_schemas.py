"""What the API says of the keeping of the ledger, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.urls import reverse
from ninja import Field, Schema

from tanheng.ledger.models import Reservation
from tanheng.ledger.schemas import LARGEST, In, NumberIn, Quantity, Reason, SerialsIn

Said = Annotated[str, Field(min_length=1, max_length=2000)]


class AccountIn(In):
    """An account to be opened."""

    number: NumberIn
    type: str = Field(pattern="^[a-z_]{1,20}$")
    owner: int | None = Field(None, ge=1, le=LARGEST, description="The organisation's id; the registry's own without")
    name: str = Field("", max_length=200)
    holder: str = Field("", max_length=64, description="Pseudonym of the person whose points it keeps")
    second_person: bool = Field(True, description="Whether what leaves it needs a second person")


class WhyIn(In):
    """Why an account is blocked or closed; it is shown to its owner."""

    reason: Said


class AssetIn(In):
    """An asset to be defined."""

    code: str = Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")
    kind: Literal["allowance", "credit", "points", "cash"]
    name: str = Field(min_length=1, max_length=100)
    life_months: int | None = Field(None, strict=True, ge=1, le=1200, description="For points and credits that expire")
    second_person: bool = Field(True, description="Whether each issuance needs a second person")


class CirculationOut(Schema):
    """How many units there are."""

    issued: int = Field(description="Less those taken back")
    retired: int
    held: int = Field(description="By anybody, reserved or not")


class AssetOut(Schema):
    """An asset."""

    url: str
    code: str
    kind: str
    name: str
    unit: str
    tradable: bool
    transferable: bool
    expires: bool
    serialised: bool
    life_months: int | None
    circulation: CirculationOut | None = Field(description="For who looks over the whole registry; null for others")


class IssuanceIn(In):
    """Units to be issued."""

    asset: NumberIn
    to_account: NumberIn
    quantity: Quantity
    purpose: Literal["issue", "deposit"] = Field("issue", description="deposit for cash")
    vintage: int | None = Field(None, strict=True, ge=1990, le=2200)
    label: str = Field("", max_length=200, description="What the batch is for; with a vintage only")
    serials: list[SerialsIn] | None = Field(None, max_length=1000, description="The next ones, if not given")
    reason: Reason = ""


class LapsedOut(Schema):
    """How many units reached the end of their life and were retired."""

    lapsed: int


class QueuedOut(Schema):
    """A transfer that was asked for outside working hours."""

    url: str
    id: int
    asked_at: datetime
    opens_at: datetime | None = Field(description="When it is tried; null where the calendar has no opening")
    kind: str
    from_account: str
    to_account: str
    asset: str
    quantity: int
    purpose: str
    reason: str
    state: str
    code: str | None = Field(description="What became of it when it was tried")
    transfer: str | None
    done_at: datetime | None


class QueueFilter(Schema):
    """Which of them."""

    state: Literal["waiting", "done", "refused", "withdrawn"] | None = None


class ReservationOut(Schema):
    """A reservation or pledge that stands; ended under its number."""

    transfer: str = Field(description="Where the transfer is that made it")
    number: int
    from_account: str
    to_account: str
    asset: str
    quantity: int
    purpose: str
    expires_at: datetime | None

    @staticmethod
    def resolve_transfer(reservation: Reservation) -> str:
        """Its address."""
        return reverse("api:transfer", args=[reservation.transfer_id])

    @staticmethod
    def resolve_number(reservation: Reservation) -> int:
        """As in /reservations/{pending}/post."""
        return reservation.transfer_id

    @staticmethod
    def resolve_from_account(reservation: Reservation) -> str:
        """Its number."""
        return reservation.account.number

    @staticmethod
    def resolve_to_account(reservation: Reservation) -> str:
        """Its number."""
        return reservation.to_account.number

    @staticmethod
    def resolve_asset(reservation: Reservation) -> str:
        """Its code."""
        return reservation.asset.code


class ReservationFilter(Schema):
    """Which reservations."""

    purpose: str | None = Field(None, max_length=16, description="pledge for pledges")
