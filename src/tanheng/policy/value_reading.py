"""The values that stand in the YAML entry of a parameter, as cells.

values:
  2021-01-01: {shenzhen: -14.5, yantian: {value: -15.5, note: draft}}
  2026-01-01: unset
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import UNSET, WANTED, Defaults
from tanheng.policy.parameters import Cell, CellValue, ParameterKind, Source
from tanheng.policy.yaml_lines import MapNode, Node, Scalar

_CELL_KEYS = ("value", "status", "source", "note", "recorded", "confidence")


class ValueReader:
    """Reads the values of one parameter.

    ``known`` are the categories that the parameter has already; a value for another one must then say ``new: true``.

    Codes: ``rulebook.E006`` a date, ``E007`` a category or a value that is not where it should be, ``E008`` a value of
    another kind, ``E012`` a value without status or source, ``E028`` an unknown category.
    """

    def __init__(
        self,
        name: str,
        kind: ParameterKind,
        by: tuple[str, ...],
        defaults: Defaults,
        documents: Mapping[str, Source],
        faults: Faults,
        *,
        known: Collection[tuple[str, ...]] | None = None,
    ) -> None:
        self._name = name
        self._kind = kind
        self._by = by
        self._defaults = defaults
        self._documents = documents
        self._faults = faults
        self._known = known

    def read(self, node: Node) -> list[Cell]:
        if not isinstance(node, MapNode) or not node.entries:
            self._faults.add(
                "E006",
                node.line,
                self._name,
                written(node),
                message="stands under values without a date",
                expected="a map from dates, e.g. 2024-07-01: 50",
            )
            return []
        cells: list[Cell] = []
        unset_from: list[tuple[date, int]] = []
        last: date | None = None
        for text, under in node.entries.items():
            line = node.lines[text]
            start = self._date(text, line, last)
            if start is None:
                continue
            last = start
            if self._by and _is_unset(under):
                unset_from.append((start, line))
            else:
                cells.extend(self._under(start, (), under, line))
        return cells + self._unset_everywhere(cells, unset_from)

    def _date(self, text: str, line: int, last: date | None) -> date | None:
        try:
            start = date.fromisoformat(text)
        except ValueError:
            self._faults.add("E006", line, self._name, text, expected="a date such as 2024-07-01")
            return None
        if last is not None and start <= last:
            self._faults.add(
                "E006",
                line,
                self._name,
                text,
                message="is out of order",
                expected=f"after {last}",
                hint="Write the earliest date first",
            )
        return start

    def _under(self, start: date, keys: tuple[str, ...], node: Node, line: int) -> Iterator[Cell]:
        if len(keys) == len(self._by):
            cell = self._cell(start, keys, node, line)
            if cell is not None:
                yield cell
            return
        axis = self._by[len(keys)]
        if not isinstance(node, MapNode) or not node.entries:
            self._faults.add(
                "E007",
                line,
                self._name,
                written(node),
                message=f"stands where the axis {axis} begins",
                expected=f"a map from {axis} to values",
            )
            return
        for key, under in node.entries.items():
            yield from self._under(start, (*keys, key), under, node.lines[key])

    def _cell(self, start: date, keys: tuple[str, ...], node: Node, line: int) -> Cell | None:
        name = f"{self._name}[{', '.join(keys)}]" if keys else self._name
        before = len(self._faults.problems)
        status, source, recorded = self._defaults.status, self._defaults.source, self._defaults.recorded
        confidence = note = None
        value_node = node
        if isinstance(node, MapNode):
            if "value" not in node:
                self._faults.add(
                    "E007",
                    line,
                    name,
                    written(node),
                    message="stands where a value is wanted",
                    expected=f"{WANTED[self._kind]}, or a map with value, status ...",
                    hint=f"The axes are {', '.join(self._by) or 'none'}",
                )
                return None
            own = Entry(name, node, _CELL_KEYS if self._known is None else (*_CELL_KEYS, "new"), self._faults)
            value_node = node.entries["value"]
            status = own.status() if own.has("status") else status
            source = own.source(self._documents) if own.has("source") else source
            recorded = own.day("recorded") if own.has("recorded") else recorded
            confidence, note = own.text("confidence"), own.text("note")
        if self._known is not None:
            self._check_known(keys, name, node, line)
        readable, value = self._value(value_node)
        if not readable:
            expected = f"{WANTED[self._kind]}, or unset"
            self._faults.add("E008", value_node.line, name, written(value_node), expected=expected)
        if len(self._faults.problems) > before:
            return None
        if status is None or source is None:
            lacks = " and ".join(word for word, given in (("status", status), ("source", source)) if given is None)
            self._faults.add("E012", line, name, message=f"has no {lacks}", expected="given here or for the parameter")
            return None
        return Cell(keys, start, value, status, source, recorded, confidence, note, self._faults.file, line)

    def _check_known(self, keys: tuple[str, ...], name: str, node: Node, line: int) -> None:
        """A category that the parameter does not have is mostly a misspelt one; a new one says so."""
        said = node.get("new") if isinstance(node, MapNode) else None
        is_new = isinstance(said, Scalar) and said.value is True
        assert self._known is not None
        if said is not None and not is_new:
            self._faults.add("E004", said.line, f"{name}: new", written(said), expected="true, or left out")
        elif is_new == (keys in self._known):
            axis, there = len(keys) - 1, {known for known in self._known if known[:-1] == keys[:-1]}
            self._faults.add(
                "E028",
                line,
                name,
                message="is no new category" if is_new else "is a category that the parameter does not have",
                expected="without new" if is_new else "",
                hint="" if is_new else near(keys[axis], {known[axis] for known in there}) or "A new one says new: true",
            )

    def _value(self, node: Node) -> tuple[bool, CellValue]:
        """Whether the node is a value of the kind, and the value (None for unset)."""
        if not isinstance(node, Scalar) or node.value is None:
            return False, None
        if _is_unset(node):
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

    def _unset_everywhere(self, cells: list[Cell], unset_from: list[tuple[date, int]]) -> list[Cell]:
        """``DATE: unset`` for a parameter with categories: none of them has a value from then on."""
        status, source, recorded = self._defaults.status, self._defaults.source, self._defaults.recorded
        combinations = sorted({cell.keys for cell in cells} | set(self._known or ()))
        made = []
        for start, line in unset_from:
            if status is None or source is None or not combinations:
                self._faults.add(
                    "E012",
                    line,
                    self._name,
                    message="is unset for all categories",
                    expected="a parameter with status, source and at least one category",
                )
                continue
            file = self._faults.file
            made += [Cell(keys, start, None, status, source, recorded, None, None, file, line) for keys in combinations]
        return made


def _is_unset(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == UNSET and not node.quoted
