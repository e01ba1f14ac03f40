"""A budget for each district, by several principles side by side.

The city's total is not published. Where the rulebook has one it is divided; where not, shares are shown, and tonnes
only of an illustration: last year's emissions with the growth goal and the nation's last published fall of intensity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tanheng.measures import masses
from tanheng.measures.assessment import Chart, Table
from tanheng.measures.charting import chart
from tanheng.measures.dual_control import charts
from tanheng.measures.dual_control.budget import (
    BLENDED,
    PRINCIPLES,
    TITLES,
    Places,
    Principle,
    Split,
    in_whole_tonnes,
    split,
)
from tanheng.measures.dual_control.parts.part import Column, Part, amounts, percents, table
from tanheng.measures.dual_control.results import Figure
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text

HISTORY_YEARS = 3
NATION = "100000"
_SHARE = Text("share of the city's budget, %", "占全市预算比重(%)")
_METHOD = Text(
    "Budgets are divided by history (Ringius et al. 2002), GDP (Rose et al. 1998), population (Baer et al. 2000), "
    "ability to pay (van den Berg et al. 2020), convergence of intensity (after Meyer 2000; Böhringer and Welsch 2006) "
    "and a blend (after Yi et al. 2011), in whole tonnes by largest remainder.",
    "预算分配原则:历史排放(Ringius等2002)、经济总量(Rose等1998)、人口(Baer等2000)、支付能力(van den Berg等2020)、"
    "强度趋同(参考Meyer 2000、Böhringer和Welsch 2006)及综合加权(参考Yi等2011),按最大余数法取整吨。",
)


@dataclass(frozen=True)
class Budget:
    """The city's total of the year ahead and what districts get of it by each principle.

    ``official`` is whether the rulebook has the total. ``total`` None is undetermined, ``missing`` says why.
    """

    year: int
    official: bool
    total: int | None
    missing: Text | None
    districts: tuple[str, ...]
    splits: tuple[Split, ...]
    made_of: Text | None = None

    def tonnes(self, principle: Principle) -> Mapping[str, int] | None:
        """Whole tonnes by district; None where the principle or the total is undetermined."""
        shares = next(one.shares for one in self.splits if one.principle == principle)
        if shares is None or self.total is None:
            return None
        return dict(zip(self.districts, in_whole_tonnes(self.total, shares), strict=True))


def budget(situation: Situation) -> Budget | Text:
    """The budget of the year ahead, or what its division lacks."""
    places = _places(situation)
    if isinstance(places, Text):
        return places
    official = situation.parameter("emissions_budget", situation.city_id, year=situation.ahead)
    made_of = None
    if official.number is not None:
        total, missing, is_official = official, None, True
    else:
        total, made_of = _illustration(situation)
        missing, is_official = (None if total.number is not None else total.reason), False
    ratio = 1.0 if total.number is None else total.number / float(places.emissions.sum())
    splits = split(places, ratio=ratio, convergence=_convergence(situation).number, weights=_weights(situation))
    whole = None if total.number is None else round(total.number)
    return Budget(situation.ahead, is_official, whole, missing, places.ids, splits, made_of)


def part(situation: Situation, found: Budget | Text) -> Part:
    """Shares and tonnes by principle."""
    title = Text("A carbon budget for each district", "各区碳排放预算")
    if isinstance(found, Text):
        return Part(
            title, (Text(f"No budget can be divided: {found.en}.", f"无法分解预算:{found.zh}。"),), methods=(_METHOD,)
        )
    return Part(
        title,
        tuple(_text(situation, found)),
        charts=tuple(_chart(situation, found)),
        tables=tuple(_tables(situation, found)),
        to_do=tuple(_to_do(found)),
        methods=(_METHOD,),
    )


def _places(situation: Situation) -> Places | Text:
    """Districts with their mean emissions of the last years, GDP and population."""
    if not situation.places:
        return Text("no district has figures of the year", "没有当年有数据的区")
    years = situation.reported_years[-HISTORY_YEARS:]
    rows: dict[str, list[float]] = {"emissions": [], "gdp": [], "population": []}
    for district in situation.places:
        past = [situation.of_district("controlled_tco2e", district, year).number for year in years]
        known = [amount for amount in past if amount is not None]
        gdp, people = (situation.of_district(name, district) for name in ("gdp_100m_cny", "population_10k"))
        for figure in (gdp, people):
            if figure.number is None:
                name = situation.district_names[district]
                return Text(f"{name.en}: {figure.reason.en}", f"{name.zh}:{figure.reason.zh}")
        if not known:
            reason = situation.of_district("controlled_tco2e", district).reason
            return Text(
                f"{situation.district_names[district].en}: {reason.en}",
                f"{situation.district_names[district].zh}:{reason.zh}",
            )
        rows["emissions"].append(float(np.mean(known)))
        rows["gdp"].append(float(gdp.value))
        rows["population"].append(float(people.value))
    try:
        return Places(situation.places, *(np.array(rows[name]) for name in ("emissions", "gdp", "population")))
    except ValueError as error:
        return Text(str(error), f"数据不满足分解条件({error})")


def _illustration(situation: Situation) -> tuple[Figure, Text | None]:
    """What the nation's last published pace would leave room for in the year ahead."""
    now = situation.figure("controlled_tco2e")
    growth = situation.parameter("planned_growth", situation.city_id, year=situation.ahead)
    pace, since = situation.latest("yearly_carbon_intensity_yardstick", NATION)
    for figure in (now, growth, pace):
        if figure.number is None:
            return Figure(None, figure.reason), None
    assert now.number is not None and growth.number is not None and pace.number is not None and since is not None
    total = now.number * (1 + growth.number / 100) * (1 + pace.number / 100)
    status = max(now.status, growth.status, pace.status)
    made_of = Text(
        f"emissions of {situation.now} with the growth goal of {growth.number:g}% and the nation's fall of carbon per "
        f"GDP of {-pace.number:g}% (the figure of {since.year})",
        f"{situation.now}年排放按增长预期目标{growth.number:g}%和全国单位GDP碳排放下降{-pace.number:g}%({since.year}年数值)推算",
    )
    return Figure(total, None, status), made_of


def _weights(situation: Situation) -> dict[Principle, float | None]:
    """The published weights; the examples of the rulebook where none is."""
    for name in ("budget_weight", "budget_weight_example"):
        found = {one: situation.parameter(name, one, year=situation.ahead).number for one in BLENDED}
        if all(weight is not None for weight in found.values()):
            return found
    return dict.fromkeys(BLENDED, None)


def _convergence(situation: Situation) -> Figure:
    published = situation.parameter("budget_convergence", year=situation.ahead)
    if published.number is not None:
        return published
    return situation.parameter("budget_convergence_example", year=situation.ahead)


def _text(situation: Situation, found: Budget) -> Iterator[Text]:
    if found.official:
        assert found.total is not None
        total = masses.amount(found.total)
        yield Text(
            f"The city's budget of {found.year} is {total.en}. Which principle divides it is a decision; they are "
            "shown side by side.",
            f"{found.year}年全市预算为{total.zh}。采用何种分配原则须由决策确定,此处并列展示。",
        )
    elif found.total is not None and found.made_of is not None:
        total = masses.amount(found.total)
        yield Text(
            f"The city's total for {found.year} is not published, so no budget can be stated. Shares hold for any "
            f"total. Tonnes are shown of an illustration that binds nobody, {total.en}: {found.made_of.en}.",
            f"{found.year}年全市总量未公布,无法给出预算。各原则份额适用于任何总量;"
            f"吨数仅为示例,不具约束力:{total.zh},即{found.made_of.zh}。",
        )
    else:
        missing = found.missing or Text("nothing is known of it", "无相关信息")
        yield Text(
            f"The city's total for {found.year} is not published, and an illustration lacks something: {missing.en}. "
            "Shares hold for any total.",
            f"{found.year}年全市总量未公布,示例推算亦缺:{missing.zh}。各原则份额适用于任何总量。",
        )
    yield Text(
        f"History is the mean of the last {HISTORY_YEARS} reported years. Weights of the blend and the speed of "
        "convergence are examples of ours: none are published.",
        f"历史排放取最近{HISTORY_YEARS}个填报年度均值。综合权重与趋同速度为示例,官方未公布。",
    )


def _to_do(found: Budget) -> Iterator[Text]:
    if not found.official:
        yield Text(
            "Decide by which principle, or which weights, a carbon budget is divided among the districts.",
            "确定碳排放预算向各区分解所采用的原则或权重。",
        )


def _known(found: Budget) -> list[tuple[Principle, np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    return [(one.principle, one.shares) for one in found.splits if one.shares is not None]


def _chart(situation: Situation, found: Budget) -> Iterator[Chart]:
    known = _known(found)
    order = np.argsort(-known[0][1], kind="stable")
    names = [situation.district_names[found.districts[i]] for i in order]
    rows = [
        {
            "place_en": situation.district_names[found.districts[i]].en,
            "place_zh": situation.district_names[found.districts[i]].zh,
            "group_en": TITLES[principle].en,
            "group_zh": TITLES[principle].zh,
            "value": 100 * float(shares[i]),
        }
        for i in order
        for principle, shares in known
    ]
    spread = {i: max(s[i] for _, s in known) - min(s[i] for _, s in known) for i in order}
    widest = situation.district_names[found.districts[max(spread, key=lambda i: spread[i])]]
    yield chart(
        "budget_shares",
        Text("Shares of a budget by principle", "不同原则下的预算份额"),
        rows,
        charts.grouped_rows(names, [TITLES[principle] for principle, _ in known], _SHARE),
        Text(
            f"Points for each principle on a line for each district. The principles differ most for {widest.en}.",
            f"每区一行、每原则一点。各原则分歧最大的为{widest.zh}。",
        ),
    )


def _tables(situation: Situation, found: Budget) -> Iterator[Table]:
    columns = [Column("district", Text("district", "区"), "text")]
    shares, tonnes = [], []
    for i, district in enumerate(found.districts):
        row: dict[str, object] = {"district": situation.district_names[district]}
        for one in found.splits:
            missing = one.missing or Text("undetermined", "未能确定")
            row[one.principle] = Figure(None, missing) if one.shares is None else float(one.shares[i])
        shares.append(row)
    yield table(
        "budget_share_table",
        Text("Shares of the city's budget by principle", "不同原则下各区预算份额"),
        [*columns, *(percents(name, TITLES[name], 2) for name in PRINCIPLES)],
        shares,
    )
    if found.total is None:
        return
    by_principle = {name: found.tonnes(name) for name in PRINCIPLES}
    for district in found.districts:
        row = {
            "district": situation.district_names[district],
            "now": situation.of_district("controlled_tco2e", district),
        }
        for name in PRINCIPLES:
            parts = by_principle[name]
            row[name] = None if parts is None else parts[district]
        tonnes.append(row)
    total: dict[str, object] = {"district": Text("the city", "全市"), "now": situation.figure("controlled_tco2e")}
    for name in PRINCIPLES:
        parts = by_principle[name]
        total[name] = None if parts is None else sum(parts.values())
    tonnes.append(total)
    title = Text(f"Budget of {found.year} by principle", f"{found.year}年各区预算")
    if not found.official:
        title = Text(f"Illustration of {found.year} by principle, binds nobody", f"{found.year}年示例分解(无约束力)")
    yield table(
        "budget_tonnes",
        title,
        [
            *columns,
            amounts("now", Text(f"emissions of {situation.now}", f"{situation.now}年排放")),
            *(Column(name, TITLES[name], "integer", "tCO2e", 0) for name in PRINCIPLES),
        ],
        tonnes,
        note=Text("Parts add up to the total to the tonne.", "各区之和等于总量,精确到吨。"),
    )
