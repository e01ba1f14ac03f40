"""The answer of a sweep: the curve of each result over the values of one parameter."""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.comparison.charts import Curve, curve_chart
from tanheng.comparison.columns import Columns, worded
from tanheng.comparison.differences import EFFECT_NAMES, Difference
from tanheng.comparison.results import Result
from tanheng.comparison.sweep import Sweep
from tanheng.comparison.working import Step
from tanheng.measures.assessment import Assessment, Chart, Section, Table
from tanheng.report.figures import figure, unit_text
from tanheng.report.typography import capital
from tanheng.text import Text

ID = "sweep"
CHARTS_MOST = 12
_YES = Text("yes", "是")


def answer_of_sweep(sweep: Sweep, title: Text, unit: str, steps: Sequence[Step], *, demonstration: bool) -> Assessment:
    """What each result becomes at each value of the sweep."""
    results = [each.result for each in steps[0].differences]
    tables, charts = [], []
    for place, result in enumerate(results):
        differences = [step.differences[place] for step in steps]
        if not any(each.changed for each in differences):
            continue
        tables.append(_table(place, sweep, title, unit, result, differences))
        x_title = Text(
            *(f"{name} ({said})" if said else name for name, said in zip(title, unit_text(unit), strict=True))
        )
        charts.append(_chart(place, sweep, x_title, result, differences))
    curves = [chart for chart in charts if chart is not None]
    text = []
    if len(curves) > CHARTS_MOST:
        text.append(Text(f"The first {CHARTS_MOST} curves are drawn.", f"仅绘制前 {CHARTS_MOST} 条曲线。"))
    curves = curves[:CHARTS_MOST]
    section = Section(
        Text("The curve of its effect", "效果曲线"),
        tuple(text),
        (*(chart.id for chart in curves), *(table.id for table in tables)),
    )
    return Assessment(
        measure=ID,
        title=title,
        headline=_headline(sweep, title, results, steps),
        sections=(section,) if tables else (),
        tables=tuple(tables),
        charts=tuple(curves),
        methods=(
            Text(
                "Each value stands in place of the one in force on the date of the comparison, from that one's own "
                "first day on; everything that it cannot reach is taken from the base.",
                "每个取值替代比较日期的现行值,自其生效日起适用;其影响不到的结果直接取自基准。",
            ),
        ),
        demonstration=demonstration,
        trust="example",
    )


def _headline(sweep: Sweep, title: Text, results: Sequence[Result], steps: Sequence[Step]) -> tuple[Text, ...]:
    span = worded(sweep.values[0]).en, worded(sweep.values[-1]).en
    moving = [place for place, _ in enumerate(results) if any(step.differences[place].changed for step in steps)]
    if not moving:
        return (
            Text(
                f"Nothing changes: no result hangs on {title.en} between {span[0]} and {span[1]}.",
                f"没有变化:{title.zh}在 {span[0]} 至 {span[1]} 之间不影响任何结果。",
            ),
        )
    return tuple(_ends(results[place], [step.differences[place] for step in steps], span) for place in moving[:3])


def _ends(result: Result, steps: Sequence[Difference], span: tuple[str, str]) -> Text:
    """A result at either end of the sweep: its figure, or how many rows are other than in the base."""
    ends = [summary(steps[end]) for end in (0, -1)]
    what = _what(result, steps[0])
    if None in ends and not (result.is_number and len(steps[0].keys) == 1):
        changed = [f"{steps[end].changed:,}" for end in (0, -1)]
        return Text(
            f"{capital(result.named.en)}: {changed[0]} of {len(steps[0].keys):,} change at {span[0]}, "
            f"{changed[1]} at {span[1]}.",
            f"{result.named.zh}:取 {span[0]} 时有 {changed[0]} 个变化,取 {span[1]} 时有 {changed[1]} 个"
            f"(共 {len(steps[0].keys):,} 个)。",
        )
    unit = "" if result.unit == "1" else result.unit
    first, last = (worded(None) if value is None else figure(value, unit, 4).text for value in ends)
    return Text(
        f"{capital(what.en)}: {first.en} at {span[0]}, {last.en} at {span[1]}.",
        f"{what.zh}:取 {span[0]} 时为 {first.zh},取 {span[1]} 时为 {last.zh}。",
    )


def _what(result: Result, difference: Difference) -> Text:
    if result.kind == "boolean":
        return Text(f"{result.named.en}, how many", f"{result.named.zh}的数量")
    if len(difference.keys) > 1 and result.adds_up:
        return Text(f"total of {result.named.en}", f"{result.named.zh}合计")
    return result.named


def summary(difference: Difference) -> float | None:
    """The one figure of a result: its value, its total, or how many are so; None where that says nothing."""
    result, values = difference.result, difference.after
    if len(values) == 1 and result.is_number:
        return None if values[0] is None else float(values[0])
    if result.kind == "boolean":
        return float(sum(value is True for value in values))
    return difference.totals().after if result.adds_up else None


def _chart(place: int, sweep: Sweep, x_title: Text, result: Result, steps: Sequence[Difference]) -> Chart | None:
    values = sweep.values
    curves: list[Curve]
    if result.kind == "text":
        words = [*result.best_first, *sorted({str(v) for each in steps for v in each.after if v is not None})]
        curves = [
            (worded(word), [sum(v == word for v in each.after) for each in steps]) for word in dict.fromkeys(words)
        ]
        title = Text(f"{result.named.en}: how many", f"{result.named.zh}:数量")
        unit = ""
    elif result.is_number and not result.adds_up and len(steps[0].keys) > 1:
        curves = [
            (EFFECT_NAMES[effect], [each.counts.get(effect, 0) for each in steps])
            for effect in ("gains", "loses", "higher", "lower")
            if any(effect in each.counts for each in steps)
        ]
        title = Text(f"{result.named.en}: how many change", f"{result.named.zh}:变化的数量")
        unit = ""
    else:
        curves = [(result.title, [summary(each) for each in steps])]
        title, unit = _what(result, steps[0]), "" if result.unit == "1" else result.unit
    return curve_chart(f"curve-{place}", Text(capital(title.en), title.zh), x_title, values, curves, unit, sweep.now)


def _table(place: int, sweep: Sweep, title: Text, unit: str, result: Result, steps: Sequence[Difference]) -> Table:
    columns = Columns(len(steps))
    columns.numbers("value", title, unit, sweep.values)
    if result.is_number and (len(steps[0].keys) == 1 or result.adds_up):
        columns.numbers("result", _what(result, steps[0]), result.unit, (summary(each) for each in steps))
        if result.adds_up:
            columns.numbers("change", Text("Change", "变化"), result.unit, (each.totals().change for each in steps))
    elif result.kind == "boolean":
        columns.counts("result", _YES, (int(summary(each) or 0) for each in steps))
    for effect, name in EFFECT_NAMES.items():
        if any(effect in each.counts for each in steps):
            columns.counts(effect, name, (each.counts.get(effect, 0) for each in steps))
    return columns.table(f"curve-rows-{place}", Text(capital(result.named.en), result.named.zh), show=101)
