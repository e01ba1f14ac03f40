"""What the API says of projects, and what it is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.urls import reverse
from ninja import Field, Schema

from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Accreditation, Correction, Issuance, Project, Report
from tanheng.people.schemas import IdIn, In, Line

Name = Annotated[str, Field(min_length=1, max_length=64)]
Mark = Annotated[str, Field(min_length=1, max_length=100)]


class ProjectOut(Schema):
    """A project. ``source`` is not empty where it was taken over from a public record and not validated here."""

    url: str
    id: int
    number: str
    name: str
    state: str
    organisation: str
    programme: str
    asset: str = Field(description="The asset of its credits in the ledger")
    methodology: str
    version: str
    methodology_digest: str
    description: str
    first: date
    last: date
    place_name: str
    place: dict[str, Any] | None
    devices: list[str]
    beneficiary: str
    elsewhere: list[str]
    estimated_t: int | None
    validator: str | None
    validated_on: date | None
    registered_on: date | None
    account: str | None
    source: str

    @staticmethod
    def resolve_url(row: Project) -> str:
        """Where it is."""
        return reverse("api:project", args=[row.pk])

    @staticmethod
    def resolve_organisation(row: Project) -> str:
        """The developer."""
        return row.organisation.name

    @staticmethod
    def resolve_programme(row: Project) -> str:
        """Its scheme."""
        return row.programme.scheme

    @staticmethod
    def resolve_asset(row: Project) -> str:
        """By its code."""
        return row.programme.asset.code

    @staticmethod
    def resolve_first(row: Project) -> date:
        """Of its crediting period."""
        first: date = row.crediting.lower
        return first

    @staticmethod
    def resolve_last(row: Project) -> date:
        """Of its crediting period, included."""
        return last_of(row.crediting)

    @staticmethod
    def resolve_validator(row: Project) -> str | None:
        """Who validates it."""
        return row.validator.name if row.validator else None

    @staticmethod
    def resolve_account(row: Project) -> str | None:
        """By its number."""
        return row.account.number if row.account else None


class DescriptionIn(In):
    """A project as it is applied for."""

    name: Line
    methodology: Name
    version: Annotated[str, Field(min_length=1, max_length=32)]
    first: date
    last: date
    description: str = Field("", max_length=5000)
    place_name: str = Field("", max_length=200)
    place: dict[str, Any] | None = Field(None, description="GeoJSON geometry, degrees, WGS 84")
    devices: list[Mark] = Field(default_factory=list, max_length=500)
    beneficiary: str = Field("", max_length=200)
    elsewhere: list[Mark] = Field(default_factory=list, max_length=500)
    estimated_t: int | None = Field(None, ge=1, le=2**31 - 1)

    def made(self, source: str = "") -> Description:
        """As actions take it."""
        return Description(
            name=self.name,
            methodology=self.methodology,
            version=self.version,
            first=self.first,
            last=self.last,
            description=self.description,
            place_name=self.place_name,
            place=self.place,
            devices=tuple(self.devices),
            beneficiary=self.beneficiary,
            elsewhere=tuple(self.elsewhere),
            estimated_t=self.estimated_t,
            source=source,
        )


class ProjectIn(DescriptionIn):
    """A new project of an organisation; with ``source`` the bureau takes it over from a public record."""

    organisation: IdIn
    source: str = Field("", max_length=1000)


class ReportIn(In):
    """A new report; with ``source`` the bureau takes a past issuance over from a public record."""

    first: date
    last: date
    source: str = Field("", max_length=1000)


class ValuesIn(In):
    """Monitored values."""

    values: str = Field(max_length=200_000, description="CSV with the columns of the monitoring plan")


class YearOut(Schema):
    """A year of a report."""

    year: int
    computed_t: int | None
    verified_t: int | None


class IssuanceOut(Schema):
    """Units that were issued for a report."""

    id: int
    at: datetime
    project: str
    report: str
    asset: str
    vintage: int
    quantity: int
    buffer_quantity: int
    transfer: int | None
    buffer_transfer: int | None
    serials: list[tuple[int, int]]
    buffer_serials: list[tuple[int, int]]

    @staticmethod
    def resolve_project(row: Issuance) -> str:
        """By its number."""
        return row.project.number

    @staticmethod
    def resolve_report(row: Issuance) -> str:
        """By its number."""
        return f"{row.project.number}-R{row.report.turn:02d}"

    @staticmethod
    def resolve_asset(row: Issuance) -> str:
        """By its code."""
        return row.project.programme.asset.code

    @staticmethod
    def resolve_transfer(row: Issuance) -> int | None:
        """Of the ledger."""
        return row.transfer_id

    @staticmethod
    def resolve_buffer_transfer(row: Issuance) -> int | None:
        """Of the ledger."""
        return row.buffer_transfer_id


class ReportOut(Schema):
    """A monitoring report. ``result`` has a row for each of ``values``, with what is missing where it is unknown."""

    url: str
    id: int
    number: str
    project: str
    state: str
    first: date
    last: date
    values: list[dict[str, Any]]
    result: list[dict[str, Any]]
    years: list[YearOut]
    verifier: str | None
    source: str

    @staticmethod
    def resolve_url(row: Report) -> str:
        """Where it is."""
        return reverse("api:report", args=[row.pk])

    @staticmethod
    def resolve_project(row: Report) -> str:
        """By its number."""
        return row.project.number

    @staticmethod
    def resolve_first(row: Report) -> date:
        """Of its period."""
        first: date = row.period.lower
        return first

    @staticmethod
    def resolve_last(row: Report) -> date:
        """Of its period, included."""
        return last_of(row.period)

    @staticmethod
    def resolve_years(row: Report) -> list[Any]:
        """In their order."""
        return sorted(row.years.all(), key=lambda each: each.year)

    @staticmethod
    def resolve_verifier(row: Report) -> str | None:
        """Who verifies it."""
        return row.verifier.name if row.verifier else None


class AccreditationOut(Schema):
    """That a body may validate or verify."""

    id: int
    number: str
    state: str
    organisation: str
    scopes: list[str]
    methodologies: list[str]
    sectors: str
    first: date
    last: date

    @staticmethod
    def resolve_organisation(row: Accreditation) -> str:
        """The body."""
        return row.organisation.name

    @staticmethod
    def resolve_first(row: Accreditation) -> date:
        """Of its validity."""
        first: date = row.valid.lower
        return first

    @staticmethod
    def resolve_last(row: Accreditation) -> date:
        """Of its validity, included."""
        return last_of(row.valid)


class AccreditationIn(In):
    """A body that is proposed."""

    organisation: IdIn
    number: Annotated[str, Field(min_length=1, max_length=32)]
    scopes: list[Name] = Field(min_length=1, max_length=2)
    methodologies: list[Name] = Field(min_length=1, max_length=100)
    first: date
    last: date
    sectors: str = Field("", max_length=200)


class CorrectionOut(Schema):
    """Units of an issuance that are to come back, and how many did."""

    id: int
    at: datetime
    issuance: int
    kind: str
    quantity: int
    back: int

    @staticmethod
    def resolve_issuance(row: Correction) -> int:
        """By its id."""
        return row.issuance_id


class SettlementIn(In):
    """Units that the developer gives for a correction."""

    account: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: int = Field(ge=1, le=10**15)


class SettlementOut(Schema):
    """What became of it: the transfer in the ledger, or the request that waits for a second person."""

    transfer: int | None
    approval: str | None


def last_of(days: Any) -> date:
    """The last day of a range."""
    last: date = days.upper - timedelta(days=1)
    return last
