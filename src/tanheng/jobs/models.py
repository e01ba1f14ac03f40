"""The records of jobs: what was asked for, how far it is, what came of it; the house's own rounds; mail on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp
from tanheng.people.models import Organisation, User
from tanheng.problems import Problem
from tanheng.web.saying import outside


class State(models.TextChoices):
    """A job waits, runs, and ends in one of three ways."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNDER_WAY = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """Something asked for that takes longer than a page. Kept after its end, until it is tidied away."""

    kind = models.CharField(_("kind"), max_length=40)
    arguments = models.JSONField(_("with what"))
    same = models.CharField(_("what makes two jobs one"), max_length=64)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, db_default="waiting")
    step_en = models.TextField(_("step, in English"), blank=True, db_default="")
    step_zh = models.TextField(_("step, in Chinese"), blank=True, db_default="")
    part = models.FloatField(_("how much is done"), default=0.0, db_default=0.0)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0, db_default=0)
    lost = models.PositiveSmallIntegerField(_("workers killed while doing it"), default=0, db_default=0)
    entry = models.BigIntegerField(_("entry of the queue"), null=True, blank=True)
    cancel_asked = models.BooleanField(_("asked to stop"), default=False, db_default=False)
    notes = models.JSONField(_("what happened to it"), default=list)
    problems = models.JSONField(_("what is wrong with the input"), default=list)
    fault = models.CharField(_("number of a fault in the log"), max_length=12, blank=True, db_default="")
    result = models.JSONField(_("what came of it"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"), db_default=ClockTimestamp())
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = (
            models.CheckConstraint(name="jobs_job_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="jobs_job_part", condition=Q(part__gte=0, part__lte=1)),
            models.CheckConstraint(
                name="jobs_job_ended",
                condition=Q(state__in=UNDER_WAY, ended_at__isnull=True)
                | (~Q(state__in=UNDER_WAY) & Q(ended_at__isnull=False)),
            ),
            models.UniqueConstraint(name="jobs_job_once", fields=["same"], condition=Q(state__in=UNDER_WAY)),
        )
        indexes = (
            models.Index(fields=["requested_by", "id"], name="jobs_job_of_user"),
            models.Index(fields=["id"], name="jobs_job_under_way", condition=Q(state__in=UNDER_WAY)),
        )

    @property
    def under_way(self) -> bool:
        """Whether it is still to end."""
        return self.state in UNDER_WAY

    @property
    def step(self) -> str:
        """What it does now, in the reader's language."""
        return self.step_zh if (get_language() or "").startswith("zh") else self.step_en

    @property
    def percent(self) -> int:
        """How much is done, in percent."""
        return 100 if self.state == State.DONE else int(self.part * 100)

    @property
    def title(self) -> Any:
        """What people call its kind."""
        from tanheng.jobs.kinds import KINDS

        return KINDS[self.kind].title if self.kind in KINDS else self.kind

    @property
    def told(self) -> Sequence[tuple[str, str]]:
        """With what it was asked for, in the reader's words."""
        from tanheng.jobs.kinds import KINDS

        kind = KINDS.get(self.kind)
        return kind.told(self.arguments) if kind is not None and kind.told is not None else ()

    @property
    def happened(self) -> list[tuple[datetime, str]]:
        """What happened to it, in the reader's language."""
        key = "zh" if (get_language() or "").startswith("zh") else "en"
        return [(datetime.fromisoformat(each["at"]), each[key]) for each in self.notes]

    @property
    def faults(self) -> list[Problem]:
        """What is wrong with the input."""
        return [outside(Problem(**each)) for each in self.problems]

    @property
    def is_for_all(self) -> bool:
        """Whether what comes of it is there for others than who asked."""
        from tanheng.jobs.kinds import KINDS

        return self.kind in KINDS and KINDS[self.kind].shared

    @property
    def url(self) -> str:
        """Where what came of it is; empty where that is nowhere."""
        url = (self.result or {}).get("url", "")
        return url if isinstance(url, str) and url.startswith("/") and not url.startswith("//") else ""


class LastRound(models.Model):
    """The last time that the house did one of its routines, and what became of it."""

    routine = models.CharField(_("routine"), max_length=40, primary_key=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    done_at = models.DateTimeField(_("last done"), null=True, blank=True)
    said = models.JSONField(_("what came of it"), null=True, blank=True)
    problems = models.JSONField(_("what is wrong"), default=list)
    fault = models.CharField(_("number of a fault in the log"), max_length=12, blank=True, db_default="")

    @property
    def outcome(self) -> str:
        """What came of it, in the reader's language."""
        key = "zh" if (get_language() or "").startswith("zh") else "en"
        return str((self.said or {}).get(key, ""))

    @property
    def faults(self) -> list[Problem]:
        """What is wrong."""
        return [outside(Problem(**each)) for each in self.problems]

    class Meta:
        verbose_name = _("last round of a routine")
        verbose_name_plural = _("last rounds of routines")


class Letter(models.Model):
    """Mail on its way. Its text is hidden with the house's key, and taken away when it is sent or given up."""

    recipients = models.JSONField(_("to whom"))
    subject = models.TextField(_("subject"))
    sealed = models.BinaryField(_("the message, hidden"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, db_default="waiting")
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0, db_default=0)
    said = models.TextField(_("what the mail server said last"), blank=True, db_default="")
    made_at = models.DateTimeField(_("made"), db_default=ClockTimestamp())
    ended_at = models.DateTimeField(_("sent or given up"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = (models.Index(fields=["state", "id"], name="jobs_letter_by_state"),)
