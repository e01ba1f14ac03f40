"""A comparison in the shape in which a measure answers: what stands, who gains and loses, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from tanheng.comparison import charts, tables, why_tables
from tanheng.comparison.compared import FEW_ROWS, Compared
from tanheng.comparison.costs import cost_in_words, costs_of
from tanheng.comparison.differences import Difference, Effect
from tanheng.comparison.effects import TOGETHER_MOST, Effects
from tanheng.comparison.groups import Group, by_group
from tanheng.comparison.headline import headline
from tanheng.measures.assessment import Assessment, Chart, Indicator, MapLayer, Section, Table, Trust
from tanheng.policy.parameters import Status
from tanheng.report.typography import capital
from tanheng.text import Text

_TRUSTS: Mapping[int, Trust] = {
    Status.OFFICIAL: "official",
    Status.REPORTED: "reported",
    Status.RECALLED: "recalled",
    Status.EXAMPLE: "example",
}


def assessment_of(compared: Compared) -> Assessment:
    """The answer of one comparison."""
    parts = _Parts(compared)
    for fill in (_in_short, _what_changes, _who, _where, _how_much, _why, _cost, _unknown):
        fill(compared, parts)
    return Assessment(
        measure=compared.id,
        title=compared.title,
        headline=headline(compared),
        sections=tuple(parts.sections),
        indicators=_indicators(compared),
        tables=tuple(parts.tables),
        charts=tuple(parts.charts),
        maps=tuple(parts.maps),
        methods=_methods(compared),
        demonstration=compared.demonstration,
        trust=_trust(compared),
    )


# -- parts -----------------------------------------------------------------------------------------


class _Parts:
    """Sections with what they show, put together in reading order. A prefix keeps ids of several results apart."""

    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        self.sections: list[Section] = []
        self.tables: list[Table] = []
        self.charts: list[Chart] = []
        self.maps: list[MapLayer] = []

    def section(self, title: Text, text: Sequence[Text], *shown: Table | Chart | MapLayer | None) -> None:
        items = [item for item in shown if item is not None]
        if not items and not text:
            return
        for item in items:
            if isinstance(item, Table):
                self.tables.append(item)
            elif isinstance(item, Chart):
                self.charts.append(item)
            else:
                self.maps.append(item)
        self.sections.append(Section(title, tuple(text), tuple(item.id for item in items)))


def _in_short(compared: Compared, parts: _Parts) -> None:
    found = [(compared.title, each) for each in compared.moved]
    parts.section(Text("In short", "结果概览"), (), tables.summary_table("summary", found, variants=False))


def _what_changes(compared: Compared, parts: _Parts) -> None:
    if not compared.changes:
        return
    text: list[Text] = []
    if compared.dates is not None:
        text.append(
            Text(
                f"What came into force or ran out after {compared.dates[0]}, up to {compared.dates[1]}.",
                f"{compared.dates[0]} 之后至 {compared.dates[1]} 生效或失效的内容。",
            )
        )
    shown = why_tables.parameters_table(compared.changes, compared.reach, compared.days)
    parts.section(Text("What is changed", "变更内容"), text, shown)


def _who(compared: Compared, parts: _Parts) -> None:
    moved = compared.moved
    shown: list[Table | Chart | None] = [charts.counts_chart(moved)]
    if compared.differences:
        shown.append(tables.counts_table(compared.differences))
    text: list[Text] = []
    if compared.not_reached:
        names = [result.named for result in compared.not_reached]
        english, chinese = ", ".join(name.en for name in names), "、".join(name.zh for name in names)
        text.append(Text(f"The change cannot reach: {english}.", f"变更不会影响:{chinese}。"))
    for place, each in enumerate(moved, start=1):
        if len(each.keys) > 1:
            shown += _extremes(compared, each, place)
    parts.section(Text("Who gains and who loses", "受益与受损情况"), text, *shown)


def _extremes(compared: Compared, difference: Difference, place: int) -> list[Table | Chart | None]:
    """Every row that changes where there are few rows or words only; else those that gain and lose most."""
    result, matched_by = difference.result, compared.matched_by[difference.result.entity]
    groupings = compared.groupings(difference)

    def rows(effects: Sequence[Effect], id: str, said: Text) -> Table | None:
        title = Text(f"{capital(result.title.en)}: {said.en}", f"{result.title.zh}:{said.zh}")
        return tables.rows_table(difference, compared.places, matched_by, groupings, effects, id, title)

    if len(difference.keys) <= FEW_ROWS or not result.is_number:
        effects: Sequence[Effect] = (
            "gains", "loses", "higher", "lower", "other",
            "newly_determined", "newly_undetermined", "appears", "gone",
        )  # fmt: skip
        return [rows(effects, f"rows-{place}", Text("what changes", "发生的变化"))]
    return [
        rows(["gains"], f"gains-{place}", Text("who gains most", "受益最多")),
        rows(["loses"], f"loses-{place}", Text("who loses most", "受损最多")),
        rows(["higher"], f"higher-{place}", Text("the largest rises", "上升最多")),
        rows(["lower"], f"lower-{place}", Text("the largest falls", "下降最多")),
    ]


def _where(compared: Compared, parts: _Parts) -> None:
    rows = compared.of_rows
    shown: list[Table | Chart | MapLayer | None] = []
    if rows is not None:
        for grouping in compared.groupings(rows):
            groups = by_group(rows, grouping)
            shown.append(charts.groups_chart(rows, grouping, groups) if rows.result.adds_up else None)
            if grouping.id == "district" and compared.has_outlines and rows.result.adds_up:
                shown.append(_map(rows, groups))
            shown.append(tables.group_table(rows, grouping, groups, f"by-{grouping.id}-rows"))
    parts.section(Text("By district, sector and size", "按区、行业与规模"), (), *shown)


def _map(difference: Difference, groups: Sequence[Group]) -> MapLayer:
    """The change by district; where every one falls or stays, by how much it falls."""
    known = [group for group in groups if group.id]
    changes = [group.totals.change for group in known]
    falls = any(changes) and all((change or 0.0) <= 0 for change in changes)
    values = [None if change is None else -change if falls else change for change in changes]
    data = pa.table(
        {
            "id": [group.id for group in known],
            "value": pa.array(values, pa.float64()),
            "label": [group.name.en for group in known],
            "label_zh": [group.name.zh for group in known],
        }
    )
    title = difference.result.title
    said = Text("Fall", "减少量") if falls else Text("Change", "变化")
    named = Text(f"{said.en} of {title.en} by district", f"各区{title.zh}的{said.zh}")
    return MapLayer("map", named, "areas", data, difference.result.unit, "districts", "district_id")


def _how_much(compared: Compared, parts: _Parts) -> None:
    shown: list[Table | Chart | None] = []
    for result, before, after in compared.series[:1]:
        named = Text(f"{result.title.en} of the city", f"全市{result.title.zh}")
        title = Text(capital(named.en), named.zh)
        shown.append(charts.years_chart(title, "" if result.unit == "1" else result.unit, before, after))
    shown += tables.totals_tables(compared.differences)
    if compared.of_rows is not None and compared.of_rows.result.is_number:
        shown.append(charts.distribution_chart(compared.of_rows))
    parts.section(Text("By how much", "变化幅度"), (), *shown)


def _why(compared: Compared, parts: _Parts) -> None:
    told = [each for each in compared.effects if each.says_something and each.whole]
    titles = compared.titles()
    several = [each for each in told if len(each.contributions) > 1]
    chart = charts.effects_chart(several[0], titles) if several else None
    text: list[Text] = []
    if several:
        text.append(_how_divided(several))
    parts.section(
        Text("Which rules made the difference", "差异来自哪些规则"),
        text,
        chart,
        *why_tables.effects_tables(told, titles),
        why_tables.rules_table(compared.plan, compared.reach),
    )


def _how_divided(several: Sequence[Effects]) -> Text:
    if any(each.in_order for each in several):
        return Text(
            f"More than {TOGETHER_MOST} changed parameters reach a result: there they are switched one after another, "
            "in the order of their names, and each is told by what it adds to those before it. The parts add up to the "
            "whole.",
            f"有结果受到 {TOGETHER_MOST} 个以上变更参数影响:此处按参数名称顺序依次变更,各项贡献为其在前项基础上的增量。"
            "各项之和等于总变化。",
        )
    return Text(
        "Each parameter's part is the mean of what it adds over all orders in which the parameters could be changed "
        "(Shapley value). The parts add up to the whole; what they do alone need not, because they act on one another.",
        "各参数的贡献为其在所有变更顺序下增量的平均值(沙普利值)。各项之和等于总变化;单独变更的效果因相互作用不一定可加。",
    )


def _cost(compared: Compared, parts: _Parts) -> None:
    title = Text("What it costs", "资金成本")
    costs = costs_of(compared)
    if not costs:
        said = Text(
            "None of the results compared is an amount of money: the rules do not say what the change costs.",
            "所比较的结果均非金额:规则中尚无可计算变更资金成本的内容。",
        )
        parts.section(title, (said,))
        return
    text: list[Text] = []
    shown: list[Table] = []
    for place, each in enumerate(costs, start=1):
        text.append(cost_in_words(each))
        words = compared.plan[each.result.item].rule.words
        text += [words] if words.en and words.zh else []
        if each is not compared.of_rows and len(each.keys) > FEW_ROWS:  # else they stand among the groups already
            shown += [
                tables.group_table(each, grouping, by_group(each, grouping), f"cost-{place}-by-{grouping.id}")
                for grouping in compared.groupings(each)
            ]
    parts.section(title, text, *shown)


def _unknown(compared: Compared, parts: _Parts) -> None:
    parts.section(
        Text("What is no longer known, and what now is", "不再确定与新确定的结果"),
        (),
        tables.causes_table(compared.differences),
    )


def _indicators(compared: Compared) -> tuple[Indicator, ...]:
    """The figures of the city after the change, each with what it was."""
    found: list[Indicator] = []
    for each in compared.differences:
        if len(each.keys) != 1 or not each.result.is_number:
            continue
        result, unit = each.result, "" if each.result.unit == "1" else each.result.unit
        for name, said, values, causes, trusts in (
            ("before", Text("before", "变更前"), each.before, each.before_cause, each.before_trust),
            ("after", Text("after", "变更后"), each.after, each.after_cause, each.after_trust),
        ):
            title = Text(f"{capital(result.title.en)}, {said.en}", f"{result.title.zh}({said.zh})")
            trust = None if trusts[0] is None else _TRUSTS[trusts[0]]
            value = None if values[0] is None else float(values[0])
            found.append(Indicator(f"{result.name}-{name}", title, value, unit, trust=trust, why=causes[0], digits=4))
    return tuple(found)


def _methods(compared: Compared) -> tuple[Text, ...]:
    said = [
        Text(
            "Both sides are the same rules on the same tables; what the change cannot reach is taken from the base.",
            "两侧使用同一套规则与同一批数据;变更无法影响的结果直接取自基准。",
        ),
        Text(
            "Gain and loss are said of results of which a measure says what is better; the others rise or fall.",
            "仅对措施已说明优劣方向的结果称“受益”或“受损”,其余称“上升”或“下降”。",
        ),
        Text(
            "Sizes are decades of people employed, to show rows by; they are no class of any policy.",
            "规模按从业人数十进位分组,仅用于展示,不是政策分类。",
        ),
    ]
    if compared.dates is not None:
        said[0] = Text(
            "The earlier date is worked out with its own rules and rows, the later one too. What the rules did is "
            "told by the later date's rows under the rules of either date; the rest is the city's own doing.",
            "两个日期分别以各自的规则和数据计算。规则的作用为后一日期的数据在两个日期的规则下的差异,其余为城市自身变化。",
        )
    return tuple(said)


def _trust(compared: Compared) -> Trust | None:
    found = [trust for each in compared.moved for trust in each.after_trust if trust is not None]
    return _TRUSTS[max(found)] if found else None
