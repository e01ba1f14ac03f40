"""Applications of many communities from one file, with every fault by line before any is taken.

The bureau takes them in for the organisations that sent them on paper or in a table: each line becomes an application
of its organisation, which goes the same way as one from the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from django.utils.translation import gettext as _

from tanheng.communities.community_cases import HOUSEHOLDS_MOST, OVER, Community
from tanheng.people.models import Organisation
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.warehouse.files import TableFile
from tanheng.warehouse.intake import read_table_file
from tanheng.warehouse.schema import Column, Table

FORMATS = (".csv", ".xlsx")
# So that a page answers within seconds; a city has more communities than that, and several files.
ROWS_MOST = 500
MEMORY_LIMIT = "512MB"
APPLICATIONS = Table(
    "community_applications",
    Text("Applications of quiet communities", "宁静小区申请"),
    Text("One row for a community that applies for the title", "每行一个申请称号的小区"),
    (
        Column("organisation", "text", Text("who manages it, by the name in this house", "管理单位(本系统中的名称)")),
        Column("name", "text", Text("name of the community", "小区名称")),
        Column("address", "text", Text("district, street, number", "地址(区、街道、门牌号)")),
        Column("households", "integer", Text("how many live there", "户数"), least=1, most=HOUSEHOLDS_MOST),
        Column("measures", "text", Text("what is done for quiet", "宁静措施")),
    ),
    key=("organisation", "name"),
)
LONGEST = {"name": 100, "address": 200, "measures": 4000}


@dataclass(frozen=True)
class Application:
    """A line of the file that can be taken."""

    line: int
    organisation: Organisation
    name: str
    address: str
    households: int
    measures: str


def read_applications(path: Path, name: str) -> list[Application]:
    """The lines of a file (CSV in UTF-8, or .xlsx), in their order.

    Raises
    ------
    InputRejected
        With every fault of every line: ``intake.E0xx`` of cells and columns; ``noise.E081`` applied for already;
        ``noise.E088`` an organisation that is not there or of which there are several, a community that stands twice,
        a text that is too long; ``noise.E089`` another format, no row or too many.
    """
    if path.suffix.lower() not in FORMATS:
        raise _of_file(name, _("is neither .csv nor .xlsx"))
    with TemporaryDirectory(prefix="tanheng-communities-") as scratch, duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET threads = 1")
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("CREATE SCHEMA files")
        file = TableFile(APPLICATIONS.name, path, name)
        reading = read_table_file(
            connection, APPLICATIONS, file, 0, categories=None, scratch=Path(scratch), faults_most=ROWS_MOST
        )
        if not reading.is_readable:
            raise InputRejected(sorted(reading.problems))
        columns = [column.name for column in APPLICATIONS.columns]
        found = connection.execute(
            f'SELECT _row, {", ".join(columns)} FROM files."{APPLICATIONS.name}#0" ORDER BY _row LIMIT {ROWS_MOST + 1}'
        ).fetchall()
        if not found or len(found) > ROWS_MOST:
            raise _of_file(name, _("has no row") if not found else _("has more than %d rows") % ROWS_MOST)
        lines = reading.lines.of([row for row, *_cells in found])
        rows = [(lines[row], dict(zip(columns, cells, strict=True))) for row, *cells in found]
    problems = list(reading.problems)
    organisations = _organisations({str(cells["organisation"]).strip() for _line, cells in rows})
    problems += [each for line, cells in rows for each in _faults(name, line, cells, organisations)]
    problems += _repeated(name, rows, organisations)
    if problems:
        raise InputRejected(sorted(problems))
    return [
        Application(
            line,
            organisations[str(cells["organisation"]).strip()][0],
            str(cells["name"]).strip(),
            str(cells["address"]).strip(),
            int(str(cells["households"])),
            str(cells["measures"]).strip(),
        )
        for line, cells in rows
    ]


def _organisations(names: set[str]) -> Mapping[str, Sequence[Organisation]]:
    known: dict[str, list[Organisation]] = {name: [] for name in names}
    for each in Organisation.objects.filter(name__in=names, is_active=True).order_by("pk"):
        known[each.name].append(each)
    return known


def _faults(
    file: str, line: int, cells: Mapping[str, object], organisations: Mapping[str, Sequence[Organisation]]
) -> list[Problem]:
    """Of what was read of a line; an empty cell was told as the file was read."""
    problems = []
    if cells["organisation"] is not None:
        whose = str(cells["organisation"]).strip()
        if len(organisations[whose]) != 1:
            message = (
                _("there are several of this name") if organisations[whose] else _("no organisation has this name")
            )
            hint = "" if organisations[whose] else _("It is founded on the page of organisations")
            problems.append(Problem("noise.E088", file, line, "organisation", whose, message, hint=hint))
    for column, longest in LONGEST.items():
        if cells[column] is not None and len(str(cells[column]).strip()) > longest:
            problems.append(Problem("noise.E088", file, line, column, message=_("is longer than %d signs") % longest))
    return problems


def _repeated(
    file: str,
    rows: Sequence[tuple[int, Mapping[str, object]]],
    organisations: Mapping[str, Sequence[Organisation]],
) -> list[Problem]:
    """Communities that stand twice in the file, or that have an application or a title already."""
    problems = []
    first: dict[tuple[str, str], int] = {}
    for line, cells in rows:
        if cells["organisation"] is None or cells["name"] is None:
            continue
        key = str(cells["organisation"]).strip(), str(cells["name"]).strip()
        before = first.setdefault(key, line)
        if before != line:
            message = _("stands already in line %d") % before
            problems.append(Problem("noise.E088", file, line, "name", key[1], message))
    ours = Community.objects.filter(organisation__in=[each.pk for found in organisations.values() for each in found])
    there = set(ours.exclude(state__in=OVER).values_list("organisation__name", "name"))
    message = _("has an application or a title already")
    problems += [
        Problem("noise.E081", file, line, "name", name, message)
        for (organisation, name), line in first.items()
        if (organisation, name) in there
    ]
    return problems


def _of_file(name: str, message: str) -> InputRejected:
    return InputRejected([Problem("noise.E089", name, message=message)])
