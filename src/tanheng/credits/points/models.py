"""Persons by pseudonym, what they let whom report, what they were granted and what they redeemed it for.

No column here takes a name, a telephone number or an address. What a person holds stands in the ledger, in an account
whose number says nothing of the pseudonym; the row of the person is all that joins the two, and erasure deletes it.
"""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tanheng.credits.intake.models import Application
from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.ledger.models import Account, Asset
from tanheng.people.models import Organisation

# Ours, not the law's: what an operator calls a person is a number of its own and cannot hold a sentence.
REFERENCE = r"^[A-Za-z0-9_-]{6,64}$"


class Person(models.Model):
    """A resident who takes part, known by pseudonym alone.

    ``key_hash`` is of the key that signs the person in; ``epoch`` counts the keys and sign-outs, so that a cookie of
    before is void. ``link_hash`` is of a code with which one more application enrols the same person.
    """

    pseudonym = models.UUIDField(_("pseudonym"), unique=True, default=uuid4, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="+")
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    epoch = models.PositiveIntegerField(default=0)
    link_hash = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    link_until = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(_("enrolled"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        constraints = (
            models.CheckConstraint(
                name="credit_person_link", condition=Q(link_hash__isnull=True) | Q(link_until__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return str(self.pseudonym)


class Mandate(models.Model):
    """That a person lets an application report reductions (《深圳市碳普惠管理办法》: the person mandates it)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mandates", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="mandates", db_index=False)
    reference = models.CharField(
        _("the operator's own number of the person"), max_length=64, validators=[RegexValidator(REFERENCE)]
    )
    since = models.DateTimeField(_("since"), db_default=ClockTimestamp())
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = (
            models.UniqueConstraint(
                name="credit_mandate_once", fields=["person", "application"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="credit_reference_once",
                fields=["application", "reference"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="credit_mandate_ends_after",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("since")),
            ),
        )
        indexes = (
            models.Index(fields=["person", "since"], name="credit_mandate_of_person"),
            models.Index(fields=["application", "id"], name="credit_mandate_of_application"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} -> {self.application_id}"


class Granting(models.Model):
    """Points granted in one go from a run that worked reductions out: at most as many persons as a batch takes."""

    run = models.CharField(_("run"), max_length=100, db_index=True)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    persons = models.PositiveIntegerField(_("persons"))
    days = models.PositiveIntegerField(_("days of persons"))
    reduction_g = models.BigIntegerField(_("reduction in grams"))
    points = models.BigIntegerField(_("points"))
    # Sums by methodology, which outlast the days of who is erased: {"id": {"days": 2, "reduction_g": 5, "points": 1}}.
    parts = models.JSONField(_("by methodology"))
    digest = models.CharField(_("digest of the run's results"), max_length=64)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("granting of points")
        verbose_name_plural = _("grantings of points")
        constraints = (
            models.CheckConstraint(name="credit_granting_some", condition=Q(points__gt=0, persons__gt=0, days__gt=0)),
        )

    def __str__(self) -> str:
        return f"granting {self.pk}"


class Granted(models.Model):
    """What one person got in a granting: one transfer of the ledger. Gone when the person is erased."""

    granting = models.ForeignKey(Granting, models.PROTECT, related_name="granted")
    person = models.ForeignKey(Person, models.PROTECT, related_name="granted")
    # The ledger's own tables have no constraint to its transfers either; guards.py looks that it says the same.
    transfer_id = models.BigIntegerField(_("transfer"), unique=True)
    points = models.BigIntegerField(_("points"))

    class Meta:
        verbose_name = _("points granted to a person")
        verbose_name_plural = _("points granted to persons")
        constraints = (models.CheckConstraint(name="credit_granted_some", condition=Q(points__gt=0)),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.points}"


class GrantedDay(models.Model):
    """A day of a person by a methodology, credited once and never again. Gone when the person is erased."""

    granted = models.ForeignKey(Granted, models.PROTECT, related_name="days")
    person = models.ForeignKey(Person, models.PROTECT, related_name="granted_days", db_index=False)
    day = models.DateField(_("day"))
    methodology = models.CharField(_("methodology"), max_length=64)
    version = models.CharField(_("version"), max_length=16)
    reduction_g = models.BigIntegerField(_("reduction in grams"))
    points = models.BigIntegerField(_("points"))

    class Meta:
        verbose_name = _("day that was credited")
        verbose_name_plural = _("days that were credited")
        constraints = (
            models.UniqueConstraint(name="credit_person_day_once", fields=["person", "day", "methodology"]),
            models.CheckConstraint(name="credit_day_not_below_zero", condition=Q(points__gte=0, reduction_g__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.day} {self.methodology}: {self.points}"


class Good(models.Model):
    """Something to be had for points. It has a price in points and none in money: points have no currency nature.

    ``offered_by`` is the operator that offers it; None for the platform. ``open_to`` is the application whose persons
    may have it; None for everybody.
    """

    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    about_zh = models.TextField(_("description in Chinese"), max_length=500, blank=True)
    about_en = models.TextField(_("description in English"), max_length=500, blank=True)
    offered_by = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    open_to = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="+")
    price = models.BigIntegerField(_("price"), help_text=_("in points"))
    stock = models.PositiveIntegerField(_("how many are left"))
    offered = models.BooleanField(_("can be had"), default=True)
    since = models.DateTimeField(_("since"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("good")
        verbose_name_plural = _("goods")
        constraints = (
            models.CheckConstraint(name="credit_good_has_a_price", condition=Q(price__gt=0)),
            models.CheckConstraint(name="credit_good_stock", condition=Q(stock__gte=0)),
        )

    def __str__(self) -> str:
        return self.name_zh


class Gathering(models.Model):
    """Used points, gathered and cancelled by the platform in one go."""

    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    redemptions = models.PositiveIntegerField(_("redemptions"))
    points = models.BigIntegerField(_("points"))
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("cancellation of used points")
        verbose_name_plural = _("cancellations of used points")

    def __str__(self) -> str:
        return f"gathering {self.pk}"


class RedemptionState(models.TextChoices):
    """What became of it: the points are set aside until they are cancelled, or given back."""

    USED = "used", _("points used")
    CANCELLED = "cancelled", _("points cancelled")
    RETURNED = "returned", _("points given back")


class Redemption(models.Model):
    """Points used for a good. ``person`` is empty once the person is erased."""

    number = models.UUIDField(_("number"), unique=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="redemptions")
    good = models.ForeignKey(Good, models.PROTECT, related_name="redemptions")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.PositiveIntegerField(_("how many"))
    points = models.BigIntegerField(_("points"))
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    state = models.CharField(_("state"), max_length=9, choices=RedemptionState, db_default="used")
    # The ledger's reservation of the points.
    transfer_id = models.BigIntegerField(_("transfer"), unique=True)
    gathering = models.ForeignKey(Gathering, models.PROTECT, null=True, blank=True, related_name="of")
    why = models.CharField(_("why they were given back"), max_length=200, blank=True, db_default="")
    key = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = (
            models.UniqueConstraint(name="credit_redemption_key", fields=["person", "key"]),
            models.CheckConstraint(name="credit_redemption_some", condition=Q(quantity__gt=0, points__gt=0)),
            models.CheckConstraint(
                name="credit_redemption_ends",
                condition=Q(state="cancelled", gathering__isnull=False) | (~Q(state="cancelled") & Q(gathering=None)),
            ),
            models.CheckConstraint(name="credit_redemption_why", condition=~Q(state="returned") | ~Q(why="")),
        )
        indexes = (models.Index(fields=["id"], name="credit_redemption_open", condition=Q(state="used")),)

    def __str__(self) -> str:
        return str(self.number)


class Erasure(models.Model):
    """That a person was erased. Of the pseudonym only a hash is left, so that it is not taken in again."""

    person_id = models.BigIntegerField(unique=True)
    pseudonym_hash = models.BinaryField(max_length=32, unique=True)
    at = models.DateTimeField(db_default=ClockTimestamp())
    points = models.BigIntegerField(_("points that lapsed with it"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return f"erasure {self.pk}"
