"""A file to rows with the lines they stand on, by the warehouse's readers: CSV in UTF-8, or a sheet of Excel."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tanheng.problems import InputRejected, Problem, reject
from tanheng.warehouse.cells import quote
from tanheng.warehouse.csv_bytes import read_bytes
from tanheng.warehouse.csv_files import (
    cells_of,
    lines_of,
    quote_name,
    read_header,
    readable_by_duckdb,
    rejected_rows,
)
from tanheng.warehouse.excel_files import read_sheet
from tanheng.warehouse.files import TableFile, sha256_of

ROWS_MOST = 2_000_000
MEMORY_LIMIT = "1GB"


@dataclass(frozen=True)
class Row:
    """The cells of a row that we keep, by our names, and its line."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """A file that can be read: its header and its hash."""

    file: TableFile
    header: tuple[str, ...]
    sha256: str


def open_table(path: Path, name: str) -> Given:
    """The header of a file.

    Raises
    ------
    InputRejected
        When it is neither CSV in UTF-8 nor Excel, or two columns have one name.
    """
    file = TableFile("table", path, name)
    if file.format == ".xlsx":
        sheet = read_sheet(file)
        if isinstance(sheet, Problem):
            raise InputRejected([sheet])
        names = tuple(sheet.names)
    elif file.format == ".csv":
        scanned = read_bytes(file)
        header = scanned.fault or read_header(file)
        if isinstance(header, Problem):
            raise InputRejected([header])
        names = header.names
    else:
        raise reject(
            "overlaps.E010", name, "is neither .csv nor .xlsx", hint="Save the registry's table as one of both"
        )
    filled = [each for each in names if each]
    twice = sorted({each for each in filled if filled.count(each) > 1})
    if twice:
        raise reject("overlaps.E010", name, f"has columns of the same name: {', '.join(twice)}")
    return Given(file, names, sha256_of(path))


def rows_of(given: Given, columns: Mapping[str, str], most: int = ROWS_MOST) -> Iterator[Row]:
    """The rows, with the columns that are wanted: our name to the header's.

    Raises
    ------
    InputRejected
        For lines that cannot be cut into cells, and for more than ``most`` rows.
    """
    if given.file.format == ".xlsx":
        yield from _of_sheet(given, columns, most)
    else:
        yield from _of_csv(given, columns, most)


def _of_sheet(given: Given, columns: Mapping[str, str], most: int) -> Iterator[Row]:
    sheet = read_sheet(given.file)
    if isinstance(sheet, Problem):
        raise InputRejected([sheet])
    if sheet.problems:
        raise InputRejected(sheet.problems)
    if len(sheet.lines.numbers) > most:
        raise _too_many(given, most)
    cells = {ours: sheet.cells[name][1] for ours, name in columns.items()}
    for place, line in enumerate(sheet.lines.numbers):
        yield Row(line, {ours: _text(values[place]) for ours, values in cells.items()})


def _of_csv(given: Given, columns: Mapping[str, str], most: int) -> Iterator[Row]:
    file = given.file
    scanned = read_bytes(file)
    header = read_header(file)
    if isinstance(header, Problem):
        raise InputRejected([header])
    with tempfile.TemporaryDirectory(prefix="tanheng-registry-") as scratch, duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET threads = 1")
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        path = readable_by_duckdb(file, scanned, Path(scratch))
        names = {name: quote_name(name, index) for index, name in enumerate(header.names)}
        wanted = ", ".join(quote(names[name]) for name in columns.values())
        connection.execute(f"CREATE TABLE given AS {cells_of(path, header, keep_rejects=True)}")
        if faults := rejected_rows(connection, file, path, header):
            raise InputRejected(faults)
        counted = connection.execute("SELECT count(*) FROM given").fetchone()
        count = int(counted[0]) if counted else 0
        if count > most:
            raise _too_many(given, most)
        lines = lines_of(file, header, scanned, count, ())
        cursor = connection.execute(f"SELECT {wanted} FROM given ORDER BY rowid")
        ours = list(columns)
        place = 0
        while found := cursor.fetchmany(10_000):
            at = lines.of(range(place, place + len(found)))
            for offset, values in enumerate(found):
                yield Row(at[place + offset], dict(zip(ours, map(_text, values), strict=True)))
            place += len(found)


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _too_many(given: Given, most: int) -> InputRejected:
    hint = "Take it in at the command line: tanheng import-registry" if most < ROWS_MOST else ""
    return reject("overlaps.E010", given.file.name, f"has more than {most:,} rows", hint=hint)


def names_of(columns: Sequence[str]) -> str:
    """Columns for a message."""
    return ", ".join(f'"{name}"' for name in columns)
