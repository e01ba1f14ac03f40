"""What the database itself refuses of cases: a state that no step leads to, a passage changed."""

from __future__ import annotations

from typing import Any

from django.db import connections, migrations, transaction

from tanheng.cases.steps import CASES, arrows

APPEND_ONLY = """
CREATE TRIGGER credit_passage_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_cases_passage
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
APPEND_ONLY_UNDONE = "DROP TRIGGER credit_passage_stays ON credit_cases_passage;"

# A first state is a change from nothing.
CHANGES = """
CREATE FUNCTION credit_change_of_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.state END;
BEGIN
    IF before <> NEW.state AND NOT EXISTS (
        SELECT 1 FROM credit_cases_allowedchange a
        WHERE a.kind = TG_TABLE_NAME AND a.source = before AND a.target = NEW.state)
    THEN
        RAISE EXCEPTION '% %: no step leads from "%" to "%"', TG_TABLE_NAME, NEW.id, before, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
CHANGES_UNDONE = "DROP FUNCTION credit_change_of_state();"


def watched(table: str) -> migrations.RunSQL:
    """For the migration that makes a table of cases: the database watches the states in it."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_state BEFORE INSERT OR UPDATE OF state ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION credit_change_of_state();",
        f"DROP TRIGGER {table}_state ON {table};",
    )


def put_in_place(using: str = "default", **rest: Any) -> None:
    """Make the database's table say what the steps say; after each migration, and after a test emptied it."""
    rows = {(model._meta.db_table, "", model.INITIAL) for model in CASES.values()}
    rows |= {(m._meta.db_table, source, target) for m in CASES.values() for source, target, _step in arrows(m)}
    # Whoever takes a step meanwhile sees the table before or after, never empty.
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('credit_cases_allowedchange')")
        if cursor.fetchone() == (None,):
            return
        cursor.execute("DELETE FROM credit_cases_allowedchange")
        cursor.executemany(
            "INSERT INTO credit_cases_allowedchange (kind, source, target) VALUES (%s, %s, %s)", sorted(rows)
        )
