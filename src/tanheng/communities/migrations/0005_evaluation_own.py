"""What the database refuses of evaluations: those of another study or outline, those that nobody's step tells of, and
a title against a score card."""

from django.db import migrations

from tanheng.communities import guards


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0004_monitors"),
        ("credit_cases", "0001_cases"),
    ]

    operations = [
        migrations.RunSQL(guards.EVALUATION, guards.EVALUATION_UNDONE),
    ]
