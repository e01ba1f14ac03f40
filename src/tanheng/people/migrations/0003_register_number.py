"""By which number the city's tables name an organisation, where that is not its credit code."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_leaves")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="register_number",
            field=models.CharField(
                blank=True,
                help_text="under which the tables name it, where that is not the credit code",
                max_length=64,
                null=True,
                unique=True,
                verbose_name="number in the city's tables",
            ),
        ),
    ]
