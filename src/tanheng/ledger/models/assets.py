"""What is held: assets, the batches in which they were issued, the blocks of serial numbers."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp


class AssetKind(models.TextChoices):
    """What a unit stands for."""

    ALLOWANCE = "allowance", _("emission allowance")
    CREDIT = "credit", _("emission reduction credit")
    POINTS = "points", _("carbon points")
    CASH = "cash", _("cash")


class Asset(models.Model):
    """What can be held in whole units of one kind: an allowance year, a type of credit, points, the yuan in fen."""

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9._-]+$")])
    kind = models.CharField(_("kind"), max_length=10, choices=AssetKind)
    name = models.CharField(_("name"), max_length=100)
    unit = models.CharField(_("unit"), max_length=16, help_text=_("of one unit, e.g. tCO2e, point, fen"))
    tradable = models.BooleanField(_("can be traded"))
    transferable = models.BooleanField(_("can pass between holders"))
    expires = models.BooleanField(_("expires"))
    serialised = models.BooleanField(_("has serial numbers"))
    life_months = models.PositiveIntegerField(_("life in months"), null=True, blank=True)
    next_serial = models.BigIntegerField(_("next serial number"), default=1, db_default=1)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        constraints = (
            models.CheckConstraint(name="ledger_asset_kind", condition=Q(kind__in=AssetKind.values)),
            models.CheckConstraint(name="ledger_asset_life", condition=Q(expires=True) | Q(life_months__isnull=True)),
            models.CheckConstraint(
                name="ledger_points_stay_with_their_holder",
                condition=~Q(kind=AssetKind.POINTS) | Q(transferable=False, tradable=False),
            ),
        )

    def __str__(self) -> str:
        return self.code


class Batch(models.Model):
    """Units issued together: the vintage and what they were issued for."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="batches")
    vintage = models.PositiveSmallIntegerField(_("vintage"))
    label = models.CharField(_("what for"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = (models.UniqueConstraint(name="ledger_batch_once", fields=["asset", "vintage", "label"]),)

    def __str__(self) -> str:
        return f"{self.vintage} {self.label}".strip()


class Block(models.Model):
    """A run of serial numbers and who holds it now. Follows from transfers; the database lets nobody else write it."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="blocks", db_index=False)
    account = models.ForeignKey("Account", models.PROTECT, related_name="blocks", db_index=False)
    serials = BigIntegerRangeField(_("serial numbers"))
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="blocks", db_index=False)
    # The transfer by which it came to this account; what came first leaves first.
    arrived = models.BigIntegerField()
    reserved_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = (
            ExclusionConstraint(
                name="ledger_block_no_serial_twice",
                expressions=[("asset", RangeOperators.EQUAL), ("serials", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="ledger_block_bounded",
                condition=Q(serials__isempty=False, serials__lower_inf=False, serials__upper_inf=False),
            ),
        )
        indexes = (
            models.Index(fields=["account", "asset", "arrived"], name="ledger_block_first_in"),
            models.Index(fields=["reserved_by"], name="ledger_block_reserved", condition=Q(reserved_by__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.serials.lower}-{self.serials.upper - 1}"
