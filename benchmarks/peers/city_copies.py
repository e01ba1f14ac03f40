"""A city of any size: the example city's made-up layer, copied under other names of facilities."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

NAMED = ("facility_id", "organisation_id")


def write_copies(base: Path, folder: Path, copies: int) -> int:
    """Write a city folder in which every made-up facility of ``base`` stands ``copies`` times; the rows of activity.

    Tables without a facility stand once.
    """
    shutil.copytree(base, folder, ignore=shutil.ignore_patterns("demonstration"))
    (folder / "demonstration").mkdir()
    rows = 0
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET memory_limit = '4GB'")
        for source in sorted((base / "demonstration").glob("*.parquet")):
            columns = connection.read_parquet(str(source)).columns
            named = [f"{name} || '-' || copy AS {name}" for name in columns if name in NAMED]
            select = f"SELECT * FROM '{source}'"
            if named:
                replaced = ", ".join(named)
                select = f"SELECT * EXCLUDE (copy) REPLACE ({replaced}) FROM '{source}', range({copies}) AS each(copy)"
            target = folder / "demonstration" / source.name
            connection.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet)")
            if "month" in columns:
                rows += len(connection.sql(f"FROM '{target}'"))
    return rows
