"""Faults put into the made-up layer on purpose, and the truth about each.

Every planted fault is a question that the intake should ask and none breaks a schema. An enterprise
carries one fault at most, and the thirty largest none, so that the city's total stays worth reading.
The truth file has a line for each cell or row that a fault touches; lines of one fault share its number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.inputs import Bools, Floats
from tanheng.example_city.streams import Streams

MONTHS = len(a.YEARS) * 12
SPARED = 30  # the largest enterprises, by CO2

COLUMNS = ("fault", "kind", "table", "key", "column", "planted", "true")

# How many of each at scale 1. (table, kind) -> number.
PLAN: dict[tuple[str, str], int] = {
    ("fuel_use", "x1000_month"): 25,
    ("fuel_use", "x10000_month"): 20,
    ("fuel_use", "d1000_month"): 15,
    ("fuel_use", "x1000_year"): 6,
    ("fuel_use", "x10000_year"): 6,
    ("fuel_use", "d1000_year"): 4,
    ("fuel_use", "duplicate_row"): 30,
    ("fuel_use", "missing_month"): 30,
    ("fuel_use", "future_month"): 12,
    ("fuel_use", "same_series"): 10,
    ("purchased_energy", "x1000_month"): 40,
    ("purchased_energy", "x10000_month"): 10,
    ("purchased_energy", "d1000_month"): 20,
    ("purchased_energy", "x1000_year"): 10,
    ("purchased_energy", "d1000_year"): 5,
    ("purchased_energy", "duplicate_row"): 30,
    ("purchased_energy", "missing_month"): 40,
    ("purchased_energy", "part_exceeds_whole"): 20,
    ("purchased_energy", "future_month"): 12,
    ("annual_reports", "x10000_year"): 12,
    ("annual_reports", "future_submission"): 8,
    ("facilities", "gcj02_position"): 20,
    ("facilities", "far_outside"): 10,
    ("facilities", "duplicate_row"): 6,
    ("facilities", "future_opening"): 4,
    ("process_activity", "x1000_month"): 4,
    ("process_activity", "duplicate_row"): 2,
    ("electronics_gases", "x1000_year"): 4,
    ("refrigerants", "part_exceeds_whole"): 8,
}

FACTORS = {"x1000": 1000.0, "x10000": 10_000.0, "d1000": 0.001}


@dataclass
class Fault:
    """One fault: of an enterprise (index), in months counted from January 2020."""

    number: str
    table: str
    kind: str
    enterprise: int
    months: tuple[int, ...] = ()

    @property
    def factor(self) -> float:
        return FACTORS[self.kind.split("_")[0]]


@dataclass
class Truth:
    """The lines of the truth file, gathered while tables are written."""

    lines: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, fault: Fault, key: str, column: str, planted: object, true: object) -> None:
        self.lines.append((fault.number, fault.kind, fault.table, key, column, shown(planted), shown(true)))

    def write(self, path: Path, notice: Sequence[str]) -> None:
        text = io.StringIO()
        text.writelines(f"# {line}\n" for line in notice)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(self.lines))
        path.write_text(text.getvalue(), encoding="utf-8")


def shown(value: object) -> str:
    """A cell of the truth file; nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else repr(float(value))
    return str(value)


def key(**columns: object) -> str:
    """``facility_id=DEMO-000001;month=2022-05-01``: the key columns of a row in the order of the table."""
    return ";".join(f"{name}={value}" for name, value in columns.items())


class Chooser:
    """Deals faults out to enterprises: those that fit, each once."""

    def __init__(self, streams: Streams, size_tco2: Floats, reports: Bools, scale: float) -> None:
        self._rng = streams.of("faults")
        self._free: Bools = np.asarray(reports.all(axis=1))  # open and reporting in all years
        self._free[np.argsort(-size_tco2, kind="stable")[: max(round(SPARED * min(scale, 1)), 3)]] = False
        self._scale = scale
        self._made = 0

    def choose(self, table: str, kind: str, fits: Bools) -> list[Fault]:
        """Faults of one kind; fewer than planned where too few enterprises fit."""
        planned = max(round(PLAN[table, kind] * self._scale), 1)
        able = np.flatnonzero(self._free & fits)
        chosen = np.sort(self._rng.choice(able, size=min(planned, len(able)), replace=False))
        self._free[chosen] = False
        faults = []
        for enterprise in chosen:
            self._made += 1
            # No fault stands in January 2020 or in December 2024, so that each has neighbours to be measured by.
            first = int(self._rng.integers(1, MONTHS - 1))
            months = tuple(range(first // 12 * 12, first // 12 * 12 + 12)) if kind.endswith("_year") else (first,)
            if kind == "same_series":
                months = tuple(range(MONTHS))
            faults.append(Fault(f"F{self._made:05d}", table, kind, int(enterprise), months))
        return faults


def of_table(faults: Iterable[Fault], table: str) -> dict[int, Fault]:
    """Enterprise -> its fault in one table."""
    return {fault.enterprise: fault for fault in faults if fault.table == table}
