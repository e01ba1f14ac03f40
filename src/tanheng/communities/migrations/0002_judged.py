"""What a study says about a community stays beside its application."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0001_communities"),
    ]

    operations = [
        migrations.AddField(
            model_name="community",
            name="judged",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
