"""An overlap that was found, as a case: with its evidence, until somebody says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.database.functions import ClockTimestamp
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, House
from tanheng.people.standing import anywhere
from tanheng.text import Text

_COMPARED = Given(
    "compared",
    Text("What was compared", "比对了什么"),
    Text(
        "Which documents of both sides were held against each other: contract, meter list, map, other registry's page.",
        "比对了双方的哪些资料:合同、表计清单、地图、其他登记系统的页面。",
    ),
    kind="area",
    longest=2000,
    example=Text("Meter lists of both contracts; the serial numbers differ", "两份合同的表计清单,出厂编号不同"),
)


class FoundOverlap(Case):
    """Two that claim the same, or seem to. While it is only found, or confirmed, nothing rests on it."""

    AREA, SEE = "credits", "projects.see"
    SLUG: ClassVar[str] = "overlaps"
    NAME: ClassVar[Text] = Text("Overlap of claims", "重复主张核查")
    STATES: ClassVar[Mapping[str, Text]] = {
        "found": Text("found, undecided", "已发现,待认定"),
        "accepted": Text("no overlap after all", "经认定不属于重复"),
        "confirmed": Text("claimed twice", "经认定属于重复"),
    }
    INITIAL: ClassVar[str] = "found"

    at = models.DateTimeField(_("found"), db_default=ClockTimestamp())
    fingerprint = models.CharField(_("what makes it the same finding"), max_length=64)
    during = DateRangeField(_("days that were looked at"))
    holder_kind = models.CharField(_("kind of holder"), max_length=12)
    holder_key = models.CharField(_("holder"), max_length=64)
    holder_name = models.CharField(_("name of the holder"), max_length=200)
    # Nobody's: whose claim it is says the holder, and what is written about it is for the bureau's auditors.
    organisation: Any = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    scope = models.CharField(_("what is claimed"), max_length=12)
    key = models.CharField(_("key"), max_length=264)
    # Of whom: another holder here, or a project of another registry as "registry:number".
    other_kind = models.CharField(_("kind of the other"), max_length=12)
    other_key = models.CharField(_("the other"), max_length=100)
    other_name = models.CharField(_("name of the other"), max_length=300)
    found_in = models.CharField(_("found in"), max_length=100)
    score = models.DecimalField(_("likeness"), max_digits=4, decimal_places=3)
    evidence = models.JSONField(_("evidence"))
    state = state_field(INITIAL)

    class Meta:
        verbose_name = _("found overlap")
        verbose_name_plural = _("found overlaps")
        constraints = (
            models.UniqueConstraint(name="credit_overlap_once", fields=["fingerprint", "during"]),
            models.CheckConstraint(name="credit_overlap_score", condition=Q(score__gte=0, score__lte=1)),
        )
        indexes = (
            models.Index(fields=["holder_kind", "holder_key"], name="credit_overlaps_of_holder"),
            models.Index(fields=["other_kind", "other_key"], name="credit_overlaps_of_other"),
        )

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """By its number and both sides."""
        return f"{self.pk}: {self.holder_key} / {self.other_key}"[:100]

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Self]:
        """For who looks after double counting; nobody else learns who claims what."""
        sees = user is not None and (isinstance(user, House) or anywhere(user, "overlaps.see"))
        rows: Any = cls._default_manager.all()
        found: models.QuerySet[Self] = rows if sees else rows.none()
        return found

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("overlap", args=[self.pk])

    @step(
        Text("Say that it is none", "认定不属于重复"),
        ("found", "confirmed"),
        "accepted",
        right="overlaps.decide",
        whose=BUREAU,
        second_person=True,
        asks=(_COMPARED,),
        does=Text(
            "The two are not the same thing, or their reductions are kept apart; claims may then stand side by side. A "
            "second person confirms it.",
            "两者并非同一对象,或其减排量已分别核算,其主张可以并存。须经第二人确认。",
        ),
    )
    def accept(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Nothing but the state changes; the database reads it when a claim is made."""

    @step(
        Text("Say that it is claimed twice", "认定属于重复"),
        ("found", "accepted"),
        "confirmed",
        right="overlaps.decide",
        whose=BUREAU,
        asks=(_COMPARED,),
        does=Text(
            "The same reduction is claimed twice. The later claim is refused; one that stands by an earlier word has "
            "to be released.",
            "同一减排量被重复主张。后提出的主张不予受理;此前据认定已并存的主张须予解除。",
        ),
    )
    def confirm(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Nothing but the state changes."""
