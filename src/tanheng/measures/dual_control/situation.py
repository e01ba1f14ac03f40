"""Everything that the parts of the assessment read of the city, once.

``now`` is the last year that is whole: its months are all known (where there are months at all) and it was
reported. ``ahead`` is the year after it, which is forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import narwhals as nw

from tanheng.measures.base_entities import CITY, CITY_YEAR, DISTRICT, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.dual_control.entities import PROJECT
from tanheng.measures.dual_control.forecast import NotYet
from tanheng.measures.dual_control.monthly import RULES_OF_A_MONTH, Months, read_months
from tanheng.measures.dual_control.parameters import latest, parameter
from tanheng.measures.dual_control.path import Goal
from tanheng.measures.dual_control.results import Figure, Rows, read
from tanheng.measures.dual_control.year_end import YearEnd, year_end
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text

_TOTALS = (
    "controlled_tco2e", "controlled_tce", "area_emissions_tco2", "area_grid_supply_tco2", "area_electricity_mwh",
    "area_energy_tce",
)  # fmt: skip
_GOAL = ("energy_intensity_fall", "energy_goal", "planned_energy_fall", "energy_progress", "energy_warning")
CITY_NAMES = (
    *_TOTALS, *_GOAL, "gdp_100m_cny", "gdp_growth_pct", "population_10k", "is_reported", "base_year", "goal_years",
    "gdp_constant_100m_cny", "energy_intensity", "carbon_intensity", "base_energy_intensity", "base_carbon_intensity",
    "carbon_intensity_fall", "carbon_intensity_fall_in_year", "energy_intensity_fall_in_year", "emissions_change",
    "emissions_per_person", "carbon_goal", "carbon_progress", "carbon_warning", "carbon_yardstick", "energy_yardstick",
    "yardstick_emissions_tco2e", "allowed_emissions_tco2e", "allowed_in_goal_year_tco2e", "budget_tco2e",
    "planned_carbon_fall", "growth_since_base", "key_emitters", "allowances_due_tco2e", "allowances_due_cny",
    "allowances_due_over_cap",
)  # fmt: skip
DISTRICT_NAMES = (
    *_TOTALS, *_GOAL, "gdp_100m_cny", "gdp_constant_100m_cny", "population_10k", "energy_intensity", "carbon_intensity",
    "carbon_intensity_fall", "carbon_intensity_fall_in_year", "emissions_change", "emissions_per_person",
    "has_own_energy_goal", "approved_projects_tco2e", "share_of_emissions", "share_of_gdp", "share_of_population",
)  # fmt: skip
SECTOR_NAMES = (
    "controlled_tco2e", "controlled_tce", "value_added_100m_cny", "value_added_constant_100m_cny", "is_reported",
    "energy_intensity", "carbon_intensity", "carbon_intensity_fall_in_year", "carbon_factor", "share_of_emissions",
)  # fmt: skip
FACILITY_NAMES = (
    "district_id", "energy_tce", "place_emissions_tco2e", "is_key_emitter", "allowances_due_tco2e",
    "allowances_due_cny",
)  # fmt: skip
PROJECT_NAMES = (
    "name", "district_id", "sector", "starts", "state", "energy_tce", "emissions_tco2e", "value_added_10k_cny",
    "carbon_intensity", "review_due", "carbon_evaluation_due", "high_energy_use",
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """A city at a date, as dual control sees it."""

    evaluation: Evaluation
    year: int
    now: int
    city_id: str
    city: Rows
    districts: Rows
    sectors: Rows
    projects: Rows
    district_names: Mapping[str, Text]
    months: Months | None

    @property
    def ahead(self) -> int:
        return self.now + 1

    @property
    def on(self) -> date:
        return self.evaluation.on

    def figure(self, name: str, year: int | None = None) -> Figure:
        """A result of the city in a year, ``now`` without one."""
        return self.city.figure(name, self.city_id, self.now if year is None else year)

    def explain(self, name: str, year: int | None = None) -> str:
        return self.city.subject(name, self.city_id, self.now if year is None else year)

    def of_district(self, name: str, district: str, year: int | None = None) -> Figure:
        return self.districts.figure(name, district, self.now if year is None else year)

    def parameter(self, name: str, *keys: str, year: int | None = None) -> Figure:
        """A parameter of dual control as in force at the end of a year, by default of ``now``."""
        return parameter(self.evaluation, f"dual_control.{name}", date(year or self.now, 12, 31), *keys)

    def latest(self, name: str, *keys: str) -> tuple[Figure, date | None]:
        """The last value of a parameter published by the end of the year ahead."""
        return latest(self.evaluation, f"dual_control.{name}", date(self.ahead, 12, 31), *keys)

    @cached_property
    def reported_years(self) -> tuple[int, ...]:
        """The years up to ``now`` that were reported."""
        years = sorted(year for city, year in self.city if city == self.city_id and year <= self.now)
        return tuple(year for year in years if self.figure("is_reported", year).value)

    @cached_property
    def goal(self) -> Goal | None:
        """The goal of energy per GDP in force now."""
        base, years, fall = (self.figure(name).value for name in ("base_year", "goal_years", "energy_goal"))
        return None if base is None or years is None or fall is None else Goal(base, base + years, fall)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The districts with a row now, sorted."""
        return tuple(sorted(district for district, year in self.districts if year == self.now))

    # -- the year ahead ----------------------------------------------------------------------------

    @cached_property
    def emissions_ahead(self) -> YearEnd | NotYet:
        """The city's emissions in the year ahead."""
        return self._emissions(None)

    def emissions_ahead_of(self, district: str) -> YearEnd | NotYet:
        return self._emissions(district)

    @cached_property
    def energy_ahead(self) -> YearEnd | NotYet:
        """The city's energy use in the year ahead."""
        if self.months is None:
            return _NO_MONTHS
        total = self.figure("controlled_tce")
        rest = [self.figure("area_energy_tce", year).number for year in self.reported_years]
        panel = self.months.series(self.months.energy)
        return year_end(panel, self.ahead, total=total.number, rest=as_floats(rest), missing=total.reason)

    def _emissions(self, district: str | None) -> YearEnd | NotYet:
        if self.months is None:
            return _NO_MONTHS
        if self.months.carbon is None:
            return NotYet(self.months.missing or _NO_MONTHS.because)
        if district is not None and district not in self.months.carbon:
            return NotYet(Text("no facility of the district reports every month", "该区没有逐月完整填报的设施"))
        total = self._of(district, "controlled_tco2e", self.now)
        rest = [self._yearly_rest(district, year) for year in self.reported_years]
        panel = self.months.series(self.months.carbon, district)
        return year_end(panel, self.ahead, total=total.number, rest=as_floats(rest), missing=total.reason)

    def _of(self, district: str | None, name: str, year: int) -> Figure:
        return self.figure(name, year) if district is None else self.of_district(name, district, year)

    def _yearly_rest(self, district: str | None, year: int) -> float | None:
        """Emissions that are known once a year, with electricity at the factor of ``now`` in every year."""
        assert self.months is not None
        parts = ("area_emissions_tco2", "area_grid_supply_tco2", "area_electricity_mwh")
        fuel, grid, power = (self._of(district, name, year).number for name in parts)
        if fuel is None or grid is None or power is None or self.months.grid_factor is None:
            return None
        return fuel - grid + power * self.months.grid_factor


_NO_MONTHS = NotYet(Text("not yet: no facility reports by month", "暂不能预测:没有设施按月填报"))


def as_floats(values: Sequence[float | None]) -> list[float]:
    """Unknown is NaN, for models on arrays."""
    return [float("nan") if value is None else value for value in values]


def look(evaluation: Evaluation, year: int) -> Situation:
    """Read the city as it stood at the end of ``year``, as far as the date of the run lets it be known."""
    evaluation.compute(
        {
            CITY_YEAR: CITY_NAMES,
            DISTRICT_YEAR: DISTRICT_NAMES,
            SECTOR_YEAR: SECTOR_NAMES,
            PROJECT: PROJECT_NAMES,
            **RULES_OF_A_MONTH,
            FACILITY_YEAR: (*RULES_OF_A_MONTH[FACILITY_YEAR], *FACILITY_NAMES),
        }
    )
    city_id = evaluation.city.manifest.city_id or _only_city(evaluation)
    up_to = nw.col("year") <= year
    city = read(evaluation, CITY_YEAR, CITY_NAMES, up_to & (nw.col("city_id") == city_id))
    months = read_months(evaluation, year)
    return Situation(
        evaluation,
        year,
        _whole_year(city, city_id, year, months),
        city_id,
        city,
        read(evaluation, DISTRICT_YEAR, DISTRICT_NAMES, up_to),
        read(evaluation, SECTOR_YEAR, SECTOR_NAMES, up_to & (nw.col("city_id") == city_id)),
        read(evaluation, PROJECT, PROJECT_NAMES),
        _names(evaluation),
        months,
    )


def _whole_year(city: Rows, city_id: str, year: int, months: Months | None) -> int:
    last = year
    if months is not None:
        last = min(year, months.last.year if months.last.month == 12 else months.last.year - 1)
    reported = [y for _, y in city if y <= last and city.figure("is_reported", city_id, y).value]
    return max(reported, default=last)


def _only_city(evaluation: Evaluation) -> str:
    rows = evaluation.table(CITY, ["name"]).sort("city_id").collect()
    return str(rows["city_id"].to_list()[0]) if len(rows) else ""


def _names(evaluation: Evaluation) -> dict[str, Text]:
    rows = evaluation.table(DISTRICT, ["name", "name_zh"]).collect()
    return {row["district_id"]: Text(row["name"], row["name_zh"]) for row in rows.iter_rows(named=True)}
