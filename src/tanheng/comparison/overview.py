"""Several variants beside each other: what each does to the same results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.comparison.answer import Compared, headline
from tanheng.comparison.charts import variants_chart
from tanheng.comparison.differences import EFFECT_NAMES, Difference, Effect
from tanheng.comparison.results import Result
from tanheng.comparison.tables import Columns, worded
from tanheng.measures.assessment import Assessment, Chart, Section, Table
from tanheng.report.typography import capital
from tanheng.text import Text

ID = "overview"
_NAME = Text("Variant", "方案")


def overview_of(compared: Sequence[Compared]) -> Assessment:
    """One table of all variants for the city, and one for each result of which many rows change."""
    by_result: dict[str, list[Difference | None]] = {}
    results: dict[str, Result] = {}
    for place, each in enumerate(compared):
        for difference in each.moved:
            results.setdefault(difference.result.id, difference.result)
            by_result.setdefault(difference.result.id, [None] * len(compared))[place] = difference
    whole = {id: row for id, row in by_result.items() if any(each and len(each.keys) == 1 for each in row)}
    tables: list[Table] = []
    charts: list[Chart] = []
    for number, (id, row) in enumerate(by_result.items(), start=1):
        tables.append(_table(f"result-{number}", results[id], compared, row, single=id in whole))
    lead = next((id for id in whole if results[id].adds_up), None)
    if lead is not None:
        result = results[lead]
        changes = [
            (each.title, difference.totals().change)
            for each, difference in zip(compared, by_result[lead], strict=True)
            if difference is not None
        ]
        title = Text(f"Change of {result.title.en} of the city", f"全市{result.title.zh}的变化")
        charts.append(variants_chart(title, result.unit, changes))
    shown = (*(chart.id for chart in charts), *(table.id for table in tables))
    said = [headline(each)[0] for each in compared]
    return Assessment(
        measure=ID,
        title=Text("All variants side by side", "各方案对照"),
        headline=tuple(
            Text(f"{each.title.en}: {text.en}", f"{each.title.zh}:{text.zh}")
            for each, text in zip(compared, said, strict=True)
        ),
        sections=(Section(Text("Results under each variant", "各方案下的结果"), (), shown),) if shown else (),
        tables=tuple(tables),
        charts=tuple(charts),
        demonstration=any(each.demonstration for each in compared),
    )


def _table(
    id: str, result: Result, compared: Sequence[Compared], row: Sequence[Difference | None], *, single: bool
) -> Table:
    columns = Columns(len(compared))
    columns.texts("variant", _NAME, (each.title for each in compared))
    base = next(each for each in row if each is not None)
    if single and result.is_number:
        before = base.before[0]
        columns.numbers("before", Text("Before", "变更前"), result.unit, [before] * len(row))
        after = [before if each is None else each.after[0] for each in row]
        columns.numbers("after", Text("After", "变更后"), result.unit, after)
        moved = (None if None in (before, value) else value - before for value in after)
        columns.numbers("change", Text("Change", "变化"), result.unit, moved)
    elif single:
        columns.texts("before", Text("Before", "变更前"), [worded(base.before[0])] * len(row))
        columns.texts("after", Text("After", "变更后"), (worded((each or base).after[0]) for each in row))
    else:
        if result.adds_up:
            totals = [None if each is None else each.totals() for each in row]
            change = (0.0 if each is None else each.change for each in totals)
            columns.numbers("change", Text("Change of the total", "合计变化"), result.unit, change)
        counts: Sequence[Mapping[Effect, int]] = [{} if each is None else each.counts for each in row]
        for effect, name in EFFECT_NAMES.items():
            if effect not in ("unchanged", "undetermined") and any(effect in count for count in counts):
                columns.counts(effect, name, (count.get(effect, 0) for count in counts))
    return columns.table(id, Text(capital(result.named.en), result.named.zh), show=60)
