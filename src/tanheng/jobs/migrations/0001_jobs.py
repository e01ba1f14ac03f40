"""The tables of jobs. The queue itself is procrastinate's, with migrations of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions


class Migration(migrations.Migration):
    """From nothing."""

    initial = True

    dependencies = [
        ("people", "0002_leaves"),
        ("procrastinate", "0041_post_retry_failed_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LastRound",
            fields=[
                ("routine", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="routine")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="last done")),
                ("said", models.JSONField(blank=True, null=True, verbose_name="what came of it")),
                ("problems", models.JSONField(default=list, verbose_name="what is wrong")),
                (
                    "fault",
                    models.CharField(
                        blank=True, db_default="", max_length=12, verbose_name="number of a fault in the log"
                    ),
                ),
            ],
            options={
                "verbose_name": "last round of a routine",
                "verbose_name_plural": "last rounds of routines",
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipients", models.JSONField(verbose_name="to whom")),
                ("subject", models.TextField(verbose_name="subject")),
                ("sealed", models.BinaryField(null=True, verbose_name="the message, hidden")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="tries")),
                ("said", models.TextField(blank=True, db_default="", verbose_name="what the mail server said last")),
                (
                    "made_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="made"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="sent or given up")),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "indexes": [models.Index(fields=["state", "id"], name="jobs_letter_by_state")],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("arguments", models.JSONField(verbose_name="with what")),
                ("same", models.CharField(max_length=64, verbose_name="what makes two jobs one")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("step_en", models.TextField(blank=True, db_default="", verbose_name="step, in English")),
                ("step_zh", models.TextField(blank=True, db_default="", verbose_name="step, in Chinese")),
                ("part", models.FloatField(db_default=0.0, default=0.0, verbose_name="how much is done")),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="tries")),
                (
                    "lost",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="workers killed while doing it"
                    ),
                ),
                ("entry", models.BigIntegerField(blank=True, null=True, verbose_name="entry of the queue")),
                ("cancel_asked", models.BooleanField(db_default=False, default=False, verbose_name="asked to stop")),
                ("notes", models.JSONField(default=list, verbose_name="what happened to it")),
                ("problems", models.JSONField(default=list, verbose_name="what is wrong with the input")),
                (
                    "fault",
                    models.CharField(
                        blank=True, db_default="", max_length=12, verbose_name="number of a fault in the log"
                    ),
                ),
                ("result", models.JSONField(blank=True, null=True, verbose_name="what came of it")),
                (
                    "asked_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="asked"),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="last heard of")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "requested_by",
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
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "indexes": [
                    models.Index(fields=["requested_by", "id"], name="jobs_job_of_user"),
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=["id"],
                        name="jobs_job_under_way",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed", "cancelled"])),
                        name="jobs_job_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__gte", 0), ("part__lte", 1)), name="jobs_job_part"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state__in", ("waiting", "running"))),
                            models.Q(
                                models.Q(("state__in", ("waiting", "running")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="jobs_job_ended",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("same",),
                        name="jobs_job_once",
                    ),
                ],
            },
        ),
    ]
