"""The workbook of a run: a sheet for each table, and sheets of figures, decisions, questions and sources.

Heads stand in both languages. A text never becomes a formula or a link, whatever it begins with, and
the file carries no time of its making: the same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tanheng.measures.assessment import Assessment, Table
from tanheng.report.cells import is_year
from tanheng.report.contents import Contents
from tanheng.report.figures import unit_text
from tanheng.report.typography import chinese, in_chinese, subscripts
from tanheng.report.words import WORDS
from tanheng.runs.snapshot import UNSET
from tanheng.text import Text

ROWS_MOST = 1_048_576  # of a sheet, by Excel's own limit
_HEAD_ROW = 3  # title, demonstration notice, note, head, rows
_NO_UNIT = Text("", "")
_LEADING = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column of a sheet. ``digits`` is how many stand after the point; None leaves numbers as they are."""

    title: Text
    unit: Text = _NO_UNIT
    digits: int | None = None
    year: bool = False

    @property
    def head(self) -> str:
        return f"{_two(self.title)}\n{_two(self.unit)}" if self.unit.en else _two(self.title)


def write_workbook(path: Path, contents: Contents) -> None:
    """Write ``tables.xlsx``."""
    workbook = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    run = contents.manifest
    workbook.set_properties(
        {
            "title": f"{run.city.zh} {run.city.en} {run.year}",
            "comments": f"tanheng {run.version}, run {run.address}",
            "created": datetime(run.date.year, run.date.month, run.date.day),
        }
    )
    _Sheets(workbook, contents).write()
    workbook.close()


class _Sheets:
    def __init__(self, workbook: xlsxwriter.Workbook, contents: Contents) -> None:
        self._workbook = workbook
        self._contents = contents
        self._formats: dict[str, Format] = {}
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        self._note = workbook.add_format({"font_color": "#51606C"})
        self._notice = workbook.add_format({"bold": True, "font_color": "#7A4B00", "bg_color": "#FFF3D6"})
        self._head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#1F5F7A", "font_color": "#FFFFFF"}
        )
        self._text = workbook.add_format({"valign": "top"})
        self._quoted = workbook.add_format({"valign": "top", "quote_prefix": True})

    def write(self) -> None:
        """Every sheet; the first one lists the others, so it is made first and filled last."""
        first = self._workbook.add_worksheet("contents")
        listed: list[tuple[str, Text, int]] = []
        for name, title, columns, rows in self._lists():
            self._sheet(name, title, columns, rows, None)
            listed.append((name, title, len(rows)))
        for assessment in self._contents.assessments:
            for table in assessment.tables:
                name = self._contents.sheets[(assessment.measure, table.id)]
                self._table(name, table)
                listed.append((name, table.title, table.data.num_rows))
        self._first(first, listed)

    def _first(self, sheet: Worksheet, listed: Sequence[tuple[str, Text, int]]) -> None:
        run = self._contents.manifest
        self._top(sheet, Text(f"{run.city.en}, {run.year}", f"{run.city.zh} {run.year} 年"), None)
        lines = [
            (WORDS["address"], run.address),
            (WORDS["date"], run.date.isoformat()),
            (WORDS["rulebook"], _two(run.rulebook.title)),
        ]
        for place, (title, said) in enumerate(lines, start=_HEAD_ROW):
            sheet.write_string(place, 0, _two(title), self._note)
            sheet.write_string(place, 1, said, self._text)
        start = _HEAD_ROW + len(lines) + 1
        for place, head in enumerate(("sheet", "holds", "rows")):
            sheet.write_string(start, place, _two(WORDS[head]), self._head)
        for place, (name, title, rows) in enumerate(listed, start=start + 1):
            sheet.write_url(place, 0, f"internal:'{name}'!A1", None, name)
            sheet.write_string(place, 1, _two(title), self._text)
            sheet.write_number(place, 2, rows, self._number("#,##0"))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 64)
        sheet.set_column(2, 2, 12)

    def _lists(self) -> Iterable[tuple[str, Text, Sequence[Column], Sequence[Sequence[Any]]]]:
        contents = self._contents
        lists: list[tuple[str, Text, Sequence[Column], Sequence[Row]]] = [
            ("figures", Text("Figures", "指标"), _FIGURES, list(_rows(contents, _figures))),
            ("decisions", WORDS["decisions"], _DECISIONS, list(_rows(contents, _decisions))),
            ("questions", WORDS["questions"], _QUESTIONS, list(_rows(contents, _questions))),
            (
                "intake",
                WORDS["intake"],
                [Column(Text(name, name)) for name in contents.intake.column_names],
                [tuple(row.values()) for row in contents.intake.to_pylist()],
            ),
            ("sources", WORDS["parameters"], _SOURCES, list(_sources(contents))),
        ]
        return (each for each in lists if each[3])

    def _table(self, name: str, table: Table) -> None:
        columns: list[Column] = []
        data: list[pa.ChunkedArray] = []
        for column in table.columns:
            columns.append(Column(column.title, unit_text(column.unit), column.digits, is_year(table, column)))
            data.append(table.data[column.name])
            if f"{column.name}_zh" in table.data.column_names:
                columns[-1] = Column(Text(f"{column.title.en} (English)", f"{column.title.zh}(英文)"))
                columns.append(Column(Text(f"{column.title.en} (Chinese)", f"{column.title.zh}(中文)")))
                data.append(table.data[f"{column.name}_zh"])
        rows = list(zip(*(part.to_pylist() for part in data), strict=True))
        self._sheet(name, table.title, columns, rows, table.note)

    def _top(self, sheet: Worksheet, title: Text, note: Text | None) -> None:
        sheet.write_string(0, 0, _two(title), self._title)
        if self._contents.manifest.demonstration:
            said = f"{_two(WORDS['demonstration'])} — {WORDS['demonstration_lead'].zh} {WORDS['demonstration_lead'].en}"
            sheet.write_string(1, 0, said, self._notice)
            sheet.set_header(f"&C{_two(WORDS['demonstration'])}")
        if note is not None:
            sheet.write_string(2, 0, _two(note), self._note)

    def _sheet(
        self, name: str, title: Text, columns: Sequence[Column], rows: Sequence[Sequence[Any]], note: Text | None
    ) -> None:
        sheet = self._workbook.add_worksheet(name)
        most = ROWS_MOST - _HEAD_ROW - 1
        if len(rows) > most:
            cut = Text(
                f"Only the first {most:,} of {len(rows):,} rows fit into a sheet; the Parquet file has all of them.",
                f"工作表只能容纳前 {most:,} 行,共 {len(rows):,} 行;全部数据见 Parquet 文件。",
            )
            note = cut if note is None else Text(f"{cut.en} {note.en}", f"{cut.zh}{note.zh}")
        self._top(sheet, title, note)
        for place, column in enumerate(columns):
            sheet.write_string(_HEAD_ROW, place, column.head, self._head)
            shown = self._number(_pattern(column))
            for line, row in enumerate(rows[:most], start=_HEAD_ROW + 1):
                self._write(sheet, line, place, row[place], shown)
            sheet.set_column(place, place, _width(column.head, (row[place] for row in rows[:200])))
        sheet.set_row(_HEAD_ROW, 32)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        if columns:
            sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + min(len(rows), most), len(columns) - 1)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _write(self, sheet: Worksheet, line: int, place: int, value: Any, shown: Format) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(line, place, value, self._text)
        elif isinstance(value, int | float):
            sheet.write_number(line, place, value, shown)
        elif isinstance(value, date):
            sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), self._number("yyyy-mm-dd"))
        else:
            said = str(value)
            sheet.write_string(line, place, said, self._quoted if said.startswith(_LEADING) else self._text)

    def _number(self, pattern: str) -> Format:
        if pattern not in self._formats:
            self._formats[pattern] = self._workbook.add_format({"num_format": pattern, "valign": "top"})
        return self._formats[pattern]


Row = Sequence[Any]


def _rows(contents: Contents, rows_of: Callable[[Assessment], Iterable[Row]]) -> Iterable[Row]:
    """The rows of every assessment, each beginning with the title of its measure."""
    for assessment in contents.assessments:
        for row in rows_of(assessment):
            yield (chinese(assessment.title.zh), assessment.title.en, *row)


def _figures(assessment: Assessment) -> Iterable[Row]:
    for item in assessment.indicators:
        state = "undetermined" if item.value is None else item.state
        trust = _two(WORDS[item.trust]) if item.trust else None
        why = _two(item.why) if item.why else None
        numbers = (item.value, _two(unit_text(item.unit)), item.target, item.low, item.high)
        yield (*_split(item.title), *numbers, _two(WORDS[state]), trust, why, item.explain)


def _decisions(assessment: Assessment) -> Iterable[Row]:
    for item in assessment.decisions:
        yield (item.subject, *_split(item.proposes), *_split(item.because), item.rule)


def _questions(assessment: Assessment) -> Iterable[Row]:
    for item in assessment.questions:
        yield (item.id, item.to, *_split(item.asks), item.about, item.weight, _two(unit_text(item.unit)))


def _sources(contents: Contents) -> Iterable[Row]:
    for parameter in contents.snapshot.parameters:
        for cell in parameter.cells:
            status = UNSET if cell.value is None else cell.status
            source = cell.source
            what = (parameter.name, *_split(parameter.title), " · ".join(cell.keys), cell.value, parameter.unit)
            whence = (source.document, source.clause, source.address, cell.confidence, cell.note)
            yield (*what, cell.start, status, *whence, ", ".join(parameter.used_by))


def _split(text: Text) -> tuple[str, str]:
    return in_chinese(text.zh), subscripts(text.en)


def _two(text: Text) -> str:
    return subscripts(text.en) if text.en == text.zh else f"{in_chinese(text.zh)} {subscripts(text.en)}"


def _pattern(column: Column) -> str:
    if column.year:
        return "0"
    if column.digits is None:
        return "General"
    return "#,##0" + ("." + "0" * column.digits if column.digits > 0 else "")


def _width(head: str, values: Iterable[Any]) -> float:
    """Wide enough for most cells: a Chinese character counts twice."""
    sample = [str(value) for value in values if value is not None]
    longest = max((_length(text) for text in sample), default=8)
    return min(60, max(9, longest + 2, max(_length(line) for line in head.split("\n")) * 0.7 + 3))


def _length(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


_MEASURE = (Column(Text("Measure (Chinese)", "措施(中文)")), Column(Text("Measure (English)", "措施(英文)")))
_FIGURES = (
    *_MEASURE,
    Column(Text("Figure (Chinese)", "指标(中文)")),
    Column(Text("Figure (English)", "指标(英文)")),
    *(Column(WORDS[name]) for name in ("value", "unit", "target", "low", "high", "state", "status", "why", "ask")),
)
_DECISIONS = (
    *_MEASURE,
    Column(WORDS["subject"]),
    Column(Text("Proposal (Chinese)", "建议(中文)")),
    Column(Text("Proposal (English)", "建议(英文)")),
    Column(Text("Because (Chinese)", "理由(中文)")),
    Column(Text("Because (English)", "理由(英文)")),
    Column(WORDS["rule"]),
)
_QUESTIONS = (
    *_MEASURE,
    Column(WORDS["number"]),
    Column(WORDS["to"]),
    Column(Text("Question (Chinese)", "问题(中文)")),
    Column(Text("Question (English)", "问题(英文)")),
    *(Column(WORDS[name]) for name in ("about", "weight", "unit")),
)
_SOURCES = (
    Column(WORDS["parameter"]),
    Column(Text("Title (Chinese)", "名称(中文)")),
    Column(Text("Title (English)", "名称(英文)")),
    *(
        Column(WORDS[name])
        for name in ("categories", "value", "unit", "in_force", "status", "source", "clause", "address_of_source",
                     "confidence", "note", "used_by")
    ),
)  # fmt: skip
