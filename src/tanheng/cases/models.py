"""A case, and the passages of all cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from tanheng.cases.steps import BUREAU, OWN, Step
from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, may
from tanheng.text import Text


class Case(FSMModelMixin, models.Model):
    """Something that goes through states. A subclass has ``organisation``, ``state`` and its steps.

    ``AREA`` is the part of the house that it belongs to, ``SEE`` the right to read those of an organisation whole,
    ``LIST`` the route of the page that lists them, where that is not the slug.
    """

    AREA: ClassVar[str]
    SEE: ClassVar[str]
    LIST: ClassVar[str] = ""
    SLUG: ClassVar[str]
    NAME: ClassVar[Text]
    STATES: ClassVar[Mapping[str, Text]]
    INITIAL: ClassVar[str]

    organisation: Any
    state: Any

    class Meta:
        abstract = True

    @property
    def called(self) -> str:
        """What people call this one: its number or name."""
        raise NotImplementedError

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Case]:
        """The cases that somebody may read; None for anybody at all."""
        raise NotImplementedError

    def get_absolute_url(self) -> str:
        """Its page."""
        raise NotImplementedError

    @property
    def state_words(self) -> Text:
        """Its state, for people."""
        return self.STATES[self.state]

    def seen_whole_by(self, user: Actor | None) -> bool:
        """Whether somebody who may read it also reads the steps that are not public, and who took them."""
        return user is not None and may(user, self.SEE, self.organisation)

    def refuse_early(self, step: str) -> None:
        """Raise what a step would refuse when it is done, before a second person is asked for it; nothing by itself."""

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """As of any record; the state is no text that somebody gives, and cleaning would set it."""
        super().clean_fields(exclude={*(exclude or ()), "state"})

    def owner(self, step: Step) -> Organisation | None:
        """The organisation in which a step's right is needed; None for the bureau."""
        if step.whose == BUREAU:
            return None
        found: Organisation | None = self.organisation if step.whose == OWN else getattr(self, step.whose)
        return found


class Passage(models.Model):
    """That a case went from one state to another, by which step, by whom and why."""

    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    kind = models.CharField(_("kind of case"), max_length=32)
    case = models.BigIntegerField(_("case"))
    called = models.CharField(_("called"), max_length=100)
    step = models.CharField(_("step"), max_length=40)
    source = models.CharField(_("from"), max_length=24)
    target = models.CharField(_("to"), max_length=24)
    reason = models.TextField(_("reason"), blank=True)
    given = models.JSONField(_("given"), default=dict)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.BigIntegerField(_("request"), null=True, blank=True)
    public = models.BooleanField(_("public"), default=False)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("passage of a case")
        verbose_name_plural = _("passages of cases")
        indexes = (models.Index(fields=["kind", "case", "id"], name="credit_passages_of_case"),)
        constraints = (
            models.CheckConstraint(
                name="credit_passage_by_two", condition=Q(second_by__isnull=True) | Q(approval__isnull=False)
            ),
        )


class AllowedChange(models.Model):
    """A change of state that a step makes; the database refuses every other."""

    kind = models.CharField(max_length=63)
    source = models.CharField(max_length=24)
    target = models.CharField(max_length=24)

    class Meta:
        constraints = (models.UniqueConstraint(name="credit_change_once", fields=["kind", "source", "target"]),)
