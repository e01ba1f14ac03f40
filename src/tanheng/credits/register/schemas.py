"""What the API of the register takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from tanheng.credits.register.retirement import LONGEST_BENEFICIARY, LONGEST_PURPOSE
from tanheng.ledger.requests import BATCH_MOST

Serial = Annotated[int, Field(ge=1, le=10**18)]
Run = tuple[Serial, Serial]


class LotIn(Schema):
    """Units of one certificate. ``serials`` are runs, first and last included; left out: what came first."""

    quantity: int = Field(ge=1, le=10**15)
    beneficiary: str = Field(max_length=LONGEST_BENEFICIARY)
    purpose: str = Field(max_length=LONGEST_PURPOSE)
    serials: list[Run] | None = Field(None, max_length=100)
    named: bool = True


class CreditRetirementIn(Schema):
    """Lots of one account and one credit, retired together or not at all."""

    from_account: str = Field(max_length=40)
    asset: str = Field(max_length=32)
    lots: list[LotIn] = Field(min_length=1, max_length=BATCH_MOST)


class LotOut(Schema):
    """A run of serial numbers, both ends included."""

    serials: str
    first: int
    last: int
    quantity: int
    vintage: int | None
    label: str


class CertificateOut(Schema):
    """A certificate as the caller may see it: null where beneficiary and purpose are not public."""

    number: str
    at: datetime
    kind: str
    holder: str
    asset: str
    quantity: int
    transfer: int
    beneficiary: str | None
    purpose: str | None
    page: str


class WholeCertificateOut(CertificateOut):
    """With its serial numbers; ``more`` runs are not told here."""

    lots: list[LotOut]
    more: int


class RetiredOut(Schema):
    """The certificates; or the request, where a second person has to confirm."""

    certificates: list[CertificateOut]
    approval: str | None = None


class HeldOut(Schema):
    """Where a run of serial numbers is now; the holder where it wants to be named or the caller may know."""

    first: int
    last: int
    vintage: int | None
    label: str
    retired: bool
    reserved: bool
    buffer: bool
    corrected: bool
    holder: str
    certificate: str


class MovedOut(Schema):
    """A transfer that moved some of them."""

    at: datetime
    purpose: str
    first: int
    last: int
    source: str
    to: str
    certificate: str


class UnitsOut(Schema):
    """Serial numbers: where they are, how they came there. ``more`` where there is more than is told."""

    asset: str
    first: int
    last: int
    blocks: list[HeldOut]
    moves: list[MovedOut]
    more: bool


class AssetYearOut(Schema):
    """What came and went of an asset in a year; of points ``retired`` is what was used or lapsed."""

    asset: str
    kind: str
    year: int
    issued: int
    retired: int
    corrected: int


class SumOut(Schema):
    """A total."""

    vintage: int | None
    label: str
    issued: int
    retired: int


class RegisterStatisticsOut(Schema):
    """The public figures, and of when they are."""

    at: datetime
    issued: int
    retired: int
    corrected: int
    points_given: int
    points_ended: int
    years: list[AssetYearOut]
    vintages: list[SumOut]
    methodologies: list[SumOut]
    projects: list[SumOut]

    @staticmethod
    def resolve_vintages(found: Any) -> Any:
        """By vintage."""
        return found.vintages()

    @staticmethod
    def resolve_methodologies(found: Any) -> Any:
        """By methodology."""
        return found.by_methodology()

    @staticmethod
    def resolve_projects(found: Any) -> Any:
        """By project."""
        return found.by_project()


class NeutralityIn(Schema):
    """What is to be neutral and when; steps go on at ``/api/credits/cases/neutrality``."""

    organisation: int = Field(ge=1, le=2**63 - 1)
    subject: str = Field(max_length=200)
    begins: date
    ends: date


class OffsetIn(Schema):
    """Of whom and for which year; steps go on at ``/api/credits/cases/offsets``."""

    organisation: int = Field(ge=1, le=2**63 - 1)
    year: int


class HolderIn(Schema):
    """Whether the register names an organisation as a holder."""

    organisation: int = Field(ge=1, le=2**63 - 1)
    shown: bool


class ShownOut(Schema):
    """What the register says from now on."""

    organisation: int
    shown: bool
    at: datetime


class BegunCaseOut(Schema):
    """A case that was begun."""

    kind: str
    id: int
    state: str
    case: str


class NeutralityOut(Schema):
    """An application for carbon neutrality. Amounts are exact, as text; ``workings`` say how they came about."""

    id: int
    state: str
    organisation: int
    subject: str
    begins: date
    ends: date
    workings: list[dict[str, str]]
    emissions_t: str | None
    needed: int | None
    certificate: str | None


class OffsetOut(Schema):
    """An offset use. Amounts are exact, as text; null until the bureau worked them out."""

    id: int
    state: str
    organisation: int
    year: int
    quantity: int | None
    emissions_t: str | None
    allowances_t: str | None
    share: str | None
    limit: int | None
    certificate: str | None
