"""What happened: transfers, and the postings and movements of serial numbers that follow from them."""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.ledger.models.accounts import Account
from tanheng.ledger.models.assets import Asset, Batch
from tanheng.ledger.models.fields import SerialsField


class Kind(models.IntegerChoices):
    """What a transfer does. Post, void and expire end what a reservation began."""

    SINGLE = 1, _("transfer")
    RESERVE = 2, _("reservation")
    POST = 3, _("posting of a reservation")
    VOID = 4, _("release of a reservation")
    EXPIRE = 5, _("end of a reservation by its time")


class Transfer(models.Model):
    """One transfer, written once. The foreign keys need no constraint: the balances it changes have them."""

    at = models.DateTimeField(_("when"))
    kind = models.PositiveSmallIntegerField(_("kind"), choices=Kind)
    purpose = models.CharField(_("purpose"), max_length=16)
    asset = models.ForeignKey(Asset, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    from_account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    to_account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    quantity = models.BigIntegerField(_("quantity"))
    serials = SerialsField(_("serial numbers"), null=True)
    pending_id = models.BigIntegerField(_("the reservation that it ends"), null=True)
    expires_at = models.DateTimeField(_("reserved until"), null=True)
    batch = models.ForeignKey(
        Batch, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    linked = models.UUIDField(_("group of linked transfers"), null=True)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    actor_id = models.BigIntegerField(_("who"), null=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = (
            models.CheckConstraint(name="ledger_transfer_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="ledger_transfer_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="ledger_transfer_between_two", condition=~Q(from_account_id=F("to_account_id"))
            ),
            models.CheckConstraint(
                name="ledger_transfer_ends",
                condition=Q(kind__in=[1, 2], pending_id__isnull=True) | Q(kind__in=[3, 4, 5], pending_id__isnull=False),
            ),
            models.CheckConstraint(name="ledger_transfer_until", condition=Q(kind=2) | Q(expires_at__isnull=True)),
            # A reservation ends once.
            models.UniqueConstraint(
                name="ledger_reservation_ends_once", fields=["pending_id"], condition=Q(pending_id__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"transfer {self.pk}"


class Posting(models.Model):
    """One side of a transfer: what it did to a balance, and the balance after it.

    The key answers every question: a page of a statement, a balance at a past moment, the postings of a transfer.
    """

    pk = models.CompositePrimaryKey("account_id", "asset_id", "at", "transfer_id")
    account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    asset = models.ForeignKey(Asset, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    at = models.DateTimeField(_("when"))
    transfer = models.ForeignKey(Transfer, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    quantity = models.BigIntegerField(_("quantity"))
    balance_after = models.BigIntegerField(_("balance after it"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = (models.CheckConstraint(name="ledger_posting_moves", condition=~Q(quantity=0)),)

    def __str__(self) -> str:
        return f"{self.quantity:+d} -> {self.balance_after}"


class Movement(models.Model):
    """A run of serial numbers that a transfer moved: the history of a serial number."""

    transfer = models.ForeignKey(
        Transfer, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="movements"
    )
    asset = models.ForeignKey(Asset, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    serials = BigIntegerRangeField(_("serial numbers"))

    class Meta:
        verbose_name = _("movement of serial numbers")
        verbose_name_plural = _("movements of serial numbers")
        indexes = (GistIndex(fields=["asset", "serials"], name="ledger_movement_of_serial"),)

    def __str__(self) -> str:
        return f"{self.serials.lower}-{self.serials.upper - 1}"


class Reservation(models.Model):
    """A reservation that still stands. Follows from transfers."""

    transfer_id = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, related_name="+")
    to_account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    asset = models.ForeignKey(Asset, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    quantity = models.BigIntegerField(_("quantity"))
    purpose = models.CharField(_("purpose"), max_length=16)
    expires_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("standing reservation")
        verbose_name_plural = _("standing reservations")
        indexes = (
            models.Index(fields=["expires_at"], name="ledger_reservation_due", condition=Q(expires_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.quantity}"


class Request(models.Model):
    """What was answered to a key: asked again, the same is answered, refusals too."""

    pk = models.CompositePrimaryKey("actor_id", "key")
    actor_id = models.BigIntegerField()
    key = models.CharField(_("key"), max_length=220)
    fingerprint = models.BinaryField(max_length=32)
    code = models.PositiveSmallIntegerField(_("code"))
    transfer_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")

    def __str__(self) -> str:
        return self.key
