"""From a YAML entry (and its factor table) to a ``Parameter``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import cast, get_args

from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import Defaults, FactorTable, TableUse, WhenEmpty, cells_of
from tanheng.policy.parameters import Cell, Parameter, ParameterKind, Source
from tanheng.policy.value_reading import ValueReader
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar
from tanheng.units import ONE, Unit, UnknownUnit

_KEYS = (
    *("title", "kind", "unit", "by", "values", "table", "start"),
    *("source", "status", "note", "recorded", "valid_until"),
)
_TABLE_KEYS = ("file", "keys", "value", "where", "empty")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

OpenTable = Callable[[str, int], "FactorTable | None"]


@dataclass(frozen=True)
class Shelf:
    """What the entries of one file may refer to: the documents, and the tables beside it.

    ``open_table(name, line)`` gives a table, or None after reporting why not; ``used`` collects the
    (table, column) that some parameter takes.
    """

    documents: Mapping[str, Source]
    open_table: OpenTable
    used: set[tuple[str, str]]


def read_parameter(name: str, node: Node, line: int, shelf: Shelf, faults: Faults) -> Parameter | None:
    """The parameter, or None when it has a fault.

    Codes, besides those of ``Entry``, ``ValueReader`` and ``cells_of``: ``rulebook.E005`` a unit, ``E010`` a name,
    ``E011`` neither values nor a table, ``E012`` no status or source, ``E013`` a column of a table, ``E014`` a cell
    twice, ``E015`` a table without a row for the parameter.
    """
    before = len(faults.problems)
    if not _NAME.fullmatch(name):
        expected = "subject.name in small letters, e.g. near_zero.pilot_grant"
        faults.add("E010", line, name, message="is no parameter name", expected=expected)
    if not isinstance(node, MapNode):
        faults.add("E004", line, name, written(node), expected="a map with title, unit, values ...")
        return None
    parameter = _ParameterReader(name, node, line, shelf, faults).read()
    return parameter if len(faults.problems) == before else None


class _ParameterReader:
    def __init__(self, name: str, node: MapNode, line: int, shelf: Shelf, faults: Faults) -> None:
        self._name = name
        self._line = line
        self._entry = Entry(name, node, _KEYS, faults, at_line=line)
        self._shelf = shelf
        self._faults = faults
        self._kind: ParameterKind = "number"
        self._by: tuple[str, ...] = ()
        self._defaults = Defaults(None, None, None, None)

    def read(self) -> Parameter | None:
        entry = self._entry
        title = entry.both_languages("title")
        self._kind = cast(ParameterKind, entry.choice("kind", get_args(ParameterKind)) or "number")
        unit = self._unit()
        self._by = entry.words("by")
        status, source = entry.status(), entry.source(self._shelf.documents)
        self._defaults = Defaults(entry.day("start"), source, status, entry.day("recorded"))
        valid_until, note = entry.day("valid_until"), entry.text("note")
        cells = sorted(self._cells(), key=lambda cell: (cell.keys, cell.start, cell.line))
        check_twice(self._name, cells, self._faults)
        if valid_until is not None and any(cell.start > valid_until for cell in cells):
            entry.wrong("valid_until", "on or after the first day of every value")
        if not cells or title is None:
            return None
        weakest = max(cells, key=lambda cell: cell.status)
        return Parameter(
            name=self._name,
            title=title,
            kind=self._kind,
            unit=unit,
            by=self._by,
            cells=tuple(cells),
            source=source or weakest.source,
            status=weakest.status if status is None else status,
            note=note,
            file=self._faults.file,
            line=self._line,
            valid_until=valid_until,
        )

    def _unit(self) -> Unit:
        entry, faults = self._entry, self._faults
        if self._kind not in ("number", "integer"):
            if entry.has("unit"):
                message = f"is a {self._kind} and has a unit"
                faults.add("E005", entry.line("unit"), self._name, message=message, hint="Delete the unit")
            return ONE
        said = entry.text("unit", required=self._kind == "number")
        try:
            return ONE if said is None else Unit.parse(said)
        except UnknownUnit as error:
            faults.add("E005", entry.line("unit"), self._name, message=f"has a wrong unit: {error}")
            return ONE

    def _cells(self) -> list[Cell]:
        entry = self._entry
        values, table = entry.node.get("values"), entry.node.get("table")
        if (values is None) == (table is None):
            message = "has no values" if values is None else "has both values and a table"
            self._faults.add("E011", self._line, self._name, message=message, expected="given either values or a table")
            return []
        if table is not None:
            return self._from_table(table)
        if entry.has("start"):
            entry.wrong("start", "left out: it belongs to a table, values have their dates")
        assert values is not None
        documents = self._shelf.documents
        return ValueReader(self._name, self._kind, self._by, self._defaults, documents, self._faults).read(values)

    def _from_table(self, node: Node) -> list[Cell]:
        if not isinstance(node, MapNode):
            self._entry.wrong("table", "a map with file, keys and value")
            return []
        entry = Entry(f"{self._name}: table", node, _TABLE_KEYS, self._faults)
        file, value, keys = entry.text("file", required=True), entry.text("value", required=True), entry.words("keys")
        empty = cast(WhenEmpty, entry.choice("empty", get_args(WhenEmpty)) or "refuse")
        where = _where(entry)
        if len(keys) != len(self._by):
            entry.wrong("keys", f"one column for each axis ({', '.join(self._by) or 'none'})")
            return []
        table = None if file is None else self._shelf.open_table(file, entry.line("file"))
        if table is None or value is None:
            return []
        columns = {*keys, value, *(column for column, _ in where)}
        if not self._has_columns(table, columns, node.line):
            return []
        self._shelf.used.update((table.shown, column) for column in columns)
        before = len(self._faults.problems)
        use = TableUse(keys, value, where, empty)
        cells = cells_of(table, use, self._kind, self._defaults, self._faults.problems)
        if not cells and len(self._faults.problems) == before:
            self._faults.add("E015", node.line, entry.name, message=f"finds no row in {table.shown}")
        return cells

    def _has_columns(self, table: FactorTable, columns: set[str], line: int) -> bool:
        """Whether the table has the columns, and date, status and source come from somewhere: told once, not by row."""
        absent = sorted(column for column in columns if column not in table.place)
        for column in absent:
            message, hint = f"is no column of {table.shown}", near(column, table.columns)
            self._faults.add("E013", line, f"{self._name}: table", column, message=message, hint=hint)
        given = {"from": self._defaults.start, "status": self._defaults.status, "source": self._defaults.source}
        lacking = [word for word, default in given.items() if default is None and word not in table.place]
        if lacking:
            words = " and ".join("start" if word == "from" else word for word in lacking)
            expected = f"given for the parameter, or in a column {', '.join(lacking)} of {table.shown}"
            self._faults.add("E012", line, self._name, message=f"has no {words}", expected=expected)
        return not absent and not lacking


def check_twice(name: str, cells: Iterable[Cell], faults: Faults) -> None:
    """``rulebook.E014`` for two of the sorted cells with the same categories and day."""
    for first, second in pairwise(cells):
        if (first.keys, first.start) == (second.keys, second.start):
            place = ", ".join((*first.keys, str(first.start)))
            there = Faults(second.file, faults.problems)
            message = f"stands twice; first on line {first.line}"
            there.add("E014", second.line, name, place, message=message, hint="Delete one of the two")


def _where(entry: Entry) -> tuple[tuple[str, frozenset[str]], ...]:
    """The columns that choose rows, each with the texts it may hold."""
    node = entry.node.get("where")
    if node is None:
        return ()
    expected = "a map from columns to the value, or list of values, that a row must have"
    if not isinstance(node, MapNode):
        entry.wrong("where", expected)
        return ()
    found = []
    for column, wanted in node.entries.items():
        items = wanted.items if isinstance(wanted, ListNode) else (wanted,)
        values = [item.text for item in items if isinstance(item, Scalar)]
        if len(values) != len(items) or not values:
            entry.wrong("where", expected)
        found.append((column, frozenset(values)))
    return tuple(found)
