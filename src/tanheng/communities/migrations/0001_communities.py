"""Noise studies, quiet communities, complaints about noise; the states of both are watched."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.communities.complaint_cases
import tanheng.database.functions
from tanheng.cases.guards import watched


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_expert"),
        ("credit_cases", "0001_cases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Study",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="digest")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("method", models.CharField(max_length=16, verbose_name="method")),
                ("receivers", models.PositiveIntegerField(verbose_name="façade points")),
                ("persons", models.PositiveIntegerField(blank=True, null=True, verbose_name="persons")),
                ("public", models.BooleanField(default=False, verbose_name="public")),
                (
                    "kept_at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="kept at"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "noise study",
                "verbose_name_plural": "noise studies",
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(db_index=True, default="received", editable=False, max_length=24)),
                (
                    "word",
                    models.CharField(
                        default=tanheng.communities.complaint_cases.new_word, editable=False, max_length=32, unique=True
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("traffic", "traffic"),
                            ("construction", "building site"),
                            ("industry", "industry"),
                            ("social", "social life"),
                        ],
                        max_length=16,
                        verbose_name="source",
                    ),
                ),
                ("place", models.CharField(max_length=200, verbose_name="place")),
                ("noticed_at", models.DateTimeField(verbose_name="when it was heard")),
                ("text", models.TextField(max_length=2000, verbose_name="what disturbs")),
                ("answer", models.TextField(blank=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "complaint about noise",
                "verbose_name_plural": "complaints about noise",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["traffic", "construction", "industry", "social"])),
                        name="noise_complaint_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("answered", "set_aside")), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="noise_complaint_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Community",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(db_index=True, default="applied", editable=False, max_length=24)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("address", models.CharField(max_length=200, verbose_name="address")),
                ("households", models.PositiveIntegerField(verbose_name="households")),
                ("measures", models.TextField(max_length=4000, verbose_name="what is done for quiet")),
                ("feature", models.CharField(blank=True, max_length=100)),
                ("finding", models.TextField(blank=True)),
                ("titled_on", models.DateField(blank=True, null=True)),
                ("review_due", models.DateField(blank=True, null=True)),
                ("report", models.TextField(blank=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "evaluated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.study",
                    ),
                ),
            ],
            options={
                "verbose_name": "quiet community",
                "verbose_name_plural": "quiet communities",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("households__gt", 0)), name="quiet_community_is_lived_in"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("titled", "review", "ended")), _negated=True),
                            models.Q(
                                models.Q(("finding", ""), _negated=True),
                                ("titled_on__isnull", False),
                                ("study__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="quiet_title_evaluated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("titled", "review")), _negated=True),
                            ("review_due__isnull", False),
                            _connector="OR",
                        ),
                        name="quiet_title_reviewed",
                    ),
                ],
            },
        ),
        watched("communities_community"),
        watched("communities_complaint"),
    ]
