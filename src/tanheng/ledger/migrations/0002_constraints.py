"""What must hold in them, and how they are found."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("ledger", "0001_ledger")]

    operations = [
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "blocked", "closed"])), name="ledger_account_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issues__isnull", False), ("type", "issuance")),
                    models.Q(models.Q(("type", "issuance"), _negated=True), ("issues__isnull", True)),
                    _connector="OR",
                ),
                name="ledger_account_of_issuance",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "open"), models.Q(("status_reason", ""), _negated=True), _connector="OR"),
                name="ledger_account_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="balance",
            constraint=models.CheckConstraint(condition=models.Q(("reserved__gte", 0)), name="ledger_balance_reserved"),
        ),
        migrations.AddConstraint(
            model_name="balance",
            constraint=models.CheckConstraint(
                condition=models.Q(("issuing", True), ("posted__gte", models.F("reserved")), _connector="OR"),
                name="ledger_balance_not_below_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(fields=("asset", "vintage", "label"), name="ledger_batch_once"),
        ),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(fields=["account", "asset", "arrived"], name="ledger_block_first_in"),
        ),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(
                condition=models.Q(("reserved_by__isnull", False)), fields=["reserved_by"], name="ledger_block_reserved"
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("asset", "="), ("serials", "&&")], name="ledger_block_no_serial_twice"
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("serials__isempty", False), ("serials__lower_inf", False), ("serials__upper_inf", False)
                ),
                name="ledger_block_bounded",
            ),
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(
                condition=models.Q(("explained_at__isnull", True)), fields=["account"], name="ledger_difference_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(("account__isnull", True), ("account_type__isnull", True), _connector="OR"),
                name="ledger_limit_one_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="ledger_limit_quantity"),
        ),
        migrations.AddIndex(
            model_name="queued",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["id"], name="ledger_queue_waiting"),
        ),
        migrations.AddConstraint(
            model_name="queued",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "done", "refused", "withdrawn"])),
                name="ledger_queue_state",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)), fields=["expires_at"], name="ledger_reservation_due"
            ),
        ),
        migrations.AddIndex(
            model_name="setting",
            index=models.Index(fields=["name", "-since", "-id"], name="ledger_setting_latest"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [1, 2, 3, 4, 5])), name="ledger_transfer_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="ledger_transfer_quantity"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_account_id", models.F("to_account_id")), _negated=True),
                name="ledger_transfer_between_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", [1, 2]), ("pending_id__isnull", True)),
                    models.Q(("kind__in", [3, 4, 5]), ("pending_id__isnull", False)),
                    _connector="OR",
                ),
                name="ledger_transfer_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", 2), ("expires_at__isnull", True), _connector="OR"),
                name="ledger_transfer_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pending_id__isnull", False)),
                fields=("pending_id",),
                name="ledger_reservation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", 0), _negated=True), name="ledger_posting_moves"
            ),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["asset", "serials"], name="ledger_movement_of_serial"
            ),
        ),
        migrations.AddConstraint(
            model_name="trustedaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("account", "trusted"),
                name="ledger_trusted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="typerule",
            constraint=models.UniqueConstraint(fields=("type", "kind"), name="ledger_type_rule_once"),
        ),
    ]
