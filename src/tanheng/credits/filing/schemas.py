"""What the API says of methodologies, scenes and tries, and what it is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.urls import reverse
from ninja import Field, Schema

from tanheng.credits.filing.models import MethodologyCase, SceneCase, Trial
from tanheng.people.schemas import In

Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class TextOut(Schema):
    """A text in both languages."""

    en: str
    zh: str


class MethodologyOut(Schema):
    """A version of a methodology, and where it stands."""

    url: str
    id: int
    identifier: str
    version: str
    names: TextOut
    track: str
    scene: str
    state: str
    organisation: str
    digest: str = Field(description="SHA-256 of the files of its folder")
    packaged: bool = Field(description="Whether it came with the program")
    unset: list[str] = Field(description="Its figures that nobody published; what rests on them is undetermined")
    comment_from: date | None
    comment_until: date | None
    notice: str = Field(description="The notice by which it was published before this platform kept methodologies")
    in_force_from: date | None
    in_force_until: date | None = Field(description="The first day on which it holds no more")

    @staticmethod
    def resolve_url(case: MethodologyCase) -> str:
        """Where it is."""
        return reverse("api:methodology", args=[case.pk])

    @staticmethod
    def resolve_names(case: MethodologyCase) -> dict[str, str]:
        """Both of them."""
        return {"en": case.name_en, "zh": case.name_zh}

    @staticmethod
    def resolve_organisation(case: MethodologyCase) -> str:
        """Who filed it."""
        return case.organisation.name

    @staticmethod
    def resolve_unset(case: MethodologyCase) -> Any:
        """From its text."""
        return case.facts.get("unset", [])


class MethodologyTextOut(MethodologyOut):
    """One of them, with what the bureau answered."""

    scope: TextOut
    answer_to_experts: str
    answer_to_public: str

    @staticmethod
    def resolve_scope(case: MethodologyCase) -> Any:
        """From its text."""
        return case.facts.get("scope", {"en": "", "zh": ""})


class VersionOut(Schema):
    """The version of a methodology in force on a day."""

    identifier: str
    version: str
    digest: str
    since: date
    until: date | None


class OnDay(Schema):
    """Which methodology, on which day."""

    identifier: Name
    on: date


class MethodologyIn(In):
    """A version that came with the program, for whom."""

    organisation: Key
    identifier: Name
    version: Annotated[str, Field(min_length=1, max_length=16)]


class RevisionIn(In):
    """A new version with the code of another: its texts by file."""

    organisation: Key
    texts: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200_000)]]


class OpinionIn(In):
    """What an expert holds of it."""

    verdict: Literal["for", "conditional", "against"]
    text: Annotated[str, Field(min_length=1, max_length=8000)]


class OpinionOut(Schema):
    """What an expert said of a text."""

    id: int
    at: datetime
    verdict: str
    text: str
    digest: str
    expert: str | None = Field(description="For who sees the case whole")


class CommentIn(In):
    """What anybody has to say."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]
    name: Annotated[str, Field(max_length=100)] = ""


class CommentOut(Schema):
    """A public comment; ``shown`` is null until the bureau has looked at it."""

    id: int
    at: datetime
    name: str
    text: str
    shown: bool | None


class ShownIn(In):
    """Whether it is shown, and if not, why."""

    shown: bool
    because: Annotated[str, Field(max_length=300)] = ""


class SceneIn(In):
    """An application for a scene."""

    organisation: Key
    name: Annotated[str, Field(min_length=1, max_length=100)]
    scene: Name
    place: Annotated[str, Field(min_length=1, max_length=200)]
    behaviour: Annotated[str, Field(min_length=1, max_length=2000)]
    data_protection: Annotated[str, Field(min_length=1, max_length=4000)]


class SceneOut(Schema):
    """A scene, and where it stands."""

    url: str
    id: int
    name: str
    scene: str
    place: str
    behaviour: str
    data_protection: str
    state: str
    organisation: str
    published_on: date | None
    review_due: date | None
    is_overdue: bool

    @staticmethod
    def resolve_url(case: SceneCase) -> str:
        """Where it is."""
        return reverse("api:scene", args=[case.pk])

    @staticmethod
    def resolve_organisation(case: SceneCase) -> str:
        """Whose it is."""
        return case.organisation.name


class TrialIn(In):
    """A try: data as CSV text, or data of the platform by name; beside another version where one is named."""

    data: Annotated[str, Field(max_length=2_000_000)] = ""
    offered: Annotated[str, Field(max_length=40)] = ""
    first: Annotated[str, Field(max_length=10)] = ""
    last: Annotated[str, Field(max_length=10)] = ""
    against: Key | None = None
    examples: bool = False


class BegunTrialOut(Schema):
    """The job that works a try out."""

    job: str


class TrialOut(Schema):
    """What a version came to."""

    id: int
    at: datetime
    methodology: str
    against: str | None
    data: str
    data_digest: str
    examples: bool
    result: dict[str, Any]

    @staticmethod
    def resolve_methodology(row: Trial) -> str:
        """Its id and version."""
        return row.case.called

    @staticmethod
    def resolve_against(row: Trial) -> str | None:
        """Its id and version."""
        return row.against.called if row.against else None
