"""The functions that certify and that retire: transfer, certificate, lots and audit line in one statement."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql" / "1_retirement.sql"
UNDONE = """
DROP FUNCTION credit_retire(
    text, bigint, boolean, bigint, bigint, text, text, text, text, bigint, int8multirange, text, text, boolean);
DROP FUNCTION credit_certify(
    bigint[], text[], text[], boolean[], text[], bigint[], text, bigint, text, bigint, bigint, bigint);
"""


class Migration(migrations.Migration):
    """One file."""

    dependencies = [
        ("credit_register", "0001_register"),
        ("ledger", "0004_an_issuance_is_one_statement"),
    ]

    operations = [migrations.RunSQL([SQL.read_text(encoding="utf-8")], UNDONE)]
