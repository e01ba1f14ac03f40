"""Published decisions and their withdrawals: rows that are written once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.people.models import Organisation, User
from tanheng.text import Text


class PublishedDecision(models.Model):
    """A proposal of a run, word for word, that somebody with the right made a record."""

    at = models.DateTimeField(_("published"), db_default=ClockTimestamp())
    run = models.CharField(_("assessment"), max_length=64)
    city = models.CharField(_("city"), max_length=32)
    year = models.PositiveSmallIntegerField(_("year"))
    measure = models.CharField(_("part"), max_length=100)
    decision = models.CharField(_("decision"), max_length=200)
    # Of the same decision of the same city: 0 for the first time, one more after each withdrawal.
    turn = models.PositiveSmallIntegerField(_("turn"), default=0)
    subject = models.CharField(_("about"), max_length=200)
    about = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("organisation")
    )
    proposes_en = models.TextField(_("what is decided, in English"))
    proposes_zh = models.TextField(_("what is decided, in Chinese"))
    because_en = models.TextField(_("because, in English"))
    because_zh = models.TextField(_("because, in Chinese"))
    rule = models.CharField(_("rule"), max_length=200)
    rulebook = models.CharField(_("rulebook"), max_length=200)
    rulebook_digest = models.CharField(_("digest of the rulebook"), max_length=64)
    trust = models.CharField(_("how sure"), max_length=16, blank=True, db_default="")
    demonstration = models.BooleanField(_("rests on made-up rows"))
    public = models.BooleanField(_("in the public register"))
    reason = models.TextField(_("reason"))
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.BigIntegerField(_("request"), null=True, blank=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("published decision")
        verbose_name_plural = _("published decisions")
        constraints = (
            models.UniqueConstraint(name="decisions_once", fields=["city", "measure", "decision", "turn"]),
            models.CheckConstraint(
                name="decisions_by_two",
                condition=Q(second_by__isnull=True)
                | (Q(published_by__isnull=False, approval__isnull=False) & ~Q(second_by=F("published_by"))),
            ),
            models.CheckConstraint(name="decisions_reason", condition=~Q(reason="")),
        )
        indexes = (
            models.Index(fields=["about", "id"], name="decisions_of_organisation"),
            models.Index(fields=["run", "measure"], name="decisions_of_run"),
        )

    @property
    def proposes(self) -> Text:
        """What is decided, in the reader's language."""
        return Text(self.proposes_en, self.proposes_zh)

    @property
    def because(self) -> Text:
        """Why."""
        return Text(self.because_en, self.because_zh)

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return not hasattr(self, "withdrawal")


class WithdrawnDecision(models.Model):
    """That a published decision no longer holds, from a moment on and for a reason."""

    at = models.DateTimeField(_("withdrawn"), db_default=ClockTimestamp())
    decision = models.OneToOneField(PublishedDecision, models.PROTECT, related_name="withdrawal")
    reason = models.TextField(_("reason"))
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.BigIntegerField(_("request"), null=True, blank=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("withdrawal of a decision")
        verbose_name_plural = _("withdrawals of decisions")
        constraints = (
            models.CheckConstraint(
                name="decisions_withdrawn_by_two",
                condition=Q(second_by__isnull=True)
                | (Q(withdrawn_by__isnull=False, approval__isnull=False) & ~Q(second_by=F("withdrawn_by"))),
            ),
            models.CheckConstraint(name="decisions_withdrawn_reason", condition=~Q(reason="")),
        )
