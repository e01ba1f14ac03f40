"""What the API says of the ledger, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.urls import reverse
from ninja import Field, Path, Schema
from pydantic import AwareDatetime, ConfigDict

from tanheng.ledger.models import Account, Kind, Movement, Posting, Transfer
from tanheng.ledger.requests import BATCH_MOST

LARGEST = 2**63 - 1
MOST_UNITS = 10**15
Id = Annotated[int, Path(ge=1, le=LARGEST)]
NUMBER = r"^[A-Za-z0-9._-]{1,40}$"
AccountNumber = Annotated[str, Path(pattern=NUMBER)]
AssetCode = Annotated[str, Path(pattern=NUMBER)]
NumberIn = Annotated[str, Field(pattern=NUMBER)]
Quantity = Annotated[
    int, Field(strict=True, ge=1, le=MOST_UNITS, description="In the asset's unit: tonnes, points, fen")
]
Reason = Annotated[str, Field(max_length=2000)]


class In(Schema):
    """What is told; a member that there is not is a mistake of who sends it."""

    model_config = ConfigDict(extra="forbid")


class SerialsIn(In):
    """A run of serial numbers, both ends included."""

    first: int = Field(strict=True, ge=1, le=LARGEST - 1)
    last: int = Field(strict=True, ge=1, le=LARGEST - 1)


class SerialsOut(Schema):
    """A run of serial numbers, both ends included."""

    first: int
    last: int


class Moment(In):
    """A moment of the past."""

    at: AwareDatetime | None = Field(None, description="Balances as they were then; now, if not given")


class AccountOut(Schema):
    """An account."""

    url: str
    number: str
    owner: int | None = Field(description="The organisation; null for the registry's own")
    type: str
    name: str
    status: str
    status_reason: str
    second_person: bool = Field(description="Whether what leaves it needs a second person")
    opened_at: datetime

    @staticmethod
    def resolve_url(account: Account) -> str:
        """Where it is."""
        return reverse("api:account", args=[account.number])

    @staticmethod
    def resolve_owner(account: Account) -> int | None:
        """Its id."""
        return account.owner_id

    @staticmethod
    def resolve_type(account: Account) -> str:
        """Its code."""
        return account.type_id


class AccountFilter(Schema):
    """Which accounts."""

    owner: int | None = Field(None, ge=1, le=LARGEST, description="The organisation's id")
    type: str | None = Field(None, max_length=20)
    status: Literal["open", "blocked", "closed"] | None = None


class BalanceOut(Schema):
    """What an account holds of an asset."""

    asset: str
    unit: str
    posted: int
    reserved: int | None = Field(description="Of it reserved or pledged; null for a moment of the past")


class PostingOut(Schema):
    """A line of a statement."""

    transfer: str = Field(description="Where the transfer is")
    at: datetime
    quantity: int = Field(description="Above zero what came, below zero what left")
    balance_after: int
    purpose: str
    reason: str

    @staticmethod
    def resolve_transfer(posting: Posting) -> str:
        """Its address."""
        return reverse("api:transfer", args=[posting.transfer_id])

    @staticmethod
    def resolve_purpose(posting: Posting) -> str:
        """That of the transfer."""
        return posting.transfer.purpose

    @staticmethod
    def resolve_reason(posting: Posting) -> str:
        """That of the transfer."""
        return posting.transfer.reason


class TransferOut(Schema):
    """A transfer."""

    url: str
    id: int
    at: datetime
    kind: str
    purpose: str
    asset: str
    from_account: str
    to_account: str
    quantity: int
    serials: list[SerialsOut]
    pending: int | None = Field(description="The reservation that it ended")
    expires_at: datetime | None
    linked: str | None
    reason: str

    @staticmethod
    def resolve_url(transfer: Transfer) -> str:
        """Where it is."""
        return reverse("api:transfer", args=[transfer.pk])

    @staticmethod
    def resolve_kind(transfer: Transfer) -> str:
        """Its name."""
        return Kind(transfer.kind).name.lower()

    @staticmethod
    def resolve_asset(transfer: Transfer) -> str:
        """Its code."""
        return transfer.asset.code

    @staticmethod
    def resolve_from_account(transfer: Transfer) -> str:
        """Its number."""
        return transfer.from_account.number

    @staticmethod
    def resolve_to_account(transfer: Transfer) -> str:
        """Its number."""
        return transfer.to_account.number

    @staticmethod
    def resolve_serials(transfer: Transfer) -> list[dict[str, int]]:
        """Runs, both ends included."""
        return [{"first": run.lower, "last": run.upper - 1} for run in transfer.serials or []]

    @staticmethod
    def resolve_pending(transfer: Transfer) -> int | None:
        """Its id."""
        return transfer.pending_id

    @staticmethod
    def resolve_linked(transfer: Transfer) -> str | None:
        """The name of its group."""
        return str(transfer.linked) if transfer.linked else None


class StepOut(Schema):
    """A step in the life of a serial number."""

    transfer: str
    at: datetime
    purpose: str
    from_account: str
    to_account: str
    serials: SerialsOut
    vintage: int | None

    @staticmethod
    def resolve_transfer(step: Movement) -> str:
        """Its address."""
        return reverse("api:transfer", args=[step.transfer_id])

    @staticmethod
    def resolve_at(step: Movement) -> datetime:
        """When."""
        return step.transfer.at

    @staticmethod
    def resolve_purpose(step: Movement) -> str:
        """That of the transfer."""
        return step.transfer.purpose

    @staticmethod
    def resolve_from_account(step: Movement) -> str:
        """Its number."""
        return step.transfer.from_account.number

    @staticmethod
    def resolve_to_account(step: Movement) -> str:
        """Its number."""
        return step.transfer.to_account.number

    @staticmethod
    def resolve_serials(step: Movement) -> dict[str, int]:
        """The run that moved with it."""
        return {"first": step.serials.lower, "last": step.serials.upper - 1}

    @staticmethod
    def resolve_vintage(step: Movement) -> int | None:
        """Of the batch, at issuance."""
        return step.transfer.batch.vintage if step.transfer.batch else None


class TransferIn(In):
    """A transfer that is asked for."""

    from_account: NumberIn
    to_account: NumberIn
    asset: NumberIn
    quantity: Quantity
    purpose: str = Field("transfer", pattern="^[a-z]{1,16}$")
    serials: list[SerialsIn] | None = Field(None, max_length=1000, description="Those that came first, if not given")
    reason: Reason = ""


class ReservationIn(TransferIn):
    """A reservation that is asked for."""

    expires_in_s: int | None = Field(
        None, strict=True, ge=1, le=10 * 366 * 86400, description="Stands until ended, if not given"
    )


class PledgeIn(In):
    """A pledge: to a pledge account, until the pledgee releases or takes it."""

    from_account: NumberIn
    to_account: NumberIn
    asset: NumberIn
    quantity: Quantity
    serials: list[SerialsIn] | None = Field(None, max_length=1000)
    reason: Reason = ""


class RetirementIn(In):
    """Units to be retired."""

    from_account: NumberIn
    asset: NumberIn
    quantity: Quantity
    serials: list[SerialsIn] | None = Field(None, max_length=1000)
    reason: str = Field(min_length=1, max_length=2000, description="For whom and for what")


class PostIn(In):
    """How a reservation is carried out."""

    quantity: Quantity | None = Field(None, description="All of it, if not given; the rest is free again")
    serials: list[SerialsIn] | None = Field(None, max_length=1000)
    reason: Reason = ""


class VoidIn(In):
    """Why a reservation is released."""

    reason: Reason = ""


class RowIn(TransferIn):
    """One transfer of many."""

    linked: str | None = Field(
        None,
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="Neighbours with the same value are made together or not at all",
    )


class BatchIn(In):
    """Many transfers."""

    transfers: list[RowIn] = Field(min_length=1, max_length=BATCH_MOST)


class AnswerOut(Schema):
    """What became of a request."""

    code: str = Field(description="ok, or why not")
    detail: str
    transfer: str | None = Field(description="Where it is")
    at: datetime | None
    queued: int | None = Field(description="The waiting transfer, outside working hours")
    approval: str | None = Field(description="What a second person must confirm")


class BatchOut(Schema):
    """What became of each, in the order of asking."""

    answers: list[AnswerOut]


def runs(serials: list[SerialsIn] | None) -> list[tuple[int, int]] | None:
    """As the actions want them."""
    return None if serials is None else [(run.first, run.last) for run in serials]


def facts(new: In, *but: str) -> dict[str, Any]:
    """The members as the actions' arguments."""
    said = {name: getattr(new, name) for name in type(new).model_fields if name not in but}
    if "serials" in said:
        said["serials"] = runs(said["serials"])
    return said
