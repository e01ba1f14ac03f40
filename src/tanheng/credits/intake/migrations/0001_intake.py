"""Applications, their keys, batches of events, what was worked out of them, and what the database refuses."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.cases.guards import watched
from tanheng.credits.intake import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_expert"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("credit_cases", "0001_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        db_index=True,
                        default="registered",
                        editable=False,
                        max_length=24,
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                ("about", models.TextField(max_length=2000, verbose_name="what it does")),
                ("protection", models.TextField(max_length=2000, verbose_name="how it protects personal data")),
                ("address", models.URLField(blank=True, verbose_name="where people find it")),
                (
                    "scenes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="scenes"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="registered"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("scenes__len__gt", 0)), name="credit_application_scenes")
                ],
                "verbose_name": "application",
                "verbose_name_plural": "applications",
            },
        ),
        migrations.CreateModel(
            name="ApplicationKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="what it is for")),
                ("start", models.CharField(max_length=16, verbose_name="first characters")),
                ("key_hash", models.BinaryField(unique=True, verbose_name="SHA-256 of the key")),
                (
                    "made_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="made"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="credit_intake.application"
                    ),
                ),
                (
                    "made_by",
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
                "verbose_name": "key of an application",
                "verbose_name_plural": "keys of applications",
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sandbox", models.BooleanField(verbose_name="test")),
                ("key", models.CharField(max_length=200, verbose_name="key of the batch")),
                ("body_digest", models.CharField(max_length=64, verbose_name="SHA-256 of what was sent")),
                ("file_digest", models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of what was taken")),
                ("lines", models.IntegerField(verbose_name="lines")),
                ("taken", models.IntegerField(verbose_name="taken")),
                ("copies", models.IntegerField(verbose_name="copies")),
                ("refused", models.IntegerField(verbose_name="refused")),
                ("reasons", models.JSONField(default=dict, verbose_name="reasons")),
                ("refusals", models.JSONField(default=list, verbose_name="refused lines")),
                ("first_day", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="credit_intake.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by_key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credit_intake.applicationkey",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["application", "id"], name="credit_batches_of_application")],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "sandbox", "key"), name="credit_batch_key_once"),
                    models.UniqueConstraint(
                        fields=("application", "sandbox", "body_digest"), name="credit_batch_body_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "lines",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("taken"), "+", models.F("copies")
                                    ),
                                    "+",
                                    models.F("refused"),
                                ),
                            )
                        ),
                        name="credit_batch_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file_digest", ""), ("sandbox", True)),
                            models.Q(("file_digest", ""), ("sandbox", False), ("taken", 0)),
                            models.Q(
                                ("sandbox", False), ("taken__gt", 0), models.Q(("file_digest", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="credit_batch_has_its_file",
                    ),
                ],
                "verbose_name": "batch of events",
                "verbose_name_plural": "batches of events",
            },
        ),
        migrations.CreateModel(
            name="WorkedOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=64, unique=True, verbose_name="address")),
                ("first", models.DateField(verbose_name="first day")),
                ("last", models.DateField(verbose_name="last day")),
                ("up_to", models.BigIntegerField(verbose_name="last batch")),
                ("methodologies", models.JSONField(verbose_name="methodologies")),
                ("counts", models.JSONField(verbose_name="events")),
                ("totals", models.JSONField(verbose_name="totals")),
                ("results_digest", models.CharField(max_length=64, verbose_name="SHA-256 of the results")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="credit_worked_days"
                    )
                ],
                "verbose_name": "working out of events",
                "verbose_name_plural": "workings out of events",
            },
        ),
        watched("credit_intake_application"),
        migrations.RunSQL(guards.APPEND_ONLY, guards.APPEND_ONLY_UNDONE),
        migrations.RunSQL(guards.WHO_SENDS, guards.WHO_SENDS_UNDONE),
        migrations.RunSQL(guards.REVOKED, guards.REVOKED_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
