"""Monitoring data of projects, as a methodology of projects asks for them: one row for a project and a year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from tanheng.measures.credits.methodology import Methodology
from tanheng.policy.entry_reading import near
from tanheng.problems import InputRejected, Problem, reject
from tanheng.warehouse.cells import SQL_TYPES, quote, text

_MOST_FAULTS = 20


def read_projects(methodology: Methodology, place: Path) -> list[dict[str, Any]]:
    """The rows under ``place``: a file, or a folder with ``project_years.csv`` or ``project_years.parquet``.

    Raises
    ------
    InputRejected
        ``monitoring.E001`` nothing there, ``E002`` a column that is lacking or unknown, ``E003`` a cell that cannot be
        read, ``E004`` a project and year that stand twice, ``E005`` a file that is no table.
    """
    table = methodology.entity.table
    file = place
    if place.is_dir():
        found = [place / f"{table.name}.{kind}" for kind in ("parquet", "csv")]
        file = next((each for each in found if each.is_file()), found[-1])
    if not file.is_file():
        raise reject("monitoring.E001", file, "is not there", hint=f"{methodology.name} reads {table.name}.csv")
    reader = "read_parquet({})" if file.suffix == ".parquet" else "read_csv({}, all_varchar = true, header = true)"
    with duckdb.connect() as connection:
        try:
            source = connection.sql(f"SELECT * FROM {reader.format(text(str(file)))}")
        except duckdb.Error as error:
            said = f"cannot be read as a table: {str(error).splitlines()[0]}"
            raise reject("monitoring.E005", file.name, said) from error
        problems = list(_wrong_columns(methodology, file.name, source.columns))
        if problems:
            raise InputRejected(problems)
        columns = [column for column in table.all_columns if column.name in source.columns]
        typed = [f"TRY_CAST({quote(c.name)} AS {SQL_TYPES[c.kind]}) AS {quote(c.name)}" for c in columns]
        written = [f"CAST({quote(c.name)} AS VARCHAR) AS {quote(f'{c.name}#')}" for c in columns]
        cursor = connection.execute(f"SELECT {', '.join((*typed, *written))} FROM source")
        names = [item[0] for item in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        for column in columns:
            said, value = row[f"{column.name}#"], row[column.name]
            is_low = column.least is not None and value is not None and value < column.least
            if (said not in (None, "") and value is None) or is_low or (value is None and column.required):
                expected = f"a {column.kind}" + (f" of {column.least:g} or more" if column.least is not None else "")
                problems.append(
                    Problem("monitoring.E003", file.name, number, column.name, said or "empty", expected=expected)
                )
        key = tuple(row[name] for name in table.key)
        if key in seen:
            said = f"{', '.join(map(str, key))} stands on line {seen[key]} already"
            problems.append(Problem("monitoring.E004", file.name, number, message=said))
        seen.setdefault(key, number)
    if problems:
        raise InputRejected(problems[:_MOST_FAULTS])
    return [{column.name: row[column.name] for column in columns} for row in rows]


def _wrong_columns(methodology: Methodology, file: str, columns: list[str]) -> list[Problem]:
    table = methodology.entity.table
    known = [column.name for column in table.all_columns]
    unknown = [name for name in columns if name not in known]
    lacking = [column.name for column in table.columns if column.required and column.name not in columns]
    return [
        *(Problem("monitoring.E002", file, 1, name, message="is unknown", hint=near(name, known)) for name in unknown),
        *(Problem("monitoring.E002", file, 1, name, message="is not there") for name in lacking),
    ]
