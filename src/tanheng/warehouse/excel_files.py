"""Excel workbooks: one sheet is the table, with notices, a header and rows as in CSV.

Every cell is handed on as the text that a CSV file would hold, so that one set of checks serves both.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from xml.etree import ElementTree

import python_calamine as calamine

from tanheng.problems import Problem
from tanheng.warehouse.files import CHUNK_BYTES, TableFile

_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# A cell whose value is an error such as #N/A, or a formula that was never calculated: calamine shows both as empty.
_LOST = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+)(\d+)"'
    rb'(?:[^>]*t="e"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<'
    rb"|[^>]*><(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>)",
    re.DOTALL,
)


@dataclass(frozen=True)
class ListedLines:
    """The sheet row of every row that is not empty."""

    numbers: Sequence[int]

    def of(self, rows: Sequence[int]) -> Mapping[int, int]:
        return {row: self.numbers[row] for row in rows}


@dataclass(frozen=True)
class Sheet:
    """A sheet as columns of text; ``line`` is the sheet row of the header."""

    names: tuple[str, ...]
    line: int
    cells: Mapping[str, tuple[str, Sequence[object]]]
    lines: ListedLines
    problems: tuple[Problem, ...]


def read_sheet(file: TableFile) -> Sheet | Problem:
    """The sheet named like the table, or the only one that is not empty."""
    try:
        with calamine.CalamineWorkbook.from_path(file.path) as workbook:
            name = _choose(workbook, file)
            if isinstance(name, Problem):
                return name
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.PasswordError:
        return Problem("intake.E008", file.name, message="is locked with a password", hint="Save it without one")
    except (calamine.CalamineError, OSError) as error:
        return Problem(
            "intake.E008",
            file.name,
            message=f"cannot be read as an Excel workbook: {error}",
            hint="Open it in Excel and save it as .xlsx, or hand in CSV",
        )
    written = [[_as_text(cell) for cell in row] for row in rows]
    filled = [number for number, row in enumerate(written, start=1) if any(cell is not None for cell in row)]
    # Notices stand above the header only: a later row that begins with # is a row.
    above = next((i for i, number in enumerate(filled) if not (written[number - 1][0] or "").startswith("#")), None)
    if above is None:
        return _empty(file)
    line, numbers = filled[above], filled[above + 1 :]
    header = [cell or "" for cell in written[line - 1]]
    used = [i for i, name in enumerate(header) if name or any(written[n - 1][i] is not None for n in numbers)]
    names = tuple(header[i].strip() for i in used)
    cells = {
        name or f"#{i + 1}": ("VARCHAR", [written[n - 1][i] for n in numbers])
        for name, i in zip(names, used, strict=True)
    }
    lost = _lost_cells(file, name, line, {_letters(i): header[i] for i in used})
    return Sheet(names, line, cells, ListedLines(numbers), tuple(lost))


def _choose(workbook: calamine.CalamineWorkbook, file: TableFile) -> str | Problem:
    if file.table in workbook.sheet_names:
        return file.table
    filled = [name for name in workbook.sheet_names if workbook.get_sheet_by_name(name).height]
    if len(filled) > 1:
        message = f"holds several sheets ({', '.join(filled)}), and none is named {file.table}"
        return Problem("intake.E009", file.name, message=message, hint=f"Name the sheet with the table {file.table}")
    return filled[0] if filled else _empty(file)


def _empty(file: TableFile) -> Problem:
    return Problem(
        "intake.E002",
        file.name,
        message="is empty",
        expected="a table: a header line and rows",
        hint="Leave the file out if there is nothing to hand in",
    )


def _as_text(cell: object) -> str | None:
    """What the cell would be in CSV. Excel keeps every number as a float: 440304 is 440304.0 there."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) <= 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _letters(index: int) -> str:
    """Column letters of a sheet: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _lost_cells(file: TableFile, sheet: str, header_line: int, names: Mapping[str, str]) -> list[Problem]:
    """Cells that would be read as empty though somebody meant a value."""
    problems = []
    with zipfile.ZipFile(file.path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return []
        rest = b""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                whole, mark, rest = (rest + chunk).rpartition(b"</row>")
                problems += [_lost(file, names, match) for match in _LOST.finditer(whole + mark)]
        problems += [_lost(file, names, match) for match in _LOST.finditer(rest)]
    return [problem for problem in problems if (problem.line or 0) > header_line]


def _lost(file: TableFile, names: Mapping[str, str], match: re.Match[bytes]) -> Problem:
    letters, number, error = match.groups()
    column = letters.decode()
    message = "is a formula without a result" if error is None else ""
    hint = "Open it in Excel and save it" if error is None else "Leave the cell empty where the value is not known"
    return Problem(
        "intake.E010",
        file.name,
        int(number),
        names.get(column) or column,
        value=error.decode() if error else None,
        message=message,
        expected="" if error is None else "a value",
        hint=hint,
    )


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member that holds a sheet."""
    try:
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return None
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            for relation in relations.iter(f"{_PACKAGE}Relationship"):
                if relation.get("Id") == element.get(f"{_RELATION}id"):
                    target = relation.get("Target", "")
                    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None
