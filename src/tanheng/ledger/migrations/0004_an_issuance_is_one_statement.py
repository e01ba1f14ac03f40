"""The function that issues: account, batch and transfer in one statement."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql" / "6_issuance.sql"
UNDONE = """
DROP FUNCTION ledger_issue(
    bigint, boolean, text, text, text, text, text, bigint, int8multirange, int, text, text);
DROP FUNCTION ledger_acts_for(text, bigint, bigint);
"""


class Migration(migrations.Migration):
    """One file."""

    dependencies = [("ledger", "0003_the_database_keeps_the_books")]

    operations = [migrations.RunSQL([SQL.read_text(encoding="utf-8")], UNDONE)]
