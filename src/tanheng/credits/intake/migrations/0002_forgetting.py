"""Persons who are forgotten, and the files that were written anew without them."""

import django.db.models.deletion
from django.db import migrations, models

import tanheng.database.functions
from tanheng.credits.intake import guards


class Migration(migrations.Migration):
    dependencies = [
        ("credit_intake", "0001_intake"),
    ]

    operations = [
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.UUIDField(null=True, verbose_name="person")),
                (
                    "stand_in",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="stands in the place of the person",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="asked"),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("files", models.IntegerField(default=0, verbose_name="files")),
            ],
            options={
                "verbose_name": "forgetting of a person",
                "verbose_name_plural": "forgettings of persons",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False), ("done_at__isnull", False), _connector="OR"),
                        name="credit_forgotten_or_not",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rewritten",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="file")),
                ("before", models.CharField(max_length=64, verbose_name="SHA-256 before")),
                ("after", models.CharField(max_length=64, verbose_name="SHA-256 after")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewritten",
                        to="credit_intake.batch",
                    ),
                ),
                (
                    "forgetting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewritten",
                        to="credit_intake.forgetting",
                    ),
                ),
                (
                    "working",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewritten",
                        to="credit_intake.workedout",
                    ),
                ),
            ],
            options={
                "verbose_name": "rewritten file",
                "verbose_name_plural": "rewritten files",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("batch__isnull", False), ("name", ""), ("working__isnull", True)),
                            models.Q(
                                ("batch__isnull", True),
                                ("working__isnull", False),
                                models.Q(("name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_rewritten_of_one",
                    )
                ],
            },
        ),
        migrations.RunSQL(guards.REWRITTEN, guards.REWRITTEN_UNDONE),
    ]
