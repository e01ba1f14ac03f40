"""The rulebook as far as a run used it, kept with the run: ``parameters.json``.

A report, and whoever reads a run years later, needs no rulebook beside it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tanheng.policy.rulebook import CatalogueMeasure, Cell, Parameter, Rulebook, Source
from tanheng.runs.assessments import write_json
from tanheng.runs.plain import from_plain, to_plain
from tanheng.text import Text

FILE = "parameters.json"
UNSET = "unset"
STATUS_WORDS = ("official", "reported", "recalled", "example", UNSET)


@dataclass(frozen=True)
class SourceUsed:
    """Where a value comes from, in the rulebook's own words."""

    document: str
    clause: str | None
    read: str | None
    address: str | None
    note: str | None


@dataclass(frozen=True)
class CellUsed:
    """A value in force. ``value`` is written as the rulebook has it; None is unset."""

    keys: tuple[str, ...]
    start: date
    value: Any
    status: str
    source: SourceUsed
    confidence: str | None
    note: str | None
    recorded: date | None = None


@dataclass(frozen=True)
class ParameterUsed:
    """A parameter that a run used, with its cells in force on the date of the run.

    ``earlier`` are the cells before them, which rows of earlier years take.
    """

    name: str
    title: Text
    kind: str
    unit: str
    by: tuple[str, ...]
    note: str | None
    used_by: tuple[str, ...]
    cells: tuple[CellUsed, ...]
    earlier: tuple[CellUsed, ...] = ()

    @property
    def subject(self) -> str:
        """The first part of the name: ``inventory`` of ``inventory.grid_factor``."""
        return self.name.partition(".")[0]

    @property
    def sources(self) -> tuple[SourceUsed, ...]:
        """Every document and clause that a cell comes from, once each."""
        found = {(cell.source.document, cell.source.clause): cell.source for cell in self.cells}
        return tuple(found.values())

    @property
    def statuses(self) -> Mapping[str, int]:
        """How many cells have which status; unset ones are counted as unset."""
        counted = Counter(UNSET if cell.value is None else cell.status for cell in self.cells)
        return {word: counted[word] for word in STATUS_WORDS if counted[word]}


@dataclass(frozen=True)
class MeasureListed:
    """A measure of the policy. ``served_by`` names the packages that answer for it."""

    key: str
    title: Text
    part: Text | None
    official_number: int | None
    confirmation: str
    source: SourceUsed | None
    served_by: tuple[str, ...]
    note: str | None


@dataclass(frozen=True)
class Snapshot:
    """The parameters used, sorted by name, and the catalogue of measures in its own order."""

    parameters: tuple[ParameterUsed, ...]
    catalogue: tuple[MeasureListed, ...]

    @property
    def statuses(self) -> dict[str, int]:
        """How many values in force have which status, over all parameters used."""
        counted: Counter[str] = Counter()
        for parameter in self.parameters:
            counted.update(parameter.statuses)
        return {word: counted[word] for word in STATUS_WORDS}

    def write(self, folder: Path) -> None:
        write_json(folder / FILE, to_plain(self))

    @classmethod
    def read(cls, folder: Path) -> Snapshot:
        snapshot = from_plain(cls, json.loads((folder / FILE).read_text("utf-8")))
        assert isinstance(snapshot, Snapshot)
        return snapshot


def snapshot_of(rulebook: Rulebook, used: Mapping[str, Iterable[str]], on: date) -> Snapshot:
    """The parameters ``used`` (names by measure) as in force on the date, and the catalogue."""
    by_name: dict[str, list[str]] = {}
    for measure, names in used.items():
        for name in names:
            by_name.setdefault(name, []).append(measure)
    parameters = tuple(_parameter(rulebook[name], tuple(measures), on) for name, measures in sorted(by_name.items()))
    return Snapshot(parameters, tuple(_listed(measure) for measure in rulebook.catalogue))


def _parameter(parameter: Parameter, used_by: tuple[str, ...], on: date) -> ParameterUsed:
    in_force = sorted(parameter.in_force(on), key=lambda cell: cell.keys)
    now = {id(cell) for cell in in_force}
    earlier = (cell for cell in parameter.cells if cell.start <= on and cell.said == "value" and id(cell) not in now)
    return ParameterUsed(
        parameter.name, parameter.title, parameter.kind, str(parameter.unit), parameter.by, parameter.note, used_by,
        tuple(_cell(cell) for cell in in_force), tuple(_cell(cell) for cell in earlier),
    )  # fmt: skip


def _cell(cell: Cell) -> CellUsed:
    value = cell.value.isoformat() if isinstance(cell.value, date) else cell.value
    return CellUsed(
        cell.keys, cell.start, value, cell.status.word, _source(cell.source), cell.confidence, cell.note, cell.recorded
    )


def _source(source: Source) -> SourceUsed:
    return SourceUsed(source.document, source.clause, source.read, source.address, source.note)


def _listed(measure: CatalogueMeasure) -> MeasureListed:
    return MeasureListed(
        measure.key, measure.title, measure.part, measure.official_number, measure.confirmation,
        None if measure.source is None else _source(measure.source), measure.served_by, measure.note,
    )  # fmt: skip
