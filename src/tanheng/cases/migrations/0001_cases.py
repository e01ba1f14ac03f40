"""Passages, the changes of state that steps make, what the database refuses of both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.cases import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("people", "0004_expert"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllowedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=63)),
                ("source", models.CharField(max_length=24)),
                ("target", models.CharField(max_length=24)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "source", "target"), name="credit_change_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                ("kind", models.CharField(max_length=32, verbose_name="kind of case")),
                ("case", models.BigIntegerField(verbose_name="case")),
                ("called", models.CharField(max_length=100, verbose_name="called")),
                ("step", models.CharField(max_length=40, verbose_name="step")),
                ("source", models.CharField(max_length=24, verbose_name="from")),
                ("target", models.CharField(max_length=24, verbose_name="to")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("given", models.JSONField(default=dict, verbose_name="given")),
                ("approval", models.BigIntegerField(blank=True, null=True, verbose_name="request")),
                ("public", models.BooleanField(default=False, verbose_name="public")),
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
                "verbose_name": "passage of a case",
                "verbose_name_plural": "passages of cases",
                "indexes": [models.Index(fields=["kind", "case", "id"], name="credit_passages_of_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("second_by__isnull", True), ("approval__isnull", False), _connector="OR"),
                        name="credit_passage_by_two",
                    )
                ],
            },
        ),
        migrations.RunSQL(guards.APPEND_ONLY, guards.APPEND_ONLY_UNDONE),
        migrations.RunSQL(guards.CHANGES, guards.CHANGES_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
