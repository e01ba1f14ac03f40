"""The tables of a comparison. A total is only ever one of results of the same unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.comparison.columns import AFTER, BEFORE, RESULT, Columns, percent, worded
from tanheng.comparison.differences import CHANGED, EFFECT_NAMES, Difference, Effect
from tanheng.comparison.groups import Group, Grouping, Places
from tanheng.comparison.results import Result
from tanheng.measures.assessment import Table
from tanheng.report.figures import figure
from tanheng.text import Text

_CHANGE = Text("Change", "变化")
_PERCENT = Text("Change", "变化率")


def summary_table(id: str, sides: Sequence[tuple[Text, Difference]], *, variants: bool) -> Table | None:
    """What becomes of each result that changes, in a line: the city's figure or the total, and how many rows change.

    Each difference comes with the title of its variant, shown with ``variants``.
    """
    if not sides:
        return None
    found = [each for _, each in sides]
    columns = Columns(len(found))
    columns.texts("result", RESULT, (each.result.named for each in found))
    if variants:
        columns.texts("variant", Text("Variant", "方案"), (title for title, _ in sides))
    ends = [_ends(each) for each in found]
    columns.texts("before", BEFORE, (each[0] for each in ends))
    columns.texts("after", AFTER, (each[1] for each in ends))
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
    columns.texts("result", RESULT, (each.result.title for each in differences))
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
        columns.texts("result", RESULT, (each.result.title for each in group))
        columns.texts("of", Text("Sum over each", "汇总对象"), (each.result.entity.title for each in group))
        columns.numbers("before", BEFORE, unit, (total.before for total in totals))
        columns.numbers("after", AFTER, unit, (total.after for total in totals))
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
        ("before", BEFORE, difference.before, difference.before_trust, difference.before_cause),
        ("after", AFTER, difference.after, difference.after_trust, difference.after_cause),
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
        columns.numbers("before", BEFORE, result.unit, (group.totals.before for group in ordered))
        columns.numbers("after", AFTER, result.unit, (group.totals.after for group in ordered))
        columns.numbers("change", _CHANGE, result.unit, (group.totals.change for group in ordered))
        parts = (percent(group.totals.before, group.totals.change) for group in ordered)
        columns.numbers("percent", _PERCENT, "%", parts, 2)
    title = Text(f"{result.title.en} by {grouping.title.en}", f"{result.title.zh}(按{grouping.title.zh})")
    return columns.table(id, title, show=30)


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
    columns.texts("result", RESULT, (row[0].named for row in rows))
    columns.texts("effect", Text("What happens", "情况"), (EFFECT_NAMES[row[1]] for row in rows))
    columns.texts("why", Text("What is or was missing", "缺少的内容"), (row[2] for row in rows))
    columns.counts("rows", Text("Rows", "数量"), (row[3] for row in rows))
    return columns.table("causes", Text("What is no longer known, and what now is", "不再确定与新确定的结果"))


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

