"""In which residential area a complaint was heard, said with its answer."""

import django.db.models.deletion
from django.db import migrations, models

from tanheng.communities import guards


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0005_evaluation_own"),
    ]

    operations = [
        migrations.AddField(
            "complaint",
            "community",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="communities.community",
            ),
        ),
        migrations.RunSQL(guards.HEARD, guards.HEARD_UNDONE),
    ]
