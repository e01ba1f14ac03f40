"""The districts: total, intensity, progress and a colour each."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from tanheng.measures.assessment import Chart, Decision, MapLayer, Table
from tanheng.measures.charting import chart
from tanheng.measures.dual_control import charts, words
from tanheng.measures.dual_control.parts.part import Column, Part, amounts, percents, table
from tanheng.measures.dual_control.situation import Situation
from tanheng.measures.dual_control.warning import COLOUR_NAMES, Colour, EarlyWarning, by_progress
from tanheng.text import Text

_ENERGY = Text("energy per GDP", "单位GDP能耗")
_FALL = Text("fall of energy per GDP, %", "单位GDP能耗累计下降(%)")


def warning_of(situation: Situation, district: str) -> EarlyWarning:
    """The colour of a district by its progress, with the reason."""
    progress = situation.of_district("energy_progress", district)
    green, yellow = (situation.parameter("warning_progress", colour).number for colour in ("green", "yellow"))
    if green is None or yellow is None:
        missing = Text("thresholds of the early warning are not published", "未公布预警阈值")
        return EarlyWarning(None, missing)
    return by_progress(_ENERGY, progress.number, green, yellow, progress.reason)


def part(situation: Situation) -> Part:
    """Districts against their goal, or the city's where they have none."""
    title = Text("Districts", "各区")
    if not situation.places:
        return Part(title, (Text("There is no district with figures of the year.", "没有当年有数据的区。"),))
    warnings = {district: warning_of(situation, district) for district in situation.places}
    counts = {colour: sum(one.colour == colour for one in warnings.values()) for colour in COLOUR_NAMES}
    said = [f"{count} {COLOUR_NAMES[colour].en}" for colour, count in counts.items() if count]
    said_zh = [f"{COLOUR_NAMES[colour].zh}{count}个" for colour, count in counts.items() if count]
    unknown = sum(one.colour is None for one in warnings.values())
    if unknown:
        said.append(f"{unknown} undetermined")
        said_zh.append(f"未能确定{unknown}个")
    own = [
        situation.district_names[district]
        for district in situation.places
        if situation.of_district("has_own_energy_goal", district).value
    ]
    owners = words.listed(own) if own else Text("no district", "没有区")
    return Part(
        title,
        (
            Text(
                f"Districts by progress of energy per GDP in {situation.now}: {', '.join(said)}.",
                f"{situation.now}年各区单位GDP能耗进度:{'、'.join(said_zh)}。",
            ),
            Text(
                f"A goal of its own is known of {owners.en}; the others are measured against the city's, as a "
                "yardstick. GDP of districts is deflated with the city's deflator. Thresholds of the colours are "
                "examples: none are published.",
                f"已知本区目标的有{owners.zh};其余以全市目标为标尺。各区GDP按全市平减指数折算。"
                "预警阈值为示例,官方未公布。",
            ),
        ),
        charts=tuple(_chart(situation, warnings)),
        maps=tuple(_map(situation, warnings)),
        tables=(_table(situation, warnings),),
        decisions=tuple(_decisions(situation, warnings)),
        to_do=tuple(_to_do(situation, warnings)),
    )


def _decisions(situation: Situation, warnings: dict[str, EarlyWarning]) -> Iterator[Decision]:
    for district, warning in warnings.items():
        if warning.colour not in ("yellow", "red"):
            continue
        name, colour = situation.district_names[district], COLOUR_NAMES[warning.colour]
        own = situation.of_district("has_own_energy_goal", district).value
        against = Text("its goal", "本区目标") if own else Text("the city's goal as a yardstick", "全市目标(作为标尺)")
        yield Decision(
            f"warn-{district}-{situation.now}",
            f"district:{district}",
            Text(
                f"Early warning, {colour.en}, to {name.en} for {situation.now}",
                f"向{name.zh}发出{situation.now}年{colour.zh}预警",
            ),
            Text(
                f"{warning.reason.en}, measured against {against.en}",
                f"{warning.reason.zh},对照{against.zh}",
            ),
            "district_year.energy_warning",
        )


def _to_do(situation: Situation, warnings: dict[str, EarlyWarning]) -> Iterator[Text]:
    red = [situation.district_names[d] for d, warning in warnings.items() if warning.colour == "red"]
    if red:
        named = words.listed(red)
        yield Text(
            f"Decide on the red warnings proposed for {named.en}, and ask for their plan to return to the path.",
            f"审定对{named.zh}的红色预警,并要求提出回到目标路径的措施。",
        )


def _ranked(situation: Situation) -> list[str]:
    """Districts by progress, the furthest behind first; undetermined ones last."""

    def turn(district: str) -> tuple[bool, float, str]:
        progress = situation.of_district("energy_progress", district).number
        return (progress is None, progress or 0.0, district)

    return sorted(situation.places, key=turn)


def _chart(situation: Situation, warnings: dict[str, EarlyWarning]) -> Iterator[Chart]:
    rows, names = [], []
    for district in _ranked(situation):
        fall = situation.of_district("energy_intensity_fall", district).number
        planned = situation.of_district("planned_energy_fall", district).number
        if fall is None or planned is None:
            continue
        name = situation.district_names[district]
        names.append(name)
        rows.append(
            {
                "place_en": name.en,
                "place_zh": name.zh,
                "value": 100 * fall,
                "asked": 100 * planned,
                "colour": warnings[district].colour or "undetermined",
            }
        )
    if not rows:
        return
    yield chart(
        "district_progress",
        Text(f"Fall of energy per GDP by district, {situation.now}", f"{situation.now}年各区单位GDP能耗累计下降"),
        rows,
        charts.bars_against(names, _FALL),
        Text(
            f"Bars by district, furthest behind first: {rows[0]['place_en']} fell {rows[0]['value']:.1f}% of planned "
            f"{rows[0]['asked']:.1f}%.",
            f"各区条形图,最落后的为{rows[0]['place_zh']}:下降{rows[0]['value']:.1f}%,应降{rows[0]['asked']:.1f}%。",
        ),
        Text("The mark is what is planned by now.", "刻度为应完成降幅。"),
    )


def _map(situation: Situation, warnings: dict[str, EarlyWarning]) -> Iterator[MapLayer]:
    outlines = situation.evaluation.city.manifest.geometry.get("districts")
    if outlines is None:
        return
    data = pa.table(
        {
            "id": list(warnings),
            "value": [warning.colour or "undetermined" for warning in warnings.values()],
            "label": [situation.district_names[district].en for district in warnings],
            "label_zh": [situation.district_names[district].zh for district in warnings],
        }
    )
    yield MapLayer(
        "warnings",
        Text(f"Early warning by district, {situation.now}", f"{situation.now}年各区预警"),
        "areas",
        data,
        "",
        geometry="districts",
        id_property=outlines.id_property,
        note=Text("By progress of energy per GDP; thresholds are examples.", "按单位GDP能耗进度;阈值为示例。"),
    )


def _table(situation: Situation, warnings: dict[str, EarlyWarning]) -> Table:
    rows = []
    for district in _ranked(situation):
        of = {name: situation.of_district(name, district) for name in situation.districts.at(district, situation.now)}
        colour: Colour | None = warnings[district].colour
        rows.append(
            {
                "district": situation.district_names[district],
                "colour": Text("undetermined", "未能确定") if colour is None else COLOUR_NAMES[colour],
                "reason": warnings[district].reason,
                **of,
            }
        )
    return table(
        "districts",
        Text(f"Districts in {situation.now}", f"{situation.now}年各区"),
        (
            Column("district", Text("district", "区"), "text"),
            Column("colour", Text("warning", "预警"), "text"),
            percents("energy_intensity_fall", Text("energy per GDP: fall", "单位GDP能耗累计下降")),
            percents("planned_energy_fall", Text("planned", "应下降")),
            percents("energy_progress", Text("progress", "进度"), 0),
            percents("carbon_intensity_fall", Text("carbon per GDP: fall", "单位GDP碳排放累计下降")),
            amounts("controlled_tco2e", Text("emissions", "碳排放总量")),
            percents("emissions_change", Text("since the base year", "较基年")),
            Column("carbon_intensity", Text("carbon per GDP", "单位GDP碳排放"), unit="tCO2e/10k CNY", digits=4),
            Column("energy_intensity", Text("energy per GDP", "单位GDP能耗"), unit="tce/10k CNY", digits=4),
            Column("emissions_per_person", Text("per head", "人均排放"), unit="tCO2e/person", digits=2),
            Column("reason", Text("reason", "理由"), "text"),
        ),
        rows,
    )
