"""The 95 % interval of the city's totals, from the errors of what goes into them.

Each part of a total is one facility's fuel, electricity, process or gas, or one area source. Its amount
errs on its own; its default factor errs together with every part that uses the same factor. Area sources
are shares of a city-wide estimate, so their amounts err together over the districts. Half widths are
parameters of the rulebook.

Where parts err each on its own only the sum of their squares matters, and where they err together only their
sum: the database adds up both, and a few hundred lots come back instead of a few hundred thousand parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from tanheng.measures.inventory.uncertainty import ErrorSource, Trend, trend
from tanheng.policy import Entity
from tanheng.policy.evaluation import Evaluation

TOTALS = ("emissions", "scope1", "scope1_co2", "scope2")
_EMISSIONS, _SCOPE1, _SCOPE1_CO2, _SCOPE2 = (1 << place for place in range(4))
_PER = 1000.0  # squares are added up in (1,000 t)^2, so that they stay within what adds up exactly


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
class _Lot:
    """Parts that are alike: their sum, and the root of the sum of their squares, t.

    ``activity`` and ``factor`` name half widths of the rulebook; a group of None means that each part errs on its own.
    ``totals`` are the bits of the totals that the parts are in.
    """

    kind: str
    value: float
    root: float
    activity: str
    activity_group: str | None
    factor: str
    factor_group: str | None
    totals: int


@dataclass(frozen=True)
class Errors:
    """What the totals of some years are made of, and how far it errs.

    ``intervals`` has for each year the interval of each of ``TOTALS``; a year is left out where a half width that it
    needs is not set.
    """

    lots: Mapping[int, Sequence[_Lot]]
    widths: Mapping[int, Mapping[str, float]]
    intervals: Mapping[int, Mapping[str, Interval]]

    def change(self, base: int, year: int, total: str = "emissions") -> Trend | None:
        """Change of a total between two years, with its uncertainty; None where a year has no interval or no total.

        A default factor errs alike in both years and counts only in what grows. Amounts, and factors measured by a
        facility, err anew each year.
        """
        if base not in self.intervals or year not in self.intervals or not self.intervals[base][total].value:
            return None
        first, second = (self._categories(of, total) for of in (base, year))
        names = sorted(set(first) | set(second))
        nothing = _Category(0.0, 0.0, 0.0)
        before = [first.get(name, nothing) for name in names]
        after = [second.get(name, nothing) for name in names]
        newest = [second.get(name) or first[name] for name in names]
        return trend(
            [category.value for category in before],
            [category.value for category in after],
            [category.own_error / abs(category.value) if category.value else 0.0 for category in newest],
            [category.common_width for category in newest],
        )

    def _categories(self, year: int, total: str) -> dict[str, _Category]:
        """Lots of one year that share a factor, put together."""
        bit, widths = 1 << TOTALS.index(total), self.widths[year]
        found: dict[str, _Category] = {}
        for lot in self.lots[year]:
            if not lot.totals & bit:
                continue
            alone = lot.activity_group is None
            own = widths[f"activity {lot.activity}"] * (lot.root if alone else lot.value)
            common = widths[f"factor {lot.factor}"]
            if lot.factor_group is None:
                own, common = float(np.hypot(own, common * lot.root)), 0.0
            name = f"{lot.kind} {lot.factor_group} {lot.activity_group}"
            so_far = found.get(name, _Category(0.0, 0.0, common))
            # Amounts of one activity group err together: their errors add up like the amounts themselves.
            together = float(np.hypot(so_far.own_error, own)) if alone else so_far.own_error + own
            found[name] = _Category(so_far.value + lot.value, together, common)
        return found


@dataclass(frozen=True)
class _Category:
    """Emissions, t; the half width of what errs anew each year, t; the relative half width of the common factor."""

    value: float
    own_error: float
    common_width: float


def read_errors(evaluation: Evaluation, years: Sequence[int]) -> Errors:
    """Ask the evaluation for the lots of the years and the rulebook for the half widths."""
    lots: dict[int, list[_Lot]] = {year: [] for year in years}
    for year, lot in _lots(evaluation):
        if year in lots and lot.root:
            lots[year].append(lot)
    widths = {year: found for year in years if (found := _half_widths(evaluation, year, lots[year])) is not None}
    intervals = {
        year: {
            name: _interval([lot for lot in lots[year] if lot.totals & (1 << place)], of_year)
            for place, name in enumerate(TOTALS)
        }
        for year, of_year in widths.items()
    }
    return Errors(lots, widths, intervals)


def _half_widths(evaluation: Evaluation, year: int, lots: Sequence[_Lot]) -> dict[str, float] | None:
    """``activity fuel`` -> 0.03. None where one that is needed is not set."""
    wanted = {f"activity {lot.activity}" for lot in lots} | {f"factor {lot.factor}" for lot in lots}
    widths = {}
    for name in sorted(wanted):
        which, kind = name.split(" ", 1)
        found = cell(evaluation, f"inventory.uncertainty_{which}", year, kind)
        if found is None or not isinstance(found.value, int | float):
            return None
        widths[name] = float(found.value) / 100
    return widths


def _interval(lots: Sequence[_Lot], widths: Mapping[str, float]) -> Interval:
    variance: dict[str, float] = {}
    for kind in sorted({lot.kind for lot in lots}):
        variance[kind] = _variance([lot for lot in lots if lot.kind == kind], widths)
    within = sum(variance.values())
    return Interval(
        value=sum(lot.value for lot in lots),
        half_width=float(np.sqrt(_variance(lots, widths))),
        shares={kind: part / within if within else 0.0 for kind, part in variance.items()},
    )


def _variance(lots: Sequence[_Lot], widths: Mapping[str, float]) -> float:
    activity = _source([(lot.activity_group, lot.value, lot.root, widths[f"activity {lot.activity}"]) for lot in lots])
    return activity + _source([(lot.factor_group, lot.value, lot.root, widths[f"factor {lot.factor}"]) for lot in lots])


def _source(lots: Sequence[tuple[str | None, float, float, float]]) -> float:
    """The variance that one source of error gives: by sums within a group, by roots without one."""
    known: dict[str, int] = {}
    groups = [
        -1 - place if name is None else known.setdefault(name, len(known)) for place, (name, *_) in enumerate(lots)
    ]
    values = np.array([root if name is None else value for name, value, root, _ in lots], dtype=np.float64)
    relative = np.array([width for *_, width in lots], dtype=np.float64)
    return ErrorSource(relative, np.array(groups, dtype=np.int64)).variance(values)


# -- the lots ------------------------------------------------------------------------------------------


def _lots(evaluation: Evaluation) -> Iterator[tuple[int, _Lot]]:
    in_scope1 = _SCOPE1 | _SCOPE1_CO2
    fuel = ("fuel", "factor_set", "carbon_is_measured", "ncv_is_measured")
    for row in _alike(evaluation, FUEL_USE, "co2_t", fuel, part_of="fuel_co2_t"):
        measured = row["carbon_is_measured"] or row["ncv_is_measured"]
        yield (
            row["year"],
            _Lot(
                "fuel",
                row["value"],
                row["root"],
                "fuel",
                None,
                "fuel_measured" if measured else "fuel_default",
                None if measured else f"{row['factor_set']} {row['fuel']}",
                in_scope1 | (0 if row["supplies_grid"] else _EMISSIONS),
            ),
        )
    for row in _alike(
        evaluation, PROCESS_ACTIVITY, "co2_t", ("process", "factor_is_measured"), part_of="process_co2_t"
    ):
        measured = row["factor_is_measured"]
        yield (
            row["year"],
            _Lot(
                "process",
                row["value"],
                row["root"],
                "process",
                None,
                "process_measured" if measured else "process_default",
                None if measured else row["process"],
                in_scope1 | (0 if row["supplies_grid"] else _EMISSIONS),
            ),
        )
    for entity, kind, keys in (
        (REFRIGERANT, "refrigerant", ("gas", "equipment")),
        (ELECTRONICS_GAS, "electronics", ("process", "gas")),
    ):
        for row in _alike(evaluation, entity, "place_co2e_t", keys, part_of=f"place_{kind}_tco2e"):
            group = " ".join(row[key] for key in keys)
            totals = _SCOPE1 | _EMISSIONS
            yield row["year"], _Lot(kind, row["value"], row["root"], kind, None, kind, group, totals)
    for kind, column in (("electricity", "place_electricity_co2_t"), ("heat", "heat_co2_t")):
        for row in _alike(evaluation, PURCHASED_ENERGY, column, (), part_of="place_scope2_tco2e"):
            totals = _EMISSIONS | _SCOPE2
            yield row["year"], _Lot(kind, row["value"], row["root"], kind, None, kind, kind, totals)
    sold = evaluation.table(FACILITY_YEAR, ("place_exported_tco2e",)).filter(nw.col("place_exported_tco2e") > 0)
    for row in rows_of(_added_up(sold, "place_exported_tco2e", ()).sort("year")):
        root = _PER * row["squares"] ** 0.5
        yield (
            row["year"],
            _Lot("electricity", -row["value"], root, "electricity", None, "electricity", "electricity", _EMISSIONS),
        )
    yield from _area_lots(evaluation)


def _area_lots(evaluation: Evaluation) -> Iterator[tuple[int, _Lot]]:
    table = evaluation.table(AREA_SOURCE, ("co2_t", "electricity_co2_t", "supplies_grid"))
    for row in rows_of(table.sort(*AREA_SOURCE.key)):
        name = f"{row['source_class']} {row['fuel_group']}"
        co2, power = row["co2_t"] or 0.0, row["electricity_co2_t"] or 0.0
        kind = "power plants" if row["supplies_grid"] else "area"
        totals = _SCOPE1 | _SCOPE1_CO2 | (0 if row["supplies_grid"] else _EMISSIONS)
        yield row["year"], _Lot(kind, co2, co2, "area_source", name, "area_source", row["fuel_group"], totals)
        both = _EMISSIONS | _SCOPE2
        yield row["year"], _Lot("electricity", power, power, "area_source", name, "electricity", "electricity", both)


def _alike(
    evaluation: Evaluation, entity: Entity, column: str, keys: tuple[str, ...], *, part_of: str
) -> list[dict[str, Any]]:
    """Sums and roots of ``column`` over facilities, by year, ``keys`` and whether the facility supplies the grid.

    Only facility-years whose ``part_of`` is determined: the others are in no total.
    """
    by = ("facility_id", "year", *keys)
    columns = (column, *(name for name in ("year", *keys) if name not in entity.key))
    counted = (
        evaluation.table(FACILITY_YEAR, (part_of, "grid_supply_tco2e"))
        .filter(~nw.col(part_of).is_null())
        .select("facility_id", "year", supplies_grid=nw.col("grid_supply_tco2e").fill_null(0) > 0)
    )
    parts = (
        evaluation.table(entity, columns)
        .join(counted, on=["facility_id", "year"], how="inner")
        .group_by(*by, "supplies_grid")
        .agg(total(column))
    )
    found = rows_of(_added_up(parts, column, (*keys, "supplies_grid")).sort("year", *keys, "supplies_grid"))
    for row in found:
        row["root"] = _PER * row["squares"] ** 0.5
    return found


def _added_up(parts: nw.LazyFrame[Any], column: str, keys: tuple[str, ...]) -> nw.LazyFrame[Any]:
    known = parts.filter(~nw.col(column).is_null()).with_columns(squares=(nw.col(column) / _PER) ** 2)
    return known.group_by("year", *keys).agg(total(column).alias("value"), total("squares"))
