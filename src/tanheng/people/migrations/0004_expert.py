"""A role more: the experts of the bureau's pool, who assess methodologies and scenes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_register_number"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invitation",
            name="people_invitation_role",
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="people_membership_role",
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("administrator", "administrator"),
                    ("officer", "officer"),
                    ("representative", "authorised representative"),
                    ("approver", "approver"),
                    ("auditor", "auditor"),
                    ("reader", "reader"),
                    ("expert", "expert of the pool"),
                ],
                max_length=16,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("administrator", "administrator"),
                    ("officer", "officer"),
                    ("representative", "authorised representative"),
                    ("approver", "approver"),
                    ("auditor", "auditor"),
                    ("reader", "reader"),
                    ("expert", "expert of the pool"),
                ],
                max_length=16,
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        ["administrator", "officer", "representative", "approver", "auditor", "reader", "expert"],
                    )
                ),
                name="people_invitation_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        ["administrator", "officer", "representative", "approver", "auditor", "reader", "expert"],
                    )
                ),
                name="people_membership_role",
            ),
        ),
    ]
