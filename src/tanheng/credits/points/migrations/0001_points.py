"""Persons, mandates, grants, the shop, what the database refuses of them, and their way into the log."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import tanheng.database.functions
from tanheng.credits.points import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("credit_intake", "0001_intake"),
        ("ledger", "0003_the_database_keeps_the_books"),
        ("people", "0004_expert"),
        ("transparency", "0002_outbox_is_swept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.BigIntegerField(unique=True)),
                ("pseudonym_hash", models.BinaryField(max_length=32, unique=True)),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp())),
                ("points", models.BigIntegerField(verbose_name="points that lapsed with it")),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
            },
        ),
        migrations.CreateModel(
            name="Gathering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                ("redemptions", models.PositiveIntegerField(verbose_name="redemptions")),
                ("points", models.BigIntegerField(verbose_name="points")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
            ],
            options={
                "verbose_name": "cancellation of used points",
                "verbose_name_plural": "cancellations of used points",
            },
        ),
        migrations.CreateModel(
            name="Good",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100, verbose_name="name in Chinese")),
                ("name_en", models.CharField(max_length=100, verbose_name="name in English")),
                ("about_zh", models.TextField(blank=True, max_length=500, verbose_name="description in Chinese")),
                ("about_en", models.TextField(blank=True, max_length=500, verbose_name="description in English")),
                ("price", models.BigIntegerField(help_text="in points", verbose_name="price")),
                ("stock", models.PositiveIntegerField(verbose_name="how many are left")),
                ("offered", models.BooleanField(default=True, verbose_name="can be had")),
                (
                    "since",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "open_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credit_intake.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("price__gt", 0)), name="credit_good_has_a_price"),
                    models.CheckConstraint(condition=models.Q(("stock__gte", 0)), name="credit_good_stock"),
                ],
                "verbose_name": "good",
                "verbose_name_plural": "goods",
            },
        ),
        migrations.CreateModel(
            name="Granting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run", models.CharField(db_index=True, max_length=100, verbose_name="run")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                ("persons", models.PositiveIntegerField(verbose_name="persons")),
                ("days", models.PositiveIntegerField(verbose_name="days of persons")),
                ("reduction_g", models.BigIntegerField(verbose_name="reduction in grams")),
                ("points", models.BigIntegerField(verbose_name="points")),
                ("parts", models.JSONField(verbose_name="by methodology")),
                ("digest", models.CharField(max_length=64, verbose_name="digest of the run's results")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.asset"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gt", 0), ("persons__gt", 0), ("points__gt", 0)),
                        name="credit_granting_some",
                    )
                ],
                "verbose_name": "granting of points",
                "verbose_name_plural": "grantings of points",
            },
        ),
        migrations.CreateModel(
            name="Granted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transfer_id", models.BigIntegerField(unique=True, verbose_name="transfer")),
                ("points", models.BigIntegerField(verbose_name="points")),
                (
                    "granting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="granted", to="credit_points.granting"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("points__gt", 0)), name="credit_granted_some")
                ],
                "verbose_name": "points granted to a person",
                "verbose_name_plural": "points granted to persons",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "pseudonym",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="pseudonym"),
                ),
                ("key_hash", models.BinaryField(max_length=32, unique=True)),
                ("epoch", models.PositiveIntegerField(default=0)),
                ("link_hash", models.BinaryField(max_length=32, null=True, unique=True)),
                ("link_until", models.DateTimeField(null=True)),
                (
                    "enrolled_at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="enrolled"
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("link_hash__isnull", True), ("link_until__isnull", False), _connector="OR"),
                        name="credit_person_link",
                    )
                ],
                "verbose_name": "person",
                "verbose_name_plural": "persons",
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9_-]{6,64}$")],
                        verbose_name="the operator's own number of the person",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="credit_intake.application",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="credit_points.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "since"], name="credit_mandate_of_person"),
                    models.Index(fields=["application", "id"], name="credit_mandate_of_application"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("person", "application"),
                        name="credit_mandate_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("application", "reference"),
                        name="credit_reference_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True), ("withdrawn_at__gte", models.F("since")), _connector="OR"
                        ),
                        name="credit_mandate_ends_after",
                    ),
                ],
                "verbose_name": "mandate",
                "verbose_name_plural": "mandates",
            },
        ),
        migrations.CreateModel(
            name="GrantedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("methodology", models.CharField(max_length=64, verbose_name="methodology")),
                ("version", models.CharField(max_length=16, verbose_name="version")),
                ("reduction_g", models.BigIntegerField(verbose_name="reduction in grams")),
                ("points", models.BigIntegerField(verbose_name="points")),
                (
                    "granted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="credit_points.granted"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="granted_days",
                        to="credit_points.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day", "methodology"), name="credit_person_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0), ("reduction_g__gte", 0)),
                        name="credit_day_not_below_zero",
                    ),
                ],
                "verbose_name": "day that was credited",
                "verbose_name_plural": "days that were credited",
            },
        ),
        migrations.AddField(
            model_name="granted",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="granted", to="credit_points.person"
            ),
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="number")),
                ("quantity", models.PositiveIntegerField(verbose_name="how many")),
                ("points", models.BigIntegerField(verbose_name="points")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("used", "points used"),
                            ("cancelled", "points cancelled"),
                            ("returned", "points given back"),
                        ],
                        db_default="used",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("transfer_id", models.BigIntegerField(unique=True, verbose_name="transfer")),
                (
                    "why",
                    models.CharField(
                        blank=True, db_default="", max_length=200, verbose_name="why they were given back"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=64)),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credit_intake.application",
                    ),
                ),
                (
                    "gathering",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="of",
                        to="credit_points.gathering",
                    ),
                ),
                (
                    "good",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="redemptions", to="credit_points.good"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="redemptions",
                        to="credit_points.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "used")), fields=["id"], name="credit_redemption_open")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "key"), name="credit_redemption_key"),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0), ("quantity__gt", 0)), name="credit_redemption_some"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gathering__isnull", False), ("state", "cancelled")),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("gathering", None)),
                            _connector="OR",
                        ),
                        name="credit_redemption_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_redemption_why",
                    ),
                ],
                "verbose_name": "redemption",
                "verbose_name_plural": "redemptions",
            },
        ),
        migrations.RunSQL(guards.GRANTS, guards.GRANTS_UNDONE),
        migrations.RunSQL(guards.PERSONS, guards.PERSONS_UNDONE),
        migrations.RunSQL(guards.SHOP, guards.SHOP_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
