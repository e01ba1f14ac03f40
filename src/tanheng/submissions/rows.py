"""The rows of a file by the line they stand on, as they were written: to be shown beside what is wrong with them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from tanheng.warehouse.cells import path_text
from tanheng.warehouse.excel_files import Sheet, read_sheet
from tanheng.warehouse.files import TableFile

LONGEST_CELL = 2000
COLUMNS_MOST = 200

Cells = list[str]


def rows_at(file: TableFile, lines: Iterable[int]) -> tuple[Cells, dict[int, Cells]]:
    """The header, and the cells of some lines; what cannot be read is left out."""
    wanted = set(lines)
    if file.format == ".xlsx":
        return _of_sheet(file, wanted)
    if file.format == ".parquet":
        return _of_parquet(file, wanted)
    header: Cells = []
    found: dict[int, Cells] = {}
    for line, cells in csv_rows(file.path):
        if not header:
            header = _short(cells)
            continue
        if line in wanted:
            found[line] = _short(cells)
            if len(found) == len(wanted):
                break
    return header, found


def csv_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    """The header and the rows of a CSV file, each with the line on which it begins; what is no UTF-8 is replaced."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        skipped = 0
        first = ""
        for text in stream:
            if text.startswith("#") or not text.strip():
                skipped += 1
                continue
            first = text
            break
        if not first:
            return
        yield skipped + 1, [cell.strip() for cell in next(csv.reader([first]), [])]
        reader = csv.reader(line.replace("\0", "\N{REPLACEMENT CHARACTER}") for line in stream)
        line = skipped + 2
        try:
            for cells in reader:
                if any(cells):
                    yield line, cells
                line = skipped + 2 + reader.line_num
        except csv.Error:
            return


def _short(cells: Sequence[object]) -> Cells:
    return ["" if cell is None else str(cell)[:LONGEST_CELL] for cell in cells[:COLUMNS_MOST]]


def _of_sheet(file: TableFile, wanted: set[int]) -> tuple[Cells, dict[int, Cells]]:
    sheet = read_sheet(file)
    if not isinstance(sheet, Sheet):
        return [], {}
    columns = [values for _, values in sheet.cells.values()]
    found = {
        number: _short([values[place] for values in columns])
        for place, number in enumerate(sheet.lines.numbers)
        if number in wanted
    }
    return _short(sheet.names), found


def _of_parquet(file: TableFile, wanted: set[int]) -> tuple[Cells, dict[int, Cells]]:
    numbers = ", ".join(str(line - 1) for line in sorted(wanted)) or "-1"
    try:
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            cursor = connection.execute(
                f"SELECT * FROM read_parquet({path_text(file.path)}, file_row_number=true) "
                f"WHERE file_row_number IN ({numbers})"
            )
            names = [item[0] for item in cursor.description or ()]
            place = names.index("file_row_number")
            found = {
                row[place] + 1: _short([cell for at, cell in enumerate(row) if at != place])
                for row in cursor.fetchall()
            }
    except duckdb.Error:
        return [], {}
    return _short([name for name in names if name != "file_row_number"]), found
