"""The values that stand in the YAML entry of a parameter, as cells.

values:
  2021-01-01:
    shenzhen: -14.5
    yantian:                                    # several records of one value, the first one first
      - {value: -15.5, note: draft}
      - {value: -15, recorded: 2022-03-01, note: as adopted}
  2026-01-01: unset                             # for every category
  2031-01-01: {value: repealed, recorded: 2029-05-01}
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tanheng.policy.entry_reading import Entry, Faults, near, written
from tanheng.policy.factor_tables import ENDS, WANTED, Defaults
from tanheng.policy.parameters import Cell, CellValue, ParameterKind, Said, Source
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar

_CELL_KEYS = ("value", "status", "source", "note", "recorded", "until", "review_by", "confidence")


@dataclass(frozen=True)
class Values:
    """What the values of an entry are values of.

    ``standing`` are the categories that have values beneath; ``closed``: another one is a fault, unless it says so.
    """

    name: str
    kind: ParameterKind
    by: tuple[str, ...]
    standing: Collection[tuple[str, ...]] = ()
    closed: bool = False


class ValueReader:
    """Reads the values of one parameter.

    Codes: ``rulebook.E006`` a date, ``E007`` a category or a value that is not where it should be, ``E008`` a value of
    another kind, ``E012`` a value without status or source, ``E028`` an unknown category, ``E032`` records that are
    not in the order in which they were made.
    """

    def __init__(self, values: Values, defaults: Defaults, documents: Mapping[str, Source], faults: Faults) -> None:
        self._values = values
        self._name = values.name
        self._kind = values.kind
        self._by = values.by
        self._defaults = defaults
        self._documents = documents
        self._faults = faults

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
        for_all: list[tuple[date, Node, int]] = []
        last: date | None = None
        for text, under in node.entries.items():
            line = node.lines[text]
            start = self._date(text, line, last)
            if start is None:
                continue
            last = start
            if self._by and _is_for_all(under):
                for_all.append((start, under, line))
            else:
                cells.extend(self._under(start, (), under, line))
        return cells + self._everywhere(cells, for_all)

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
            yield from self._records(start, keys, node, line)
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

    def _records(self, start: date, keys: tuple[str, ...], node: Node, line: int) -> Iterator[Cell]:
        """The value, or all records of it that were ever made: the first need not say when, each later one must."""
        if not isinstance(node, ListNode):
            cell = self._cell(start, keys, node, line)
            if cell is not None:
                yield cell
            return
        if not node.items:
            self._faults.add("E007", line, self._called(keys), "an empty list", expected=WANTED[self._kind])
        before: Cell | None = None
        for item in node.items:
            cell = self._cell(start, keys, item, item.line)
            if cell is None:
                continue
            if before is not None and (cell.recorded is None or cell.recorded <= (before.recorded or date.min)):
                self._faults.add(
                    "E032",
                    cell.line,
                    self._called(keys),
                    None if cell.recorded is None else str(cell.recorded),
                    message="corrects an earlier record",
                    expected=f"recorded after {before.recorded}" if before.recorded else "recorded on a day of its own",
                    hint="Write {value: ..., recorded: DATE}, the earliest record first",
                )
            before = cell
            yield cell

    def _called(self, keys: tuple[str, ...]) -> str:
        return f"{self._name}[{', '.join(keys)}]" if keys else self._name

    def _cell(self, start: date, keys: tuple[str, ...], node: Node, line: int) -> Cell | None:
        name = self._called(keys)
        before = len(self._faults.problems)
        status, source, recorded = self._defaults.status, self._defaults.source, self._defaults.recorded
        review_by, until = self._defaults.review_by, None
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
            own = Entry(name, node, (*_CELL_KEYS, "new") if self._values.closed else _CELL_KEYS, self._faults)
            value_node = node.entries["value"]
            status = own.status() if own.has("status") else status
            source = own.source(self._documents) if own.has("source") else source
            recorded = own.day("recorded") if own.has("recorded") else recorded
            review_by = own.day("review_by") if own.has("review_by") else review_by
            until, confidence, note = own.day("until"), own.text("confidence"), own.text("note")
        if self._values.closed:
            self._check_known(keys, name, node, line)
        readable, value = self._value(value_node)
        if not readable:
            expected = f"{WANTED[self._kind]}, unset or repealed"
            self._faults.add("E008", value_node.line, name, written(value_node), expected=expected)
        if len(self._faults.problems) > before:
            return None
        if status is None or source is None:
            lacks = " and ".join(word for word, given in (("status", status), ("source", source)) if given is None)
            self._faults.add("E012", line, name, message=f"has no {lacks}", expected="given here or for the parameter")
            return None
        return Cell(
            keys, start, value, status, source, recorded, confidence, note, self._faults.file, line,
            said_by(value_node), until, review_by,
        )  # fmt: skip

    def _check_known(self, keys: tuple[str, ...], name: str, node: Node, line: int) -> None:
        """A category that the parameter does not have is mostly a misspelt one; a new one says so."""
        said = node.get("new") if isinstance(node, MapNode) else None
        is_new = isinstance(said, Scalar) and said.value is True
        if said is not None and not is_new:
            self._faults.add("E004", said.line, f"{name}: new", written(said), expected="true, or left out")
        elif is_new == (keys in self._values.standing):
            axis, there = len(keys) - 1, {known for known in self._values.standing if known[:-1] == keys[:-1]}
            self._faults.add(
                "E028",
                line,
                name,
                message="is no new category" if is_new else "is a category that the parameter does not have",
                expected="without new" if is_new else "",
                hint="" if is_new else near(keys[axis], {known[axis] for known in there}) or "A new one says new: true",
            )

    def _value(self, node: Node) -> tuple[bool, CellValue]:
        """Whether the node is a value of the kind, and the value (None for unset and what ends a value)."""
        if not isinstance(node, Scalar) or node.value is None:
            return False, None
        if _is_word(node):
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

    def _everywhere(self, cells: list[Cell], for_all: list[tuple[date, Node, int]]) -> list[Cell]:
        """``DATE: unset`` for a parameter with categories: none of them has a value from then on."""
        standing = self._values.standing if self._values.closed else ()  # a city has no say in the nation's
        combinations = sorted({cell.keys for cell in cells} | set(standing))
        made: list[Cell] = []
        for start, node, line in for_all:
            model = self._cell(start, combinations[0], node, line) if combinations else None
            if model is None:
                if not combinations:
                    message = "stands for all categories, and there is none"
                    expected = "a parameter with at least one category"
                    self._faults.add("E012", line, self._name, message=message, expected=expected)
                continue
            made += [replace(model, keys=keys) for keys in combinations]
        return made


def _is_word(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.text in ENDS and not node.quoted


def said_by(node: Node) -> Said:
    """Whether a value is one, or a word that ends one."""
    return ENDS[node.text] if _is_word(node) and isinstance(node, Scalar) else "value"


def _is_for_all(node: Node) -> bool:
    """``unset`` or ``repealed``, alone or with what a value may say beside it, where categories could stand."""
    if isinstance(node, MapNode):
        return _is_word(node.get("value")) and all(key in _CELL_KEYS for key in node.entries)
    return _is_word(node)
