"""What stands between a request and the ledger: purposes, settings, limits, trusted accounts, days, the queue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp
from tanheng.ledger.models.accounts import Account, AccountType
from tanheng.ledger.models.assets import Asset


class Purpose(models.Model):
    """Why units move, and whether the safeguards look at it."""

    code = models.CharField(_("code"), max_length=16, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    safeguarded = models.BooleanField(_("trusted list, limits and hours apply"))
    from_type = models.CharField(_("only from accounts of this type"), max_length=20, blank=True, db_default="")
    to_type = models.CharField(_("only to accounts of this type"), max_length=20, blank=True, db_default="")

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")

    def __str__(self) -> str:
        return self.code


class Setting(models.Model):
    """A parameter of the safeguards from a day on; a new row replaces an older one, nothing is overwritten."""

    name = models.CharField(_("name"), max_length=40)
    value = models.CharField(_("value"), max_length=40)
    since = models.DateTimeField(_("from"))
    source = models.TextField(_("source"))
    status = models.CharField(
        _("status of the source"),
        max_length=10,
        choices=[
            ("official", _("official")),
            ("reported", _("reported")),
            ("recalled", _("recalled")),
            ("example", _("example")),
        ],
    )
    set_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("setting of the safeguards")
        verbose_name_plural = _("settings of the safeguards")
        indexes = (models.Index(fields=["name", "-since", "-id"], name="ledger_setting_latest"),)

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class Limit(models.Model):
    """The most that one transfer may move from a day on: anywhere, for a type or for an account; the lowest counts."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="limits")
    account_type = models.ForeignKey(AccountType, models.PROTECT, null=True, blank=True, related_name="limits")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="limits")
    quantity = models.BigIntegerField(
        _("quantity"), null=True, blank=True, help_text=_("empty lifts the limit of this level")
    )
    since = models.DateTimeField(_("from"))
    source = models.TextField(_("source"))
    status = models.CharField(_("status of the source"), max_length=10)
    set_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = (
            models.CheckConstraint(
                name="ledger_limit_one_level",
                condition=Q(account__isnull=True) | Q(account_type__isnull=True),
            ),
            models.CheckConstraint(name="ledger_limit_quantity", condition=Q(quantity__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.quantity}"


class TrustedAccount(models.Model):
    """An account that another one may send to, from a moment on."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="trusted", db_index=False)
    trusted = models.ForeignKey(Account, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"), db_default=ClockTimestamp())
    effective_at = models.DateTimeField(_("trusted from"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    added_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("trusted account")
        verbose_name_plural = _("trusted accounts")
        constraints = (
            models.UniqueConstraint(
                name="ledger_trusted_once",
                fields=["account", "trusted"],
                condition=Q(removed_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} -> {self.trusted_id}"


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day that is worked."""

    day = models.DateField(_("day"), primary_key=True)
    working = models.BooleanField(_("is worked"))
    name = models.CharField(_("name"), max_length=100)
    source = models.TextField(_("source"))
    status = models.CharField(_("status of the source"), max_length=10)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


class QueueState(models.TextChoices):
    """What became of a transfer that waited for working hours."""

    WAITING = "waiting", _("waits")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Queued(models.Model):
    """A transfer asked for outside working hours; it is tried at the next opening, in the order of asking."""

    asked_at = models.DateTimeField(_("asked"), db_default=ClockTimestamp())
    due_at = models.DateTimeField(_("to be done from"))
    asked = models.JSONField(_("what was asked"))
    actor_id = models.BigIntegerField(_("who"), null=True, blank=True)
    organisation_id = models.BigIntegerField(null=True, blank=True)
    origin = models.TextField(db_default="")
    key = models.CharField(max_length=220, null=True, blank=True)
    from_account = models.ForeignKey(Account, models.PROTECT, related_name="queued")
    state = models.CharField(_("state"), max_length=10, choices=QueueState, db_default="waiting")
    code = models.PositiveSmallIntegerField(_("code"), null=True, blank=True)
    transfer_id = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("waiting transfer")
        verbose_name_plural = _("waiting transfers")
        constraints = (models.CheckConstraint(name="ledger_queue_state", condition=Q(state__in=QueueState.values)),)
        indexes = (models.Index(fields=["id"], name="ledger_queue_waiting", condition=Q(state="waiting")),)

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"


class Difference(models.Model):
    """What the daily recomputation found to differ; the account stays blocked until somebody explains it."""

    found_at = models.DateTimeField(_("found"), db_default=ClockTimestamp())
    check_id = models.CharField(_("check"), max_length=20)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="differences")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.TextField(_("what"))
    expected = models.TextField(_("recomputed"))
    found = models.TextField(_("recorded"))
    explained_at = models.DateTimeField(_("explained"), null=True, blank=True)
    explained_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    explanation = models.TextField(_("explanation"), blank=True, db_default="")

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        indexes = (
            models.Index(fields=["account"], name="ledger_difference_open", condition=Q(explained_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.check_id} {self.subject}"
