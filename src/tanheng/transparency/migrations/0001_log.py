"""The outbox of the log, its leaves, inner nodes and heads. The last three can be added to and never changed."""

from __future__ import annotations

import django.db.models.functions.datetime
from django.db import migrations, models

# An app puts its rows into the outbox with one trigger a table:
#   CREATE TRIGGER <table>_to_log AFTER INSERT ON <table> REFERENCING NEW TABLE AS added
#   FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('<kind>');
# The table's key must be called id, its rows must be append-only.
ENQUEUE = """
CREATE FUNCTION transparency_enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO transparency_pending (kind, ref) SELECT TG_ARGV[0]::smallint, id FROM added ORDER BY id;
    RETURN NULL;
END
$$;
"""
APPEND_ONLY = """
CREATE FUNCTION transparency_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is only added to: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
TABLES = ("transparency_leaf", "transparency_node", "transparency_head")


def _guard(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION transparency_append_only();"
    )


class Migration(migrations.Migration):
    """From nothing."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SmallIntegerField()),
                ("ref", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("leaf_index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.SmallIntegerField()),
                ("ref", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "ref"), name="transparency_leaf_once"),
                    models.CheckConstraint(
                        condition=models.Q(("leaf_index__gte", 0)), name="transparency_leaf_from_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "node_index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("node_index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("signed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("note", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="transparency_head_size")
                ],
            },
        ),
        migrations.RunSQL(ENQUEUE, "DROP FUNCTION transparency_enqueue();"),
        # With its triggers, so that this migration can be taken back.
        migrations.RunSQL(
            APPEND_ONLY + "".join(map(_guard, TABLES)),
            "DROP FUNCTION transparency_append_only() CASCADE;",
        ),
    ]
