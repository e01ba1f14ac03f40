"""The path as a picture: energy per GDP as it was, as planned, and as it may be in the year ahead."""

from __future__ import annotations

from tanheng.measures.assessment import Chart
from tanheng.measures.charting import Row, chart
from tanheng.measures.dual_control import charts
from tanheng.measures.dual_control.forecast import NotYet
from tanheng.measures.dual_control.results import Figure
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text

PER_GDP = Text("tce per 10,000 CNY at prices of the base year", "吨标准煤/万元(基年价)")


def energy_per_gdp_ahead(situation: Situation) -> tuple[float, Figure] | NotYet:
    """10,000 CNY of GDP in the year ahead at prices of the base year, with the growth goal it rests on."""
    gdp = situation.figure("gdp_constant_100m_cny")
    growth = situation.parameter("planned_growth", situation.city_id, year=situation.ahead)
    if gdp.number is None:
        return NotYet(gdp.reason)
    if growth.number is None:
        return NotYet(growth.reason)
    return gdp.number * 1e4 * (1 + growth.number / 100), growth


def draw(situation: Situation) -> Chart | None:
    """Energy per GDP: actual, planned, and the year ahead with its interval."""
    goal, base = situation.goal, situation.figure("base_energy_intensity").number
    if goal is None or base is None:
        return None
    was = {goal.base_year: base}
    for year in range(goal.base_year + 1, situation.now + 1):
        value = situation.figure("energy_intensity", year).number
        if value is not None:
            was[year] = value
    rows: list[Row] = [
        _point(year, "planned", goal.planned(base, year), year == goal.base_year + 1, Text("planned", "计划"))
        for year in range(goal.base_year, goal.year + 1)
    ]
    rows += [_point(year, "was", value, year == situation.now, Text("actual", "实际")) for year, value in was.items()]
    ahead, said = situation.energy_ahead, ""
    money = energy_per_gdp_ahead(situation)
    if not isinstance(ahead, NotYet) and not isinstance(money, NotYet) and situation.now in was:
        at = was[situation.now]
        rows.append({**_point(situation.now, "may_be", at, False, Text("", "")), **_spread(at, at, at, at)})
        per = ahead.scaled(1 / money[0])
        inner, outer = per.interval(0.5), per.interval(0.9)
        rows.append(
            {
                **_point(ahead.year, "may_be", per.median, True, Text("forecast", "预测")),
                **_spread(*outer, *inner),
            }
        )
        said = f"; forecast for {ahead.year}: {per.median:.4f} ({outer[0]:.4f} to {outer[1]:.4f})"
    last = was.get(situation.now)
    described = (
        "undetermined"
        if last is None
        else f"{last:.4f} in {situation.now}, planned {goal.planned(base, situation.now):.4f}"
    )
    return chart(
        "path",
        Text("Energy per GDP: actual, planned, forecast", "单位GDP能耗:实际、计划与预测"),
        rows,
        charts.path_with_fan(PER_GDP, 4),
        Text(
            f"Lines by year. Energy per GDP {base:.4f} in {goal.base_year}, {described}{said}.",
            f"按年折线图。{goal.base_year}年单位GDP能耗{base:.4f},"
            f"目标年{goal.year}年应为{goal.planned(base, goal.year):.4f}。",
        ),
        Text(
            "Shaded: 50% and 90% interval of the forecast. GDP of the year ahead is taken at the growth goal.",
            "阴影为预测的50%和90%区间;下一年GDP按增长预期目标推算。",
        ),
    )


def _point(year: int, series: str, value: float, labelled: bool, label: Text) -> Row:
    names = {"was": Text("actual", "实际"), "planned": Text("planned", "计划"), "may_be": Text("forecast", "预测")}
    return {
        "year": year,
        "series": series,
        "series_en": names[series].en,
        "series_zh": names[series].zh,
        "value": value,
        **_spread(None, None, None, None),
        "label": series if labelled else None,
        "label_en": label.en if labelled else None,
        "label_zh": label.zh if labelled else None,
    }


def _spread(low: float | None, high: float | None, low50: float | None, high50: float | None) -> Row:
    return {"low": low, "high": high, "low50": low50, "high50": high50}
