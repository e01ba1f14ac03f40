"""The 95 % interval of the city's totals, from the errors of what goes into them.

Each part of a total is one facility's fuel, electricity, process or gas, or one area source. Its amount
errs on its own; its default factor errs together with every part that uses the same factor. Area sources
are shares of a city-wide estimate, so their amounts err together over the districts. Half widths are
parameters of the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory.entities import (
    AREA_SOURCE,
    ELECTRONICS_GAS,
    FUEL_USE,
    PROCESS_ACTIVITY,
    PURCHASED_ENERGY,
    REFRIGERANT,
)
from tanheng.measures.inventory.findings import cell, rows_of
from tanheng.measures.inventory.totals import total
from tanheng.measures.inventory.uncertainty import ErrorSource, half_width
from tanheng.policy.evaluation import Evaluation

TOTALS = ("emissions", "scope1", "scope1_co2", "scope2")
_EMISSIONS, _SCOPE1, _SCOPE1_CO2, _SCOPE2 = (1 << place for place in range(4))


@dataclass(frozen=True)
class Interval:
    """A total and half the width of its 95 % interval, in t. ``shares``: part of the variance by kind of activity."""

    value: float
    half_width: float
    shares: Mapping[str, float]

    @property
    def low(self) -> float:
        return self.value - self.half_width

    @property
    def high(self) -> float:
        return self.value + self.half_width

    @property
    def relative(self) -> float | None:
        return self.half_width / self.value if self.value else None


@dataclass(frozen=True)
class _Part:
    kind: str
    value: float
    activity: str
    activity_group: str | None
    factor: str
    factor_group: str | None
    totals: int


def intervals(evaluation: Evaluation, years: list[int]) -> dict[int, dict[str, Interval]]:
    """For each year the interval of each of ``TOTALS``; a year is left out where a half width is not set."""
    parts = _parts(evaluation, set(years))
    found: dict[int, dict[str, Interval]] = {}
    for year in years:
        widths = _half_widths(evaluation, year, parts.get(year, []))
        if widths is not None:
            found[year] = {
                name: _interval([part for part in parts.get(year, []) if part.totals & (1 << place)], widths)
                for place, name in enumerate(TOTALS)
            }
    return found


def _half_widths(evaluation: Evaluation, year: int, parts: list[_Part]) -> dict[str, float] | None:
    """``activity fuel`` -> 0.02. None where one that is needed is not set."""
    wanted = {f"activity {part.activity}" for part in parts} | {f"factor {part.factor}" for part in parts}
    widths = {}
    for name in sorted(wanted):
        which, kind = name.split(" ", 1)
        found = cell(evaluation, f"inventory.uncertainty_{which}", year, kind)
        if found is None or not isinstance(found.value, int | float):
            return None
        widths[name] = float(found.value) / 100
    return widths


def _interval(parts: list[_Part], widths: Mapping[str, float]) -> Interval:
    values = np.array([part.value for part in parts], dtype=np.float64)
    activity = np.array([widths[f"activity {part.activity}"] for part in parts], dtype=np.float64)
    factor = np.array([widths[f"factor {part.factor}"] for part in parts], dtype=np.float64)
    sources = (
        ErrorSource(activity, _numbers([part.activity_group for part in parts])),
        ErrorSource(factor, _numbers([part.factor_group for part in parts])),
    )
    kinds = np.array([part.kind for part in parts])
    variance = {}
    for kind in sorted(set(kinds.tolist())):
        own = np.where(kinds == kind, values, 0.0)
        variance[kind] = sum(source.variance(own) for source in sources)
    total = sum(variance.values())
    return Interval(
        value=float(values.sum()),
        half_width=half_width(values, sources),
        shares={kind: part / total if total else 0.0 for kind, part in variance.items()},
    )


def _numbers(groups: list[str | None]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The same number for the same group; one of its own for None."""
    known: dict[str, int] = {}
    return np.array(
        [-1 - place if group is None else known.setdefault(group, len(known)) for place, group in enumerate(groups)],
        dtype=np.int64,
    )


# -- the parts -----------------------------------------------------------------------------------------


def _parts(evaluation: Evaluation, years: set[int]) -> dict[int, list[_Part]]:
    found: dict[int, list[_Part]] = {}
    counted = _counted(evaluation)

    def add(year: int, part: _Part) -> None:
        if year in years and part.value:
            found.setdefault(year, []).append(part)

    for row in _by_facility(
        evaluation, FUEL_USE, ("co2_t",), ("carbon_is_measured", "ncv_is_measured", "factor_set"), ("fuel",)
    ):
        scope1, _, supply = counted.get((row["facility_id"], row["year"]), (False, False, False))
        if scope1:
            measured = row["carbon_is_measured"] or row["ncv_is_measured"]
            group = None if measured else f"{row['factor_set']} {row['fuel']}"
            totals = _SCOPE1 | _SCOPE1_CO2 | (0 if supply else _EMISSIONS)
            factor = "fuel_measured" if measured else "fuel_default"
            add(row["year"], _Part("fuel", row["co2_t"], "fuel", None, factor, group, totals))
    for row in _by_facility(evaluation, PURCHASED_ENERGY, ("place_electricity_co2_t", "heat_co2_t"), (), ()):
        if counted.get((row["facility_id"], row["year"]), (False, False, False))[1]:
            totals = _EMISSIONS | _SCOPE2
            electricity = row["place_electricity_co2_t"] or 0.0
            add(row["year"], _Part("electricity", electricity, "electricity", None, "electricity", "grid", totals))
            add(row["year"], _Part("heat", row["heat_co2_t"] or 0.0, "heat", None, "heat", "heat", totals))
    for row in _by_facility(evaluation, PROCESS_ACTIVITY, ("co2_t",), ("factor_is_measured",), ("process",)):
        if counted.get((row["facility_id"], row["year"]), (False, False, False))[0]:
            measured = row["factor_is_measured"]
            factor = "process_measured" if measured else "process_default"
            totals = _SCOPE1 | _SCOPE1_CO2 | _EMISSIONS
            group = None if measured else row["process"]
            add(row["year"], _Part("process", row["co2_t"], "process", None, factor, group, totals))
    for entity, kind, keys in (
        (REFRIGERANT, "refrigerant", ("gas", "equipment")),
        (ELECTRONICS_GAS, "electronics", ("process", "gas")),
    ):
        for row in _by_facility(evaluation, entity, ("place_co2e_t",), (), keys):
            if counted.get((row["facility_id"], row["year"]), (False, False, False))[0]:
                group = " ".join(row[key] for key in keys)
                totals = _SCOPE1 | _EMISSIONS
                add(row["year"], _Part(kind, row["place_co2e_t"] or 0.0, kind, None, kind, group, totals))
    sold = evaluation.table(FACILITY_YEAR, ("place_exported_tco2e",)).filter(nw.col("place_exported_tco2e") > 0)
    for row in rows_of(sold.sort("facility_id", "year")):
        exported = -row["place_exported_tco2e"]
        add(row["year"], _Part("electricity", exported, "electricity", None, "electricity", "grid", _EMISSIONS))
    area = evaluation.table(AREA_SOURCE, ("co2_t", "electricity_co2_t", "supplies_grid"))
    for row in rows_of(area.sort(*AREA_SOURCE.key)):
        name = f"{row['source_class']} {row['fuel_group']}"
        totals = _SCOPE1 | _SCOPE1_CO2 | (0 if row["supplies_grid"] else _EMISSIONS)
        kind = "power plants" if row["supplies_grid"] else "area"
        add(
            row["year"], _Part(kind, row["co2_t"] or 0.0, "area_source", name, "area_source", row["fuel_group"], totals)
        )
        electricity = row["electricity_co2_t"] or 0.0
        both = _EMISSIONS | _SCOPE2
        add(row["year"], _Part("electricity", electricity, "area_source", name, "electricity", "grid", both))
    return found


def _counted(evaluation: Evaluation) -> dict[tuple[str, int], tuple[bool, bool, bool]]:
    """(facility, year) -> whether its scope 1 and scope 2 are in the totals, and whether it supplies the grid."""
    names = ("place_scope1_tco2e", "place_scope2_tco2e", "grid_supply_tco2e")
    frame = (
        evaluation.table(FACILITY_YEAR, names)
        .select(
            "facility_id",
            "year",
            (~nw.col("place_scope1_tco2e").is_null()).alias("scope1"),
            (~nw.col("place_scope2_tco2e").is_null()).alias("scope2"),
            (nw.col("grid_supply_tco2e").fill_null(0) > 0).alias("supply"),
        )
        .collect("pyarrow")
        .to_arrow()
    )
    columns = [frame.column(name).to_pylist() for name in ("facility_id", "year", "scope1", "scope2", "supply")]
    return {(facility, year): (one, two, supply) for facility, year, one, two, supply in zip(*columns, strict=True)}


def _by_facility(
    evaluation: Evaluation, entity: Any, sums: tuple[str, ...], rules: tuple[str, ...], keys: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Sums by facility, year, ``keys`` and ``rules``, sorted."""
    by = ("facility_id", "year", *keys, *rules)
    table = evaluation.table(entity, (*sums, *rules, *(() if "year" in entity.key else ("year",))))
    grouped = table.group_by(*by).agg(*(total(name) for name in sums))
    return rows_of(grouped.sort(*by))
