"""The months that facilities report, added up for the forecast: carbon dioxide and energy by district.

A forecast compares like with like, so the sum is over a *panel*: facilities whose months are all known,
without a gap and up to the last month, or that stopped reporting a year or more ago. A facility
with a held value or a late month would look like a change of emissions; it is left out, and the share
that the panel covers is said. Power stations are left out too: their power counts where it is used.

Electricity bought counts at the grid factor of one year throughout. A factor that is newly published each
year would put a step into every January, which no month of activity explains.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.dual_control.forecast import MonthlySeries
from tanheng.measures.inventory.entities import FUEL_USE, PROCESS_ACTIVITY, PURCHASED_ENERGY
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text

Floats = NDArray[np.float64]
Frame = nw.LazyFrame[Any]

# A month counts as reported when this share of the facilities of the year before has reported it.
REPORTED_SHARE = 0.9
RULES_OF_A_MONTH: Mapping[Any, tuple[str, ...]] = {
    FUEL_USE: ("co2_t", "energy_tce"),
    PROCESS_ACTIVITY: ("co2_t",),
    PURCHASED_ENERGY: ("heat_co2_t", "net_electricity_tce", "net_heat_tce"),
    FACILITY_YEAR: ("district_id", "generates_power", "place_grid_factor"),
}


@dataclass(frozen=True)
class Months:
    """Monthly sums of the panel.

    ``carbon`` (tCO2) and ``energy`` (tce) are by district, each over the same successive months from ``first`` on; None
    with ``missing`` when electricity has no factor.
    """

    first: date
    count: int
    carbon: Mapping[str, Floats] | None
    energy: Mapping[str, Floats]
    facilities: int
    facilities_of: int
    factor_year: int
    grid_factor: float | None
    missing: Text | None = None

    @property
    def last(self) -> date:
        return MonthlySeries(self.first, np.empty(self.count)).month(self.count - 1)

    def series(self, of: Mapping[str, Floats], district: str | None = None) -> MonthlySeries:
        """The months of a district, or of all districts together."""
        values = of[district] if district is not None else np.sum([of[name] for name in sorted(of)], axis=0)
        return MonthlySeries(self.first, values)


def read_months(evaluation: Evaluation, year: int) -> Months | None:
    """The months known by the date of the run, up to the end of ``year``; None when there is none."""
    evaluation.compute(RULES_OF_A_MONTH)
    before = _first_unknown_month(evaluation.on, year)
    purchased = evaluation.table(
        PURCHASED_ENERGY, ["electricity_bought_mwh", *RULES_OF_A_MONTH[PURCHASED_ENERGY]]
    ).filter(nw.col("month") < before)
    last = _last_reported(purchased)
    if last is None:
        return None
    factor_year = last.year if last.month == 12 else last.year - 1
    of_year = evaluation.table(FACILITY_YEAR, list(RULES_OF_A_MONTH[FACILITY_YEAR]))
    factor = _grid_factor(of_year, factor_year)
    rows = evaluation.hold(_rows(evaluation, purchased, last, 0.0 if factor is None else factor))
    facilities = evaluation.hold(_facilities(rows, of_year, last))
    panel = facilities.filter(nw.col("compares")).select("facility_id", "district_id")
    sums = (
        rows.join(panel, on="facility_id", how="inner")
        .group_by("district_id", "month")
        .agg(carbon=_exact_sum("carbon"), energy=_exact_sum("energy"))
        .sort("district_id", "month")
        .collect()
    )
    if len(sums) == 0:
        return None
    first = min(sums["month"].to_list())
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    carbon, energy = ({name: np.zeros(count) for name in sorted(set(sums["district_id"].to_list()))} for _ in "ab")
    for row in sums.iter_rows(named=True):
        at = (row["month"].year - first.year) * 12 + row["month"].month - first.month
        carbon[row["district_id"]][at] = row["carbon"]
        energy[row["district_id"]][at] = row["energy"]
    in_panel, all_of_them = (int(frame.select(nw.len()).collect().item()) for frame in (panel, facilities))
    missing = None
    if factor is None:
        missing = Text(
            f"no grid factor for places is in force for {factor_year}", f"{factor_year}年没有地区口径电网因子"
        )
    return Months(
        first,
        count,
        carbon if factor is not None else None,
        energy,
        in_panel,
        all_of_them,
        factor_year,
        factor,
        missing,
    )


def _first_unknown_month(on: date, year: int) -> date:
    """The first month that is not over on the day of the run, and at most January after ``year``."""
    over = on.day == calendar.monthrange(on.year, on.month)[1]
    months = on.year * 12 + on.month - 1 + over
    return min(date(months // 12, months % 12 + 1, 1), date(year + 1, 1, 1))


def _last_reported(purchased: Frame) -> date | None:
    """The last month that nearly all facilities of the months before have reported."""
    counts = purchased.group_by("month").agg(rows=nw.len()).sort("month").collect()
    months, rows = counts["month"].to_list(), counts["rows"].to_list()
    while months:
        usual = float(np.median(rows[-13:-1])) if len(rows) > 1 else 0.0
        if rows[-1] >= REPORTED_SHARE * usual:
            last: date = months[-1]
            return last
        months, rows = months[:-1], rows[:-1]
    return None


def _grid_factor(of_year: Frame, year: int) -> float | None:
    factors = of_year.filter(nw.col("year") == year).select(factor=nw.col("place_grid_factor").max()).collect()
    found = factors["factor"].to_list()[0] if len(factors) else None
    return None if found is None else float(found)


def _rows(evaluation: Evaluation, purchased: Frame, last: date, factor: float) -> Frame:
    """Every facility, month: carbon, energy, whether it is of electricity, and whether something of it is unknown."""
    fuel = evaluation.table(FUEL_USE, list(RULES_OF_A_MONTH[FUEL_USE]))
    process = evaluation.table(PROCESS_ACTIVITY, list(RULES_OF_A_MONTH[PROCESS_ACTIVITY]))
    key = ("facility_id", "month")
    electricity_and_heat = nw.col("electricity_bought_mwh") * factor + nw.col("heat_co2_t")
    parts = [
        purchased.select(
            *key,
            carbon=electricity_and_heat,
            energy=nw.col("net_electricity_tce") + nw.col("net_heat_tce"),
            metered=nw.lit(1),
        ),
        fuel.select(*key, carbon=nw.col("co2_t"), energy=nw.col("energy_tce"), metered=nw.lit(0)),
        process.select(*key, carbon=nw.col("co2_t"), energy=nw.lit(0.0), metered=nw.lit(0)),
    ]
    rows = nw.concat(parts, how="vertical").filter(nw.col("month") <= last)
    return (
        rows.with_columns(
            unknown=(nw.col("carbon").is_null() | nw.col("energy").is_null()).cast(nw.Int64()),
        )
        .group_by(*key)
        .agg(
            carbon=_exact_sum("carbon"),
            energy=_exact_sum("energy"),
            unknown=nw.col("unknown").sum(),
            metered=nw.col("metered").sum(),
        )
    )


def _facilities(rows: Frame, of_year: Frame, last: date) -> Frame:
    """Every facility but power stations, with its district and whether it compares with itself over time."""
    places = of_year.group_by("facility_id").agg(
        district_id=nw.col("district_id").max(), power=nw.col("generates_power").cast(nw.Int64()).max()
    )
    count = nw.col("last").dt.year() * 12 + nw.col("last").dt.month()
    span = count - nw.col("first").dt.year() * 12 - nw.col("first").dt.month() + 1
    found = (
        rows.group_by("facility_id")
        .agg(
            first=nw.col("month").min(),
            last=nw.col("month").max(),
            months=nw.col("metered").sum(),
            unknown=nw.col("unknown").sum(),
        )
        .join(places, on="facility_id", how="inner")
        .filter(nw.col("power").fill_null(0) == 0)
    )
    stopped = nw.col("last") < date(last.year - 1, last.month, 1)
    whole = (nw.col("unknown") == 0) & (nw.col("months") == span) & ~nw.col("district_id").is_null()
    return found.select("facility_id", "district_id", compares=whole & ((nw.col("last") == last) | stopped))


def _exact_sum(name: str) -> nw.Expr:
    """A sum that does not depend on the order of rows: whole kilograms."""
    return (nw.col(name) * 1000).round().cast(nw.Int64()).sum().cast(nw.Float64()) / 1000
