"""How well the traps find planted faults: recall, and questions about rows where nothing was planted.

The truth is a CSV file with the columns ``fault`` (its number), ``kind``, ``table``, ``key``
(``facility_id=F1;month=2022-05-01``) and whatever else describes it: a line for each row, or cell, that a fault
touches. It stands in the layer in which the faults were planted; other layers are not scored. Faults that took a row
away (kinds that begin with ``missing``) leave nothing for a trap to catch and are not counted.

    print(score(city, "demonstration/faults.csv"))
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.problems import InputRejected, Problem

if TYPE_CHECKING:
    from tanheng.warehouse.city import City

COLUMNS = ("fault", "kind", "table", "key")


@dataclass(frozen=True)
class Recall:
    """Faults of one kind in one table: how many were planted, and of how many every row was caught."""

    table: str
    kind: str
    planted: int
    found: int


@dataclass(frozen=True)
class FalseAlarms:
    """Questions of one trap in one table, and how many of them ask about rows without any fault."""

    table: str
    trap: str
    questions: int
    false: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Both, in the order of tables and kinds. ``missed`` are the numbers of the faults not found."""

    recalls: tuple[Recall, ...]
    alarms: tuple[FalseAlarms, ...]
    missed: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Share of all faults that were found."""
        planted = sum(item.planted for item in self.recalls)
        return sum(item.found for item in self.recalls) / planted if planted else 1.0

    @property
    def false_share(self) -> float:
        """Share of all questions that were asked for nothing."""
        questions = sum(item.questions for item in self.alarms)
        return sum(item.false for item in self.alarms) / questions if questions else 0.0

    def __str__(self) -> str:
        lines = [f"{item.table:<20} {item.kind:<22} found {item.found} of {item.planted}" for item in self.recalls]
        lines += [
            f"{item.table:<20} {item.trap:<22} {item.false} false of {item.questions} questions" for item in self.alarms
        ]
        lines.append(f"recall {self.recall:.1%}, false alarms {self.false_share:.1%}")
        return "\n".join(lines)


def score(city: City, truth: str) -> Score:
    """Compare what the traps of a city caught with the truth file at this path inside the city folder.

    Raises
    ------
    InputRejected
        When the file is missing or lacks one of the columns.
    """
    if city.path is None:
        raise ValueError("a city of given rows has no files to score")
    faults = _read(city.path / truth, truth)
    layer = f"{truth.rpartition('/')[0]}/"
    caught = [row for row in city.caught().to_pylist() if row["file"].startswith(layer)]
    rows_caught = {(row["table"], row["key"]) for row in caught}
    rows_planted = {row for rows in faults.values() for row in rows}
    planted: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for (number, kind), rows in faults.items():
        table = next(iter(rows))[0]
        planted.setdefault((table, kind), []).append((number, rows <= rows_caught))
    recalls = tuple(
        Recall(table, kind, len(found), sum(is_found for _, is_found in found))
        for (table, kind), found in sorted(planted.items())
    )
    right: dict[tuple[str, str], dict[str, bool]] = {}
    for row in caught:
        questions = right.setdefault((row["table"], row["trap"]), {})
        questions[row["question"]] = questions.get(row["question"], False) or (row["table"], row["key"]) in rows_planted
    alarms = tuple(
        FalseAlarms(
            table,
            trap,
            len(questions),
            sum(not is_right for is_right in questions.values()),
            tuple(sorted(name for name, is_right in questions.items() if not is_right))[:5],
        )
        for (table, trap), questions in sorted(right.items())
    )
    missed = tuple(sorted(number for found in planted.values() for number, is_found in found if not is_found))
    return Score(recalls, alarms, missed)


def _read(path: Path, name: str) -> Mapping[tuple[str, str], set[tuple[str, str]]]:
    """(fault, kind) -> its rows as (table, key)."""
    faults: dict[tuple[str, str], set[tuple[str, str]]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(line for line in stream if not line.startswith("#"))
            if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
                raise InputRejected([Problem("truth.E002", name, message=f"has no column {', '.join(missing)}")])
            for line in reader:
                if not line["kind"].startswith("missing"):
                    faults.setdefault((line["fault"], line["kind"]), set()).add((line["table"], line["key"]))
    except FileNotFoundError:
        raise InputRejected([Problem("truth.E001", name, message="there is no such file")]) from None
    return faults
