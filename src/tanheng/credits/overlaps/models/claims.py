"""What somebody's reductions rest on: a device, a place, a beneficiary, a number in another registry, and when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.people.models import Organisation, User


class HolderKind(models.TextChoices):
    """Who can hold a claim."""

    PROJECT = "project", _("project")
    APPLICATION = "application", _("application")
    PERSON = "person", _("person")


class Scope(models.TextChoices):
    """What can be claimed."""

    DEVICE = "device", _("device or meter")
    PLACE = "place", _("place")
    BENEFICIARY = "beneficiary", _("beneficiary")
    REGISTRATION = "registration", _("number in another registry")


class Stage(models.TextChoices):
    """At which point of its holder's life a claim is made: each point claims a day once."""

    REGISTRATION = "registration", _("at registration")
    ISSUANCE = "issuance", _("at issuance")


class Claim(models.Model):
    """That the reductions of a holder rest on one thing in one span of days. Written once; it ends by being released.

    ``key`` is the thing's name with spelling evened out; two live claims of different holders never have the same
    scope, key and a day in common, unless two persons of the bureau said that it is not the same thing: then
    ``apart`` names that finding, and the database looks it up.
    """

    at = models.DateTimeField(_("since"), db_default=ClockTimestamp())
    holder_kind = models.CharField(_("kind of holder"), max_length=12, choices=HolderKind)
    holder_key = models.CharField(_("holder"), max_length=64)
    holder_name = models.CharField(_("name of the holder"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    stage = models.CharField(_("made"), max_length=12, choices=Stage)
    scope = models.CharField(_("what is claimed"), max_length=12, choices=Scope)
    told = models.CharField(_("as it was told"), max_length=200)
    key = models.CharField(_("key"), max_length=264)
    loose = models.CharField(_("key without punctuation"), max_length=264)
    activity = models.CharField(_("activity"), max_length=64, blank=True)
    during = DateRangeField(_("days"))
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    place = models.JSONField(_("geometry"), null=True, blank=True)
    west = models.FloatField(null=True, blank=True, editable=False)
    south = models.FloatField(null=True, blank=True, editable=False)
    east = models.FloatField(null=True, blank=True, editable=False)
    north = models.FloatField(null=True, blank=True, editable=False)
    apart = models.BigIntegerField(_("finding that says it is another"), default=0, db_default=0)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_why = models.CharField(_("why it was released"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = (
            ExclusionConstraint(
                name="credit_claim_of_one_holder",
                expressions=[
                    ("scope", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    ("apart", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                    (Concat("holder_kind", models.Value(":"), "holder_key"), RangeOperators.NOT_EQUAL),
                ],
                condition=Q(released_at__isnull=True) & ~Q(scope="place"),
                violation_error_message=_("Somebody else claims it on some of these days."),
            ),
            ExclusionConstraint(
                name="credit_claim_once_a_stage",
                expressions=[
                    ("scope", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    ("stage", RangeOperators.EQUAL),
                    ("holder_kind", RangeOperators.EQUAL),
                    ("holder_key", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(released_at__isnull=True),
                violation_error_message=_("It is claimed already for some of these days."),
            ),
            models.CheckConstraint(
                name="credit_claim_bounded",
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
            ),
            models.CheckConstraint(name="credit_claim_scope", condition=Q(scope__in=Scope.values)),
            models.CheckConstraint(name="credit_claim_stage", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="credit_claim_holder", condition=Q(holder_kind__in=HolderKind.values)),
            models.CheckConstraint(
                name="credit_claim_quantity", condition=Q(quantity__isnull=True) | Q(quantity__gte=0)
            ),
            models.CheckConstraint(
                name="credit_claim_release",
                condition=Q(released_at__isnull=True, released_why="") | ~Q(released_why=""),
            ),
            models.CheckConstraint(
                name="credit_claim_box",
                condition=Q(place__isnull=True, west__isnull=True)
                | Q(place__isnull=False, west__isnull=False, south__isnull=False, east__isnull=False)
                & Q(north__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=["holder_kind", "holder_key"], name="credit_claims_of_holder"),
            models.Index(fields=["scope", "loose"], name="credit_claims_of_thing"),
            models.Index(fields=["west", "east"], name="credit_claims_of_place", condition=Q(west__isnull=False)),
            GistIndex(fields=["during"], name="credit_claims_during"),
        )

    def __str__(self) -> str:
        return f"{self.holder_kind} {self.holder_key}: {self.scope} {self.told}"
