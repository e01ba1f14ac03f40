"""Answers to idempotency keys, and the rates of callers."""

from __future__ import annotations

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """From nothing."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "caller", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("caller", models.TextField()),
                ("key", models.TextField()),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("status", models.SmallIntegerField(default=0)),
                ("content_type", models.TextField(default="")),
                ("body", models.BinaryField(default=b"")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("caller", models.TextField(primary_key=True, serialize=False)),
                ("paid_until", models.DateTimeField()),
            ],
        ),
        # A crash may forget who called how often; no request waits for the disk because of it.
        migrations.RunSQL("ALTER TABLE web_rate SET UNLOGGED", "ALTER TABLE web_rate SET LOGGED"),
    ]
