"""Methodologies, what experts and the public say of them, scenes, tries; and what the database refuses of them."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.cases.guards import watched
from tanheng.credits.filing import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_expert"),
        ("credit_cases", "0001_cases"),
        # It brings the extension that an exclusion over names and days needs.
        ("ledger", "0001_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="digest")),
                ("files", models.JSONField(verbose_name="files")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
            ],
            options={
                "verbose_name": "text of a methodology",
                "verbose_name_plural": "texts of methodologies",
            },
        ),
        migrations.CreateModel(
            name="MethodologyCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(db_index=True, default="draft", editable=False, max_length=24),
                ),
                ("identifier", models.CharField(max_length=64, verbose_name="methodology")),
                ("version", models.CharField(max_length=16, verbose_name="version")),
                ("name_en", models.CharField(max_length=200)),
                ("name_zh", models.CharField(max_length=200)),
                ("scheme", models.CharField(max_length=16)),
                ("track", models.CharField(max_length=16)),
                ("scene", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("packaged", models.BooleanField(default=True)),
                ("page", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                ("filed_on", models.DateField(blank=True, null=True)),
                ("answer_to_experts", models.TextField(blank=True)),
                ("comment_from", models.DateField(blank=True, null=True)),
                ("comment_until", models.DateField(blank=True, null=True)),
                ("answer_to_public", models.TextField(blank=True)),
                ("notice", models.CharField(blank=True, max_length=300)),
                ("published_on", models.DateField(blank=True, null=True)),
                ("in_force_from", models.DateField(blank=True, null=True)),
                ("in_force_until", models.DateField(blank=True, null=True)),
                (
                    "filed_by",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "withdrawn")), _negated=True),
                        fields=("identifier", "version"),
                        name="credit_methodology_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("comment_until__isnull", True),
                            ("comment_until__gte", models.F("comment_from")),
                            _connector="OR",
                        ),
                        name="credit_methodology_comment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("published", "revised", "retired")), _negated=True),
                            models.Q(("in_force_from__isnull", False), ("published_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="credit_methodology_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("revised", "retired")), _negated=True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="credit_methodology_until",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ("published", "revised", "retired"))),
                        expressions=[
                            (models.F("identifier"), "="),
                            (
                                models.Func(
                                    models.F("in_force_from"), models.F("in_force_until"), function="daterange"
                                ),
                                "&&",
                            ),
                        ],
                        name="credit_methodology_one_a_day",
                    ),
                ],
                "verbose_name": "methodology",
                "verbose_name_plural": "methodologies",
            },
        ),
        migrations.CreateModel(
            name="ExpertOpinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                ("digest", models.CharField(max_length=64, verbose_name="digest of the text")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("for", "for it"),
                            ("conditional", "for it, on conditions"),
                            ("against", "against it"),
                        ],
                        max_length=12,
                        verbose_name="verdict",
                    ),
                ),
                ("text", models.TextField(max_length=8000, verbose_name="opinion")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="credit_filing.methodologycase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "expert", "digest"),
                        name="credit_opinion_once",
                        violation_error_message="This expert has said what there is to say of this text.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["for", "conditional", "against"])),
                        name="credit_opinion_verdict",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="credit_opinion_text"),
                ],
                "verbose_name": "opinion of an expert",
                "verbose_name_plural": "opinions of experts",
            },
        ),
        migrations.CreateModel(
            name="PublicComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                ("text", models.TextField(max_length=4000, verbose_name="comment")),
                ("shown", models.BooleanField(blank=True, null=True, verbose_name="shown")),
                ("hidden_because", models.CharField(blank=True, max_length=300, verbose_name="why it is not shown")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="credit_filing.methodologycase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="credit_comment_text"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("shown", False), _negated=True),
                            models.Q(("hidden_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_comment_hidden",
                    ),
                ],
                "verbose_name": "public comment",
                "verbose_name_plural": "public comments",
            },
        ),
        migrations.CreateModel(
            name="SceneCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        db_index=True,
                        default="applied",
                        editable=False,
                        max_length=24,
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("scene", models.CharField(max_length=64, verbose_name="behaviour")),
                ("place", models.CharField(max_length=200, verbose_name="place")),
                ("behaviour", models.TextField(max_length=2000, verbose_name="what is recorded")),
                ("data_protection", models.TextField(max_length=4000, verbose_name="how data are protected")),
                ("finding", models.TextField(blank=True)),
                ("published_on", models.DateField(blank=True, null=True)),
                ("review_due", models.DateField(blank=True, null=True)),
                ("report", models.TextField(blank=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "applied_by",
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("data_protection", ""), _negated=True), name="credit_scene_protects_data"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("published", "review", "ended")), _negated=True),
                            models.Q(models.Q(("finding", ""), _negated=True), ("published_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="credit_scene_assessed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("published", "review")), _negated=True),
                            ("review_due__isnull", False),
                            _connector="OR",
                        ),
                        name="credit_scene_reviewed",
                    ),
                ],
                "verbose_name": "scene",
                "verbose_name_plural": "scenes",
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="at")),
                ("job", models.BigIntegerField(unique=True, verbose_name="job")),
                ("data", models.CharField(max_length=200, verbose_name="data")),
                ("data_digest", models.CharField(max_length=64)),
                ("examples", models.BooleanField(default=False, verbose_name="with the example values")),
                ("result", models.JSONField(verbose_name="result")),
                (
                    "against",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credit_filing.methodologycase",
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
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="credit_filing.methodologycase",
                    ),
                ),
            ],
            options={
                "verbose_name": "try of a methodology",
                "verbose_name_plural": "tries of methodologies",
            },
        ),
        watched("credit_filing_methodologycase"),
        watched("credit_filing_scenecase"),
        migrations.RunSQL(guards.APPEND_ONLY, guards.APPEND_ONLY_UNDONE),
        migrations.RunSQL(guards.INDEPENDENT, guards.INDEPENDENT_UNDONE),
        migrations.RunSQL(guards.HEARD, guards.HEARD_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
