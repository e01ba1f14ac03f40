"""Several variants beside each other: what each does to the same results."""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.comparison.charts import variants_chart
from tanheng.comparison.compared import Compared
from tanheng.comparison.differences import Difference
from tanheng.comparison.headline import headline
from tanheng.comparison.tables import summary_table
from tanheng.measures.assessment import Assessment, Chart, Section
from tanheng.text import Text

ID = "overview"


def overview_of(compared: Sequence[Compared]) -> Assessment:
    """One table of what changes under which variant, and the change of the city's first amount that moves."""
    by_result: dict[str, list[tuple[Text, Difference]]] = {}
    for each in compared:
        for difference in each.moved:
            by_result.setdefault(difference.result.id, []).append((each.title, difference))
    sides = [pair for pairs in by_result.values() for pair in pairs]
    table = summary_table("summary", sides, variants=True)
    chart = _chart(compared)
    shown = tuple(item.id for item in (chart, table) if item is not None)
    said = [headline(each)[0] for each in compared]
    return Assessment(
        measure=ID,
        title=Text("All variants side by side", "各方案对照"),
        headline=tuple(
            Text(f"{each.title.en}: {text.en}", f"{each.title.zh}:{text.zh}")
            for each, text in zip(compared, said, strict=True)
        ),
        sections=(Section(Text("Results under each variant", "各方案下的结果"), (), shown),) if shown else (),
        tables=() if table is None else (table,),
        charts=() if chart is None else (chart,),
        demonstration=any(each.demonstration for each in compared),
    )


def _chart(compared: Sequence[Compared]) -> Chart | None:
    """The change of one amount of the city under each variant, zero where a variant leaves it as it is."""
    lead = next((each.of_city for each in compared if each.of_city is not None and each.of_city.result.adds_up), None)
    if lead is None:
        return None
    changes = []
    for each in compared:
        found = next((one for one in each.differences if one.result.id == lead.result.id), None)
        change = 0.0 if found is None else found.totals().change
        if change is not None:
            changes.append((each.title, change))
    title = Text(f"Change of {lead.result.title.en} of the city", f"全市{lead.result.title.zh}的变化")
    return variants_chart(title, lead.result.unit, changes)
