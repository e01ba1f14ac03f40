"""Claims, overlaps that were found, what other registries list; what the database refuses of them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import tanheng.database.functions
from tanheng.cases.guards import watched
from tanheng.credits.overlaps import guards, leaves


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("credit_cases", "0001_cases"),
        ("people", "0004_expert"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="ImportedTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="taken in"
                    ),
                ),
                (
                    "registry",
                    models.CharField(
                        choices=[
                            ("verra", "Verra (VCS)"),
                            ("gold_standard", "Gold Standard"),
                            ("acr", "American Carbon Registry"),
                            ("car", "Climate Action Reserve"),
                            ("cdm", "Clean Development Mechanism"),
                        ],
                        max_length=16,
                        verbose_name="registry",
                    ),
                ),
                ("table", models.CharField(max_length=16, verbose_name="table")),
                ("file", models.CharField(max_length=200, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("taken", models.PositiveIntegerField(verbose_name="rows that were kept")),
                ("findings_count", models.PositiveIntegerField(verbose_name="what does not add up")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                (
                    "taken_by",
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
                "constraints": [
                    models.UniqueConstraint(fields=("registry", "table", "sha256"), name="credit_imported_once"),
                    models.CheckConstraint(
                        condition=models.Q(("registry__in", ["verra", "gold_standard", "acr", "car", "cdm"])),
                        name="credit_imported_registry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("table__in", ("projects", "issuances", "retirements"))),
                        name="credit_imported_table",
                    ),
                ],
                "verbose_name": "table of another registry",
                "verbose_name_plural": "tables of other registries",
            },
        ),
        migrations.CreateModel(
            name="ForeignRetirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("registry", models.CharField(max_length=16, verbose_name="registry")),
                ("project", models.CharField(max_length=40, verbose_name="number of the project")),
                ("on", models.DateField(blank=True, null=True, verbose_name="on")),
                ("vintage", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="vintage")),
                ("first", models.DateField(blank=True, null=True, verbose_name="vintage from")),
                ("last", models.DateField(blank=True, null=True, verbose_name="vintage until")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=20, null=True, verbose_name="quantity (tCO2e)"
                    ),
                ),
                ("serials", models.CharField(blank=True, max_length=300, verbose_name="serial numbers")),
                ("beneficiary", models.CharField(blank=True, max_length=500, verbose_name="beneficiary")),
                ("purpose", models.CharField(blank=True, max_length=500, verbose_name="purpose")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retirements",
                        to="credit_overlaps.importedtable",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["registry", "project"], name="credit_foreign_retired")],
                "verbose_name": "retirement of another registry",
                "verbose_name_plural": "retirements of other registries",
            },
        ),
        migrations.CreateModel(
            name="ForeignProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("registry", models.CharField(max_length=16, verbose_name="registry")),
                ("number", models.CharField(max_length=40, verbose_name="number there")),
                ("name", models.CharField(max_length=500, verbose_name="name")),
                ("folded", models.CharField(max_length=500, verbose_name="name as it is compared")),
                ("proponent", models.CharField(blank=True, max_length=500, verbose_name="proponent")),
                ("kind", models.CharField(blank=True, max_length=200, verbose_name="kind")),
                ("methodology", models.CharField(blank=True, max_length=500, verbose_name="methodology")),
                ("country", models.CharField(blank=True, max_length=100, verbose_name="country")),
                ("here", models.BooleanField(verbose_name="may be here")),
                ("where", models.CharField(blank=True, max_length=500, verbose_name="where")),
                ("status", models.CharField(blank=True, max_length=100, verbose_name="status")),
                ("first", models.DateField(blank=True, null=True, verbose_name="crediting from")),
                ("last", models.DateField(blank=True, null=True, verbose_name="crediting until")),
                ("registered", models.DateField(blank=True, null=True, verbose_name="registered")),
                (
                    "yearly",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=20,
                        null=True,
                        verbose_name="estimated reduction a year (tCO2e)",
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="digest of the row")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="credit_overlaps.importedtable",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["registry", "number"], name="credit_foreign_number"),
                    models.Index(condition=models.Q(("here", True)), fields=["source"], name="credit_foreign_here"),
                ],
                "constraints": [models.UniqueConstraint(fields=("source", "number"), name="credit_foreign_once")],
                "verbose_name": "project of another registry",
                "verbose_name_plural": "projects of other registries",
            },
        ),
        migrations.CreateModel(
            name="ForeignIssuance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("registry", models.CharField(max_length=16, verbose_name="registry")),
                ("project", models.CharField(max_length=40, verbose_name="number of the project")),
                ("on", models.DateField(blank=True, null=True, verbose_name="on")),
                ("vintage", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="vintage")),
                ("first", models.DateField(blank=True, null=True, verbose_name="vintage from")),
                ("last", models.DateField(blank=True, null=True, verbose_name="vintage until")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=20, null=True, verbose_name="quantity (tCO2e)"
                    ),
                ),
                ("serials", models.CharField(blank=True, max_length=300, verbose_name="serial numbers")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuances",
                        to="credit_overlaps.importedtable",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["registry", "project"], name="credit_foreign_issued")],
                "verbose_name": "issuance of another registry",
                "verbose_name_plural": "issuances of other registries",
            },
        ),
        migrations.CreateModel(
            name="ImportFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("code", models.CharField(max_length=32, verbose_name="code")),
                ("column", models.CharField(blank=True, max_length=100, verbose_name="column")),
                ("value", models.CharField(blank=True, max_length=300, verbose_name="value")),
                ("said_en", models.TextField(verbose_name="what does not add up, in English")),
                ("said_zh", models.TextField(verbose_name="what does not add up, in Chinese")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="credit_overlaps.importedtable",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source", "line"], name="credit_findings_of_file")],
                "verbose_name": "row that does not add up",
                "verbose_name_plural": "rows that do not add up",
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
                (
                    "holder_kind",
                    models.CharField(
                        choices=[("project", "project"), ("application", "application"), ("person", "person")],
                        max_length=12,
                        verbose_name="kind of holder",
                    ),
                ),
                ("holder_key", models.CharField(max_length=64, verbose_name="holder")),
                ("holder_name", models.CharField(max_length=200, verbose_name="name of the holder")),
                (
                    "stage",
                    models.CharField(
                        choices=[("registration", "at registration"), ("issuance", "at issuance")],
                        max_length=12,
                        verbose_name="made",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("device", "device or meter"),
                            ("place", "place"),
                            ("beneficiary", "beneficiary"),
                            ("registration", "number in another registry"),
                        ],
                        max_length=12,
                        verbose_name="what is claimed",
                    ),
                ),
                ("told", models.CharField(max_length=200, verbose_name="as it was told")),
                ("key", models.CharField(max_length=264, verbose_name="key")),
                ("loose", models.CharField(max_length=264, verbose_name="key without punctuation")),
                ("activity", models.CharField(blank=True, max_length=64, verbose_name="activity")),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True, verbose_name="quantity"
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=16, verbose_name="unit")),
                ("place", models.JSONField(blank=True, null=True, verbose_name="geometry")),
                ("west", models.FloatField(blank=True, editable=False, null=True)),
                ("south", models.FloatField(blank=True, editable=False, null=True)),
                ("east", models.FloatField(blank=True, editable=False, null=True)),
                ("north", models.FloatField(blank=True, editable=False, null=True)),
                (
                    "apart",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="finding that says it is another"),
                ),
                (
                    "salt",
                    models.UUIDField(
                        db_default=tanheng.database.functions.RandomSalt(),
                        editable=False,
                        verbose_name="salt of its leaf",
                    ),
                ),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released")),
                ("released_why", models.CharField(blank=True, max_length=2000, verbose_name="why it was released")),
                (
                    "claimed_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "indexes": [
                    models.Index(fields=["holder_kind", "holder_key"], name="credit_claims_of_holder"),
                    models.Index(fields=["scope", "loose"], name="credit_claims_of_thing"),
                    models.Index(
                        condition=models.Q(("west__isnull", False)),
                        fields=["west", "east"],
                        name="credit_claims_of_place",
                    ),
                    django.contrib.postgres.indexes.GistIndex(fields=["during"], name="credit_claims_during"),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("released_at__isnull", True), models.Q(("scope", "place"), _negated=True)),
                        expressions=[
                            ("scope", "="),
                            ("key", "="),
                            ("apart", "="),
                            ("during", "&&"),
                            (
                                django.db.models.functions.text.Concat("holder_kind", models.Value(":"), "holder_key"),
                                "<>",
                            ),
                        ],
                        name="credit_claim_of_one_holder",
                        violation_error_message="Somebody else claims it on some of these days.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("released_at__isnull", True)),
                        expressions=[
                            ("scope", "="),
                            ("key", "="),
                            ("stage", "="),
                            ("holder_kind", "="),
                            ("holder_key", "="),
                            ("during", "&&"),
                        ],
                        name="credit_claim_once_a_stage",
                        violation_error_message="It is claimed already for some of these days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False), ("during__lower_inf", False), ("during__upper_inf", False)
                        ),
                        name="credit_claim_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["device", "place", "beneficiary", "registration"])),
                        name="credit_claim_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["registration", "issuance"])), name="credit_claim_stage"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder_kind__in", ["project", "application", "person"])),
                        name="credit_claim_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__isnull", True), ("quantity__gte", 0), _connector="OR"),
                        name="credit_claim_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_why", "")),
                            models.Q(("released_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_claim_release",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place__isnull", True), ("west__isnull", True)),
                            models.Q(
                                ("east__isnull", False),
                                ("place__isnull", False),
                                ("south__isnull", False),
                                ("west__isnull", False),
                                ("north__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="credit_claim_box",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FoundOverlap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="found"),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="what makes it the same finding")),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days that were looked at"),
                ),
                ("holder_kind", models.CharField(max_length=12, verbose_name="kind of holder")),
                ("holder_key", models.CharField(max_length=64, verbose_name="holder")),
                ("holder_name", models.CharField(max_length=200, verbose_name="name of the holder")),
                ("scope", models.CharField(max_length=12, verbose_name="what is claimed")),
                ("key", models.CharField(max_length=264, verbose_name="key")),
                ("other_kind", models.CharField(max_length=12, verbose_name="kind of the other")),
                ("other_key", models.CharField(max_length=100, verbose_name="the other")),
                ("other_name", models.CharField(max_length=300, verbose_name="name of the other")),
                ("found_in", models.CharField(max_length=100, verbose_name="found in")),
                ("score", models.DecimalField(decimal_places=3, max_digits=4, verbose_name="likeness")),
                ("evidence", models.JSONField(verbose_name="evidence")),
                (
                    "state",
                    models.CharField(db_index=True, default="found", editable=False, max_length=24),
                ),
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
                "verbose_name": "found overlap",
                "verbose_name_plural": "found overlaps",
                "indexes": [
                    models.Index(fields=["holder_kind", "holder_key"], name="credit_overlaps_of_holder"),
                    models.Index(fields=["other_kind", "other_key"], name="credit_overlaps_of_other"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("fingerprint", "during"), name="credit_overlap_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 1)), name="credit_overlap_score"
                    ),
                ],
            },
        ),
        migrations.RunSQL(guards.ONCE, guards.ONCE_UNDONE),
        migrations.RunSQL(guards.STAYS, guards.STAYS_UNDONE),
        migrations.RunSQL(guards.FINDING_STAYS, guards.FINDING_STAYS_UNDONE),
        migrations.RunSQL(guards.IMPORT_STAYS, guards.IMPORT_STAYS_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
        watched("credit_overlaps_foundoverlap"),
    ]
