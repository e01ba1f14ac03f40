"""Submissions, what was found in them, and the rows that the findings are about."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_leaves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=64, verbose_name="table")),
                ("name", models.CharField(max_length=200, verbose_name="name of the file")),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet")],
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                ("size_bytes", models.BigIntegerField(verbose_name="size")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "being checked"),
                            ("faulty", "to be mended"),
                            ("clean", "without faults, not handed in yet"),
                            ("waiting", "handed in, waits for the bureau"),
                            ("taken", "taken into the city"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("replaced", "replaced by a later version"),
                        ],
                        db_default="checking",
                        default="checking",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("rows", models.IntegerField(null=True, verbose_name="rows")),
                ("replaces_rows", models.IntegerField(null=True, verbose_name="rows that take the place of others")),
                ("faults", models.IntegerField(db_default=0, default=0, verbose_name="faults")),
                ("questions", models.IntegerField(db_default=0, default=0, verbose_name="questions")),
                ("header", models.JSONField(default=list, verbose_name="columns as given")),
                (
                    "checked_against",
                    models.CharField(blank=True, max_length=64, verbose_name="the city that it was checked against"),
                ),
                ("checked_at", models.DateTimeField(null=True, verbose_name="checked")),
                (
                    "submitted_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="sent"),
                ),
                ("handed_in_at", models.DateTimeField(null=True, verbose_name="handed in")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason")),
                ("place", models.BigIntegerField(null=True, unique=True, verbose_name="place among those taken")),
                (
                    "decided_by",
                    models.ForeignKey(
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
                        related_name="submissions",
                        to="people.organisation",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="submissions.submission",
                        verbose_name="the version before",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "id"], name="submissions_of_organisation"),
                    models.Index(fields=["submitted_by", "submitted_at"], name="submissions_of_user"),
                    models.Index(
                        condition=models.Q(("state__in", ("checking", "faulty", "clean", "waiting"))),
                        fields=["state", "id"],
                        name="submissions_by_state",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["checking", "faulty", "clean", "waiting", "taken", "refused", "withdrawn", "replaced"],
                            )
                        ),
                        name="submissions_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["csv", "xlsx", "parquet"])), name="submissions_format"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", False), ("place__isnull", False), ("state", "taken")),
                            models.Q(models.Q(("state", "taken"), _negated=True), ("place__isnull", True)),
                            _connector="OR",
                        ),
                        name="submissions_taken_has_a_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("state", "refused"), _negated=True),
                        name="submissions_refused_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("faults", 0),
                            models.Q(("state__in", ("clean", "waiting", "taken")), _negated=True),
                            _connector="OR",
                        ),
                        name="submissions_clean_has_none",
                    ),
                ],
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
            },
        ),
        migrations.CreateModel(
            name="Row",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.BigIntegerField()),
                ("cells", models.JSONField()),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown_rows",
                        to="submissions.submission",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("submission", "line"), name="submissions_row_once")],
                "verbose_name": "row",
                "verbose_name_plural": "rows",
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_fault", models.BooleanField(verbose_name="a fault")),
                ("code", models.CharField(max_length=40)),
                ("line", models.BigIntegerField(null=True)),
                ("column", models.CharField(blank=True, max_length=200)),
                ("value", models.TextField(null=True)),
                ("message", models.TextField(blank=True)),
                ("expected", models.TextField(blank=True)),
                ("hint", models.TextField(blank=True)),
                ("asks_en", models.TextField(blank=True)),
                ("asks_zh", models.TextField(blank=True)),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="submissions.submission",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["submission", "id"], name="submissions_finding_of")],
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
            },
        ),
    ]
