"""An entry that changes a parameter which stands already: in a city's rulebook over the nation's, or in a reform.

    near_zero.pilot_grant:
      values:
        2025-07-01: {school: 300000, hotel: {value: 200000, new: true}}

Only values change; title, unit, kind and categories are the parameter's own. What an entry says of a category
holds **from its first date on**: the values beneath that begin later are gone for that category, so that a date
in a reform is never the date of a single day or year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tanheng.policy.entry_reading import Entry, Faults, written
from tanheng.policy.factor_tables import Defaults
from tanheng.policy.parameter_reading import Shelf, check_twice
from tanheng.policy.parameters import Cell, Parameter, Source, Status
from tanheng.policy.value_reading import ValueReader
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar
from tanheng.units import Unit, UnknownUnit

_CHANGES = ("values", "status", "source", "note", "valid_until")
_STANDS_FAST = ("unit", "kind", "by")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Said:
    """What the head of a reform says for all its values: the day a bare value holds from, its source and status."""

    start: date | None
    source: Source
    status: Status


@dataclass(frozen=True)
class Change:
    """What an entry makes of a parameter: its cells, and a last day or a note where it says one."""

    cells: tuple[Cell, ...]
    valid_until: date | None
    note: str | None
    line: int

    def of(self, beneath: Parameter) -> Parameter:
        return replace(
            beneath,
            cells=lay_over(beneath.cells, self.cells),
            valid_until=beneath.valid_until if self.valid_until is None else self.valid_until,
            note=self.note or beneath.note,
        )


def read_change(
    name: str, node: Node, line: int, beneath: Parameter, said: Said, shelf: Shelf, faults: Faults
) -> Change | None:
    """The change, or None when the entry has a fault.

    Codes, besides those of ``Entry`` and ``ValueReader``: ``rulebook.E011`` changes nothing, ``E027`` a unit, kind or
    axis that is not the parameter's, ``E028`` a category that the parameter does not have, ``E031`` a value without
    a date.
    """
    before = len(faults.problems)
    if not isinstance(node, MapNode) or (node.entries and all(map(_DATE.fullmatch, node.entries))):
        node = MapNode({"values": node}, {"values": line}, line)  # the short form: nothing but values
    entry = Entry(name, node, (*_CHANGES, *_STANDS_FAST), faults, at_line=line)
    _check_same(entry, beneath, faults)
    status, source = entry.status() or said.status, entry.source(shelf.documents) or said.source
    note, valid_until = entry.text("note"), entry.day("valid_until")
    cells = _cells(entry, beneath, said, Defaults(None, source, status, None), shelf, faults)
    if valid_until is None and not entry.has("values"):
        faults.add("E011", line, name, message="changes nothing", expected="given values, or valid_until")
    change = Change(tuple(cells), valid_until, note, line)
    changed = change.of(beneath)
    if changed.valid_until is not None and any(cell.start > changed.valid_until for cell in changed.cells):
        message = f"has a value that begins after its last day, {changed.valid_until}"
        faults.add("E004", line, name, message=message, hint="Give the parameter another valid_until here")
    return change if len(faults.problems) == before else None


def lay_over(beneath: Iterable[Cell], above: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells beneath, each category only until the first day of its cells above, and those above."""
    above = tuple(above)
    first: dict[tuple[str, ...], date] = {}
    for cell in above:
        first[cell.keys] = min(cell.start, first.get(cell.keys, cell.start))
    kept = (cell for cell in beneath if cell.keys not in first or cell.start < first[cell.keys])
    return tuple(sorted((*kept, *above), key=lambda cell: (cell.keys, cell.start)))


def _check_same(entry: Entry, beneath: Parameter, faults: Faults) -> None:
    """Unit, kind and axes may be said again, as a guard: then they must be those of the parameter."""
    wanted = {"unit": str(beneath.unit), "kind": beneath.kind, "by": ", ".join(beneath.by) or "none"}
    for key in _STANDS_FAST:
        if not entry.has(key):
            continue
        node = entry.node.entries[key]
        if key == "by":
            same = entry.words(key) == beneath.by
        else:
            text = entry.text(key) or ""
            same = _unit(text) == beneath.unit if key == "unit" else text == beneath.kind
        if not same:
            message = f"is not the {key} of the parameter ({beneath.file} line {beneath.line})"
            hint = "A change of values keeps it; for another one, declare a new parameter"
            place = f"{entry.name}: {key}"
            faults.add("E027", entry.line(key), place, written(node), message=message, expected=wanted[key], hint=hint)


def _unit(text: str) -> Unit | None:
    try:
        return Unit.parse(text)
    except UnknownUnit:
        return None


def _cells(
    entry: Entry, beneath: Parameter, said: Said, defaults: Defaults, shelf: Shelf, faults: Faults
) -> list[Cell]:
    node = entry.node.get("values")
    if node is None:
        return []
    dated = _dated(node, entry, said.start, faults)
    if dated is None:
        return []
    known = frozenset(cell.keys for cell in beneath.cells)
    reader = ValueReader(entry.name, beneath.kind, beneath.by, defaults, shelf.documents, faults, known=known)
    cells = sorted(reader.read(dated), key=lambda cell: (cell.keys, cell.start, cell.line))
    check_twice(entry.name, cells, faults)
    return cells


def _dated(node: Node, entry: Entry, start: date | None, faults: Faults) -> Node | None:
    """The values under their dates; bare ones under the day that the head of the reform says."""
    if isinstance(node, MapNode) and any(_DATE.fullmatch(key) for key in node.entries):
        return node
    if isinstance(node, Scalar | MapNode) and start is not None:
        return MapNode({start.isoformat(): node}, {start.isoformat(): node.line}, node.line)
    if isinstance(node, ListNode):
        return node
    faults.add(
        "E031",
        entry.line("values"),
        entry.name,
        written(node),
        message="has no date",
        expected="given under the date from which it holds, e.g. 2025-07-01: 50",
        hint="Or say `from: 2025-07-01` at the top, for all values without a date",
    )
    return None
