"""The tables of the ledger."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import tanheng.database.functions
import tanheng.ledger.models.fields


class Migration(migrations.Migration):
    """From nothing."""

    initial = True

    dependencies = [
        ("people", "0002_leaves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="AccountType",
            fields=[
                ("code", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
            ],
            options={
                "verbose_name": "type of account",
                "verbose_name_plural": "types of account",
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("working", models.BooleanField(verbose_name="is worked")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("source", models.TextField(verbose_name="source")),
                ("status", models.CharField(max_length=10, verbose_name="status of the source")),
            ],
            options={
                "verbose_name": "day of the calendar",
                "verbose_name_plural": "days of the calendar",
            },
        ),
        migrations.CreateModel(
            name="Purpose",
            fields=[
                ("code", models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("safeguarded", models.BooleanField(verbose_name="trusted list, limits and hours apply")),
                (
                    "from_type",
                    models.CharField(
                        blank=True, db_default="", max_length=20, verbose_name="only from accounts of this type"
                    ),
                ),
                (
                    "to_type",
                    models.CharField(
                        blank=True, db_default="", max_length=20, verbose_name="only to accounts of this type"
                    ),
                ),
            ],
            options={
                "verbose_name": "purpose",
                "verbose_name_plural": "purposes",
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "actor_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("actor_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=220, verbose_name="key")),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("code", models.PositiveSmallIntegerField(verbose_name="code")),
                ("transfer_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp())),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        max_length=32,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9._-]+$")],
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("allowance", "emission allowance"),
                            ("credit", "emission reduction credit"),
                            ("points", "carbon points"),
                            ("cash", "cash"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "unit",
                    models.CharField(
                        help_text="of one unit, e.g. tCO2e, point, fen", max_length=16, verbose_name="unit"
                    ),
                ),
                ("tradable", models.BooleanField(verbose_name="can be traded")),
                ("transferable", models.BooleanField(verbose_name="can pass between holders")),
                ("expires", models.BooleanField(verbose_name="expires")),
                ("serialised", models.BooleanField(verbose_name="has serial numbers")),
                ("life_months", models.PositiveIntegerField(blank=True, null=True, verbose_name="life in months")),
                ("next_serial", models.BigIntegerField(db_default=1, default=1, verbose_name="next serial number")),
            ],
            options={
                "verbose_name": "asset",
                "verbose_name_plural": "assets",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["allowance", "credit", "points", "cash"])),
                        name="ledger_asset_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires", True), ("life_months__isnull", True), _connector="OR"),
                        name="ledger_asset_life",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "points"), _negated=True),
                            models.Q(("tradable", False), ("transferable", False)),
                            _connector="OR",
                        ),
                        name="ledger_points_stay_with_their_holder",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9._-]+$")],
                        verbose_name="number",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="pseudonym of the person whose points it keeps",
                        max_length=64,
                        verbose_name="holder",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "open"), ("blocked", "blocked"), ("closed", "closed")],
                        db_default="open",
                        default="open",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "status_reason",
                    models.TextField(blank=True, db_default="", verbose_name="why it is blocked or closed"),
                ),
                (
                    "second_person",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="what leaves it needs a second person"
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="opened"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.organisation",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="ledger.accounttype"
                    ),
                ),
                (
                    "issues",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuance_account",
                        to="ledger.asset",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "asset_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("posted", models.BigIntegerField(db_default=0, verbose_name="held")),
                ("reserved", models.BigIntegerField(db_default=0, verbose_name="reserved")),
                ("issuing", models.BooleanField(db_default=False)),
                (
                    "moved_at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="last moved"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.asset"
                    ),
                ),
            ],
            options={
                "verbose_name": "balance",
                "verbose_name_plural": "balances",
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vintage", models.PositiveSmallIntegerField(verbose_name="vintage")),
                ("label", models.CharField(blank=True, max_length=200, verbose_name="what for")),
                (
                    "created_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="ledger.asset"
                    ),
                ),
            ],
            options={
                "verbose_name": "batch",
                "verbose_name_plural": "batches",
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serials", django.contrib.postgres.fields.ranges.BigIntegerRangeField(verbose_name="serial numbers")),
                ("arrived", models.BigIntegerField()),
                ("reserved_by", models.BigIntegerField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to="ledger.asset",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to="ledger.batch",
                    ),
                ),
            ],
            options={
                "verbose_name": "block",
                "verbose_name_plural": "blocks",
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "found_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="found"),
                ),
                ("check_id", models.CharField(max_length=20, verbose_name="check")),
                ("subject", models.TextField(verbose_name="what")),
                ("expected", models.TextField(verbose_name="recomputed")),
                ("found", models.TextField(verbose_name="recorded")),
                ("explained_at", models.DateTimeField(blank=True, null=True, verbose_name="explained")),
                ("explanation", models.TextField(blank=True, db_default="", verbose_name="explanation")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "explained_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "difference",
                "verbose_name_plural": "differences",
            },
        ),
        migrations.CreateModel(
            name="Limit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "quantity",
                    models.BigIntegerField(
                        blank=True, help_text="empty lifts the limit of this level", null=True, verbose_name="quantity"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="from")),
                ("source", models.TextField(verbose_name="source")),
                ("status", models.CharField(max_length=10, verbose_name="status of the source")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="ledger.account",
                    ),
                ),
                (
                    "account_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="ledger.accounttype",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="limits", to="ledger.asset"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "limit",
                "verbose_name_plural": "limits",
            },
        ),
        migrations.CreateModel(
            name="Queued",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="asked"),
                ),
                ("due_at", models.DateTimeField(verbose_name="to be done from")),
                ("asked", models.JSONField(verbose_name="what was asked")),
                ("actor_id", models.BigIntegerField(blank=True, null=True, verbose_name="who")),
                ("organisation_id", models.BigIntegerField(blank=True, null=True)),
                ("origin", models.TextField(db_default="")),
                ("key", models.CharField(blank=True, max_length=220, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        db_default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("code", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="code")),
                ("transfer_id", models.BigIntegerField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "from_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="queued", to="ledger.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting transfer",
                "verbose_name_plural": "waiting transfers",
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("transfer_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("quantity", models.BigIntegerField(verbose_name="quantity")),
                ("purpose", models.CharField(max_length=16, verbose_name="purpose")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="until")),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "to_account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing reservation",
                "verbose_name_plural": "standing reservations",
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("value", models.CharField(max_length=40, verbose_name="value")),
                ("since", models.DateTimeField(verbose_name="from")),
                ("source", models.TextField(verbose_name="source")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("official", "official"),
                            ("reported", "reported"),
                            ("recalled", "recalled"),
                            ("example", "example"),
                        ],
                        max_length=10,
                        verbose_name="status of the source",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "setting of the safeguards",
                "verbose_name_plural": "settings of the safeguards",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "transfer"),
                            (2, "reservation"),
                            (3, "posting of a reservation"),
                            (4, "release of a reservation"),
                            (5, "end of a reservation by its time"),
                        ],
                        verbose_name="kind",
                    ),
                ),
                ("purpose", models.CharField(max_length=16, verbose_name="purpose")),
                ("quantity", models.BigIntegerField(verbose_name="quantity")),
                ("serials", tanheng.ledger.models.fields.SerialsField(null=True, verbose_name="serial numbers")),
                ("pending_id", models.BigIntegerField(null=True, verbose_name="the reservation that it ends")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="reserved until")),
                ("linked", models.UUIDField(null=True, verbose_name="group of linked transfers")),
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="who")),
                (
                    "asset",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.batch",
                    ),
                ),
                (
                    "from_account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "to_account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "asset_id",
                        "at",
                        "transfer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("quantity", models.BigIntegerField(verbose_name="quantity")),
                ("balance_after", models.BigIntegerField(verbose_name="balance after it")),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serials", django.contrib.postgres.fields.ranges.BigIntegerRangeField(verbose_name="serial numbers")),
                (
                    "asset",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="movements",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "movement of serial numbers",
                "verbose_name_plural": "movements of serial numbers",
            },
        ),
        migrations.CreateModel(
            name="TrustedAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "added_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="added"),
                ),
                ("effective_at", models.DateTimeField(verbose_name="trusted from")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="removed")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trusted",
                        to="ledger.account",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trusted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "trusted account",
                "verbose_name_plural": "trusted accounts",
            },
        ),
        migrations.CreateModel(
            name="TypeRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("allowance", "emission allowance"),
                            ("credit", "emission reduction credit"),
                            ("points", "carbon points"),
                            ("cash", "cash"),
                        ],
                        max_length=10,
                        verbose_name="kind of asset",
                    ),
                ),
                ("may_receive", models.BooleanField(verbose_name="may receive")),
                ("may_send", models.BooleanField(verbose_name="may send")),
                (
                    "type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="ledger.accounttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of a type of account",
                "verbose_name_plural": "rules of types of account",
            },
        ),
    ]
