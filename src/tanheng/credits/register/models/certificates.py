"""Certificates of retired units, and who is named as a holder in the public register: rows that are written once."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.ledger.models import Account, Asset
from tanheng.people.models import Organisation, User


class CertificateKind(models.TextChoices):
    """For what units were retired."""

    RETIREMENT = "retirement", _("voluntary retirement")
    NEUTRALITY = "neutrality", _("carbon neutrality")
    OFFSET = "offset", _("offset of emissions")


class Certificate(models.Model):
    """That units were retired by a transfer: for whom and for what. Nothing of it ever changes.

    ``holder`` is the name that the organisation had then. ``named`` says whether the public register names the
    beneficiary and the purpose. ``about`` is the case (of the kind ``about_kind``) that led to it, where one did.
    """

    number = models.CharField(_("number"), max_length=32, unique=True)
    at = models.DateTimeField(_("issued"), db_default=ClockTimestamp())
    kind = models.CharField(_("kind"), max_length=12, choices=CertificateKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="certificates")
    holder = models.CharField(_("holder"), max_length=200)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    transfer = models.BigIntegerField(_("transfer"), unique=True)
    quantity = models.BigIntegerField(_("quantity"))
    beneficiary = models.CharField(_("beneficiary"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=500)
    named = models.BooleanField(_("beneficiary and purpose are public"), default=True)
    about_kind = models.CharField(_("kind of case"), max_length=32, blank=True, db_default="")
    about = models.BigIntegerField(_("case"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.BigIntegerField(_("request"), null=True, blank=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = (
            models.CheckConstraint(name="credit_certificate_kind", condition=Q(kind__in=CertificateKind.values)),
            models.CheckConstraint(name="credit_certificate_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="credit_certificate_says_for_what", condition=~Q(beneficiary="") & ~Q(purpose="")
            ),
            models.CheckConstraint(
                name="credit_certificate_by_two", condition=Q(second_by__isnull=True) | Q(approval__isnull=False)
            ),
            # A case is certified once.
            models.UniqueConstraint(
                name="credit_certificate_of_case", fields=["about_kind", "about"], condition=Q(about__isnull=False)
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "id"], name="credit_certificates_of"),
            models.Index(OpClass(Upper("beneficiary"), "text_pattern_ops"), name="credit_certificate_beneficiary"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("certificate", args=[self.number])


class CertificateLot(models.Model):
    """A run of serial numbers that a certificate stands for, with the vintage and what it was issued for."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="lots")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+", db_index=False)
    serials = BigIntegerRangeField(_("serial numbers"))
    vintage = models.PositiveSmallIntegerField(_("vintage"), null=True, blank=True)
    label = models.CharField(_("issued for"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lot of a certificate")
        verbose_name_plural = _("lots of certificates")
        constraints = (
            # No unit is certified twice, whatever else goes wrong.
            ExclusionConstraint(
                name="credit_lot_certified_once",
                expressions=[("asset", RangeOperators.EQUAL), ("serials", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="credit_lot_bounded",
                condition=Q(serials__isempty=False, serials__lower_inf=False, serials__upper_inf=False),
            ),
        )
        indexes = (models.Index(fields=["label", "certificate"], name="credit_lots_of_project"),)

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    @property
    def first(self) -> int:
        """The first serial number."""
        return int(self.serials.lower)

    @property
    def last(self) -> int:
        """The last one, included."""
        return int(self.serials.upper) - 1

    @property
    def quantity(self) -> int:
        """How many units."""
        return int(self.serials.upper - self.serials.lower)


class ShownHolder(models.Model):
    """Whether an organisation wants to be named as a holder in the public register, from a moment on."""

    at = models.DateTimeField(_("since"), db_default=ClockTimestamp())
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    shown = models.BooleanField(_("named"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("holder named in the register")
        verbose_name_plural = _("holders named in the register")
        indexes = (models.Index(fields=["organisation", "-id"], name="credit_shown_holder_now"),)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.shown}"
