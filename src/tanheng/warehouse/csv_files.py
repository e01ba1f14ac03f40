"""CSV files: UTF-8, commas, notices on the first lines, a header, rows.

The bytes are read once for what DuckDB would not say in words that help (encoding, other kinds of
file, separators) and for the hash; DuckDB then reads the cells as text.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tanheng.problems import Problem
from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.files import CHUNK_BYTES, EvenLines, Lines, TableFile

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", "，": "full-width commas", "、": "Chinese commas"}
_OTHER_FILES = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "text in UTF-16 (Excel calls it Unicode text)",
    b"\xfe\xff": "text in UTF-16 (Excel calls it Unicode text)",
}
_SAVE_AS = "In Excel, save it as: CSV UTF-8 (comma delimited)"
_ODD_BLANKS = (b"\t", "\u00a0".encode(), "\u3000".encode())
_REJECTS_KEPT = 10_000
# DuckDB lets one cell too many pass where it is null, as an empty one would be: then 1,234 without quotes would
# be read as two values. So nothing in a file is null to DuckDB; no text holds this control character.
_NO_NULL = "\x01"


@dataclass(frozen=True)
class CsvText:
    """What reading the bytes of a file told: ``line_count`` is the number of physical lines.

    ``odd_blanks`` says whether there are tabs, no-break or wide spaces that may surround a value.
    """

    sha256: str = ""
    line_count: int = 0
    odd_blanks: bool = False
    fault: Problem | None = None


def read_bytes(file: TableFile) -> CsvText:
    """Hash the file and check that it is UTF-8 text, a chunk at a time."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    newlines = position = 0
    chunk = last = b""
    odd_blanks = False
    with file.path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            if position == 0:
                for start, what in _OTHER_FILES.items():
                    if chunk.startswith(start):
                        fault = Problem("intake.E001", file.name, message=f"is {what}, not CSV", hint=_SAVE_AS)
                        return CsvText(fault=fault)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
                at = chunk.find(b"\0")
                if at >= 0:
                    line = newlines + chunk[:at].count(b"\n") + 1
                    message = f"holds a zero byte at byte {position + at}: it is no text, or was cut off"
                    return CsvText(fault=Problem("intake.E001", file.name, line, message=message, hint=_SAVE_AS))
            except UnicodeDecodeError as error:
                at = position - pending + error.start
                return CsvText(fault=_not_utf8(file, at))
            digest.update(chunk)
            newlines += chunk.count(b"\n")
            odd_blanks = odd_blanks or any(blank in chunk or blank in last + chunk[:2] for blank in _ODD_BLANKS)
            position += len(chunk)
            last = chunk[-2:]
    if decoder.getstate()[0]:
        return CsvText(fault=_not_utf8(file, position - len(decoder.getstate()[0])))
    return CsvText(digest.hexdigest(), newlines + (last[-1:] not in (b"", b"\n")), odd_blanks)


def _not_utf8(file: TableFile, at: int) -> Problem:
    """A fault that says where the text stops being UTF-8 and, if it is plain, what it is instead."""
    line = 1
    with file.path.open("rb") as stream:
        left = at
        while left and (chunk := stream.read(min(left, CHUNK_BYTES))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        start = max(at - 200, 0)
        stream.seek(start)
        before, after = stream.read(at - start), stream.read(65536)
    around = before.rpartition(b"\n")[2] + after.partition(b"\n")[0]
    for cut in range(4):
        try:
            readable = around[: len(around) - cut].decode("gb18030")
        except UnicodeDecodeError:
            continue
        if len(re.findall("[\u4e00-\u9fff]", readable)) > 1:
            message = (
                f"is not UTF-8 at byte {at}; it looks like GB18030 (GBK), in which the line reads {readable[:60]!r}"
            )
            return Problem("intake.E001", file.name, line, message=message, hint=_SAVE_AS)
    message = f"is not UTF-8 at byte {at} (0x{after[:1].hex()})"
    return Problem("intake.E001", file.name, line, message=message, hint=_SAVE_AS)


@dataclass(frozen=True)
class Header:
    """The column names; ``line`` is where they stand, and rows begin on the line after it."""

    names: tuple[str, ...]
    line: int


def read_header(file: TableFile) -> Header | Problem:
    """Skip notices (``#``) and empty lines and read the names of the columns."""
    with file.path.open(encoding="utf-8-sig", newline="") as stream:
        for number, line in enumerate(stream, start=1):
            if line.startswith("#") or not line.strip():
                continue
            names = tuple(name.strip() for name in next(csv.reader([line])))
            for separator, called in _SEPARATORS.items():
                if len(names) == 1 and separator in line:
                    message = f"its columns are separated by {called}, must be commas"
                    return Problem("intake.E003", file.name, number, message=message, hint=_SAVE_AS)
            if line.endswith("\r"):
                message = "its lines end in the way of old Macs (CR), must be LF or CR LF"
                return Problem("intake.E003", file.name, number, message=message, hint=_SAVE_AS)
            return Header(names, number)
    return Problem(
        "intake.E002",
        file.name,
        message="is empty",
        expected="a table: a header line and rows",
        hint="Leave the file out if there is nothing to hand in",
    )


def cells_of(file: TableFile, header: Header, *, keep_rejects: bool) -> str:
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
        f"SELECT * FROM read_csv({text(str(file.path))}, auto_detect=false, header=false, skip={header.line}, "
        f"delim=',', quote='\"', escape='\"', columns={{{columns}}}, nullstr={text(_NO_NULL)}, "
        f"{rejects}) WHERE {filled}"
    )


def quote_name(name: str, index: int) -> str:
    """A name for every column of a header, also where it has none. Names twice are refused before."""
    return name or f"#{index + 1}"


def rejected_rows(connection: duckdb.DuckDBPyConnection, file: TableFile, header: Header) -> list[Problem]:
    """What DuckDB could not cut into cells since the last call, one fault a row."""
    found = connection.execute(
        "SELECT line_byte_position, any_value(error_type)::VARCHAR, any_value(csv_line) FROM rejected "
        "GROUP BY line_byte_position ORDER BY line_byte_position"
    ).fetchall()
    connection.execute("DROP TABLE rejected")
    connection.execute("DROP TABLE rejected_scan")
    lines = _lines_at(file.path, [position for position, _, _ in found])
    width = len(header.names)
    problems = []
    for position, kind, line in found:
        if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
            count = len(next(csv.reader([line.strip("\r\n")]), []))
            message = f"has {count} cell{'' if count == 1 else 's'}, the header has {width}"
            hint = (
                "Put a value that holds a comma in double quotes"
                if count > width
                else "Add the commas that are missing"
            )
        else:
            message = "has a double quote that is not closed, or text after a closing one"
            hint = 'Write a double quote inside a value twice: "a ""b"" c"'
        problems.append(Problem("intake.E007", file.name, lines[position], message=message, hint=hint))
    return problems


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
    """Where rows stand. Where every row is one line this is arithmetic; where not, the file is read again if asked."""
    if not rejected and scanned.line_count == header.line + rows:
        return EvenLines(header.line + 1)
    return CsvLines(file.path, header, frozenset(problem.line for problem in rejected if problem.line))


@dataclass(frozen=True)
class CsvLines:
    """Lines of a file with line breaks inside quotes, empty lines, or rows that were rejected."""

    path: Path
    header: Header
    rejected: frozenset[int]

    def of(self, rows: Sequence[int]) -> Mapping[int, int]:
        wanted = set(rows)
        found: dict[int, int] = {}
        csv.field_size_limit(1 << 30)
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            for _ in range(self.header.line):
                stream.readline()
            reader = csv.reader(stream)
            row, line = 0, self.header.line + 1
            for record in reader:
                if line not in self.rejected and any(record):
                    if row in wanted:
                        found[row] = line
                        if len(found) == len(wanted):
                            break
                    row += 1
                line = self.header.line + reader.line_num + 1
        return found
