"""Intake: a file becomes a checked relation in DuckDB, or a list of what is wrong with it.

Reading is one pass over the file. Text is turned into values and kept as a table, with a flag for rows that
break the schema; Parquet is checked where it lies. Only when a flag is set is the file read once more,
for the messages. There is no Python object for a row, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import duckdb

from tanheng.problems import InputRejected, Problem
from tanheng.warehouse import csv_bytes, csv_files, excel_files, parquet_files
from tanheng.warehouse.cells import Cell, absent, quote, read_native, read_text
from tanheng.warehouse.checks import Categories, Check, row_checks
from tanheng.warehouse.files import Reading, TableFile, sha256_of
from tanheng.warehouse.queries import first_row, is_out_of_room, keep
from tanheng.warehouse.schema import Table

SHOWN_FAULTS = 20


def read_table_file(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    file: TableFile,
    number: int,
    *,
    categories: Categories | None,
    scratch: Path,
    faults_most: int = SHOWN_FAULTS,
) -> Reading:
    """Read a file and make the view ``files."TABLE#NUMBER"`` with the declared columns and ``_row``.

    The problems of the reading say every fault; the view is there wherever the file can be read at
    all, so that the checks across tables can still be made.
    """
    reading = Reading(table, file, faults_most=faults_most)
    try:
        _OPENERS[file.format](connection, reading, scratch)
        if reading.is_readable:
            _take(connection, reading, f"{table.name}#{number}", categories)
    except OSError as error:
        reading.refuse(Problem("intake.E008", file.name, message=f"cannot be read: {error.strerror}"))
    except duckdb.Error as error:
        if is_out_of_room(error):
            raise
        csv_files.forget_rejected(connection)
        said = str(error).splitlines()[0]
        reading.refuse(Problem("intake.E008", file.name, message=f"cannot be read: {said}"))
    except InputRejected as error:
        reading.refuse(*error.problems)
    reading.problems = shorten(reading.problems, faults_most)
    return reading


def _open_csv(connection: duckdb.DuckDBPyConnection, reading: Reading, scratch: Path) -> None:
    table, file = reading.table, reading.file
    scanned = csv_bytes.read_bytes(file)
    reading.sha256 = scanned.sha256
    header = scanned.fault or csv_files.read_header(file)
    if isinstance(header, Problem):
        return reading.refuse(header)
    reading.problems += header_problems(table, file, header.names, header.line)
    if len(set(header.names)) < len(header.names):
        return
    path = csv_files.readable_by_duckdb(file, scanned, scratch)
    cells = csv_files.cells_of(path, header, keep_rejects=False)
    reading.relation = f"SELECT *, row_number() OVER () - 1 AS _row FROM ({cells})"
    reading.cells = [
        read_text(c, odd_blanks=scanned.odd_blanks) if c.name in header.names else absent(c) for c in table.all_columns
    ]
    reading.copy = csv_files.cells_of(path, header, keep_rejects=True)

    def finish(rows: int) -> None:
        rejected = csv_files.rejected_rows(connection, file, path, header)
        reading.problems += rejected
        reading.lines = csv_files.lines_of(file, header, scanned, rows, rejected)

    reading.finish = finish


def _open_parquet(connection: duckdb.DuckDBPyConnection, reading: Reading, scratch: Path) -> None:
    table, file = reading.table, reading.file
    reading.sha256 = sha256_of(file.path)
    header = parquet_files.read_schema(connection, file)
    if isinstance(header, Problem):
        return reading.refuse(header)
    reading.problems += header_problems(table, file, header.names, None)
    reading.relation = parquet_files.rows_of(file)
    texts = [c.name for c in table.all_columns if c.kind == "text" and header.types.get(c.name) == "VARCHAR"]
    untidy = parquet_files.untidy_texts(connection, reading.relation, texts)
    cells: list[Cell] = []
    for column in table.all_columns:
        sql_type = header.types.get(column.name)
        if sql_type is None:
            cells.append(absent(column))
            continue
        cell = read_native(column, sql_type, tidy=column.name not in untidy)
        if cell is None:
            message = f"holds {sql_type.lower()}"
            reading.problems.append(
                Problem("intake.E011", file.name, None, column.name, message=message, expected=f"of type {column.kind}")
            )
            cell = absent(column)
        elif column.kind != "text" and sql_type == "VARCHAR":
            reading.copy = reading.relation
        cells.append(cell)
    reading.cells = cells


def _open_excel(connection: duckdb.DuckDBPyConnection, reading: Reading, scratch: Path) -> None:
    table, file = reading.table, reading.file
    reading.sha256 = sha256_of(file.path)
    sheet = excel_files.read_sheet(file)
    if isinstance(sheet, Problem):
        return reading.refuse(sheet)
    reading.problems += header_problems(table, file, sheet.names, sheet.line)
    reading.problems += sheet.problems
    if len(set(sheet.names)) < len(sheet.names):
        return
    raw = f"files.{quote(f'{file.name}#cells')}"
    keep(connection, raw, sheet.cells)
    reading.relation = f"SELECT *, rowid AS _row FROM {raw}"
    reading.cells = [read_text(c, odd_blanks=False) if c.name in sheet.names else absent(c) for c in table.all_columns]
    reading.copy = f"SELECT * FROM {raw}"
    reading.lines = sheet.lines


_OPENERS = {".csv": _open_csv, ".parquet": _open_parquet, ".xlsx": _open_excel}


def header_problems(table: Table, file: TableFile, names: Sequence[str], line: int | None) -> list[Problem]:
    """Columns that are missing, unknown, without a name, or there twice."""
    problems = []
    known = [column.name for column in table.all_columns]
    unknown = [name for name in names if name not in known]
    for index, name in enumerate(names):
        if not name:
            message = f"column {index + 1} has no name"
            hint = "Take the column out, or the comma at the end of the header"
            problems.append(Problem("intake.E006", file.name, line, message=message, hint=hint))
        elif name in names[:index]:
            if names[:index].count(name) == 1:
                problems.append(Problem("intake.E006", file.name, line, name, message="stands twice in the header"))
        elif name not in known:
            missing = [column for column in known if column not in names]
            guess = _nearest(table, name, missing) or _nearest(table, name, known)
            hint = f"Did you mean {guess}?" if guess else f"Columns are {', '.join(known)}"
            problems.append(
                Problem("intake.E005", file.name, line, name, message="is no column of this table", hint=hint)
            )
    for column in table.columns:
        if column.name not in names and column.required and column.default is None:
            guesses = [name for name in unknown if _nearest(table, name, [column.name])]
            hint = f"Is it the column {guesses[0]}?" if guesses else f"It is: {column.meaning.en}"
            problems.append(
                Problem("intake.E004", file.name, line, column.name, message="this column is missing", hint=hint)
            )
    return problems


def _nearest(table: Table, name: str, candidates: Sequence[str]) -> str | None:
    """The column that a header may mean: by its name or by its Chinese or English meaning."""
    for candidate in candidates:
        if name.strip() in (table[candidate].meaning.zh, table[candidate].meaning.en):
            return candidate
    folded = {candidate.lower().replace("_", ""): candidate for candidate in candidates}
    found = get_close_matches(name.lower().replace("_", "").replace(" ", ""), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _take(connection: duckdb.DuckDBPyConnection, reading: Reading, name: str, categories: Categories | None) -> None:
    """Make the view of a file, count its rows, and describe the rows that break the schema."""
    checks = row_checks(reading.table, reading.cells, categories)
    faulty = " OR ".join(f"({check.condition})" for check in checks) or "false"
    view, kept = f"files.{quote(name)}", f"files.{quote(f'{name}#values')}"
    if reading.copy is not None:
        present = [cell for cell in reading.cells if cell.is_present]
        values = ", ".join(f"{cell.filled} AS {quote(cell.column.name)}" for cell in present)
        connection.execute(f"CREATE TABLE {kept} AS SELECT {values}, {faulty} AS _faulty FROM ({reading.copy})")
        filled = ", ".join(_stored(cell) for cell in reading.cells)
        connection.execute(f"CREATE VIEW {view} AS SELECT {filled}, rowid AS _row FROM {kept}")
        counted = f"SELECT count(*), count_if(_faulty) FROM {kept}"
    else:
        filled = ", ".join(f"{cell.filled} AS {quote(cell.column.name)}" for cell in reading.cells)
        connection.execute(f"CREATE VIEW {view} AS SELECT {filled}, _row FROM ({reading.relation})")
        counted = f"SELECT count(*), count_if({faulty}) FROM ({reading.relation})"
    rows, faults = first_row(connection, counted) or (0, 0)
    reading.rows = rows
    reading.finish(rows)
    if faults and reading.is_readable:
        reading.problems += _describe(connection, reading, checks)


def _stored(cell: Cell) -> str:
    name = quote(cell.column.name)
    return name if cell.is_present else f"{cell.filled} AS {name}"


def _describe(connection: duckdb.DuckDBPyConnection, reading: Reading, checks: Sequence[Check]) -> list[Problem]:
    """One more pass over the file: how often each check fails, and its first rows."""
    most = reading.faults_most
    asked = ", ".join(
        f"count_if({check.condition}), "
        f"arg_min({{'row': _row, 'shown': {check.shown or 'NULL'}}}, _row, {most}) FILTER ({check.condition})"
        for check in checks
    )
    answer = first_row(connection, f"SELECT {asked} FROM ({reading.relation})") or ()
    counts, firsts = answer[0::2], answer[1::2]
    lines = reading.lines.of(sorted({found["row"] for first in firsts for found in first or ()}))
    problems = []
    for check, count, first in zip(checks, counts, firsts, strict=True):
        for found in first or ():
            value = found["shown"]
            problems.append(
                Problem(
                    check.code,
                    reading.file.name,
                    lines[found["row"]],
                    check.column,
                    value=None if value is None else clip(value),
                    message=check.message,
                    expected=check.expected,
                    hint=check.hint(value or ""),
                )
            )
        if count > most:
            problems.append(and_more(check.code, reading.file.name, check.column, count - most))
    return problems


def clip(value: str) -> str:
    """A value as a message shows it: text that is long, or has blanks at its ends, in quotes."""
    shown = value if len(value) <= 60 else f"{value[:57]}..."
    shown = shown.replace("\n", "\\n").replace("\r", "\\r")
    return shown if shown and shown == shown.strip() and " " not in shown else f'"{shown}"'


def and_more(code: str, file: str, column: str | None, count: int) -> Problem:
    return Problem(code, file, None, column, message=f"and {count:,} more rows with this fault")


def shorten(problems: Sequence[Problem], most: int = SHOWN_FAULTS) -> list[Problem]:
    """At most ``most`` of one code and column in a file; what is left out is counted."""
    kept: list[Problem] = []
    counts: dict[tuple[str, str, str | None], int] = {}
    for problem in problems:
        key = (problem.code, problem.file, problem.column)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= most or problem.line is None:
            kept.append(problem)
    kept += [
        and_more(code, file, column, count - most)
        for (code, file, column), count in counts.items()
        if count > most and not any((p.code, p.file, p.column, p.line) == (code, file, column, None) for p in kept)
    ]
    return kept
