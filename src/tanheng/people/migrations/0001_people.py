"""The first records of people, and what the database refuses to do to them."""

import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.people import guards


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="user name",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("is_active", models.BooleanField(db_default=True, default=True, verbose_name="may sign in")),
                (
                    "created_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bureau", "municipal bureau"),
                            ("district_branch", "district branch of the bureau"),
                            ("emitter", "emitter"),
                            ("developer", "project developer"),
                            ("app_operator", "operator of an app"),
                            ("verifier", "verifier"),
                            ("bank", "bank"),
                            ("park_operator", "operator of an industrial park"),
                            ("plant_operator", "operator of a treatment plant"),
                            ("inspector", "inspecting organisation"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        help_text="18 digits and letters (GB 32100-2015)",
                        max_length=18,
                        null=True,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[0-9A-HJ-NPQRTUWXY]{18}$")],
                        verbose_name="unified social credit code",
                    ),
                ),
                (
                    "district",
                    models.CharField(
                        blank=True,
                        help_text="administrative division code (GB/T 2260), e.g. 440305",
                        max_length=12,
                        validators=[django.core.validators.RegexValidator("^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")],
                        verbose_name="district",
                    ),
                ),
                ("is_active", models.BooleanField(db_default=True, default=True, verbose_name="open")),
                (
                    "created_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "indexes": [
                    models.Index(fields=["kind"], name="people_organisation_by_kind"),
                    models.Index(fields=["district"], name="people_organisation_by_place"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "bureau",
                                    "district_branch",
                                    "emitter",
                                    "developer",
                                    "app_operator",
                                    "verifier",
                                    "bank",
                                    "park_operator",
                                    "plant_operator",
                                    "inspector",
                                ],
                            )
                        ),
                        name="people_organisation_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "district_branch"), _negated=True),
                            models.Q(("district", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="people_branch_has_a_district",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("officer", "officer"),
                            ("representative", "authorised representative"),
                            ("approver", "approver"),
                            ("auditor", "auditor"),
                            ("reader", "reader"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation", "role"), name="people_membership_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["administrator", "officer", "representative", "approver", "auditor", "reader"],
                            )
                        ),
                        name="people_membership_role",
                    ),
                ],
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("officer", "officer"),
                            ("representative", "authorised representative"),
                            ("approver", "approver"),
                            ("auditor", "auditor"),
                            ("reader", "reader"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("key_hash", models.BinaryField(unique=True, verbose_name="SHA-256 of the key")),
                (
                    "created_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="made"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["administrator", "officer", "representative", "approver", "auditor", "reader"],
                            )
                        ),
                        name="people_invitation_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                                ("revoked_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="people_invitation_accepted",
                    ),
                ],
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="when"),
                ),
                ("action", models.TextField(verbose_name="what was done")),
                ("subject", models.TextField(verbose_name="to what")),
                ("old", models.JSONField(blank=True, null=True, verbose_name="before")),
                ("new", models.JSONField(blank=True, null=True, verbose_name="after")),
                ("origin", models.TextField(db_default="", verbose_name="from where")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "id"], name="people_audit_of_organisation"),
                    models.Index(fields=["actor", "id"], name="people_audit_of_actor"),
                    models.Index(fields=["subject", "id"], name="people_audit_of_subject"),
                ],
                "verbose_name": "entry of the audit trail",
                "verbose_name_plural": "entries of the audit trail",
                "db_table": "people_audit_entry",
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(max_length=100, verbose_name="action")),
                ("payload", models.JSONField(verbose_name="what is to be done")),
                (
                    "requested_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="asked"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waits for a second person"),
                            ("confirmed", "confirmed and done"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn by who asked"),
                            ("expired", "expired"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason")),
                ("result", models.JSONField(blank=True, null=True, verbose_name="what came of it")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "id"], name="people_approval_of_org"),
                    models.Index(
                        condition=models.Q(("state", "pending")), fields=["expires_at"], name="people_approval_waiting"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="people_approval_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "pending")),
                            models.Q(models.Q(("state", "pending"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="people_approval_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "confirmed", "refused", "withdrawn", "expired"])),
                        name="people_approval_state",
                    ),
                ],
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
            },
        ),
        migrations.AddField(
            model_name="user",
            name="organisations",
            field=models.ManyToManyField(
                related_name="users",
                through="people.Membership",
                through_fields=("user", "organisation"),
                to="people.organisation",
            ),
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="what it is for")),
                ("start", models.CharField(max_length=16, verbose_name="first characters")),
                ("key_hash", models.BinaryField(unique=True, verbose_name="SHA-256 of the key")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), size=None, verbose_name="scopes"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="made"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "id"], name="people_token_of_user")],
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
            },
        ),
        migrations.RunSQL(guards.APPEND_ONLY, guards.APPEND_ONLY_UNDONE),
        migrations.RunSQL(guards.NEVER_DELETED, guards.NEVER_DELETED_UNDONE),
        migrations.RunSQL(guards.DECIDED_ONCE, guards.DECIDED_ONCE_UNDONE),
    ]
