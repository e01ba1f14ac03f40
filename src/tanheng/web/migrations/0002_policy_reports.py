"""What browsers report that the policy made them hold back."""

from __future__ import annotations

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """A short list."""

    dependencies = [("web", "0001_web")]

    operations = [
        migrations.CreateModel(
            name="PolicyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.TextField()),
                ("directive", models.TextField()),
                ("blocked", models.TextField()),
                ("sample", models.TextField(default="")),
                ("first_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
                ("times", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("page", "directive", "blocked"), name="web_policy_report_once")
                ],
            },
        ),
    ]
