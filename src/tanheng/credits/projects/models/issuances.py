"""Units that were issued for a report, and those that came back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tanheng.credits.projects.models.projects import Project
from tanheng.credits.projects.models.reports import Report
from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.ledger.models import Transfer
from tanheng.people.models import User

TWO_PERSONS = Q(second_by__isnull=True) | Q(by__isnull=False, approval__isnull=False) & ~Q(second_by=F("by"))


class Issuance(models.Model):
    """Units of one vintage that were issued for a report. Written once, a leaf of the log."""

    at = models.DateTimeField(_("issued"), db_default=ClockTimestamp())
    report = models.ForeignKey(Report, models.PROTECT, related_name="issuances")
    project = models.ForeignKey(Project, models.PROTECT, related_name="issuances")
    vintage = models.PositiveSmallIntegerField(_("vintage"))
    quantity = models.BigIntegerField(_("to the project's account (tCO2e)"))
    buffer_quantity = models.BigIntegerField(_("to the buffer (tCO2e)"))
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, blank=True, related_name="issuance")
    buffer_transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, blank=True, related_name="buffered")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.BigIntegerField(_("request"), null=True, blank=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("issuance")
        verbose_name_plural = _("issuances")
        constraints = (
            models.UniqueConstraint(name="credit_issuance_once", fields=["report", "vintage"]),
            models.CheckConstraint(
                name="credit_issuance_of_something",
                condition=Q(quantity__gte=0, buffer_quantity__gte=0) & (Q(quantity__gt=0) | Q(buffer_quantity__gt=0)),
            ),
            models.CheckConstraint(
                name="credit_issuance_transferred",
                condition=(Q(quantity=0, transfer__isnull=True) | Q(quantity__gt=0, transfer__isnull=False))
                & (
                    Q(buffer_quantity=0, buffer_transfer__isnull=True)
                    | Q(buffer_quantity__gt=0, buffer_transfer__isnull=False)
                ),
            ),
            models.CheckConstraint(name="credit_issuance_by_two", condition=TWO_PERSONS),
        )
        indexes = (models.Index(fields=["project", "vintage"], name="credit_issuances_of"),)

    @property
    def total(self) -> int:
        """All units of it, those in the buffer too."""
        return self.quantity + self.buffer_quantity

    @property
    def serials(self) -> list[tuple[int, int]]:
        """First and last numbers of the runs that went to the project's account, both included."""
        return runs_of(self.transfer)

    @property
    def buffer_serials(self) -> list[tuple[int, int]]:
        """Likewise, of those that went to the buffer."""
        return runs_of(self.buffer_transfer)


class Correction(models.Model):
    """That units of an issuance stood for no reduction. Written once, a leaf of the log."""

    class Kind(models.TextChoices):
        """Part of an issuance, or all that was left of it."""

        CORRECTION = "correction", _("correction")
        REVERSAL = "reversal", _("reversal")

    at = models.DateTimeField(_("when"), db_default=ClockTimestamp())
    issuance = models.ForeignKey(Issuance, models.PROTECT, related_name="corrections")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    quantity = models.BigIntegerField(_("tonnes that are to come back"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.BigIntegerField(_("request"), null=True, blank=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("correction of an issuance")
        verbose_name_plural = _("corrections of issuances")
        constraints = (
            models.CheckConstraint(name="credit_correction_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="credit_correction_by_two", condition=TWO_PERSONS),
        )


class Return(models.Model):
    """Units that came out of circulation for a correction: a retirement in the ledger, counted once."""

    class Source(models.TextChoices):
        """From where they came."""

        ACCOUNT = "account", _("units of the issuance in the project's account")
        BUFFER = "buffer", _("buffer")
        SETTLED = "settled", _("given by the developer")

    at = models.DateTimeField(_("when"), db_default=ClockTimestamp())
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="returns")
    source = models.CharField(_("from"), max_length=8, choices=Source)
    quantity = models.BigIntegerField(_("tonnes"))
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="returned")

    class Meta:
        verbose_name = _("return of units")
        verbose_name_plural = _("returns of units")
        constraints = (models.CheckConstraint(name="credit_return_of_something", condition=Q(quantity__gt=0)),)


def runs_of(transfer: Any) -> list[tuple[int, int]]:
    """First and last serial numbers of the runs that a transfer moved, both included."""
    serials = transfer.serials if transfer is not None else None
    return [(part.lower, part.upper - 1) for part in serials or ()]
