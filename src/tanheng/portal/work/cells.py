"""CSV that a spreadsheet shows as it was written: no text in it becomes a formula.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or the end of a line is a formula to spreadsheets, and what
people write (a name, a reason) could then call programs or send the sheet elsewhere. As OWASP advises ("CSV
Injection"), such a text gets an apostrophe before it, which a spreadsheet takes for "this is text". Numbers are
written by us as numbers, so a minus before one stays.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO

# The full-width forms are read as the others by spreadsheets set to East Asian languages.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Excel takes a file for UTF-8 by this alone.
_MARK = "\ufeff"

Cell = str | int | float | Decimal | date | None


def safe(cell: Cell) -> str:
    """A cell as it is written."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell.isoformat() if isinstance(cell, date) else str(cell)
    # A spreadsheet passes blanks by before it looks for a sign.
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000").startswith(_BEGINNINGS) or cell[:1] in _BEGINNINGS else cell


def write_csv(file: Path | IO[str], heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows under their heads; says how many."""
    if isinstance(file, Path):
        with file.open("w", encoding="utf-8", newline="") as stream:
            return write_csv(stream, heads, rows)
    file.write(_MARK)
    writer = csv.writer(file)
    writer.writerow([safe(head) for head in heads])
    count = 0
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        count += 1
    return count
