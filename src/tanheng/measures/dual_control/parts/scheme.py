"""The five levels of the national scheme, and what is published of goals and what is not."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.measures.dual_control import words
from tanheng.measures.dual_control.levels import standings
from tanheng.measures.dual_control.parts.part import Column, Part, table
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text

_AREAS = {
    "100000": Text("China", "全国"),
    "440000": Text("Guangdong", "广东省"),
}
_GOALS = (
    ("energy_intensity_target", Text("energy per GDP over the plan period", "规划期单位GDP能耗")),
    ("carbon_intensity_target", Text("carbon per GDP over the plan period", "规划期单位GDP碳排放")),
    ("yearly_energy_intensity_yardstick", Text("energy per GDP in the year", "年度单位GDP能耗")),
    ("yearly_carbon_intensity_yardstick", Text("carbon per GDP in the year", "年度单位GDP碳排放")),
    ("long_term_carbon_intensity_target", Text("carbon per GDP by 2030 on 2005", "2030年较2005年单位GDP碳排放")),
)


def part(situation: Situation) -> Part:
    """Standing of each level; goals and yardsticks with their sources."""
    stage = situation.parameter("stage", year=situation.year)
    text: tuple[Text, ...] = ()
    if stage.value is not None:
        en = situation.parameter("stage_name", str(stage.value), year=situation.year).value
        zh = situation.parameter("stage_name_zh", str(stage.value), year=situation.year).value
        if en is not None and zh is not None:
            text = (Text(f"The national scheme is in the stage: {en}.", f"国家方案所处阶段:{zh}。"),)
    rows = [
        {"level": words.LEVEL_TITLES[one.level], "done": one.done, "not_yet": one.not_yet}
        for one in standings(
            districts=len(situation.places),
            sectors=sum(year == situation.now for _, _, year in situation.sectors),
            key_emitters=situation.figure("key_emitters").value,
            projects=len(situation.projects),
        )
    ]
    return Part(
        Text("The five levels, and what is published", "五个层级与公布情况"),
        text,
        tables=(
            table(
                "levels",
                Text("The five levels of the national scheme", "国家方案五个层级"),
                (
                    Column("level", Text("level", "层级"), "text"),
                    Column("done", Text("what these tables say", "现有数据可得"), "text"),
                    Column("not_yet", Text("what is missing", "尚缺"), "text"),
                ),
                rows,
            ),
            table(
                "goals",
                Text("Goals and yardsticks, published and not", "目标与标尺公布情况"),
                (
                    Column("area", Text("area", "地区"), "text"),
                    Column("what", Text("what changes", "指标"), "text"),
                    Column("value", Text("change", "变化率"), unit="%", digits=1),
                    Column("source", Text("document", "文件"), "text"),
                    Column("note", Text("note", "说明"), "text"),
                ),
                list(_goals(situation)),
                note=Text(
                    "A goal binds its own area. What is undetermined was not published or not found.",
                    "目标仅约束所在地区;未能确定者为未公布或未查到。",
                ),
            ),
        ),
    )


def _goals(situation: Situation) -> Iterator[dict[str, object]]:
    names = {**_AREAS, situation.city_id: situation.evaluation.city.manifest.name, **situation.district_names}
    for name, title in _GOALS:
        parameter = situation.evaluation.rulebook[f"dual_control.{name}"]
        for area in sorted({cell.keys[0] for cell in parameter.cells if cell.keys}):
            figure = situation.parameter(name, area, year=situation.now)
            cell = next((cell for cell in parameter.cells if cell.keys == (area,) and cell.value == figure.value), None)
            if figure.value is None and area in situation.district_names:
                continue  # a line for each district would say "not found" ten times
            yield {
                "area": names.get(area, Text(area, area)),
                "what": title,
                "value": figure,
                "source": None if cell is None else cell.source.document,
                "note": None if cell is None else cell.note,
            }
