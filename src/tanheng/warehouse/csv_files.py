"""CSV files: UTF-8, commas, notices on the first lines, a header, rows.

``csv_bytes`` reads the bytes once; DuckDB then reads the cells as text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tanheng.problems import Problem, reject
from tanheng.warehouse.cells import path_text, quote, text
from tanheng.warehouse.csv_bytes import SAVE_AS, CsvText, even_lines
from tanheng.warehouse.files import CHUNK_BYTES, EvenLines, Lines, TableFile

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", "，": "full-width commas", "、": "Chinese commas"}
_REJECTS_KEPT = 10_000
# DuckDB lets one cell too many pass where it is null, as an empty one would be: then 1,234 without quotes would
# be read as two values. So nothing in a file is null to DuckDB; no text holds this control character.
_NO_NULL = "\x01"
_LONGEST_HEADER = 1 << 20
csv.field_size_limit(1 << 30)  # a line that DuckDB read can be read again


@dataclass(frozen=True)
class Header:
    """The column names; ``line`` is where they stand, and rows begin on the line after it."""

    names: tuple[str, ...]
    line: int


def read_header(file: TableFile) -> Header | Problem:
    """Skip notices (``#``) and empty lines and read the names of the columns."""
    with file.path.open(encoding="utf-8-sig", newline="") as stream:
        number = 0
        while line := stream.readline(_LONGEST_HEADER):
            number += 1
            if line.startswith("#") or not line.strip():
                continue
            names = tuple(name.strip() for name in next(csv.reader([line])))
            for separator, called in _SEPARATORS.items():
                if len(names) == 1 and separator in line:
                    message = f"its columns are separated by {called}, must be commas"
                    return Problem("intake.E003", file.name, number, message=message, hint=SAVE_AS)
            return Header(names, number)
    return Problem(
        "intake.E002",
        file.name,
        message="is empty",
        expected="a table: a header line and rows",
        hint="Leave the file out if there is nothing to hand in",
    )


def readable_by_duckdb(file: TableFile, scanned: CsvText, scratch: Path) -> Path:
    """The file itself, or a copy with even line ends: DuckDB cannot read lines that end in different ways."""
    if scanned.is_even:
        return file.path
    copy = scratch / file.name.replace("/", "_")
    with copy.open("wb") as stream:
        stream.writelines(even_lines(file.path))
    return copy


def cells_of(path: Path, header: Header, *, keep_rejects: bool) -> str:
    """A query for the cells as text, without rows that are empty throughout (spreadsheets leave them behind)."""
    names = [quote_name(name, index) for index, name in enumerate(header.names)]
    columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in names)
    rejects = (
        f"store_rejects=true, rejects_table='rejected', rejects_scan='rejected_scan', rejects_limit={_REJECTS_KEPT}"
        if keep_rejects
        else "ignore_errors=true"
    )
    filled = " OR ".join(f"{quote(name)} <> ''" for name in names)
    return (
        f"SELECT * FROM read_csv({path_text(path)}, auto_detect=false, header=false, skip={header.line}, "
        f"delim=',', quote='\"', escape='\"', columns={{{columns}}}, nullstr={text(_NO_NULL)}, "
        f"{rejects}) WHERE {filled}"
    )


def quote_name(name: str, index: int) -> str:
    """A name for every column of a header, also where it has none. Names twice are refused before."""
    return name or f"#{index + 1}"


def rejected_rows(connection: duckdb.DuckDBPyConnection, file: TableFile, path: Path, header: Header) -> list[Problem]:
    """What DuckDB could not cut into cells since the last call, one fault a row."""
    found = connection.execute(
        "SELECT line_byte_position, min(CAST(error_type AS VARCHAR)), min(csv_line) FROM rejected "
        "GROUP BY line_byte_position ORDER BY line_byte_position"
    ).fetchall()
    forget_rejected(connection)
    lines = _lines_at(path, [position for position, _, _ in found])
    width = len(header.names)
    problems = []
    for position, kind, line in found:
        count = _cell_count(line) if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS") else None
        if count is not None:
            message = f"has {count} cell{'' if count == 1 else 's'}, the header has {width}"
            comma = "Put a value that holds a comma in double quotes"
            hint = comma if count > width else "Add the commas that are missing"
        else:
            message = "has a double quote that is not closed, or text after a closing one"
            hint = 'Write a double quote inside a value twice: "a ""b"" c"'
        problems.append(Problem("intake.E007", file.name, lines[position], message=message, hint=hint))
    return problems


def forget_rejected(connection: duckdb.DuckDBPyConnection) -> None:
    """Clear what DuckDB noted, before it reads the next file."""
    connection.execute("DROP TABLE IF EXISTS rejected")
    connection.execute("DROP TABLE IF EXISTS rejected_scan")


def _cell_count(line: str) -> int | None:
    try:
        return len(next(csv.reader([line.strip("\r\n")]), []))
    except csv.Error:
        return None


def _lines_at(path: Path, positions: Sequence[int]) -> dict[int, int]:
    """The line numbers of byte positions, which count from 1 and may point at the newline before."""
    lines: dict[int, int] = {}
    number, start = 1, 0
    with path.open("rb") as stream:
        for position in sorted(positions):
            while start < position and (chunk := stream.read(min(position - start, CHUNK_BYTES))):
                number += chunk.count(b"\n")
                start += len(chunk)
            lines[position] = number
    return lines


def lines_of(file: TableFile, header: Header, scanned: CsvText, rows: int, rejected: Sequence[Problem]) -> Lines:
    """Where rows stand. Where every row is one line this is arithmetic; where not, the file is read again.

    Raises
    ------
    InputRejected
        When the second reading finds another number of rows: then nobody knows what the rows are.
    """
    if not rejected and scanned.line_count == header.line + rows:
        return EvenLines(header.line + 1)
    lines = CsvLines(file.path, header, frozenset(problem.line for problem in rejected if problem.line))
    if not rejected and (counted := sum(1 for _ in lines.starts())) != rows:
        message = f"has quotes or line ends that can be read in two ways, as {rows} rows or as {counted}"
        raise reject("intake.E007", file.name, message, hint=SAVE_AS)
    return lines


@dataclass(frozen=True)
class CsvLines:
    """Lines of a file with line breaks inside quotes, empty lines, or rows that were rejected."""

    path: Path
    header: Header
    rejected: frozenset[int]

    def starts(self) -> Iterator[int]:
        """The line on which each row begins."""
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            for _ in range(self.header.line):
                stream.readline()
            reader = csv.reader(stream)
            line = self.header.line + 1
            for record in reader:
                if line not in self.rejected and any(record):
                    yield line
                line = self.header.line + reader.line_num + 1

    def of(self, rows: Sequence[int]) -> Mapping[int, int]:
        wanted = set(rows)
        found: dict[int, int] = {}
        for row, line in enumerate(self.starts()):
            if row in wanted:
                found[row] = line
                if len(found) == len(wanted):
                    break
        return found
