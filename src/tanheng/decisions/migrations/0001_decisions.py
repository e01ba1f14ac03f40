"""The records of decisions, what the database refuses to do to them, and their way into the log."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.decisions import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_register_number"),
        ("transparency", "0002_outbox_is_swept"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="published"
                    ),
                ),
                ("run", models.CharField(max_length=64, verbose_name="assessment")),
                ("city", models.CharField(max_length=32, verbose_name="city")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("measure", models.CharField(max_length=100, verbose_name="part")),
                ("decision", models.CharField(max_length=200, verbose_name="decision")),
                ("turn", models.PositiveSmallIntegerField(default=0, verbose_name="turn")),
                ("subject", models.CharField(max_length=200, verbose_name="about")),
                ("proposes_en", models.TextField(verbose_name="what is decided, in English")),
                ("proposes_zh", models.TextField(verbose_name="what is decided, in Chinese")),
                ("because_en", models.TextField(verbose_name="because, in English")),
                ("because_zh", models.TextField(verbose_name="because, in Chinese")),
                ("rule", models.CharField(max_length=200, verbose_name="rule")),
                ("rulebook", models.CharField(max_length=200, verbose_name="rulebook")),
                ("rulebook_digest", models.CharField(max_length=64, verbose_name="digest of the rulebook")),
                ("trust", models.CharField(blank=True, db_default="", max_length=16, verbose_name="how sure")),
                ("demonstration", models.BooleanField(verbose_name="rests on made-up rows")),
                ("public", models.BooleanField(verbose_name="in the public register")),
                ("reason", models.TextField(verbose_name="reason")),
                ("approval", models.BigIntegerField(blank=True, null=True, verbose_name="request")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_by",
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
                "indexes": [
                    models.Index(fields=["about", "id"], name="decisions_of_organisation"),
                    models.Index(fields=["run", "measure"], name="decisions_of_run"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("city", "measure", "decision", "turn"), name="decisions_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(
                                ("approval__isnull", False),
                                ("published_by__isnull", False),
                                models.Q(("second_by", models.F("published_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="decisions_by_two",
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="decisions_reason"),
                ],
                "verbose_name": "published decision",
                "verbose_name_plural": "published decisions",
            },
        ),
        migrations.CreateModel(
            name="WithdrawnDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="withdrawn"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("approval", models.BigIntegerField(blank=True, null=True, verbose_name="request")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="decisions.publisheddecision",
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
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
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(
                                ("approval__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("second_by", models.F("withdrawn_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="decisions_withdrawn_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="decisions_withdrawn_reason"
                    ),
                ],
                "verbose_name": "withdrawal of a decision",
                "verbose_name_plural": "withdrawals of decisions",
            },
        ),
        migrations.RunSQL(guards.APPEND_ONLY, guards.APPEND_ONLY_UNDONE),
        migrations.RunSQL(guards.IN_TURN, guards.IN_TURN_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
