"""Tables that are given away to be opened in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.http import StreamingHttpResponse

# Signs that are sent at a time.
BLOCK = 1 << 16

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


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The answer that gives them away as a file, written as it is sent: a table of any length takes little memory.

    The first rows are made here, so that what is refused or cannot be read is answered as such and not with half a
    file.
    """
    blocks = _blocks(rows)
    first = next(blocks)
    response = StreamingHttpResponse(chain((first,), blocks), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _blocks(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The same bytes as of ``as_csv``, so many rows at a time; at least one block, with the mark."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    encoding = "utf-8-sig"
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if written.tell() >= BLOCK:
            yield written.getvalue().encode(encoding)
            encoding = "utf-8"
            written.seek(0)
            written.truncate()
    if encoding == "utf-8-sig" or written.tell():
        yield written.getvalue().encode(encoding)
