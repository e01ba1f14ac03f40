"""Scenario files as scenarios, each part with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar, read_yaml_list
from tanheng.problems import InputRejected, Problem

UNDETERMINED = "undetermined"

_KEYS = {"name", "source", "date", "tables", "expect"}
_VALUE_KEYS = {"value", "within"}


def likely(word: str, known: Iterable[str]) -> str:
    """A hint with the names that come near the word."""
    found = get_close_matches(word, sorted(known), n=3)
    return f"Did you mean {' or '.join(found)}?" if found else ""


@dataclass(frozen=True)
class Expected:
    """One expected result: a rule of one row. ``row`` is all that stands in the row, its key among it."""

    entity: str
    row: tuple[tuple[str, Any], ...]
    rule: str
    value: Any
    within: float | None
    line: int


@dataclass(frozen=True)
class GivenRow:
    """A row of a table; ``lines`` has the line of each of its columns."""

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    line: int


@dataclass(frozen=True)
class Scenario:
    """A small city, a day, and what is expected of it. ``line`` is where it begins in its file."""

    name: str
    source: str
    on: date
    tables: Mapping[str, tuple[GivenRow, ...]]
    expected: tuple[Expected, ...]
    path: Path
    line: int

    @property
    def file(self) -> str:
        return self.path.name


def read_scenarios(files: Iterable[Path]) -> tuple[Scenario, ...]:
    """The scenarios of the files, in order.

    Raises
    ------
    InputRejected
        With every fault of form: unknown key, missing date, a row without its key.
    """
    problems: list[Problem] = []
    found: list[Scenario] = []
    for file in files:
        for item in read_yaml_list(file, file.name, problems) or ():
            scenario = _scenario(item, file, problems)
            if scenario is not None:
                found.append(scenario)
    if problems:
        raise InputRejected(problems)
    return tuple(found)


def _scenario(node: Node, path: Path, problems: list[Problem]) -> Scenario | None:
    file = path.name
    if not isinstance(node, MapNode):
        wanted = "a map with name, date, tables, expect"
        problems.append(Problem("scenario.E002", file, node.line, message="is no scenario", expected=wanted))
        return None
    _refuse_unknown(node, _KEYS, file, problems)
    name, on = _plain(node.get("name")), _plain(node.get("date"))
    tables, expect = node.get("tables"), node.get("expect")
    if not isinstance(name, str) or not isinstance(on, date):
        problems.append(Problem("scenario.E004", file, node.line, message="has no name or no date"))
        return None
    if not isinstance(tables, MapNode) or not isinstance(expect, MapNode) or not expect.entries:
        problems.append(Problem("scenario.E005", file, node.line, name, message="has no tables or expects nothing"))
        return None
    rows = {
        table: tuple(GivenRow(_row(row), row.lines, row.line) for row in _rows(tables, table, file, problems))
        for table in tables.entries
    }
    found = tuple(
        item
        for entity in expect.entries
        for row in _rows(expect, entity, file, problems)
        for item in _expected(entity, row, file, problems)
    )
    return Scenario(name, str(_plain(node.get("source")) or ""), on, rows, found, path, node.line)


def _refuse_unknown(node: MapNode, known: set[str], file: str, problems: list[Problem]) -> None:
    wanted = f"one of {', '.join(sorted(known))}"
    for key in node.entries:
        if key not in known:
            said, line = {"message": "is unknown", "expected": wanted, "hint": likely(key, known)}, node.lines[key]
            problems.append(Problem("scenario.E003", file, line, key, **said))


def _rows(node: MapNode, name: str, file: str, problems: list[Problem]) -> Sequence[MapNode]:
    """The rows of a table or of an entity; whatever is no row is a fault, and not just left out."""
    listed = node.entries[name]
    items = listed.items if isinstance(listed, ListNode) else (listed,)
    rows = [item for item in items if isinstance(item, MapNode)] if isinstance(listed, ListNode) else []
    if len(rows) < len(items):
        problems.append(Problem("scenario.E013", file, node.lines[name], name, message="is no list of rows"))
    return rows


def _row(row: MapNode) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.entries.items()}


def _plain(node: Node | None) -> Any:
    return node.value if isinstance(node, Scalar) else None


def _expected(entity: str, row: MapNode, file: str, problems: list[Problem]) -> Iterable[Expected]:
    """Every entry as an expectation; which of them are keys is known only with the plan."""
    entries = tuple(_row(row).items())
    for name, node in row.entries.items():
        value, within = _plain(node), None
        if isinstance(node, MapNode):
            _refuse_unknown(node, _VALUE_KEYS, file, problems)
            value, within = _plain(node.get("value")), _plain(node.get("within"))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is None:
            hint = f"Write {UNDETERMINED} where that is meant"
            problems.append(Problem("scenario.E014", file, row.lines[name], name, message="has no value", hint=hint))
        elif "within" in (node.entries if isinstance(node, MapNode) else ()) and not (
            is_number and isinstance(within, int | float) and not isinstance(within, bool) and within >= 0
        ):
            wanted = "a number of 0 or more beside a number"
            problems.append(Problem("scenario.E014", file, row.lines[name], f"{name}.within", expected=wanted))
        else:
            yield Expected(entity, entries, name, value, within, row.lines[name])
