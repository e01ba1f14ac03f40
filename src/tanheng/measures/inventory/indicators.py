"""The inventory's figures: each with its unit, its interval and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from tanheng.measures.assessment import Indicator, Trust
from tanheng.measures.base_entities import CITY_YEAR
from tanheng.measures.inventory.findings import Findings, Row, times
from tanheng.measures.inventory.interval import Interval
from tanheng.measures.inventory.stakes import Stakes
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text

_MEGA = 1e6
_TRUST: tuple[Trust, ...] = get_args(Trust)
_NO_REPORTS = Text("no facility has reported for this year", "该年度尚无设施填报")


def of(
    evaluation: Evaluation, findings: Findings, own: Mapping[int, Mapping[str, Interval]], at_stake: Stakes
) -> tuple[Indicator, ...]:
    """All indicators of the year, in the order of the report."""
    found = [*_totals(evaluation, findings, own), *_ratios(evaluation, findings), *_coverage(findings, at_stake)]
    return tuple(found)


def _totals(
    evaluation: Evaluation, findings: Findings, own: Mapping[int, Mapping[str, Interval]]
) -> Iterator[Indicator]:
    intervals = own.get(findings.year, {})
    for name, total, title, headline in (
        ("emissions_tco2e", "emissions", Text("emissions, power counted once", "排放总量(电力计一次)"), True),
        ("scope1_tco2e", "scope1", Text("scope 1 within the city", "行政区域内范围一"), True),
        ("scope2_tco2e", "scope2", Text("scope 2", "范围二"), True),
        ("scope1_co2_t", "scope1_co2", Text("CO2 of scope 1", "范围一二氧化碳"), False),
        ("grid_supply_tco2e", None, Text("power made for the grid in the city", "本地向电网供电排放"), False),
        ("area_emissions_tco2", None, Text("CO2 of sources without a facility", "面源二氧化碳"), False),
    ):
        interval = intervals.get(total) if total is not None else None
        yield _of_city(
            evaluation,
            findings,
            name,
            title,
            "Mt CO2" if name in ("scope1_co2_t", "area_emissions_tco2") else "Mt CO2e",
            per=_MEGA,
            low=None if interval is None else interval.low / _MEGA,
            high=None if interval is None else interval.high / _MEGA,
            headline=headline,
        )
    yield _of_city(evaluation, findings, "energy_tce", Text("energy use", "能源消费量"), "Mtce", per=_MEGA)
    yield _of_city(
        evaluation, findings, "electricity_mwh", Text("electricity bought", "外购电量"), "TWh", per=_MEGA, digits=1
    )


def _of_city(
    evaluation: Evaluation,
    findings: Findings,
    name: str,
    title: Text,
    unit: str,
    *,
    per: float,
    digits: int = 2,
    low: float | None = None,
    high: float | None = None,
    headline: bool = False,
) -> Indicator:
    now = findings.now
    value = None if now is None else now[name]
    return Indicator(
        id=name,
        title=title,
        value=None if value is None else value / per,
        unit=unit,
        state="undetermined" if value is None else "neutral",
        low=low,
        high=high,
        # What no parameter went into is as good as the data: a status of the rulebook says nothing about it.
        trust=trust_of(now, name) if evaluation.parameters_behind({CITY_YEAR: [name]}) else None,
        why=_why(evaluation, now, name),
        explain=f"city_year:{findings.city['city_id']},{findings.year} {name}",
        digits=digits,
        headline=headline,
    )


def _ratios(evaluation: Evaluation, findings: Findings) -> Iterator[Indicator]:
    now = findings.now
    emissions = None if now is None else now["emissions_tco2e"]
    for id, title, unit, column, scale, missing in (
        (
            "per_gdp",
            Text("emissions per GDP (current prices)", "单位GDP排放(现价)"),
            "t CO2e/10k CNY",
            "gdp_100m_cny",
            1e4,
            Text("GDP of the year is not in the tables", "表中缺少该年度GDP"),
        ),
        (
            "per_person",
            Text("emissions per person", "人均排放"),
            "t CO2e/person",
            "population_10k",
            1e4,
            Text("population of the year is not in the tables", "表中缺少该年度人口"),
        ),
    ):
        size = None if now is None else now[column]
        ratio = None if emissions is None or not size else emissions / (size * scale)
        yield Indicator(
            id=id,
            title=title,
            value=ratio,
            unit=unit,
            state="undetermined" if ratio is None else "neutral",
            trust=trust_of(now, "emissions_tco2e"),
            why=_why(evaluation, now, "emissions_tco2e") or (missing if ratio is None else None),
            digits=3,
        )
    bought, green = (None, None) if now is None else (now["facility_electricity_mwh"], now["green_electricity_mwh"])
    yield Indicator(
        id="green_share",
        title=Text("electricity of facilities with green certificates", "设施绿证绿电占比"),
        value=times(green, 100 / bought) if bought else None,
        unit="%",
        state="neutral" if bought else "undetermined",
        why=None if bought else Text("no electricity of facilities is determined", "尚无已确定的设施用电量"),
        digits=1,
    )


def _coverage(findings: Findings, at_stake: Stakes) -> Iterator[Indicator]:
    reported = findings.facilities.num_rows
    open_ = len(at_stake.of)
    yield Indicator(
        id="facilities_reported",
        title=Text("facilities that reported", "填报设施数"),
        value=float(reported),
        unit="",
        digits=0,
    )
    yield Indicator(
        id="facilities_undetermined",
        title=Text("facilities undetermined", "未确定设施数"),
        value=float(open_),
        unit="",
        state="watch" if open_ else "good",
        digits=0,
        headline=True,
    )
    yield Indicator(
        id="undetermined_weight",
        title=Text("what they would add, by their own other years", "按其他年度估计的未确定排放"),
        value=at_stake.known / _MEGA,
        unit="Mt CO2e",
        state="watch" if open_ else "good",
        why=None
        if not at_stake.unknown
        else Text(
            f"{at_stake.unknown} of them have no determined year at all",
            f"其中{at_stake.unknown}个设施没有任何已确定年度",
        ),
    )


def _why(evaluation: Evaluation, row: Row | None, name: str) -> Text | None:
    """Why a figure of a place is undetermined; None where it is not."""
    if row is None:
        return _NO_REPORTS
    code = row.get(f"{name}__cause")
    return None if row[name] is not None or code is None else evaluation.cause(code).text


def trust_of(row: Row | None, name: str) -> Trust | None:
    """The weakest status behind a figure, as a word."""
    status = None if row is None else row.get(f"{name}__trust")
    return None if status is None else _TRUST[status]
