"""From a YAML entry (and its factor table) to a ``Parameter``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import Defaults, FactorTable, TableUse, WhenEmpty, cells_of
from tanheng.policy.parameters import Cell, Parameter, ParameterKind, Source, Status
from tanheng.policy.trail import check_trail, in_order, known
from tanheng.policy.value_reading import ValueReader, Values
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar
from tanheng.units import ONE, Unit, UnknownUnit

DATED_KEYS = ("source", "status", "note", "recorded", "review_by", "valid_until")
_KEYS = ("title", "kind", "unit", "by", "values", "table", "start", *DATED_KEYS, "local", "awaits")
_TABLE_KEYS = ("file", "keys", "value", "where", "empty")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

OpenTable = Callable[[str, int], "FactorTable | None"]


@dataclass(frozen=True)
class Shelf:
    """What the entries of one file may refer to: the documents, and the tables beside it.

    ``open_table(name, line)`` gives a table, or None after reporting why not; ``used`` collects the
    (table, column) that some parameter takes. ``known_on``: only what was recorded by then counts. ``reviewed``: an
    example must say by when it wants another look.
    """

    documents: Mapping[str, Source]
    open_table: OpenTable
    used: set[tuple[str, str]]
    known_on: date | None = None
    reviewed: bool = True


def read_parameter(name: str, node: Node, line: int, shelf: Shelf, faults: Faults) -> Parameter | None:
    """The parameter, or None when it has a fault.

    Codes, besides those of ``Entry`` and ``read_records``: ``rulebook.E005`` a unit, ``E010`` a name, ``E011`` neither
    values nor a table, ``E012`` no status or source.
    """
    before = len(faults.problems)
    if not _NAME.fullmatch(name):
        expected = "subject.name in small letters, e.g. near_zero.pilot_grant"
        faults.add("E010", line, name, message="is no parameter name", expected=expected)
    if not isinstance(node, MapNode):
        faults.add("E004", line, name, written(node), expected="a map with title, unit, values ...")
        return None
    entry = Entry(name, node, _KEYS, faults, at_line=line)
    title = entry.both_languages("title")
    kind = cast(ParameterKind, entry.choice("kind", get_args(ParameterKind)) or "number")
    unit, by = _unit(entry, kind, line, faults), entry.words("by")
    defaults = defaults_of(entry, shelf)
    valid_until, note, awaits = entry.day("valid_until"), entry.text("note"), entry.text("awaits")
    values, table, local = node.get("values"), node.get("table"), entry.truth("local")
    records: tuple[Cell, ...] = ()
    if values is not None and table is not None:
        faults.add("E011", line, name, message="has both values and a table", expected="given one of the two")
    elif values is None and table is None and not local:
        expected = "given values or a table, or local: true where other rulebooks give them"
        faults.add("E011", line, name, message="has no values", expected=expected)
    elif values is not None or table is not None:
        records = read_records(entry, Values(name, kind, by), values, defaults, shelf, faults)
    if valid_until is not None and any(cell.start > valid_until for cell in records):
        entry.wrong("valid_until", "on or after the first day of every value")
    source, status = defaults.source, defaults.status
    if records:
        weakest = max(records, key=lambda cell: cell.status)
        source, status = source or weakest.source, weakest.status if status is None else status
    if len(faults.problems) > before or title is None:
        return None
    return Parameter(
        name=name,
        title=title,
        kind=kind,
        unit=unit,
        by=by,
        cells=known(records, shelf.known_on),
        source=source,
        status=status,
        note=note,
        file=faults.file,
        line=line,
        valid_until=valid_until,
        records=records,
        local=local,
        awaits=awaits,
    )


def defaults_of(entry: Entry, shelf: Shelf) -> Defaults:
    """What the entry of a parameter says for those of its values that do not say it themselves."""
    source, status = entry.source(shelf.documents), entry.status()
    return Defaults(entry.day("start"), source, status, entry.day("recorded"), entry.day("review_by"))


def read_records(
    entry: Entry, values: Values, node: Node | None, defaults: Defaults, shelf: Shelf, faults: Faults
) -> tuple[Cell, ...]:
    """The records under ``node``, or of the table of the entry, in order.

    Codes, besides those of ``ValueReader``, ``cells_of`` and ``check_trail``: ``rulebook.E012`` no status, source or
    start, ``E013`` a column of a table, ``E015`` a table without a row for the parameter, ``E034`` an example without a
    review.
    """
    if node is None:
        records = in_order(_TableReader(entry, values, defaults, shelf, faults).read())
    else:
        if entry.has("start"):
            entry.wrong("start", "left out: it belongs to a table, values have their dates")
        records = in_order(ValueReader(values, defaults, shelf.documents, faults).read(node))
    check_trail(values.name, records, faults, values.standing)
    if shelf.reviewed:
        _check_reviewed(values.name, records, faults)
    return records


def _check_reviewed(name: str, records: Iterable[Cell], faults: Faults) -> None:
    """An assumption of ours that nobody looks at again becomes a rule by habit."""
    lacking = [
        cell for cell in records if cell.status is Status.EXAMPLE and cell.value is not None and not cell.review_by
    ]
    if lacking:
        message = "is an example without review_by" if len(lacking) == 1 else f"has {len(lacking)} such examples"
        expected = "a day by which somebody looks at it again"
        hint = "Write review_by: DATE for the parameter, the value, or in a column review_by of the table"
        there = Faults(lacking[0].file, faults.problems)
        there.add("E034", lacking[0].line, name, message=message, expected=expected, hint=hint)


def _unit(entry: Entry, kind: ParameterKind, line: int, faults: Faults) -> Unit:
    if kind not in ("number", "integer"):
        if entry.has("unit"):
            message = f"is a {kind} and has a unit"
            faults.add("E005", entry.line("unit"), entry.name, message=message, hint="Delete the unit")
        return ONE
    said = entry.text("unit", required=kind == "number")
    try:
        return ONE if said is None else Unit.parse(said)
    except UnknownUnit as error:
        faults.add("E005", entry.line("unit"), entry.name, message=f"has a wrong unit: {error}")
        return ONE


class _TableReader:
    """Takes the values of a parameter from a factor table."""

    def __init__(self, entry: Entry, values: Values, defaults: Defaults, shelf: Shelf, faults: Faults) -> None:
        self._entry = entry
        self._values = values
        self._defaults = defaults
        self._shelf = shelf
        self._faults = faults

    def read(self) -> list[Cell]:
        node = self._entry.node.get("table")
        if not isinstance(node, MapNode):
            self._entry.wrong("table", "a map with file, keys and value")
            return []
        entry = Entry(f"{self._entry.name}: table", node, _TABLE_KEYS, self._faults)
        file, value, keys = entry.text("file", required=True), entry.text("value", required=True), entry.words("keys")
        empty = cast(WhenEmpty, entry.choice("empty", get_args(WhenEmpty)) or "refuse")
        where, by = _where(entry), self._values.by
        if len(keys) != len(by):
            entry.wrong("keys", f"one column for each axis ({', '.join(by) or 'none'})")
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
        cells = cells_of(table, use, self._values.kind, self._defaults, self._faults.problems)
        if not cells and len(self._faults.problems) == before:
            self._faults.add("E015", node.line, entry.name, message=f"finds no row in {table.shown}")
        return cells

    def _has_columns(self, table: FactorTable, columns: set[str], line: int) -> bool:
        """Whether the table has the columns, and date, status and source come from somewhere: told once, not by row."""
        name = self._entry.name
        absent = sorted(column for column in columns if column not in table.place)
        for column in absent:
            message, hint = f"is no column of {table.shown}", near(column, table.columns)
            self._faults.add("E013", line, f"{name}: table", column, message=message, hint=hint)
        given = {"from": self._defaults.start, "status": self._defaults.status, "source": self._defaults.source}
        lacking = [word for word, default in given.items() if default is None and word not in table.place]
        if lacking:
            words = " and ".join("start" if word == "from" else word for word in lacking)
            expected = f"given for the parameter, or in a column {', '.join(lacking)} of {table.shown}"
            self._faults.add("E012", line, name, message=f"has no {words}", expected=expected)
        return not absent and not lacking


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
