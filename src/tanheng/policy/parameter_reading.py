"""From a YAML entry (and its factor table) to a ``Parameter``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import (
    UNSET,
    WANTED,
    Defaults,
    FactorTable,
    TableUse,
    WhenEmpty,
    cells_of,
)
from tanheng.policy.parameters import Cell, CellValue, Parameter, ParameterKind, Source
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar
from tanheng.problems import Problem
from tanheng.units import ONE, Unit, UnknownUnit

_KEYS = (
    "title", "kind", "unit", "by", "values", "table", "start", "source", "status", "note", "recorded", "valid_until",
)
_CELL_KEYS = ("value", "status", "source", "note", "recorded", "confidence")
_TABLE_KEYS = ("file", "keys", "value", "where", "empty")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

OpenTable = Callable[[str, int], "FactorTable | None"]


@dataclass(frozen=True)
class Shelf:
    """What the entries of one file may refer to: the documents, and the tables beside it.

    ``open_table(name, line)`` gives a table, read once, or None after reporting why not; ``used`` collects (table, column).
    """

    documents: Mapping[str, Source]
    open_table: OpenTable
    used: set[tuple[str, str]]


def read_parameter(name: str, node: Node, line: int, shelf: Shelf, faults: Faults) -> Parameter | None:
    """The parameter, or None when it has a fault.

    Codes, besides those of ``Entry`` and ``cells_of``: ``rulebook.E005`` a unit, ``E006`` dates, ``E007`` categories, ``E008`` a value,
    ``E010`` a name, ``E011`` neither values nor a table, ``E012`` a cell without status or source, ``E013`` a column of a
    table, ``E014`` a cell twice, ``E015`` a table without a row for the parameter.
    """
    before = len(faults.problems)
    if not _NAME.fullmatch(name):
        faults.add(
            "E010", line, name, message="is no parameter name", expected="subject.name in small letters, e.g. near_zero.grant"
        )
    if not isinstance(node, MapNode):
        faults.add("E004", line, name, written(node), expected="a map with title, unit, values ...")
        return None
    parameter = _ParameterReader(name, node, line, shelf, faults).read()
    return parameter if len(faults.problems) == before else None


class _ParameterReader:
    def __init__(self, name: str, node: MapNode, line: int, shelf: Shelf, faults: Faults) -> None:
        self._name = name
        self._line = line
        self._entry = Entry(name, node, _KEYS, faults)
        self._shelf = shelf
        self._faults = faults
        self._kind: ParameterKind = "number"
        self._by: tuple[str, ...] = ()
        self._defaults = Defaults(None, None, None, None)
        self._all_unset: list[tuple[date, int]] = []

    def read(self) -> Parameter | None:
        entry, faults = self._entry, self._faults
        title = entry.both_languages("title")
        self._kind = cast(ParameterKind, entry.choice("kind", get_args(ParameterKind)) or "number")
        unit = self._unit()
        self._by = entry.words("by")
        status, source = entry.status(), entry.source(self._shelf.documents)
        recorded, valid_until = entry.day("recorded"), entry.day("valid_until")
        self._defaults = Defaults(entry.day("start"), source, status, recorded)
        cells: list[Cell] = []
        values, table = entry.node.get("values"), entry.node.get("table")
        if (values is None) == (table is None):
            faults.add("E011", self._line, self._name, message="has no values", expected="either values or a table")
        elif values is not None:
            cells = self._from_values(values)
            if entry.has("start"):
                entry.wrong("start", "left out: it belongs to a table, values have their dates")
        elif table is not None:
            cells = self._from_table(table)
        cells = self._sorted(cells)
        if valid_until is not None and any(cell.start > valid_until for cell in cells):
            entry.wrong("valid_until", "on or after the first day of every value")
        if not cells or title is None:
            return None
        weakest = max(cells, key=lambda cell: cell.status)
        return Parameter(
            self._name, title, self._kind, unit, self._by, tuple(cells), source or weakest.source,
            weakest.status if status is None else status, entry.text("note"), faults.file, self._line, valid_until,
        )

    def _unit(self) -> Unit:
        entry = self._entry
        if self._kind not in ("number", "integer"):
            if entry.has("unit"):
                self._faults.add(
                    "E005", entry.line("unit"), self._name, message=f"is a {self._kind} and has a unit", hint="Delete the unit"
                )
            return ONE
        said = entry.text("unit", required=self._kind == "number")
        try:
            return ONE if said is None else Unit.parse(said)
        except UnknownUnit as error:
            self._faults.add("E005", entry.line("unit"), self._name, message=f"has a wrong unit: {error}")
            return ONE

    # Values written in the YAML

    def _from_values(self, node: Node) -> list[Cell]:
        if not isinstance(node, MapNode) or not node.entries:
            self._faults.add(
                "E006", node.line, self._name, written(node), message="stands under values without a date",
                expected="a map from dates, e.g. 2024-07-01: 50",
            )
            return []
        cells: list[Cell] = []
        last: date | None = None
        for text, under in node.entries.items():
            line = node.lines[text]
            try:
                start = date.fromisoformat(text)
            except ValueError:
                self._faults.add("E006", line, self._name, text, expected="a date such as 2024-07-01")
                continue
            if last is not None and start <= last:
                self._faults.add(
                    "E006", line, self._name, text, message="is out of order", expected=f"after {last}",
                    hint="Write the earliest date first",
                )
            last = start
            if self._by and isinstance(under, Scalar) and under.text == UNSET and not under.quoted:
                self._all_unset.append((start, line))
            else:
                cells.extend(self._under(start, (), under, line))
        return cells + self._unset_everywhere(cells)

    def _under(self, start: date, keys: tuple[str, ...], node: Node, line: int) -> Iterator[Cell]:
        if len(keys) == len(self._by):
            cell = self._cell(start, keys, node, line)
            if cell is not None:
                yield cell
            return
        axis = self._by[len(keys)]
        if not isinstance(node, MapNode) or not node.entries:
            self._faults.add(
                "E007", line, self._name, written(node), message=f"stands where the axis {axis} begins",
                expected=f"a map from {axis} to values",
            )
            return
        for key, under in node.entries.items():
            yield from self._under(start, (*keys, key), under, node.lines[key])

    def _cell(self, start: date, keys: tuple[str, ...], node: Node, line: int) -> Cell | None:
        status, source, recorded = self._defaults.status, self._defaults.source, self._defaults.recorded
        confidence = note = None
        place = ", ".join(keys)
        name = f"{self._name}[{place}]" if keys else self._name
        if isinstance(node, MapNode):
            if "value" not in node:
                self._faults.add(
                    "E007", line, name, written(node), message="stands where a value is wanted",
                    expected=f"{WANTED[self._kind]}, or a map with value, status ...",
                    hint=f"The axes are {', '.join(self._by) or 'none'}",
                )
                return None
            own = Entry(name, node, _CELL_KEYS, self._faults)
            status = own.status() if own.has("status") else status
            source = own.source(self._shelf.documents) if own.has("source") else source
            recorded = own.day("recorded") if own.has("recorded") else recorded
            confidence, note = own.text("confidence"), own.text("note")
            value_node: Node = node.entries["value"]
            if own.has("status") and status is None or own.has("source") and source is None:
                return None
        else:
            value_node = node
        known, value = self._value(value_node)
        if not known:
            self._faults.add(
                "E008", value_node.line, name, written(value_node), expected=f"{WANTED[self._kind]}, or unset"
            )
        if status is None or source is None:
            lacks = " and ".join(w for w, x in (("status", status), ("source", source)) if x is None)
            self._faults.add("E012", line, name, message=f"has no {lacks}", expected="given here or for the parameter")
            return None
        if not known:
            return None
        return Cell(keys, start, value, status, source, recorded, confidence, note, self._faults.file, line)

    def _value(self, node: Node) -> tuple[bool, CellValue]:
        """Whether the node is a value of the kind, and the value (None for unset)."""
        if not isinstance(node, Scalar) or node.value is None:
            return False, None
        if node.text == UNSET and not node.quoted:
            return True, None
        value = node.value
        if self._kind == "text":
            return bool(node.text.strip()), node.text
        if self._kind == "boolean":
            return isinstance(value, bool), value
        if self._kind == "date":
            return isinstance(value, date), value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False, None
        if self._kind == "integer":
            return isinstance(value, int), value
        return math.isfinite(value), float(value)

    def _unset_everywhere(self, cells: list[Cell]) -> list[Cell]:
        """``DATE: unset`` for a parameter with categories: none of them has a value from then on."""
        status, source, recorded = self._defaults.status, self._defaults.source, self._defaults.recorded
        combinations = sorted({cell.keys for cell in cells})
        made = []
        for start, line in self._all_unset:
            if status is None or source is None or not combinations:
                self._faults.add(
                    "E012", line, self._name, message="is unset for all categories",
                    expected="a parameter with status, source and at least one category",
                )
                continue
            made += [
                Cell(keys, start, None, status, source, recorded, None, None, self._faults.file, line)
                for keys in combinations
            ]
        return made

    # Values in a table

    def _from_table(self, node: Node) -> list[Cell]:
        if not isinstance(node, MapNode):
            self._entry.wrong("table", "a map with file, keys and value")
            return []
        entry = Entry(f"{self._name}: table", node, _TABLE_KEYS, self._faults)
        file, value, keys = entry.text("file", required=True), entry.text("value", required=True), entry.words("keys")
        empty = cast(WhenEmpty, entry.choice("empty", get_args(WhenEmpty)) or "refuse")
        where = self._where(entry)
        if len(keys) != len(self._by):
            entry.wrong("keys", f"one column for each axis ({', '.join(self._by) or 'none'})")
            return []
        table = None if file is None else self._shelf.open_table(file, entry.line("file"))
        if table is None or value is None:
            return []
        columns = {*keys, value, *(column for column, _ in where)}
        absent = sorted(column for column in columns if column not in table.place)
        for column in absent:
            self._faults.add(
                "E013", node.line, entry.name, column, message=f"is no column of {file}", hint=near(column, table.columns)
            )
        if absent:
            return []
        self._shelf.used.update((table.shown, column) for column in columns)
        given = {"from": self._defaults.start, "status": self._defaults.status, "source": self._defaults.source}
        lacking = [word for word, default in given.items() if default is None and word not in table.place]
        if lacking:
            words = " and ".join(word.replace("from", "start") for word in lacking)
            self._faults.add(
                "E012", node.line, self._name, message=f"has no {words}",
                expected=f"given for the parameter, or in a column {', '.join(lacking)} of {file}",
            )
            return []
        use = TableUse(keys, value, where, empty)
        before = len(self._faults.problems)
        cells = cells_of(table, use, self._kind, self._defaults, self._faults.problems)
        if not cells and len(self._faults.problems) == before:
            self._faults.add("E015", node.line, entry.name, message=f"finds no row in {file}")
        return cells

    def _where(self, entry: Entry) -> tuple[tuple[str, frozenset[str]], ...]:
        node = entry.node.get("where")
        if node is None:
            return ()
        if not isinstance(node, MapNode):
            entry.wrong("where", "a map from columns to the value, or list of values, that a row must have")
            return ()
        found = []
        for column, wanted in node.entries.items():
            items = wanted.items if isinstance(wanted, ListNode) else (wanted,)
            values = [item.text for item in items if isinstance(item, Scalar)]
            if len(values) != len(items) or not values:
                entry.wrong("where", "a map from columns to the value, or list of values, that a row must have")
            found.append((column, frozenset(values)))
        return tuple(found)

    def _sorted(self, cells: list[Cell]) -> list[Cell]:
        cells = sorted(cells, key=lambda cell: (cell.keys, cell.start, cell.line))
        for first, second in zip(cells, cells[1:], strict=False):
            if (first.keys, first.start) == (second.keys, second.start):
                place = ", ".join((*first.keys, str(first.start)))
                self._faults.problems.append(
                    Problem(
                        "rulebook.E014", second.file, second.line, self._name, place,
                        message=f"stands twice; first on line {first.line}", hint="Delete one of the two",
                    )
                )
        return cells
