"""Complaints about noise, which anybody hands in without a name.

    received ──look into──> looked into ──answer──> answered
        └──────set aside (not noise, said twice)────────┘

Nobody's name or number is kept: who complains gets a word of their own, by which the answer is found. Sources are the
four of the city's plan: traffic, building sites, industry, social life. Who answers says in which residential area it
was heard, if in any that asked for a title: a place is what people write, and nothing guesses where it lies.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, may
from tanheng.people.values import refused_value
from tanheng.text import Text

RECORD = "complaint"
SOURCES: Mapping[str, Text] = {
    "traffic": Text("traffic", "交通运输"),
    "construction": Text("building site", "建筑施工"),
    "industry": Text("industry", "工业生产"),
    "social": Text("social life", "社会生活"),
}


def new_word() -> str:
    """By which a complaint is found by who made it; 60 bits, never shown again to others."""
    return secrets.token_hex(8)


class Complaint(Case):
    """What disturbs, where and when; and what became of it."""

    AREA, SEE = "quiet", "noise.see"
    SLUG: ClassVar[str] = "complaints"
    NAME: ClassVar[Text] = Text("Complaints about noise", "噪声投诉")
    STATES: ClassVar[Mapping[str, Text]] = {
        "received": Text("received", "已收到"),
        "looked_into": Text("looked into", "调查中"),
        "answered": Text("answered", "已答复"),
        "set_aside": Text("set aside", "不予受理"),
    }
    INITIAL: ClassVar[str] = "received"

    # Of the authority itself: no organisation has it.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    state = state_field(INITIAL)
    word = models.CharField(max_length=32, unique=True, default=new_word, editable=False)
    source = models.CharField(
        gettext_lazy("source"), max_length=16, choices=[(name, words.en) for name, words in SOURCES.items()]
    )
    place = models.CharField(gettext_lazy("place"), max_length=200)
    noticed_at = models.DateTimeField(gettext_lazy("when it was heard"))
    text = models.TextField(gettext_lazy("what disturbs"), max_length=2000)
    answer = models.TextField(blank=True)
    community = models.ForeignKey(
        "communities.Community", models.PROTECT, null=True, blank=True, related_name="complaints"
    )

    class Meta:
        verbose_name = gettext_lazy("complaint about noise")
        verbose_name_plural = gettext_lazy("complaints about noise")
        constraints = (
            models.CheckConstraint(name="noise_complaint_source", condition=Q(source__in=list(SOURCES))),
            models.CheckConstraint(
                name="noise_complaint_answered", condition=~Q(state__in=("answered", "set_aside")) | ~Q(answer="")
            ),
        )

    @property
    def called(self) -> str:
        """Its number."""
        return f"NC-{self.pk:06d}"

    @classmethod
    def visible_to(cls, user: Actor | None) -> QuerySet[Complaint]:
        """Those of the authority who see what is not public; who made it finds it by its word."""
        if user is None or not may(user, "noise.see", None):
            return cls._default_manager.none()
        return cls._default_manager.all()

    def get_absolute_url(self) -> str:
        """Its page for the authority."""
        return reverse("complaint", args=[self.pk])

    @property
    def source_words(self) -> Text:
        """What it is about, for people."""
        return SOURCES[self.source]

    @step(
        Text("Look into it", "开展调查"),
        "received",
        "looked_into",
        right="complaints.handle",
        whose=BUREAU,
        does=Text("Somebody goes there or asks for readings.", "安排现场查看或调取监测数据。"),
    )
    def look_into(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """From now on it is somebody's."""

    @step(
        Text("Answer", "答复"),
        "looked_into",
        "answered",
        right="complaints.handle",
        whose=BUREAU,
        asks=(
            Given(
                "answer",
                Text("Answer", "答复"),
                Text(
                    "What was found and what is done; who complained reads it.", "调查结果与处理措施,投诉人可以查阅。"
                ),
                kind="area",
                longest=2000,
            ),
            Given(
                "community",
                Text("Residential area", "住宅小区"),
                Text(
                    "The one that has the title or asks for it, where this is heard; empty where it is none of them.",
                    "听到噪声的住宅小区(已获称号或已申请);不在其中的不填。",
                ),
                kind="select",
                required=False,
                offered=lambda: [(str(pk), f"{name} · {address}") for pk, name, address in _areas()],
            ),
        ),
    )
    def give_answer(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Read by who knows the word. Raises ``noise.E095`` where the residential area is none of those."""
        self.answer = given["answer"]
        self.community_id = _area(given["community"]) if given["community"] else None

    @step(
        Text("Set aside", "不予受理"),
        "received",
        "set_aside",
        right="complaints.handle",
        whose=BUREAU,
        asks=(
            Given(
                "because",
                Text("Because", "理由"),
                Text("Why it is not looked into; who complained reads it.", "不予受理的理由,投诉人可以查阅。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def set_aside(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The reason is the answer."""
        self.answer = given["because"]


def _areas() -> list[tuple[int, str, str]]:
    """Those that ask for the title, have it or had it, by name: id, name, address."""
    areas = Complaint._meta.get_field("community").related_model._default_manager
    return list(
        areas.exclude(state__in=("refused", "withdrawn")).order_by("name", "pk").values_list("pk", "name", "address")
    )


def _area(said: str) -> int:
    found = next((pk for pk, _name, _address in _areas() if str(pk) == said), None)
    if found is None:
        hint = gettext("Its number stands in the list of communities; leave it out where it is none of them")
        raise refused_value(
            "noise.E095", RECORD, "community", said, gettext("is no residential area of the list"), hint
        )
    return found
