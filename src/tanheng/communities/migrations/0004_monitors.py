"""Noise monitors and what they measured, hour by hour."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0003_guarded"),
        ("people", "0004_expert"),
    ]

    operations = [
        migrations.CreateModel(
            name="Monitor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identifier", models.CharField(max_length=64, verbose_name="identifier")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                ("lon", models.FloatField(verbose_name="longitude, WGS-84")),
                ("lat", models.FloatField(verbose_name="latitude, WGS-84")),
                ("height_m", models.FloatField(verbose_name="height above the ground, m")),
                ("bearing_deg", models.FloatField(blank=True, null=True, verbose_name="bearing to which it listens")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("function_area", "function_area"),
                            ("road", "road"),
                            ("community", "community"),
                            ("site", "site"),
                        ],
                        max_length=16,
                        verbose_name="what it stands for",
                    ),
                ),
                ("area_class", models.CharField(blank=True, max_length=4, verbose_name="class of the function area")),
                (
                    "community",
                    models.CharField(blank=True, max_length=100, verbose_name="community that it belongs to"),
                ),
                ("in_force_from", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("in_force_until", models.DateField(blank=True, null=True, verbose_name="in force until")),
                ("public", models.BooleanField(default=False, verbose_name="public")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="readings taken in at")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "noise monitor",
                "verbose_name_plural": "noise monitors",
            },
        ),
        migrations.CreateModel(
            name="Hour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("leq_db", models.FloatField(null=True)),
                ("l10_db", models.FloatField(null=True)),
                ("l50_db", models.FloatField(null=True)),
                ("l90_db", models.FloatField(null=True)),
                ("lmax_db", models.FloatField(null=True)),
                ("measured_pct", models.FloatField()),
                ("wind_m_s", models.FloatField(null=True)),
                ("wet", models.BooleanField()),
                (
                    "monitor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="communities.monitor",
                    ),
                ),
            ],
            options={
                "verbose_name": "hour of a noise monitor",
                "verbose_name_plural": "hours of noise monitors",
            },
        ),
        migrations.AddIndex(
            model_name="monitor",
            index=models.Index(fields=["lon", "lat"], name="noise_monitor_place"),
        ),
        migrations.AddConstraint(
            model_name="monitor",
            constraint=models.UniqueConstraint(fields=("organisation", "identifier"), name="noise_monitor_once"),
        ),
        migrations.AddConstraint(
            model_name="monitor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lon__range", (-180, 180)), ("lat__range", (-90, 90)), ("height_m__range", (0, 300))
                ),
                name="noise_monitor_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitor",
            constraint=models.CheckConstraint(
                condition=models.Q(("bearing_deg__isnull", True), ("bearing_deg__range", (0, 360)), _connector="OR"),
                name="noise_monitor_listens",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_from__isnull", True),
                    ("in_force_until__isnull", True),
                    ("in_force_until__gte", models.F("in_force_from")),
                    _connector="OR",
                ),
                name="noise_monitor_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="hour",
            constraint=models.UniqueConstraint(fields=("monitor", "date", "hour"), name="noise_hour_once"),
        ),
        migrations.AddConstraint(
            model_name="hour",
            constraint=models.CheckConstraint(condition=models.Q(("hour__range", (0, 23))), name="noise_hour_of_day"),
        ),
        migrations.AddConstraint(
            model_name="hour",
            constraint=models.CheckConstraint(
                condition=models.Q(("leq_db__isnull", True), ("leq_db__range", (0, 140)), _connector="OR"),
                name="noise_hour_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="hour",
            constraint=models.CheckConstraint(
                condition=models.Q(("measured_pct__range", (0, 100))), name="noise_hour_share"
            ),
        ),
    ]
