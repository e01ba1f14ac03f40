"""A submission as a page shows it: the rows with what is wrong with them beside, some at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from tanheng.submissions.models import Finding, Submission
from tanheng.submissions.words import TABLES, how_to_mend, what_is_wrong
from tanheng.text import Language
from tanheng.warehouse.schema import Column

ROWS_A_PAGE = 20


@dataclass(frozen=True)
class Said:
    """A finding in the reader's language."""

    is_fault: bool
    code: str
    column: str
    sentence: str
    hint: str


@dataclass(frozen=True)
class CellShown:
    """A cell of a row as it was sent; ``place`` counts from 0."""

    place: int
    name: str
    text: str
    is_faulty: bool
    column: Column | None

    @property
    def input_name(self) -> str:
        """How a form calls it."""
        return f"c{self.place}"


@dataclass(frozen=True)
class RowShown:
    """A row with its findings; without cells where the line has none of its own, as a header."""

    line: int
    said: Sequence[Said]
    cells: Sequence[CellShown] = field(default_factory=tuple)

    @property
    def faulty(self) -> Sequence[CellShown]:
        """The cells that a finding is about."""
        return [cell for cell in self.cells if cell.is_faulty]

    @property
    def others(self) -> Sequence[CellShown]:
        """The rest of the row."""
        return [cell for cell in self.cells if not cell.is_faulty]


def said_of_the_file(submission: Submission, language: Language) -> list[Said]:
    """What is said of the file as a whole."""
    return [_said(each, submission, language) for each in submission.findings.filter(line=None).order_by("pk")]


def rows_shown(submission: Submission, page: str | None, language: Language) -> tuple[Page[int | None], list[RowShown]]:
    """The rows of one page, in the order of the file."""
    lines = submission.findings.exclude(line=None).order_by("line").values_list("line", flat=True).distinct()
    window = Paginator(lines, ROWS_A_PAGE).get_page(page)
    here = [line for line in window.object_list if line is not None]
    cells = {row.line: row.cells for row in submission.shown_rows.filter(line__in=here)}
    findings: dict[int, list[Finding]] = {}
    for finding in submission.findings.filter(line__in=here).order_by("pk"):
        assert finding.line is not None
        findings.setdefault(finding.line, []).append(finding)
    rows = [
        RowShown(
            line,
            [_said(each, submission, language) for each in findings[line]],
            _cells(submission, cells.get(line, []), findings[line]),
        )
        for line in here
    ]
    return window, rows


def _said(finding: Finding, submission: Submission, language: Language) -> Said:
    return Said(
        finding.is_fault,
        finding.code,
        finding.column,
        what_is_wrong(finding, language, table=submission.table),
        how_to_mend(finding, language, table=submission.table),
    )


def _cells(submission: Submission, cells: Sequence[str], findings: Sequence[Finding]) -> list[CellShown]:
    # Of several columns a finding names all: "mass_t or volume_10k_nm3", "facility_id + month".
    doubted = {name for each in findings for name in re.split(r" or | \+ ", each.column) if name}
    table = TABLES.get(submission.table)
    known = {column.name: column for column in table.all_columns} if table else {}
    names = [*submission.header, *("" for _ in range(len(cells) - len(submission.header)))]
    return [
        CellShown(place, name, cells[place] if place < len(cells) else "", name in doubted, known.get(name))
        for place, name in enumerate(names)
    ]
