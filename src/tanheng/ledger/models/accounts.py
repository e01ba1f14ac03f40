"""Who holds: accounts, their types and what these may do, the balances."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp
from tanheng.ledger.models.assets import Asset, AssetKind


class AccountStatus(models.TextChoices):
    """An account that is blocked neither gives nor takes, until it is unblocked."""

    OPEN = "open", _("open")
    BLOCKED = "blocked", _("blocked")
    CLOSED = "closed", _("closed")


class AccountType(models.Model):
    """A type of account; what it may do stands in ``TypeRule``."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("type of account")
        verbose_name_plural = _("types of account")

    def __str__(self) -> str:
        return self.code


class TypeRule(models.Model):
    """What accounts of a type may do with assets of a kind; where there is no rule, nothing."""

    type = models.ForeignKey(AccountType, models.PROTECT, related_name="rules", db_index=False)
    kind = models.CharField(_("kind of asset"), max_length=10, choices=AssetKind)
    may_receive = models.BooleanField(_("may receive"))
    may_send = models.BooleanField(_("may send"))

    class Meta:
        verbose_name = _("rule of a type of account")
        verbose_name_plural = _("rules of types of account")
        constraints = (models.UniqueConstraint(name="ledger_type_rule_once", fields=["type", "kind"]),)

    def __str__(self) -> str:
        return f"{self.type_id}: {self.kind}"


class Account(models.Model):
    """An account of an organisation, of a person kept by an app operator (``holder``), or of the registry itself."""

    number = models.CharField(
        _("number"), max_length=40, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9._-]+$")]
    )
    owner = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="accounts")
    holder = models.CharField(
        _("holder"),
        max_length=64,
        blank=True,
        db_default="",
        help_text=_("pseudonym of the person whose points it keeps"),
    )
    type = models.ForeignKey(AccountType, models.PROTECT, related_name="accounts")
    issues = models.OneToOneField(Asset, models.PROTECT, null=True, blank=True, related_name="issuance_account")
    name = models.CharField(_("name"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=8, choices=AccountStatus, default=AccountStatus.OPEN, db_default="open"
    )
    status_reason = models.TextField(_("why it is blocked or closed"), blank=True, db_default="")
    second_person = models.BooleanField(_("what leaves it needs a second person"), default=True, db_default=True)
    opened_at = models.DateTimeField(_("opened"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.CheckConstraint(name="ledger_account_status", condition=Q(status__in=AccountStatus.values)),
            models.CheckConstraint(
                name="ledger_account_of_issuance",
                condition=Q(type="issuance", issues__isnull=False) | (~Q(type="issuance") & Q(issues__isnull=True)),
            ),
            models.CheckConstraint(
                name="ledger_account_reason", condition=Q(status=AccountStatus.OPEN) | ~Q(status_reason="")
            ),
        )

    def __str__(self) -> str:
        return self.number


class Balance(models.Model):
    """What an account holds of an asset, and how much of it is reserved. Follows from the postings."""

    pk = models.CompositePrimaryKey("account_id", "asset_id")
    account = models.ForeignKey(Account, models.PROTECT, related_name="balances", db_index=False)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+", db_index=False)
    posted = models.BigIntegerField(_("held"), db_default=0)
    reserved = models.BigIntegerField(_("reserved"), db_default=0)
    # Of the issuance account of the asset: what was issued, below zero.
    issuing = models.BooleanField(db_default=False)
    moved_at = models.DateTimeField(_("last moved"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = (
            models.CheckConstraint(name="ledger_balance_reserved", condition=Q(reserved__gte=0)),
            models.CheckConstraint(
                name="ledger_balance_not_below_zero", condition=Q(issuing=True) | Q(posted__gte=F("reserved"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.posted} ({self.reserved})"
