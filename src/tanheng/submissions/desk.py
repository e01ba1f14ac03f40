"""The desk at which a file that came in is read: a process of its own, with little memory and little time.

    echo '{"base": ..., "table": ..., "file": ...}' | python -m tanheng.submissions.desk

It knows no database and no web. The file is checked as a part of the city, with every table that it leans on: keys,
references, history, all that the intake looks at; of an emitter also that the rows are about facilities of its own.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tanheng.measures.registry import ALL_TABLES
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected, Problem
from tanheng.submissions.packed import too_much
from tanheng.submissions.rows import rows_at
from tanheng.warehouse.city import City
from tanheng.warehouse.files import TableFile
from tanheng.warehouse.intake import read_table_file
from tanheng.warehouse.manifest import read_manifest
from tanheng.warehouse.merging import CameIn, put_together, rows_that_stood
from tanheng.warehouse.schema import Table

SENT = "sent"  # the layer of the file that is being checked
FAULTS_OF_A_KIND = 500
FINDINGS_MOST = 2000
MEMORY_LIMIT = "1GB"
FACILITY = "facility_id"


@dataclass(frozen=True)
class Request:
    """What is to be checked. With ``is_limited`` the rows must be about facilities
    of one of the ``owners``: the numbers by which the tables name an emitter.

    ``came_in`` are the tables taken in before: layer, table, file.
    """

    base: str
    table: str
    file: str
    today: str
    came_in: Sequence[Sequence[str]] = ()
    is_limited: bool = False
    owners: Sequence[str] = ()
    bytes_most: int = 500 << 20
    rows_most: int = 5_000_000
    memory_bytes: int = 0
    seconds: int = 0


@dataclass
class Answer:
    """What was found. ``cells`` holds the rows that findings are about, by line."""

    rows: int | None = None
    replaces: int | None = None
    header: Sequence[str] = ()
    faults: list[Mapping[str, Any]] = field(default_factory=list)
    questions: list[Mapping[str, Any]] = field(default_factory=list)
    cells: Mapping[int, Sequence[str]] = field(default_factory=dict)


def tables_behind(name: str) -> tuple[Table, ...]:
    """A table with all that it leans on, in the order of the house."""
    known = {table.name: table for table in ALL_TABLES}
    wanted, open_ones = set[str](), [name]
    while open_ones:
        each = open_ones.pop()
        if each in known and each not in wanted:
            wanted.add(each)
            open_ones += [column.refers_to for column in known[each].columns if column.refers_to]
    return tuple(table for table in ALL_TABLES if table.name in wanted)


def check(request: Request) -> Answer:
    """Look at a file from all sides.

    Raises
    ------
    InputRejected
        When the city itself cannot be read: no fault of whoever sent the file.
    """
    path = Path(request.file)
    shown = f"{SENT}/{request.table}{path.suffix}"
    if problem := too_much(path, shown, bytes_most=request.bytes_most, rows_most=request.rows_most):
        return Answer(faults=[_as_told(problem)])
    base = Path(request.base)
    tables = tables_behind(request.table)
    table = next(each for each in tables if each.name == request.table)
    before = [CameIn(layer, name, Path(file)) for layer, name, file in request.came_in]
    after = [*before, CameIn(SENT, request.table, path)]
    categories = load_rulebook(read_manifest(base).rulebook).categories()
    answer = Answer()
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory(prefix="tanheng-desk-") as scratch:
        city = put_together(base, after, Path(scratch) / "city", tables)
        try:
            with City.open(
                city,
                tables,
                categories=categories,
                today=date.fromisoformat(request.today),
                memory_limit=MEMORY_LIMIT,
                faults_most=FAULTS_OF_A_KIND,
            ) as opened:
                answer.rows = sum(file.rows or 0 for file in opened.inputs if file.path.startswith(f"{SENT}/"))
                answer.questions = _questions(opened)
        except InputRejected as rejected:
            problems += rejected.problems
        sent, elsewhere = _apart(problems)
        if request.is_limited:
            sent = [problem for problem in sent if (problem.code, problem.column) != ("intake.E018", FACILITY)]
            sent += _not_their_own(table, TableFile(request.table, path, shown), request, before, Path(scratch))
        if not sent and elsewhere:
            raise InputRejected(elsewhere)
        if not sent:
            answer.replaces = rows_that_stood(base, after, table)
        answer.faults = [_as_told(problem) for problem in sent[:FINDINGS_MOST]]
        lines = {each["line"] for each in (*answer.faults, *answer.questions) if each["line"] is not None}
        header, cells = rows_at(TableFile(request.table, path, shown), lines)
        answer.header, answer.cells = header, cells
    return answer


def _as_told(problem: Problem) -> Mapping[str, Any]:
    """A problem without the name of a layer that nobody but us knows."""
    return {**asdict(problem), "message": problem.message.replace(f"{SENT}/", "")}


def _apart(problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Faults of the file, and faults of what was there before it."""
    sent: list[Problem] = []
    elsewhere: list[Problem] = []
    for problem in problems:
        (sent if problem.file.startswith(f"{SENT}/") else elsewhere).append(problem)
    return sent, elsewhere


def _questions(city: City) -> list[Mapping[str, Any]]:
    """What the traps ask about rows of the file, a line for each row that was caught."""
    asks = {question.id: question.asks for question in city.questions}
    found: list[Mapping[str, Any]] = []
    for row in city.caught().to_pylist():
        if row["file"].startswith(f"{SENT}/") and row["question"] in asks:
            said = asks[row["question"]]
            found.append(
                {
                    "code": f"trap.{row['trap']}",
                    "file": row["file"],
                    "line": row["line"],
                    "column": row["column"],
                    "value": None if row["value"] is None else str(row["value"]),
                    "expected": None if row["expected"] is None else str(row["expected"]),
                    "en": said.en.replace(f"{SENT}/", ""),
                    "zh": said.zh.replace(f"{SENT}/", ""),
                }
            )
    return found[:FINDINGS_MOST]


def _not_their_own(
    table: Table, file: TableFile, request: Request, before: Sequence[CameIn], scratch: Path
) -> list[Problem]:
    """Rows about facilities of others, or of nobody: which of the two is not said."""
    names = {column.name for column in table.columns}
    if FACILITY not in names:
        message = "is a table that only the bureau hands in"
        return [Problem("submissions.E011", file.name, message=message, hint="Ask the bureau to hand it in")]
    everybodys, own = _facilities(request, before, scratch / "before")
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("CREATE SCHEMA files")
        reading = read_table_file(connection, table, file, 0, categories=None, scratch=scratch)
        present = {cell.column.name for cell in reading.cells if cell.is_present}
        if FACILITY not in present:
            return []
        with_owner = table.name == "facilities" and "organisation_id" in present
        column = "organisation_id" if with_owner else "NULL"
        rows = connection.execute(f'SELECT _row, {FACILITY}, {column} FROM files."{table.name}#0"').fetchall()
        wrong: dict[int, tuple[str, str]] = {}
        for row, facility, said in rows:
            if facility is None:
                continue
            is_new = table.name == "facilities" and facility not in everybodys
            if facility not in own and not is_new:
                wrong[row] = (FACILITY, str(facility))
            elif table.name == "facilities" and said not in request.owners:
                wrong[row] = ("organisation_id", "" if said is None else str(said))
        lines = reading.lines.of(sorted(wrong))
    hint = (
        "Rows are for your own facilities: a facility is yours where its organisation_id is your number in the "
        "registers"
        if request.owners
        else "Ask the bureau to enter your number in the registers with your organisation"
    )
    return [
        Problem("submissions.E010", file.name, lines[row], column, value or None, expected=_OWN[column], hint=hint)
        for row, (column, value) in sorted(wrong.items())
    ]


_OWN = {
    FACILITY: "a facility of your organisation",
    "organisation_id": "your organisation's number in the registers",
}


def _facilities(request: Request, before: Sequence[CameIn], place: Path) -> tuple[set[str], set[str]]:
    """All facilities as they stood before the file came in, and the sender's own."""
    tables = tables_behind("facilities")
    city = put_together(Path(request.base), before, place, tables)
    with City.open(city, tables, memory_limit=MEMORY_LIMIT) as opened:
        rows = opened.frame("facilities").select(FACILITY, "organisation_id").collect("pyarrow").to_native().to_pylist()
    own = {row[FACILITY] for row in rows if row["organisation_id"] in request.owners}
    return {row[FACILITY] for row in rows}, own


def _bounded(request: Request) -> None:
    """From here on no more memory, time and disk than a file of this kind can need."""
    if request.memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (request.memory_bytes, request.memory_bytes))
    if request.seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (request.seconds, request.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read a request, write the answer; 3 where the city itself cannot be read."""
    request = Request(**json.load(sys.stdin))
    _bounded(request)
    try:
        answer = check(request)
    except InputRejected as rejected:
        json.dump([str(problem) for problem in rejected.problems[:20]], sys.stdout)
        return 3
    json.dump(asdict(answer), sys.stdout, ensure_ascii=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
