"""Bodies that may validate projects and verify reports."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, state_field, step
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, reach
from tanheng.text import Text

VALIDATION, VERIFICATION = "validation", "verification"
SCOPES = {
    VALIDATION: Text("validation of projects", "项目审定"),
    VERIFICATION: Text("verification of reports", "减排量核查"),
}
RIGHT = "verifiers.accredit"


class Accreditation(Case):
    """That an organisation may validate or verify, for which methodologies, from which day until which."""

    AREA, SEE = "credits", "projects.see"
    SLUG = "accreditations"
    NAME = Text("Accreditation of a verifier", "审定核查机构备案")
    STATES: ClassVar = {
        "proposed": Text("proposed", "拟备案"),
        "accredited": Text("accredited", "已备案"),
        "suspended": Text("suspended", "已暂停"),
        "ended": Text("ended", "已终止"),
    }
    INITIAL = "proposed"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="accreditations")
    state = state_field(INITIAL)
    number = models.CharField(_("number"), max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=16), verbose_name=_("scopes"))
    methodologies = ArrayField(models.CharField(max_length=64), verbose_name=_("methodologies"))
    sectors = models.CharField(_("sectors, as its certificate says"), max_length=200, blank=True)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        constraints = (
            models.CheckConstraint(
                name="credit_accreditation_bounded",
                condition=Q(valid__isempty=False, valid__lower_inf=False, valid__upper_inf=False),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def called(self) -> str:
        """Its number and whose it is."""
        return f"{self.number} {self.organisation.name}"[:100]

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Accreditation]:
        """Anybody sees who is or was accredited; what is only proposed, the bureau and the body itself."""
        rows = cls.objects.select_related("organisation")
        public = ~Q(state="proposed")
        return rows.filter(
            public if user is None else public | reach(user, "projects.see", organisation="organisation")
        )

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("accreditation", args=[self.pk])

    def allows(self, work: str, methodology: str, on: date) -> bool:
        """Whether it lets its holder do this work on a project of the methodology on a day."""
        return (
            self.state == "accredited"
            and work in self.scopes
            and methodology in self.methodologies
            and self.valid.lower <= on < self.valid.upper
        )

    @step(
        Text("Accredit", "予以备案"),
        "proposed",
        "accredited",
        right=RIGHT,
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "The body may from now on be chosen by developers. It takes two persons.",
            "此后项目方可选择该机构。须由两人办理。",
        ),
    )
    def accredit(self, given: dict[str, str], acting_user: Actor) -> None:
        """Into the public list."""

    @step(
        Text("Suspend", "暂停"),
        "accredited",
        "suspended",
        right=RIGHT,
        whose=BUREAU,
        public=True,
        does=Text("It validates and verifies nothing until it is reinstated.", "恢复前不得开展审定与核查。"),
    )
    def suspend(self, given: dict[str, str], acting_user: Actor) -> None:
        """For a time."""

    @step(
        Text("Reinstate", "恢复"),
        "suspended",
        "accredited",
        right=RIGHT,
        whose=BUREAU,
        second_person=True,
        public=True,
    )
    def reinstate(self, given: dict[str, str], acting_user: Actor) -> None:
        """After a suspension."""

    @step(
        Text("End", "终止"),
        ("proposed", "accredited", "suspended"),
        "ended",
        right=RIGHT,
        whose=BUREAU,
        public=True,
        does=Text("For good; a new accreditation is needed after it.", "终止后须重新备案。"),
    )
    def end(self, given: dict[str, str], acting_user: Actor) -> None:
        """For good."""
