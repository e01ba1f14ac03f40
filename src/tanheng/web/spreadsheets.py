"""Tables that are given away to be opened in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# The full-width forms are read as the others by spreadsheets set to East Asian languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: object) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it.

    A plain number stays one.
    """
    text = "" if cell is None else str(cell)
    # A spreadsheet passes blanks by before it looks for a sign.
    if not text.startswith(_FORMULA) and not text.lstrip(" \u00a0\u3000").startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV; Excel takes it for UTF-8 only with the mark that it begins with."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The answer that gives them away as a file."""
    response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
