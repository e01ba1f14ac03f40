"""Where the city stands: total and intensity, the goal, the path, progress and its colour."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.measures import masses
from tanheng.measures.assessment import Decision, Indicator
from tanheng.measures.dual_control import words
from tanheng.measures.dual_control.like_with_like import LikeWithLike, like_with_like
from tanheng.measures.dual_control.parts.part import Part
from tanheng.measures.dual_control.parts.path_picture import draw
from tanheng.measures.dual_control.parts.years import years_table
from tanheng.measures.dual_control.results import STATE_OF_COLOUR, Figure
from tanheng.measures.dual_control.situation import Situation
from tanheng.measures.dual_control.warning import COLOUR_NAMES
from tanheng.text import Text

_CARDS = (
    "controlled_tco2e",
    "carbon_intensity_fall",
    "carbon_progress",
    "energy_intensity_fall",
    "energy_progress",
    "budget_tco2e",
)


def part(situation: Situation) -> Part:
    """Total, intensity, goal and progress of the city."""
    check = _check(situation)
    chart = draw(situation)
    indicators = tuple(_indicators(situation, check))
    return Part(
        Text("Where the city stands", "全市进展"),
        tuple(_text(situation, check)),
        indicators=tuple(one for one in indicators if one.id in _CARDS),
        beside=tuple(one for one in indicators if one.id not in _CARDS),
        charts=() if chart is None else (chart,),
        tables=(years_table(situation),),
        decisions=tuple(_decisions(situation)),
        headline=tuple(_headline(situation)),
        to_do=tuple(_to_do(situation)),
        methods=(
            Text(
                "GDP at constant prices is chained from the published growth rates from the base year of the goal. "
                "The goal is spread at one yearly pace, 1 - (1 - r)^(1/n). Progress is achieved over planned fall.",
                "不变价GDP以目标基年为起点按公布的可比价增速连乘;目标按等比年降幅1-(1-r)^(1/n)分解;进度为已完成降幅与应完成降幅之比。",
            ),
        ),
    )


# -- in words ------------------------------------------------------------------------------------------


def _headline(situation: Situation) -> Iterator[Text]:
    now = situation.now
    emissions, change = situation.figure("controlled_tco2e"), situation.figure("emissions_change")
    if emissions.number is None:
        yield Text(
            f"Emissions of {now} are undetermined: {emissions.reason.en}.",
            f"{now}年排放量未能确定:{emissions.reason.zh}。",
        )
    else:
        total = masses.amount(emissions.number)
        carbon = situation.figure("carbon_intensity_fall")
        en, zh = f"In {now} the city emitted {total.en}", f"{now}年全市碳排放{total.zh}"
        if change.number is not None:
            base = situation.figure("base_year").value
            more = Text("more", "增长") if change.number >= 0 else Text("less", "下降")
            en += f", {words.percent(abs(change.number))} {more.en} than in {base}"
            zh += f",较{base}年{more.zh}{words.percent(abs(change.number))}"
        if carbon.number is not None:
            side = Text("less", "下降") if carbon.number >= 0 else Text("more", "上升")
            en += f", and {words.percent(abs(carbon.number))} {side.en} per unit of GDP"
            zh += f",单位GDP碳排放{side.zh}{words.percent(abs(carbon.number))}"
        if situation.figure("carbon_goal").number is None:
            en += "; the goal for that, and the total, are not published, so progress against them is undetermined"
            zh += ";其目标与总量目标未公布,相应进度未能确定"
        yield Text(f"{en}.", f"{zh}。")
    yield _energy_sentence(situation)


def _energy_sentence(situation: Situation) -> Text:
    fall, planned = situation.figure("energy_intensity_fall"), situation.figure("planned_energy_fall")
    colour, goal = situation.figure("energy_warning").value, situation.goal
    if fall.number is None or planned.number is None or goal is None or colour is None:
        lacking = fall if fall.number is None else planned
        return Text(
            f"Progress of energy per GDP is undetermined: {lacking.reason.en}.",
            f"单位GDP能耗进度未能确定:{lacking.reason.zh}。",
        )
    name = COLOUR_NAMES[colour]
    fell = Text("has fallen", "累计下降") if fall.number >= 0 else Text("has risen", "累计上升")
    amount, path = words.percent(abs(fall.number)), words.percent(planned.number)
    asked = words.percent(goal.fall)
    return Text(
        f"Energy per GDP {fell.en} by {amount} since {goal.base_year}; the path to the goal ({asked} by {goal.year}) "
        f"asks for {path} by now: {name.en}.",
        f"单位GDP能耗较{goal.base_year}年{fell.zh}{amount},"
        f"按{goal.year}年下降{asked}的目标路径应完成{path}:{name.zh}。",
    )


def _text(situation: Situation, check: tuple[LikeWithLike, Figure] | None) -> Iterator[Text]:
    carbon = situation.figure("carbon_goal")
    if carbon.number is None:
        yield Text(
            "Progress of carbon per GDP against a goal is undetermined: the figure assigned to the city by nation and "
            "province is not public. What is shown is its fall, with the nation's figures as yardsticks.",
            "单位GDP碳排放的目标进度未能确定:国家和省下达本市的指标未公开。此处仅列出其实际降幅,并以全国数值作为标尺。",
        )
    in_year, yardstick = situation.figure("carbon_intensity_fall_in_year"), situation.figure("carbon_yardstick")
    if in_year.number is not None and yardstick.number is not None:
        yield Text(
            f"In {situation.now} carbon per GDP fell by {words.percent(in_year.number)}; the nation's own goal for "
            f"that year was {words.percent(yardstick.number)}, a yardstick only.",
            f"{situation.now}年单位GDP碳排放下降{words.percent(in_year.number)};全国当年目标为{words.percent(yardstick.number)},仅作标尺。",
        )
    if situation.now < situation.year:
        yield Text(
            f"{situation.year} is not over yet by the date of the run ({situation.on}); the last whole year is "
            f"{situation.now}.",
            f"截至运行日({situation.on}){situation.year}年尚未完整,最近的完整年度为{situation.now}年。",
        )
    fall = situation.figure("energy_intensity_fall")
    if check is not None and check[0].left_out and check[1].number is not None and fall.number is not None:
        found, _ = check
        if words.percent(check[1].number) == words.percent(fall.number):
            return  # the difference does not show
        yield Text(
            f"Totals leave out facility-years that are undetermined. Without the {found.left_out:,} facilities that "
            f"are undetermined in one of the two years compared, energy per GDP fell by "
            f"{words.percent(check[1].number)} instead of {words.percent(fall.number)}: that much hangs "
            "on open questions.",
            f"总量未计入未能确定的设施年度。剔除比较两年中任一年未能确定的{found.left_out:,}家设施后,"
            f"单位GDP能耗下降{words.percent(check[1].number)},而非{words.percent(fall.number)}:差额即待答复疑问的影响。",
        )


def _to_do(situation: Situation) -> Iterator[Text]:
    if situation.figure("carbon_goal").number is None:
        yield Text(
            "Enter the carbon-intensity goal and the total assigned to the city (dual_control.carbon_intensity_target, "
            "dual_control.emissions_budget) once they are known: progress, budget and head-room then follow.",
            "国家和省下达的碳强度目标与总量一经明确,请录入规则库(dual_control.carbon_intensity_target、dual_control.emissions_budget),"
            "进度、预算与余量即可得出。",
        )


def _decisions(situation: Situation) -> Iterator[Decision]:
    colour = situation.figure("energy_warning").value
    if colour in ("yellow", "red"):
        progress = situation.figure("energy_progress").number
        assert progress is not None
        yield Decision(
            f"warn-city-{situation.now}",
            f"city:{situation.city_id}",
            Text(
                f"Early warning, {COLOUR_NAMES[colour].en}: energy per GDP of {situation.now}",
                f"{situation.now}年单位GDP能耗{COLOUR_NAMES[colour].zh}预警",
            ),
            Text(
                f"{words.percent(progress, 0)} of the planned fall is achieved",
                f"完成应降幅度的{words.percent(progress, 0)}",
            ),
            "city_year.energy_warning",
        )


# -- figures -------------------------------------------------------------------------------------------


def _indicators(situation: Situation, check: tuple[LikeWithLike, Figure] | None) -> Iterator[Indicator]:
    planned = situation.figure("planned_energy_fall").number
    colour = situation.figure("energy_warning").value
    specs: tuple[tuple[str, Text, str, float, int, bool], ...] = (
        ("controlled_tco2e", Text("total emissions", "碳排放总量"), "tCO2e", 1, 2, True),
        ("emissions_change", Text("change since the base year", "较基年变化"), "%", 100, 1, False),
        ("carbon_intensity", Text("carbon per GDP", "单位GDP碳排放"), "tCO2e/10k CNY", 1, 4, False),
        ("carbon_intensity_fall", Text("fall of carbon per GDP", "单位GDP碳排放累计下降"), "%", 100, 1, True),
        ("carbon_progress", Text("progress of carbon per GDP", "单位GDP碳排放进度"), "%", 100, 0, True),
        ("controlled_tce", Text("total energy use", "能源消费总量"), "tce", 1, 2, False),
        ("energy_intensity", Text("energy per GDP", "单位GDP能耗"), "tce/10k CNY", 1, 4, False),
        ("energy_intensity_fall", Text("fall of energy per GDP", "单位GDP能耗累计下降"), "%", 100, 1, True),
        ("energy_progress", Text("progress of energy per GDP", "单位GDP能耗进度"), "%", 100, 0, True),
        ("emissions_per_person", Text("emissions per head", "人均排放"), "tCO2e/person", 1, 2, False),
        ("allowed_emissions_tco2e", Text("emissions the path allows", "路径允许排放"), "tCO2e", 1, 2, False),
        ("budget_tco2e", Text("carbon budget", "碳排放预算"), "tCO2e", 1, 2, False),
    )
    for name, title, unit, times, digits, headline in specs:
        figure = situation.figure(name)
        value = None if figure.number is None else figure.number * times
        of_energy = name in ("energy_intensity_fall", "energy_progress")
        state = STATE_OF_COLOUR[colour] if of_energy else "neutral"
        target = None
        if name == "energy_intensity_fall" and planned is not None:
            target = planned * 100
        elif name in ("energy_progress", "carbon_progress"):
            target = 100.0
        yield Indicator(
            name,
            title,
            value,
            unit,
            state="undetermined" if value is None else state,
            target=target,
            trust=None if value is None else figure.trust,
            why=None if value is not None else figure.reason,
            explain=situation.explain(name),
            digits=digits,
            headline=headline,
        )
    if check is not None:
        value = check[1].number
        yield Indicator(
            "energy_intensity_fall_like_with_like",
            Text("fall of energy per GDP, like with like", "单位GDP能耗累计下降(同口径)"),
            None if value is None else value * 100,
            "%",
            state="neutral" if value is not None else "undetermined",
            target=None if planned is None else planned * 100,
            why=None if value is not None else check[1].reason,
            trust=None if value is None else check[1].trust,
            digits=1,
        )


def _check(situation: Situation) -> tuple[LikeWithLike, Figure] | None:
    """The fall of energy per GDP among facilities that are determined in both years, and the rest of the city."""
    fall = situation.figure("energy_intensity_fall")
    base = situation.figure("base_year").value
    growth = situation.figure("growth_since_base").number
    if fall.number is None or base is None or growth is None or base == situation.now:
        return None
    found = like_with_like(situation.evaluation, "energy_tce", base, situation.now)
    rest = [situation.figure("area_energy_tce", year).number for year in (base, situation.now)]
    start, end = rest
    if start is None or end is None or found.start + start <= 0:
        return found, Figure(None, Text("energy of the base year is not known", "基年能耗未知"))
    return found, Figure(1 - (found.end + end) / (found.start + start) / growth, None, fall.status)
