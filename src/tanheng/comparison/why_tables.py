"""The tables that say what is changed, where it enters the rules, and what each change contributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.comparison.changes import Days, ParameterChange
from tanheng.comparison.columns import AFTER, BEFORE, RESULT, Columns, value_text
from tanheng.comparison.effects import Effects
from tanheng.comparison.reach import Item, Reach
from tanheng.comparison.results import Result
from tanheng.measures.assessment import Table
from tanheng.policy.parameters import Cell
from tanheng.policy.plan import Plan
from tanheng.policy.rules import Rule
from tanheng.text import Text


def parameters_table(changes: Mapping[str, ParameterChange], reach: Reach, days: Mapping[str, Days]) -> Table:
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
    for name, title, side in (("before", BEFORE, before), ("after", AFTER, after)):
        said = [value_text(cell, unit) if row[2] else None for cell, unit, row in zip(side, units, rows, strict=True)]
        columns.texts(name, title, said)
    columns.codes("status", Text("Status", "可靠程度"), (row[4].status.word if row[4] else None for row in rows))
    columns.codes("since", Text("For rows from", "适用于"), (row[2] or None for row in rows))
    columns.counts(
        "rules", Text("Rules that see it", "涉及规则数"), (len(reach.direct.get(row[0].name, ())) for row in rows)
    )
    columns.codes("name", Text("Name", "名称"), (row[0].name for row in rows))
    note = Text(
        "A parameter that no rule sees on any day that matters here changes nothing below. Forecasts and budgets that "
        "are models, not rules, are part of a run and not of a comparison.",
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
        columns.texts("result", RESULT, (row[0].named for row in rows))
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
