"""Results of rules for the few rows that an assessment talks about: value, reason, trust, parts left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw

from tanheng.measures.assessment import Trust
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameters import Status
from tanheng.text import Text

NOT_THERE = Text("there is no such row", "没有该行数据")


@dataclass(frozen=True)
class Figure:
    """One result. ``value`` None is undetermined, and then ``why`` says what is missing.

    ``left_out`` of ``parts`` are undetermined and not in the total, where the figure is a total of what is determined.
    """

    value: Any
    why: Text | None = None
    status: Status = Status.OFFICIAL
    parts: int | None = None
    left_out: int | None = None

    @property
    def number(self) -> float | None:
        return None if self.value is None else float(self.value)

    @property
    def reason(self) -> Text:
        return self.why or NOT_THERE

    @property
    def trust(self) -> Trust:
        words: dict[Status, Trust] = {
            Status.OFFICIAL: "official",
            Status.REPORTED: "reported",
            Status.RECALLED: "recalled",
            Status.EXAMPLE: "example",
        }
        return words[self.status]


Row = Mapping[str, Figure]
MISSING = Figure(None, NOT_THERE)


class Rows:
    """Results of one entity by key, sorted by it."""

    def __init__(self, entity: Entity, rows: Iterable[tuple[tuple[Any, ...], Row]]) -> None:
        self.entity = entity
        self._rows = dict(rows)

    def __iter__(self) -> Any:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def at(self, *key: Any) -> Row:
        """The row; empty where there is none, so that every figure of it is missing."""
        return self._rows.get(key, {})

    def figure(self, name: str, *key: Any) -> Figure:
        return self.at(*key).get(name, MISSING)

    def subject(self, name: str, *key: Any) -> str:
        """What ``tanheng explain`` takes, e.g. ``city_year:440300,2024 energy_progress``."""
        return f"{self.entity.name}:{','.join(str(part) for part in key)} {name}"


def read(evaluation: Evaluation, entity: Entity, names: Sequence[str], where: nw.Expr | None = None) -> Rows:
    """The results ``names`` of the rows that fulfil ``where``."""
    frame = evaluation.table(entity, names)
    if where is not None:
        frame = frame.filter(where)
    collected = frame.sort(*entity.key).collect()
    found = []
    for row in collected.iter_rows(named=True):
        figures = {name: _figure(evaluation, row, name) for name in names}
        found.append((tuple(row[key] for key in entity.key), figures))
    return Rows(entity, found)


def _figure(evaluation: Evaluation, row: Mapping[str, Any], name: str) -> Figure:
    value, code = row[name], row.get(f"{name}__cause")
    why = None
    if value is None:
        why = NOT_THERE if code is None else evaluation.cause(int(code)).text
    return Figure(
        value,
        why,
        Status(int(row.get(f"{name}__trust") or 0)),
        row.get(f"{name}__parts"),
        row.get(f"{name}__undetermined"),
    )


def weakest(figures: Iterable[Figure]) -> Status:
    """The weakest status among figures that are there."""
    return max((figure.status for figure in figures if figure.value is not None), default=Status.OFFICIAL)


State = Literal["good", "watch", "bad", "neutral", "undetermined"]
STATE_OF_COLOUR: Mapping[str | None, State] = {
    "green": "good",
    "yellow": "watch",
    "red": "bad",
    None: "undetermined",
}
