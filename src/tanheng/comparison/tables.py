"""The tables of a comparison. A total is only ever one of results of the same unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tanheng.comparison.changes import Days, ParameterChange
from tanheng.comparison.differences import CHANGED, EFFECT_NAMES, Difference, Effect
from tanheng.comparison.effects import Effects
from tanheng.comparison.groups import Group, Grouping, Places
from tanheng.comparison.reach import Item, Reach
from tanheng.comparison.results import Result
from tanheng.measures.assessment import Table, TableColumn
from tanheng.policy.parameters import Cell
from tanheng.policy.plan import Plan
from tanheng.policy.rules import Rule
from tanheng.report.figures import figure, unit_text
from tanheng.text import Text

SHOWN = 25
_RESULT = TableColumn("result", Text("Result", "结果"))
_BEFORE, _AFTER, _CHANGE = Text("Before", "变更前"), Text("After", "变更后"), Text("Change", "变化")
_PERCENT = Text("Change", "变化率")
NUMBER = "number"
TEXT = "text"


class Columns:
    """Columns of a table and what they hold, put together one by one."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.shown: list[TableColumn] = []
        self._data: dict[str, pa.Array] = {}

    def texts(self, name: str, title: Text, values: Iterable[Text | None]) -> None:
        """Texts in both languages."""
        said = list(values)
        self.shown.append(TableColumn(name, title))
        self._data[name] = pa.array([None if each is None else each.en for each in said], pa.string())
        self._data[f"{name}_zh"] = pa.array([None if each is None else each.zh for each in said], pa.string())

    def codes(self, name: str, title: Text, values: Iterable[str | None]) -> None:
        """Names that are the same in both languages."""
        self.shown.append(TableColumn(name, title))
        self._data[name] = pa.array(list(values), pa.string())

    def counts(self, name: str, title: Text, values: Iterable[int]) -> None:
        self.shown.append(TableColumn(name, title, "", 0))
        self._data[name] = pa.array(list(values), pa.int64())

    def numbers(
        self,
        name: str,
        title: Text,
        unit: str,
        values: Iterable[float | None],
        digits: int | None = None,
        trust: Sequence[int | None] | None = None,
        why: Sequence[Text | None] | None = None,
    ) -> None:
        self.shown.append(TableColumn(name, title, "" if unit == "1" else unit, digits))
        self._data[name] = pa.array([None if value is None else float(value) for value in values], pa.float64())
        if trust is not None:
            self._data[f"{name}__trust"] = pa.array(trust, pa.int8())
        if why is not None:
            self._data[f"{name}__why"] = pa.array([None if each is None else each.en for each in why], pa.string())
            self._data[f"{name}__why_zh"] = pa.array([None if each is None else each.zh for each in why], pa.string())

    def table(self, id: str, title: Text, note: Text | None = None, show: int = SHOWN) -> Table:
        return Table(id, title, tuple(self.shown), pa.table(self._data), note, show)


def summary_table(id: str, sides: Sequence[tuple[Text, Difference]], *, variants: bool) -> Table | None:
    """What becomes of each result that changes, in a line: the city's figure or the total, and how many rows change.

    Each difference comes with the title of its variant, shown with ``variants``.
    """
    if not sides:
        return None
    found = [each for _, each in sides]
    columns = Columns(len(found))
    columns.texts("result", _RESULT.title, (each.result.named for each in found))
    if variants:
        columns.texts("variant", Text("Variant", "方案"), (title for title, _ in sides))
    ends = [_ends(each) for each in found]
    columns.texts("before", _BEFORE, (each[0] for each in ends))
    columns.texts("after", _AFTER, (each[1] for each in ends))
    columns.texts("change", _CHANGE, (each[2] for each in ends))
    for effect, title in EFFECT_NAMES.items():
        if effect in CHANGED and any(effect in each.counts for each in found):
            columns.counts(effect, title, (each.counts.get(effect, 0) for each in found))
    columns.counts("rows", Text("Of", "总数"), (len(each.keys) for each in found))
    return columns.table(id, Text("In short", "结果概览"), show=len(found))


def _ends(difference: Difference) -> tuple[Text | None, Text | None, Text | None]:
    """Before, after and change of a single row or of a total; nothing where a total would say nothing."""
    result = difference.result
    single = len(difference.keys) == 1
    if not result.is_number:
        return (worded(difference.before[0]), worded(difference.after[0]), None) if single else (None, None, None)
    if not single and not result.adds_up:
        return None, None, None
    total = difference.totals()
    unit = "" if result.unit == "1" else result.unit
    large = max((abs(side) for side in (total.before, total.after) if side is not None), default=0.0)

    def said(value: float | None) -> Text:
        return worded(None) if value is None else figure(value, unit, 4, as_large_as=large).text

    share = percent(total.before, total.change)
    by = "" if share is None else f" ({share:+.2f}%)".replace("-", "−")
    change = None
    if total.change is not None:
        amount = said(total.change)
        change = Text(f"{amount.en}{by}", f"{amount.zh}{by}")
    return said(total.before), said(total.after), change


def counts_table(differences: Sequence[Difference]) -> Table:
    """How many rows of each result gain, lose, are no longer known and so on."""
    columns = Columns(len(differences))
    columns.texts("result", _RESULT.title, (each.result.title for each in differences))
    columns.texts("of", Text("Of each", "对象"), (each.result.entity.title for each in differences))
    columns.counts("rows", Text("Rows", "数量"), (len(each.keys) for each in differences))
    for effect, title in EFFECT_NAMES.items():
        if any(effect in each.counts for each in differences):
            columns.counts(effect, title, (each.counts.get(effect, 0) for each in differences))
    note = Text(
        "What is undetermined on one side has no change and is counted apart: it is never taken for zero.",
        "任一侧未确定的,不计算变化并单独计数,绝不按零处理。",
    )
    return columns.table("counts", Text("Who gains and who loses", "受益与受损情况"), note, show=len(differences))


def totals_tables(differences: Sequence[Difference]) -> tuple[Table, ...]:
    """The totals of results that add up, one table a unit."""
    by_unit: dict[str, list[Difference]] = {}
    for each in differences:
        if each.result.adds_up:
            by_unit.setdefault(each.result.unit, []).append(each)
    found = []
    for place, (unit, group) in enumerate(sorted(by_unit.items()), start=1):
        totals = [each.totals() for each in group]
        columns = Columns(len(group))
        columns.texts("result", _RESULT.title, (each.result.title for each in group))
        columns.texts("of", Text("Sum over each", "汇总对象"), (each.result.entity.title for each in group))
        columns.numbers("before", _BEFORE, unit, (total.before for total in totals))
        columns.numbers("after", _AFTER, unit, (total.after for total in totals))
        columns.numbers("change", _CHANGE, unit, (total.change for total in totals))
        columns.numbers("percent", _PERCENT, "%", (percent(total.before, total.change) for total in totals), 2)
        columns.numbers("increase", Text("Sum of increases", "增加合计"), unit, (total.increase for total in totals))
        columns.numbers("decrease", Text("Sum of decreases", "减少合计"), unit, (total.decrease for total in totals))
        for name in ("newly_determined", "newly_undetermined", "appears", "gone"):
            values = [getattr(total, name) for total in totals]
            if any(values):
                columns.numbers(name, EFFECT_NAMES[name], unit, values)
        columns.counts("left_out", Text("Left out before", "变更前未计入"), (total.undetermined_before for total in totals))
        columns.counts("left_out_after", Text("Left out after", "变更后未计入"), (t.undetermined_after for t in totals))
        note = Text(
            "Totals of what is determined; the change is over what is determined on both sides.",
            "仅汇总已确定的结果;变化仅按前后均已确定的结果计算。",
        )
        found.append(columns.table(f"totals-{place}", Text("Totals", "合计"), note, show=len(group)))
    return tuple(found)


def percent(before: float | None, change: float | None) -> float | None:
    """The change in percent of what was; None where that is nothing or not known."""
    return None if change is None or not before else 100 * change / before


def rows_table(
    difference: Difference,
    places: Places,
    matched_by: Sequence[str],
    groupings: Sequence[Grouping],
    effects: Sequence[Effect],
    id: str,
    title: Text,
) -> Table | None:
    """The rows with one of the effects, the largest change first; None where there is no such row."""
    chosen = [place for place, wanted in enumerate(difference.where(*effects)) if wanted]
    if not chosen:
        return None
    result = difference.result
    if result.is_number:
        chosen.sort(key=lambda place: (-_weight(difference, place), difference.keys[place]))
    keys = [difference.keys[place] for place in chosen]
    columns = Columns(len(chosen))
    columns.texts("name", result.entity.title, (places.name(result.entity, key, matched_by) for key in keys))
    columns.codes("id", Text("Number", "编号"), (shown_key(result, key, matched_by) for key in keys))
    sides = (
        ("before", _BEFORE, difference.before, difference.before_trust, difference.before_cause),
        ("after", _AFTER, difference.after, difference.after_trust, difference.after_cause),
    )
    for name, heading, values, trust, why in sides:
        given = [values[place] for place in chosen]
        if result.is_number:
            trusts, whys = [trust[place] for place in chosen], [why[place] for place in chosen]
            columns.numbers(name, heading, result.unit, given, trust=trusts, why=whys)
        else:
            columns.texts(name, heading, (worded(value) for value in given))
    if result.is_number:
        change = [_or_none(difference.change[place]) for place in chosen]
        columns.numbers("change", _CHANGE, result.unit, change)
        before = [difference.before[place] for place in chosen]
        parts = [percent(was, moved) for was, moved in zip(before, change, strict=True)]
        columns.numbers("percent", _PERCENT, "%", parts, 2)
    for grouping in groupings:
        columns.texts(grouping.id, grouping.title, (grouping.names[grouping.of[place]] for place in chosen))
    return columns.table(id, title)


def group_table(difference: Difference, grouping: Grouping, groups: Sequence[Group], id: str) -> Table:
    """The totals of a result by group, the largest change first."""
    result = difference.result
    ordered = list(groups) if grouping.id == "size" else sorted(groups, key=lambda group: (-_moved(group), group.id))
    columns = Columns(len(ordered))
    columns.texts("group", grouping.title, (group.name for group in ordered))
    columns.counts("rows", Text("Rows", "数量"), (group.rows for group in ordered))
    for effect, title in EFFECT_NAMES.items():
        if effect != "unchanged" and effect in difference.counts:
            columns.counts(effect, title, (group.counts.get(effect, 0) for group in ordered))
    if result.adds_up:
        columns.numbers("before", _BEFORE, result.unit, (group.totals.before for group in ordered))
        columns.numbers("after", _AFTER, result.unit, (group.totals.after for group in ordered))
        columns.numbers("change", _CHANGE, result.unit, (group.totals.change for group in ordered))
        parts = (percent(group.totals.before, group.totals.change) for group in ordered)
        columns.numbers("percent", _PERCENT, "%", parts, 2)
    title = Text(f"{result.title.en} by {grouping.title.en}", f"{result.title.zh}(按{grouping.title.zh})")
    return columns.table(id, title, show=30)


def parameters_table(
    changes: Mapping[str, ParameterChange], reach: Reach, days: Mapping[str, Days]
) -> Table:
    """Every changed parameter: what it was, what it becomes, and how many rules see it."""
    rows: list[tuple[ParameterChange, str, str, Cell | None, Cell | None]] = []
    for change in changes.values():
        seen = change.cells(days[change.name])
        cells = [(", ".join(each.keys), each.start.isoformat(), each.before, each.after) for each in seen]
        rows += [(change, *cell) for cell in cells or [("", "", None, None)]]
    columns = Columns(len(rows))
    both = [row[0].after or row[0].before for row in rows]
    units = ["" if each is None else str(each.unit) for each in both]
    columns.texts("parameter", Text("Parameter", "参数"), (None if each is None else each.title for each in both))
    columns.codes("category", Text("Category", "类别"), (row[1] or None for row in rows))
    before, after = [row[3] for row in rows], [row[4] for row in rows]
    for name, title, side in (("before", _BEFORE, before), ("after", _AFTER, after)):
        said = [
            value_text(cell, unit) if row[2] else None for cell, unit, row in zip(side, units, rows, strict=True)
        ]
        columns.texts(name, title, said)
    columns.codes("status", Text("Status", "可靠程度"), (row[4].status.word if row[4] else None for row in rows))
    columns.codes("since", Text("For rows from", "适用于"), (row[2] or None for row in rows))
    columns.counts("rules", Text("Rules that see it", "涉及规则数"), (len(reach.direct.get(row[0].name, ())) for row in rows))
    columns.codes("name", Text("Name", "名称"), (row[0].name for row in rows))
    note = Text(
        "A parameter that no rule sees on any day that matters here changes nothing below. Forecasts and budgets that are "
        "models, not rules, are part of a run and not of a comparison.",
        "在相关日期未被任何规则采用的参数,对以下结果没有影响。预测、预算等属于模型而非规则,见评估报告,不在比较之列。",
    )
    return columns.table("parameters", Text("What is changed", "变更内容"), note, show=40)


def rules_table(plan: Plan, reach: Reach) -> Table | None:
    """The rules that take a changed parameter up: the places where the change enters."""
    found: list[tuple[str, Item]] = [(name, item) for name, items in reach.direct.items() for item in items]
    if not found:
        return None
    rules = [plan[item].rule for _, item in found]
    columns = Columns(len(found))
    columns.codes("parameter", Text("Parameter", "参数"), (name for name, _ in found))
    columns.texts("rule", Text("Rule that takes it up", "采用该参数的规则"), (named_rule(rule) for rule in rules))
    columns.texts("says", Text("What it says", "规则含义"), (_in_one_line(rule.words) for rule in rules))
    columns.codes("cites", Text("Source", "依据"), ("; ".join(rule.cites) or None for rule in rules))
    return columns.table("rules", Text("Where the change enters", "变更进入之处"), show=40)


def _in_one_line(words: Text) -> Text:
    return Text(" ".join(words.en.split()), " ".join((words.zh or words.en).split()))


def named_rule(rule: Rule) -> Text:
    """The title of a rule, and of what it is one."""
    return Text(f"{rule.title.en} ({rule.entity.title.en})", f"{rule.title.zh}({rule.entity.title.zh})")


def effects_tables(effects: Sequence[Effects], titles: Mapping[str, Text]) -> tuple[Table, ...]:
    """What each parameter contributes, one table a unit."""
    by_unit: dict[str, list[Effects]] = {}
    for each in effects:
        if each.says_something:
            unit = each.result.unit if each.result.is_number else ""
            by_unit.setdefault(unit, []).append(each)
    tables = []
    for place, (unit, group) in enumerate(sorted(by_unit.items()), start=1):
        rows: list[tuple[Result, Text, float | None, float | None]] = []
        for each in group:
            rows += [(each.result, titles[part.parameter], part.part, part.alone) for part in each.contributions]
            if len(each.contributions) > 1:
                rows.append((each.result, TOGETHER, None, each.interaction))
            if each.not_divided:
                rows.append((each.result, NOT_DIVIDED, each.not_divided, each.not_divided))
            rows.append((each.result, WHOLE, each.whole, each.whole))
        columns = Columns(len(rows))
        columns.texts("result", _RESULT.title, (row[0].named for row in rows))
        columns.texts("parameter", Text("Parameter", "参数"), (row[1] for row in rows))
        digits = None if unit else 1
        columns.numbers("part", Text("Its part of the change", "对变化的贡献"), unit, (row[2] for row in rows), digits)
        columns.numbers("alone", Text("If it changed alone", "单独变更的效果"), unit, (row[3] for row in rows), digits)
        title = Text("What made the difference", "差异来自何处")
        if not unit:
            title = Text("What made the difference (rows)", "差异来自何处(数量)")
        tables.append(columns.table(f"effects-{place}", title, show=60))
    return tuple(tables)


TOGETHER = Text("acting on one another", "相互作用")
WHOLE = Text("the whole change", "总变化")
NOT_DIVIDED = Text("not divided: undetermined in between", "无法分摊:中间状态未确定")


def causes_table(differences: Sequence[Difference]) -> Table | None:
    """Why results are no longer determined, or now are."""
    counted: dict[tuple[str, str, Text], tuple[Result, Effect, Text, int]] = {}
    for each in differences:
        sides: tuple[tuple[Effect, Sequence[Text | None]], ...] = (
            ("newly_undetermined", each.after_cause),
            ("newly_determined", each.before_cause),
        )
        for effect, causes in sides:
            for place, wanted in enumerate(each.where(effect)):
                cause = causes[place] if wanted else None
                if cause is not None:
                    key = (each.result.id, effect, cause)
                    count = counted[key][3] if key in counted else 0
                    counted[key] = (each.result, effect, cause, count + 1)
    if not counted:
        return None
    rows = sorted(counted.values(), key=lambda row: (row[0].id, row[1], -row[3], row[2]))
    columns = Columns(len(rows))
    columns.texts("result", _RESULT.title, (row[0].named for row in rows))
    columns.texts("effect", Text("What happens", "情况"), (EFFECT_NAMES[row[1]] for row in rows))
    columns.texts("why", Text("What is or was missing", "缺少的内容"), (row[2] for row in rows))
    columns.counts("rows", Text("Rows", "数量"), (row[3] for row in rows))
    return columns.table("causes", Text("What is no longer known, and what now is", "不再确定与新确定的结果"))


def value_text(cell: Cell | None, unit: str = "1") -> Text:
    """What a cell says, for people."""
    if cell is None:
        return Text("no value", "无取值")
    if cell.value is None:
        return Text("not published", "未公布")
    said, of = worded(cell.value), unit_text("" if unit == "1" else unit)
    return Text(f"{said.en} {of.en}".rstrip(), f"{said.zh} {of.zh}".rstrip())


def worded(value: Any) -> Text:
    """A value that is no amount, for people."""
    if value is None:
        return Text("undetermined", "未确定")
    if isinstance(value, bool):
        return Text("yes", "是") if value else Text("no", "否")
    if isinstance(value, int | float):
        is_year = isinstance(value, int) and 1900 <= value <= 2100
        said = str(value) if is_year else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
        return Text(said.replace("-", "−"), said.replace("-", "−"))
    return _COLOURS.get(str(value), Text(str(value), str(value)))


_COLOURS = {
    "green": Text("green", "绿色"),
    "yellow": Text("yellow", "黄色"),
    "red": Text("red", "红色"),
}


def shown_key(result: Result, key: tuple[Any, ...], matched_by: Sequence[str]) -> str:
    """The key without its year."""
    parts = (part for name, part in zip(matched_by, key, strict=True) if name != result.entity.period)
    return ",".join(str(part) for part in parts)


def _weight(difference: Difference, place: int) -> float:
    change = _or_none(difference.change[place])
    if change is not None:
        return abs(change)
    known = difference.after[place] if difference.before[place] is None else difference.before[place]
    return abs(known) if isinstance(known, int | float) else 0.0


def _or_none(value: float) -> float | None:
    return None if value != value else float(value)


def _moved(group: Group) -> float:
    return abs(group.totals.change or 0.0) + sum(group.counts.values()) * 1e-9

