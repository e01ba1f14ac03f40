"""What the database refuses of titles and complaints, whoever writes; one community applies once at a time."""

from django.db import migrations, models

from tanheng.communities import guards


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0002_judged"),
        ("credit_cases", "0001_cases"),
        ("people", "0004_expert"),
    ]

    operations = [
        migrations.RunSQL(guards.STAY, guards.STAY_UNDONE),
        migrations.RunSQL(guards.TITLE, guards.TITLE_UNDONE),
        migrations.RunSQL(guards.NOBODY, guards.NOBODY_UNDONE),
        migrations.AddConstraint(
            model_name="community",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("refused", "withdrawn", "ended")), _negated=True),
                fields=("organisation", "name"),
                name="quiet_community_once",
            ),
        ),
    ]
