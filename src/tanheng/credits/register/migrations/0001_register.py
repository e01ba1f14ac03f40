"""Certificates, holders who want to be named, neutrality and offset uses; what the database refuses of them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import tanheng.database.functions
from tanheng.cases.guards import watched
from tanheng.credits.register import guards, leaves


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
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="issued"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("retirement", "voluntary retirement"),
                            ("neutrality", "carbon neutrality"),
                            ("offset", "offset of emissions"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("holder", models.CharField(max_length=200, verbose_name="holder")),
                ("transfer", models.BigIntegerField(unique=True, verbose_name="transfer")),
                ("quantity", models.BigIntegerField(verbose_name="quantity")),
                ("beneficiary", models.CharField(max_length=200, verbose_name="beneficiary")),
                ("purpose", models.CharField(max_length=500, verbose_name="purpose")),
                ("named", models.BooleanField(default=True, verbose_name="beneficiary and purpose are public")),
                ("about_kind", models.CharField(blank=True, db_default="", max_length=32, verbose_name="kind of case")),
                ("about", models.BigIntegerField(blank=True, null=True, verbose_name="case")),
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
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.asset"),
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
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="people.organisation",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "id"], name="credit_certificates_of"),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("beneficiary"), "text_pattern_ops"
                        ),
                        name="credit_certificate_beneficiary",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["retirement", "neutrality", "offset"])),
                        name="credit_certificate_kind",
                    ),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="credit_certificate_quantity"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("beneficiary", ""), _negated=True), models.Q(("purpose", ""), _negated=True)
                        ),
                        name="credit_certificate_says_for_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("second_by__isnull", True), ("approval__isnull", False), _connector="OR"),
                        name="credit_certificate_by_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("about__isnull", False)),
                        fields=("about_kind", "about"),
                        name="credit_certificate_of_case",
                    ),
                ],
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
            },
        ),
        migrations.CreateModel(
            name="CertificateLot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serials", django.contrib.postgres.fields.ranges.BigIntegerRangeField(verbose_name="serial numbers")),
                ("vintage", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="vintage")),
                ("label", models.CharField(blank=True, max_length=200, verbose_name="issued for")),
                (
                    "asset",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.asset"
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="credit_register.certificate",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["label", "certificate"], name="credit_lots_of_project")],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("asset", "="), ("serials", "&&")], name="credit_lot_certified_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("serials__isempty", False), ("serials__lower_inf", False), ("serials__upper_inf", False)
                        ),
                        name="credit_lot_bounded",
                    ),
                ],
                "verbose_name": "lot of a certificate",
                "verbose_name_plural": "lots of certificates",
            },
        ),
        migrations.CreateModel(
            name="Neutrality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(db_index=True, default="draft", editable=False, max_length=24),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="what is neutral")),
                ("begins", models.DateField(verbose_name="from")),
                ("ends", models.DateField(verbose_name="to")),
                ("evidence", models.TextField(blank=True, verbose_name="evidence")),
                ("workings", models.JSONField(blank=True, default=list, verbose_name="how it was worked out")),
                (
                    "total_t",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="emissions"
                    ),
                ),
                ("needed", models.BigIntegerField(blank=True, null=True, verbose_name="units needed")),
                ("reservation", models.BigIntegerField(blank=True, null=True, verbose_name="reservation")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="neutrality",
                        to="credit_register.certificate",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="neutralities",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "id"], name="credit_neutralities_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begins__lte", models.F("ends"))), name="credit_neutrality_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "withdrawn"]),
                            models.Q(("needed__gt", 0), ("total_t__isnull", False)),
                            _connector="OR",
                        ),
                        name="credit_neutrality_worked_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["applied", "approved", "certified"]), _negated=True),
                            models.Q(
                                ("account__isnull", False), ("asset__isnull", False), ("reservation__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="credit_neutrality_set_aside",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("certificate__isnull", False), ("state", "certified")),
                            models.Q(models.Q(("state", "certified"), _negated=True), ("certificate__isnull", True)),
                            _connector="OR",
                        ),
                        name="credit_neutrality_certified",
                    ),
                ],
                "verbose_name": "carbon neutrality",
                "verbose_name_plural": "carbon neutralities",
            },
        ),
        migrations.CreateModel(
            name="OffsetUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(db_index=True, default="draft", editable=False, max_length=24),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="compliance year")),
                ("quantity", models.BigIntegerField(blank=True, null=True, verbose_name="units")),
                ("reservation", models.BigIntegerField(blank=True, null=True, verbose_name="reservation")),
                (
                    "emissions_t",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="verified emissions"
                    ),
                ),
                (
                    "allowances_t",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="allowances held"
                    ),
                ),
                (
                    "share",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="share of the shortfall"
                    ),
                ),
                ("share_from", models.CharField(blank=True, max_length=300, verbose_name="where the share comes from")),
                ("limit", models.BigIntegerField(blank=True, null=True, verbose_name="units at most")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.asset",
                    ),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offset_use",
                        to="credit_register.certificate",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offset_uses",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "id"], name="credit_offsets_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("applied", "checked", "accepted"))),
                        fields=("organisation", "year"),
                        name="credit_offset_once_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("applied", "checked", "accepted")), _negated=True),
                            models.Q(
                                ("account__isnull", False),
                                ("asset__isnull", False),
                                ("quantity__gt", 0),
                                ("reservation__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="credit_offset_set_aside",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["checked", "accepted"]), _negated=True),
                            models.Q(
                                ("limit__isnull", False), ("quantity__lte", models.F("limit")), ("share__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="credit_offset_within_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("certificate__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("certificate__isnull", True)),
                            _connector="OR",
                        ),
                        name="credit_offset_certified",
                    ),
                ],
                "verbose_name": "offset use",
                "verbose_name_plural": "offset uses",
            },
        ),
        migrations.CreateModel(
            name="ShownHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(db_default=tanheng.database.functions.ClockTimestamp(), verbose_name="since"),
                ),
                ("shown", models.BooleanField(verbose_name="named")),
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
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-id"], name="credit_shown_holder_now")],
                "verbose_name": "holder named in the register",
                "verbose_name_plural": "holders named in the register",
            },
        ),
        migrations.RunSQL(guards.APPEND_ONLY, guards.APPEND_ONLY_UNDONE),
        migrations.RunSQL(guards.FITS, guards.FITS_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
        watched("credit_register_neutrality"),
        watched("credit_register_offsetuse"),
    ]
