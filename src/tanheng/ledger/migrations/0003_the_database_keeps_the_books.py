"""The guards and the functions of the ledger, from the SQL files of this state."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

# Part of this migration: once released they stay as they are, and a change is one file and one migration more.
SQL = Path(__file__).parents[1] / "sql"
FILES = ("1_guards", "2_consequences", "3_safeguards", "4_transfer", "5_batch")


def _text(name: str) -> str:
    # RunSQL sends text without parameters as it is: no percent sign is doubled.
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """One file after the other."""

    dependencies = [("ledger", "0002_constraints"), ("people", "0001_people"), ("transparency", "0001_log")]

    operations = [migrations.RunSQL([_text(name)]) for name in FILES]
