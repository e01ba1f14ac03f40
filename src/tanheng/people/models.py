"""The records of people: who signs in, for whom they act, what they asked for, what they did."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp, RandomSalt


class Kind(models.TextChoices):
    """What an organisation is to the city's policy."""

    BUREAU = "bureau", _("municipal bureau")
    DISTRICT_BRANCH = "district_branch", _("district branch of the bureau")
    EMITTER = "emitter", _("emitter")
    DEVELOPER = "developer", _("project developer")
    APP_OPERATOR = "app_operator", _("operator of an app")
    VERIFIER = "verifier", _("verifier")
    BANK = "bank", _("bank")
    PARK_OPERATOR = "park_operator", _("operator of an industrial park")
    PLANT_OPERATOR = "plant_operator", _("operator of a treatment plant")
    INSPECTOR = "inspector", _("inspecting organisation")


class Role(models.TextChoices):
    """What someone does in an organisation; ``tanheng.people.roles`` says which rights come with it."""

    ADMINISTRATOR = "administrator", _("administrator")
    OFFICER = "officer", _("officer")
    REPRESENTATIVE = "representative", _("authorised representative")
    APPROVER = "approver", _("approver")
    AUDITOR = "auditor", _("auditor")
    READER = "reader", _("reader")
    EXPERT = "expert", _("expert of the pool")


class UserManager(BaseUserManager["User"]):
    """Makes users; what makes one for somebody is ``actions``."""

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> User:
        """A new user; without a password, one who cannot sign in with any."""
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who signs in. Has no rights but those of memberships, and is never deleted, only blocked."""

    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True, db_default=True)
    created_at = models.DateTimeField(_("since"), db_default=ClockTimestamp())

    organisations: models.ManyToManyField[Organisation, Membership] = models.ManyToManyField(
        "Organisation", through="Membership", through_fields=("user", "organisation"), related_name="users"
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def get_full_name(self) -> str:
        """How pages address them."""
        return self.name or self.username


class Organisation(models.Model):
    """Whom users act for. Never deleted, only closed."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-HJ-NPQRTUWXY]{18}$")],
        help_text=_("18 digits and letters (GB 32100-2015)"),
    )
    register_number = models.CharField(
        _("number in the city's tables"),
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        help_text=_("under which the tables name it, where that is not the credit code"),
    )
    district = models.CharField(
        _("district"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")],
        help_text=_("administrative division code (GB/T 2260), e.g. 440305"),
    )
    is_active = models.BooleanField(_("open"), default=True, db_default=True)
    created_at = models.DateTimeField(_("since"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            models.CheckConstraint(name="people_organisation_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="people_branch_has_a_district", condition=~Q(kind=Kind.DISTRICT_BRANCH) | ~Q(district="")
            ),
        )
        indexes = (
            models.Index(fields=["kind"], name="people_organisation_by_kind"),
            models.Index(fields=["district"], name="people_organisation_by_place"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def numbers(self) -> tuple[str, ...]:
        """By what the city's tables may name it; whose facilities are its own hangs on these."""
        return tuple(number for number in (self.credit_code, self.register_number) if number)


class Membership(models.Model):
    """A user acts for an organisation in a role; of several roles all rights count."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    since = models.DateTimeField(_("since"), db_default=ClockTimestamp())
    given_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(name="people_membership_once", fields=["user", "organisation", "role"]),
            models.CheckConstraint(name="people_membership_role", condition=Q(role__in=Role.values)),
        )


class Token(models.Model):
    """A key for programs. Only its hash is kept: what was shown once cannot be shown again."""

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=100)
    start = models.CharField(_("first characters"), max_length=16)
    key_hash = models.BinaryField(_("SHA-256 of the key"), unique=True)
    scopes = ArrayField(models.CharField(max_length=50), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("made"), db_default=ClockTimestamp())
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        indexes = (models.Index(fields=["user", "id"], name="people_token_of_user"),)


class Invitation(models.Model):
    """Somebody is asked into an organisation in a role; who has the key may accept, once, for a time."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    email = models.EmailField(_("e-mail address"))
    key_hash = models.BinaryField(_("SHA-256 of the key"), unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("made"), db_default=ClockTimestamp())
    expires_at = models.DateTimeField(_("expires"))
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.CheckConstraint(name="people_invitation_role", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="people_invitation_accepted",
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False, revoked_at__isnull=True),
            ),
        )


class ApprovalState(models.TextChoices):
    """Pending is the only state that can be left."""

    PENDING = "pending", _("waits for a second person")
    CONFIRMED = "confirmed", _("confirmed and done")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn by who asked")
    EXPIRED = "expired", _("expired")


class Approval(models.Model):
    """What one person asked for and another must confirm before it is done.

    The database refuses a confirmation by who asked, a change of what was asked, and any change once decided.
    """

    action = models.CharField(_("action"), max_length=100)
    payload = models.JSONField(_("what is to be done"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="approvals")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"), db_default=ClockTimestamp())
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(
        _("state"), max_length=10, choices=ApprovalState, default=ApprovalState.PENDING, db_default="pending"
    )
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    result = models.JSONField(_("what came of it"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = (
            models.CheckConstraint(
                name="people_approval_by_two",
                condition=~Q(state=ApprovalState.CONFIRMED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
            ),
            models.CheckConstraint(
                name="people_approval_decided",
                condition=Q(state=ApprovalState.PENDING, decided_at__isnull=True)
                | (~Q(state=ApprovalState.PENDING) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="people_approval_state", condition=Q(state__in=ApprovalState.values)),
        )
        indexes = (
            models.Index(fields=["organisation", "id"], name="people_approval_of_org"),
            models.Index(fields=["expires_at"], name="people_approval_waiting", condition=Q(state="pending")),
        )


class AuditEntry(models.Model):
    """One thing done: who, when, what to what, the old and the new value, from where. Never changed or deleted.

    Users and organisations are never deleted either, so the entry needs no constraint that points to them; a
    ledger writes many.
    """

    at = models.DateTimeField(_("when"), db_default=ClockTimestamp())
    actor = models.ForeignKey(
        User, models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False, related_name="+"
    )
    action = models.TextField(_("what was done"))
    subject = models.TextField(_("to what"))
    old = models.JSONField(_("before"), null=True, blank=True)
    new = models.JSONField(_("after"), null=True, blank=True)
    origin = models.TextField(_("from where"), db_default="")
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        db_table = "people_audit_entry"
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("entries of the audit trail")
        indexes = (
            models.Index(fields=["organisation", "id"], name="people_audit_of_organisation"),
            models.Index(fields=["actor", "id"], name="people_audit_of_actor"),
            models.Index(fields=["subject", "id"], name="people_audit_of_subject"),
        )
