"""What is given away to be opened in a spreadsheet: lists of faults, empty tables with what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from tanheng.submissions.models import Submission
from tanheng.submissions.words import TABLES, how_to_mend, what_is_wrong
from tanheng.text import Language
from tanheng.warehouse.dictionary import kind_of_column
from tanheng.warehouse.schema import Table
from tanheng.web.spreadsheets import harmless


def findings_as_csv(submission: Submission, language: Language) -> bytes:
    """Every finding, a line each, with the cells of its row."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    for row in _lines(submission, language):
        writer.writerow([harmless(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")  # Excel takes it for UTF-8 only with the mark


def findings_as_workbook(submission: Submission, language: Language) -> bytes:
    """The same as a workbook; every cell is text, so no formula is ever written."""
    return _workbook({submission.table[:31]: _lines(submission, language)})


def template_as_csv(table: Table) -> bytes:
    """A header and nothing below it, ready to be filled and sent."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([column.name for column in table.all_columns])
    return written.getvalue().encode("utf-8-sig")


def template_as_workbook(table: Table, language: Language) -> bytes:
    """An empty sheet with the columns, and a second one that says what each of them means."""
    heads = [_("column"), _("meaning"), _("unit"), _("kind"), _("must be filled"), _("allowed")]
    return _workbook(
        {
            table.name[:31]: [[column.name for column in table.all_columns]],
            _("columns"): [heads, *columns_told(table, language)],
        }
    )


def columns_told(table: Table, language: Language) -> list[list[str]]:
    """What each column means: name, meaning, unit, kind, whether it must be filled, what is allowed."""
    rows = []
    for column in table.all_columns:
        bounds = [
            f"≥ {column.least:g}" if column.least is not None else "",
            f"≤ {column.most:g}" if column.most is not None else "",
        ]
        allowed = [*column.one_of, *(bound for bound in bounds if bound)]
        if column.refers_to:
            allowed.append(f"→ {column.refers_to}")
        if column.of_parameter:
            allowed.append(f"→ {column.of_parameter[0]} ({column.of_parameter[1]})")
        rows.append(
            [
                column.name,
                column.meaning.in_language(language),
                "" if column.unit == "1" else column.unit,
                kind_of_column(column).in_language(language),
                _("yes") if column.required and column.default is None else "",
                ", ".join(allowed),
            ]
        )
    return rows


def _lines(submission: Submission, language: Language) -> Iterable[Sequence[object]]:
    given = _("as sent")
    yield [
        _("line"),
        _("column"),
        _("value"),
        _("what is wrong"),
        _("how to mend it"),
        _("code"),
        *(f"{given}: {name}" for name in submission.header),
    ]
    rows = {row.line: row.cells for row in submission.shown_rows.all()}
    for finding in submission.findings.order_by("line", "pk"):
        yield [
            finding.line,
            finding.column,
            finding.value,
            what_is_wrong(finding, language, table=submission.table),
            how_to_mend(finding, language, table=submission.table),
            finding.code,
            *(rows.get(finding.line, []) if finding.line is not None else []),
        ]


def _workbook(sheets: dict[str, Iterable[Sequence[object]]]) -> bytes:
    written = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(written, options) as book:
        head = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write_string(at, place, "" if cell is None else str(cell), head if at == 0 else None)
            sheet.set_column(0, 12, 18)
    return written.getvalue()


def table_of(name: str) -> Table | None:
    """A table by its name."""
    return TABLES.get(name)
