"""The persons and households, written as Parquet by DuckDB: the same rows each time."""

from __future__ import annotations

from pathlib import Path

import duckdb

YEAR = 2024
PER_HOUSEHOLD = 2.5


def write(folder: Path, persons: int) -> None:
    """A city folder with ``persons`` rows of persons; every household has one, as openfisca wants it."""
    households = int(persons / PER_HOUSEHOLD)
    folder.mkdir(parents=True)
    (folder / "city.yaml").write_text(
        'name: {en: Made-up town, zh: 虚构市}\ncity_id: "000000"\nrulebook: benefits\n'
        f"years: [{YEAR}, {YEAR}]\nlayers:\n  - folder: tables\n",
        encoding="utf-8",
    )
    (folder / "tables").mkdir()
    with duckdb.connect() as connection:
        chance = "CAST(hash(n, {salt}) % {sides} AS BIGINT)"
        connection.execute(f"""
            COPY (SELECT format('P{{:08d}}', n) AS person_id, CAST({YEAR} AS BIGINT) AS year,
                format('H{{:08d}}', CASE WHEN n < {households} THEN n
                    ELSE {chance.format(salt=1, sides=households)} END) AS household_id,
                DATE '1930-01-01' + CAST({chance.format(salt=2, sides=34_000)} AS INTEGER) AS birth,
                ['office', 'workshop', 'field', 'none'][1 + {chance.format(salt=3, sides=4)}] AS occupation,
                {chance.format(salt=4, sides=25)} = 0 AS disabled,
                CAST({chance.format(salt=5, sides=400_000)} AS DOUBLE) AS salary_cny,
                CAST({chance.format(salt=6, sides=400_000)} AS DOUBLE) AS salary_last_year_cny,
                CAST({chance.format(salt=7, sides=400_000)} AS DOUBLE) AS salary_year_before_cny
            FROM range({persons}) AS t(n)) TO '{folder / "tables" / "persons.parquet"}' (FORMAT parquet)""")
        connection.execute(f"""
            COPY (SELECT format('H{{:08d}}', n) AS household_id, CAST({YEAR} AS BIGINT) AS year,
                ['owner', 'tenant', 'lodger'][1 + {chance.format(salt=8, sides=3)}] AS tenure,
                CAST(20 + {chance.format(salt=9, sides=180)} AS DOUBLE) AS floor_area_m2
            FROM range({households}) AS t(n)) TO '{folder / "tables" / "households.parquet"}' (FORMAT parquet)""")
