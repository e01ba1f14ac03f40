"""Programmes, accreditations, projects, reports, issuances, corrections; what the database refuses of them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.cases.guards import watched
from tanheng.credits.projects import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("credit_cases", "0001_cases"),
        ("ledger", "0003_the_database_keeps_the_books"),
        ("people", "0004_expert"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Issuance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="issued"),
                ),
                ("vintage", models.PositiveSmallIntegerField(verbose_name="vintage")),
                ("quantity", models.BigIntegerField(verbose_name="to the project's account (tCO2e)")),
                ("buffer_quantity", models.BigIntegerField(verbose_name="to the buffer (tCO2e)")),
                ("approval", models.BigIntegerField(blank=True, null=True, verbose_name="request")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "buffer_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="buffered",
                        to="ledger.transfer",
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
                    "second_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuance",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("buffer_quantity__gte", 0),
                            ("quantity__gte", 0),
                            models.Q(("quantity__gt", 0), ("buffer_quantity__gt", 0), _connector="OR"),
                        ),
                        name="credit_issuance_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("quantity", 0), ("transfer__isnull", True)),
                                models.Q(("quantity__gt", 0), ("transfer__isnull", False)),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("buffer_quantity", 0), ("buffer_transfer__isnull", True)),
                                models.Q(("buffer_quantity__gt", 0), ("buffer_transfer__isnull", False)),
                                _connector="OR",
                            ),
                        ),
                        name="credit_issuance_transferred",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(
                                ("approval__isnull", False),
                                ("by__isnull", False),
                                models.Q(("second_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_issuance_by_two",
                    ),
                ],
                "verbose_name": "issuance",
                "verbose_name_plural": "issuances",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="when"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("correction", "correction"), ("reversal", "reversal")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("quantity", models.BigIntegerField(verbose_name="tonnes that are to come back")),
                ("approval", models.BigIntegerField(blank=True, null=True, verbose_name="request")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
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
                    "second_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issuance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="credit_projects.issuance",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="credit_correction_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by__isnull", True),
                            models.Q(
                                ("approval__isnull", False),
                                ("by__isnull", False),
                                models.Q(("second_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_correction_by_two",
                    ),
                ],
                "verbose_name": "correction of an issuance",
                "verbose_name_plural": "corrections of issuances",
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=32, unique=True, verbose_name="scheme of the methodologies")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "prefix",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Z0-9]+$")],
                        verbose_name="how numbers of its projects begin",
                    ),
                ),
                ("issued_before", models.BigIntegerField(default=0, verbose_name="units issued before it")),
                ("next_number", models.PositiveIntegerField(default=1)),
                (
                    "asset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="programme", to="ledger.asset"
                    ),
                ),
                (
                    "buffer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="buffer_of", to="ledger.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(db_index=True, default="draft", editable=False, max_length=24),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.TextField(blank=True, max_length=5000, verbose_name="what it does")),
                ("methodology", models.CharField(max_length=64, verbose_name="methodology")),
                ("version", models.CharField(max_length=32, verbose_name="version")),
                (
                    "methodology_digest",
                    models.CharField(blank=True, max_length=64, verbose_name="digest of the methodology"),
                ),
                ("crediting", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="crediting period")),
                ("place_name", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("place", models.JSONField(blank=True, null=True, verbose_name="place on the map (GeoJSON, WGS 84)")),
                (
                    "devices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="devices",
                    ),
                ),
                ("beneficiary", models.CharField(blank=True, max_length=200, verbose_name="who benefits")),
                (
                    "elsewhere",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="numbers in other registries",
                    ),
                ),
                (
                    "estimated_t",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="estimated reduction a year (tCO2e)",
                    ),
                ),
                ("validated_on", models.DateField(blank=True, null=True, verbose_name="validated")),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="registered")),
                (
                    "source",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="public record that it was taken over from"
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project",
                        to="ledger.account",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="projects", to="people.organisation"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="credit_projects.programme",
                    ),
                ),
                (
                    "validator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="validates",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "id"], name="credit_projects_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("crediting__isempty", False),
                            ("crediting__lower_inf", False),
                            ("crediting__upper_inf", False),
                        ),
                        name="credit_project_crediting_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("validator__isnull", True),
                            models.Q(("validator", models.F("organisation")), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_project_validator_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("registered", "suspended", "closed")), _negated=True),
                            models.Q(
                                ("account__isnull", False),
                                ("registered_on__isnull", False),
                                models.Q(
                                    models.Q(("validated_on__isnull", False), ("validator__isnull", False)),
                                    models.Q(("source", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="credit_project_registered_whole",
                    ),
                ],
                "verbose_name": "project",
                "verbose_name_plural": "projects",
            },
        ),
        migrations.AddField(
            model_name="issuance",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="issuances", to="credit_projects.project"
            ),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(db_index=True, default="draft", editable=False, max_length=24),
                ),
                ("turn", models.PositiveSmallIntegerField(verbose_name="which report of the project")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                ("values", models.JSONField(blank=True, default=list, verbose_name="monitored values")),
                (
                    "result",
                    models.JSONField(blank=True, default=list, verbose_name="what the methodology makes of them"),
                ),
                (
                    "methodology_digest",
                    models.CharField(blank=True, max_length=64, verbose_name="digest of the methodology"),
                ),
                (
                    "source",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="public record that it was taken over from"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="credit_projects.project",
                    ),
                ),
                (
                    "verifier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifies",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "turn"), name="credit_report_once"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ("refused", "withdrawn")), _negated=True),
                        expressions=[("project", "="), ("period", "&&")],
                        name="credit_report_no_day_twice",
                        violation_error_message="Another report of this project holds days of this period.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period__isempty", False), ("period__lower_inf", False), ("period__upper_inf", False)
                        ),
                        name="credit_report_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verifier__isnull", True),
                            models.Q(("verifier", models.F("organisation")), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_report_verifier_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("verified", "reviewed", "issued", "corrected", "reversed")),
                                _negated=True,
                            ),
                            ("verifier__isnull", False),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_report_verified_by_somebody",
                    ),
                ],
                "verbose_name": "monitoring report",
                "verbose_name_plural": "monitoring reports",
            },
        ),
        migrations.AddField(
            model_name="issuance",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="issuances", to="credit_projects.report"
            ),
        ),
        migrations.CreateModel(
            name="ReportYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("computed_t", models.BigIntegerField(null=True, verbose_name="worked out (tCO2e)")),
                ("verified_t", models.BigIntegerField(null=True, verbose_name="verified (tCO2e)")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="years", to="credit_projects.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "year"), name="credit_report_year_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("computed_t__isnull", True), ("computed_t__gte", 0), _connector="OR"),
                            models.Q(("verified_t__isnull", True), ("verified_t__gte", 0), _connector="OR"),
                        ),
                        name="credit_report_year_not_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_t__isnull", True),
                            ("computed_t__isnull", True),
                            ("verified_t__lte", models.F("computed_t")),
                            _connector="OR",
                        ),
                        name="credit_report_year_no_more_than_computed",
                    ),
                ],
                "verbose_name": "year of a report",
                "verbose_name_plural": "years of reports",
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="when"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("account", "units of the issuance in the project's account"),
                            ("buffer", "buffer"),
                            ("settled", "given by the developer"),
                        ],
                        max_length=8,
                        verbose_name="from",
                    ),
                ),
                ("quantity", models.BigIntegerField(verbose_name="tonnes")),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="credit_projects.correction",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returned", to="ledger.transfer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="credit_return_of_something")
                ],
                "verbose_name": "return of units",
                "verbose_name_plural": "returns of units",
            },
        ),
        migrations.CreateModel(
            name="Accreditation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        db_index=True,
                        default="proposed",
                        editable=False,
                        max_length=24,
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), size=None, verbose_name="scopes"
                    ),
                ),
                (
                    "methodologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None, verbose_name="methodologies"
                    ),
                ),
                (
                    "sectors",
                    models.CharField(blank=True, max_length=200, verbose_name="sectors, as its certificate says"),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accreditations",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "accreditation",
                "verbose_name_plural": "accreditations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid__isempty", False), ("valid__lower_inf", False), ("valid__upper_inf", False)
                        ),
                        name="credit_accreditation_bounded",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="issuance",
            index=models.Index(fields=["project", "vintage"], name="credit_issuances_of"),
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.UniqueConstraint(fields=("report", "vintage"), name="credit_issuance_once"),
        ),
        watched("credit_projects_accreditation"),
        watched("credit_projects_project"),
        watched("credit_projects_report"),
        *(migrations.RunSQL(done, undone) for done, undone in guards.EVERY),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
