"""Taking in a table of another registry: kept row by row, with the file's digest and what does not add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.credits.overlaps.imports import checking
from tanheng.credits.overlaps.imports.checking import Finding, ProjectRow, UnitsRow
from tanheng.credits.overlaps.imports.forms import (
    ISSUANCES,
    PROJECTS,
    RETIREMENTS,
    TABLES,
    Form,
    forms_of,
)
from tanheng.credits.overlaps.imports.reading import ROWS_MOST, Given, Row, names_of, open_table, rows_of
from tanheng.credits.overlaps.imports.rows import (
    Serials,
    Unreadable,
    day,
    is_here,
    is_nothing,
    number,
    quantity,
    serials,
    year,
)
from tanheng.credits.overlaps.models import (
    ForeignIssuance,
    ForeignProject,
    ForeignRetirement,
    ImportedTable,
    ImportFinding,
    Registry,
)
from tanheng.credits.overlaps.spelling import folded
from tanheng.people.door import door
from tanheng.people.models import User
from tanheng.people.rights import Actor, require
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

RIGHT = "registries.import"
# Of a table that is wrong throughout nobody reads more; all are counted.
FINDINGS_KEPT = 20_000
BATCH = 2_000
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Read:
    """What a file says: rows that can be kept, and everything that does not add up, in the order of its lines."""

    form: Form
    given: Given
    rows: int
    projects: Sequence[ProjectRow]
    units: Sequence[UnitsRow]
    findings: Sequence[Finding]


def do_import_registry_table(
    registry: str,
    file: Path,
    *,
    acting_user: Actor,
    table: str = "",
    as_of: date | None = None,
    name: str = "",
    rows_most: int = ROWS_MOST,
) -> ImportedTable:
    """Take in a public table of another registry: projects first, then issuances, then retirements.

    Rows that do not add up are kept as far as they can be read, and listed; a row without its project's number is
    listed only. The newest file of a registry and table is the one that overlaps are looked for in.

    Parameters
    ----------
    registry
        ``verra``, ``gold_standard``, ``acr``, ``car`` or ``cdm``.
    table
        ``projects``, ``issuances`` or ``retirements``; told by the columns if not given.
    as_of
        The day that the table was made; today if not given. Later dates in it are told.
    name
        How the file is called, where it lies under another name here.
    rows_most
        More rows than these are refused.

    Raises
    ------
    Refused
        Without the right.
    InputRejected
        ``overlaps.E010`` for a file that is none of the registry's tables, ``overlaps.E011`` for one taken in before.
    """
    require(acting_user, RIGHT, None)
    on = as_of or timezone.localdate()
    if on > timezone.localdate():
        raise refused_value("overlaps.E012", "table", "as_of", on.isoformat(), _("is in the future"))
    read = read_table(registry, file, table=table, as_of=on, name=name, rows_most=rows_most)
    shown = read.given.file.name
    before = ImportedTable.objects.filter(registry=registry, table=read.form.table, sha256=read.given.sha256).first()
    if before is not None:
        message = _("was taken in before, as table %d") % before.pk
        raise refused_value("overlaps.E011", shown, "file", None, message)
    with door("registries.import", None, right=RIGHT, acting_user=acting_user) as doing:
        row = ImportedTable(
            registry=registry,
            table=read.form.table,
            file=shown,
            sha256=read.given.sha256,
            as_of=on,
            rows=read.rows,
            taken=len(read.projects) + len(read.units),
            findings_count=len(read.findings),
            taken_by=acting_user if isinstance(acting_user, User) else None,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            message = _("was taken in at this very moment")
            raise refused_value("overlaps.E011", shown, "file", None, message) from None
        _keep(row, read)
        doing.changed(
            f"imported {row.pk}",
            new={
                "registry": registry,
                "table": row.table,
                "file": shown,
                "sha256": row.sha256,
                "rows": row.rows,
                "findings": row.findings_count,
            },
        )
    return ImportedTable.objects.get(pk=row.pk)


def read_table(
    registry: str, file: Path, *, table: str = "", as_of: date, name: str = "", rows_most: int = ROWS_MOST
) -> Read:
    """What a file says and what of it does not add up; keeps nothing.

    Raises
    ------
    InputRejected
        ``overlaps.E010``.
    """
    given = open_table(file, (name or file.name)[:200])
    form = _form_of(registry, given, table)
    columns = form.found_in(given.header)
    findings: list[Finding] = []
    projects: list[ProjectRow] = []
    units: list[UnitsRow] = []
    count = 0
    for row in rows_of(given, columns, rows_most):
        count += 1
        cells = _Cells(row, form, columns, findings)
        if form.table == PROJECTS:
            if (made := _project(cells)) is not None:
                projects.append(made)
        elif (one := _units(cells)) is not None:
            units.append(one)
    if form.table == PROJECTS:
        findings += checking.of_projects(projects, as_of)
        projects = _first_of_each(projects)
    else:
        findings += checking.of_units(units, as_of, _periods(registry))
        if form.table == RETIREMENTS and (issued := _issued(registry)) is not None:
            findings += checking.of_retirements(units, issued)
        elif form.also_retires:
            issued_here = [(each.project, each.year, each.quantity) for each in units]
            findings += checking.of_retirements([each for each in units if each.retired_on], issued_here)
    ordered = [_in_their_words(each, columns) for each in sorted(findings, key=lambda each: (each.line, each.code))]
    return Read(form, given, count, projects, units, ordered)


def _form_of(registry: str, given: Given, table: str) -> Form:
    known = forms_of(registry)
    if not known:
        there = ", ".join(Registry.values)
        raise refused_value("overlaps.E010", given.file.name, "registry", registry, _("is none of: %s") % there)
    if table and table not in TABLES:
        there = ", ".join(TABLES)
        raise refused_value("overlaps.E010", given.file.name, "table", table, _("is none of: %s") % there)
    asked = [each for each in known if not table or each.table == table]
    if not asked:
        message = _("%s has no public table of its own that can be read") % table
        raise refused_value("overlaps.E010", given.file.name, "table", table, message)
    fitting = [each for each in asked if each.needed <= each.found_in(given.header).keys()]
    if fitting:
        # A table of retirements repeats columns of issuances, and both those of projects; none the other way round.
        return max(fitting, key=lambda each: TABLES.index(each.table))
    problems = []
    for form in asked:
        missing = sorted(form.needed - form.found_in(given.header).keys())
        needed = names_of([form.columns[each][0] for each in missing])
        message = _("is no table of %(table)s: it lacks %(columns)s") % {"table": form.table, "columns": needed}
        problems.append(Problem("overlaps.E010", given.file.name, message=message))
    raise InputRejected(problems)


class _Cells:
    """The cells of one row; what cannot be read is told and taken as nothing."""

    def __init__(self, row: Row, form: Form, columns: Mapping[str, str], findings: list[Finding]) -> None:
        self.row, self.form, self.columns, self.findings = row, form, columns, findings

    def text(self, ours: str, longest: int) -> str:
        """As it stands, cut to what can be kept."""
        return self.row.cells.get(ours, "")[:longest]

    def value(self, ours: str, read: Callable[[str], _Value | None]) -> _Value | None:
        """As a value; a fault of it is told."""
        cell = self.row.cells.get(ours, "")
        try:
            return read(cell)
        except Unreadable as wrong:
            said = Text(f"cannot be read: {wrong}", "无法识别")
            self.findings.append(Finding(self.row.line, "overlaps.F02", ours, cell[:300], said))
            return None

    def day(self, ours: str) -> date | None:
        """As a date."""
        return self.value(ours, lambda cell: day(cell, day_first=self.form.day_first))

    def quantity(self, ours: str) -> Decimal | None:
        """As tonnes."""
        return self.value(ours, quantity)

    def is_missing(self, *names: str) -> bool:
        """Tell of cells that are needed and empty."""
        missing = [name for name in names if is_nothing(self.row.cells.get(name, ""))]
        for name in missing:
            self.findings.append(Finding(self.row.line, "overlaps.F01", name, "", Text("is missing", "缺失")))
        return bool(missing)


def _project(cells: _Cells) -> ProjectRow | None:
    if cells.is_missing("number"):
        return None
    cells.is_missing("name")
    last = max((on for name in ("last", "last_2", "last_3") if (on := cells.day(name))), default=None)
    return ProjectRow(
        line=cells.row.line,
        number=number(cells.text("number", 40)),
        name=cells.text("name", 500),
        first=cells.day("first"),
        last=last,
        registered=cells.day("registered"),
        yearly=cells.quantity("yearly"),
        rest={
            "proponent": cells.text("proponent", 500),
            "kind": cells.text("kind", 200),
            "methodology": cells.text("methodology", 500),
            "country": cells.text("country", 100),
            "where": cells.text("where", 500),
            "status": cells.text("status", 100),
        },
    )


def _units(cells: _Cells) -> UnitsRow | None:
    if cells.is_missing("project"):
        return None
    cells.is_missing("quantity")
    registry = cells.form.registry
    told: Serials | None = cells.value("serials", lambda cell: serials(registry, cell))
    to_project, to_buffer = cells.quantity("to_project"), cells.quantity("to_buffer")
    return UnitsRow(
        line=cells.row.line,
        project=number(cells.text("project", 40)),
        on=cells.day("on"),
        vintage=cells.value("vintage", year),
        first=cells.day("first"),
        last=cells.day("last"),
        quantity=cells.quantity("quantity"),
        told=cells.text("serials", 300),
        serials=told,
        total=cells.quantity("total"),
        parts=(to_project, to_buffer or Decimal(0)) if to_project is not None else (),
        retired_on=cells.day("retired_on"),
        rest={"beneficiary": cells.text("beneficiary", 500), "purpose": cells.text("purpose", 500)},
    )


def _first_of_each(rows: Iterable[ProjectRow]) -> list[ProjectRow]:
    """Of two rows with one number the first; the other is told."""
    kept: dict[str, ProjectRow] = {}
    for row in rows:
        kept.setdefault(row.number, row)
    return list(kept.values())


def _newest(registry: str, table: str) -> ImportedTable | None:
    return ImportedTable.objects.filter(registry=registry, table=table).order_by("-pk").first()


def _periods(registry: str) -> dict[str, checking.Period] | None:
    source = _newest(registry, PROJECTS)
    if source is None:
        return None
    rows = ForeignProject.objects.filter(source=source).values_list("number", "first", "last")
    return {number: (first, last) for number, first, last in rows}


def _issued(registry: str) -> list[tuple[str, int | None, Decimal | None]] | None:
    source = _newest(registry, ISSUANCES)
    if source is None:
        return None
    return list(ForeignIssuance.objects.filter(source=source).values_list("project", "vintage", "quantity"))


def _in_their_words(finding: Finding, columns: Mapping[str, str]) -> Finding:
    """With the column as the file calls it."""
    column = columns.get(finding.column, finding.column)
    return Finding(finding.line, finding.code, column[:100], finding.value[:300], finding.said)


def _keep(source: ImportedTable, read: Read) -> None:
    registry = read.form.registry
    _in_batches(
        ForeignProject,
        (
            ForeignProject(
                source=source,
                line=row.line,
                registry=registry,
                number=row.number,
                name=row.name,
                folded=folded(row.name)[:500],
                first=row.first,
                last=row.last,
                registered=row.registered,
                yearly=row.yearly,
                here=is_here(row.rest["country"]),
                digest=_digest(row),
                **row.rest,
            )
            for row in read.projects
        ),
    )
    if read.form.table != RETIREMENTS:
        _in_batches(ForeignIssuance, (ForeignIssuance(**_kept(source, row)) for row in read.units))
    retired = [row for row in read.units if row.retired_on] if read.form.also_retires else []
    if read.form.table == RETIREMENTS:
        retired = list(read.units)
    _in_batches(
        ForeignRetirement,
        (ForeignRetirement(**{**_kept(source, row), "on": row.retired_on or row.on}, **row.rest) for row in retired),
    )
    _in_batches(
        ImportFinding,
        (
            ImportFinding(
                source=source,
                line=each.line,
                code=each.code,
                column=each.column,
                value=each.value,
                said_en=each.said.en,
                said_zh=each.said.zh,
            )
            for each in read.findings[:FINDINGS_KEPT]
        ),
    )


def _kept(source: ImportedTable, row: UnitsRow) -> dict[str, Any]:
    return {
        "source": source,
        "line": row.line,
        "registry": source.registry,
        "project": row.project,
        "on": row.on,
        "vintage": row.year,
        "first": row.first,
        "last": row.last,
        "quantity": row.quantity,
        "serials": row.told,
    }


def _in_batches(model: Any, rows: Iterable[Any]) -> None:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            model._default_manager.bulk_create(batch)
            batch = []
    if batch:
        model._default_manager.bulk_create(batch)


def _digest(row: ProjectRow) -> str:
    """What an overlap was decided on: when the registry says something else of it, it is another finding."""
    told = [row.number, row.name, str(row.first), str(row.last), *(row.rest[name] for name in sorted(row.rest))]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
