"""The pictures of the statistics page: issued and retired by year, and by vintage; the house's Vega-Lite pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.credits.register.statistics import Statistics
from tanheng.measures.charting import chart
from tanheng.report.charts import Picture, picture_of_chart
from tanheng.report.look import PALETTE
from tanheng.text import Language, Text

ISSUED, RETIRED = Text("issued", "签发"), Text("retired", "注销")


def pictures_of(found: Statistics) -> dict[str, Picture]:
    """By name: ``by_year``, ``by_vintage``; those without a row are left out."""
    years = [(str(row.year), row.issued, row.retired) for row in found.credit_years()]
    vintages = [(str(row.vintage), row.issued, row.retired) for row in found.vintages() if row.vintage]
    return {
        name: _picture(name, title, axis, rows)
        for name, title, axis, rows in (
            (
                "by_year",
                Text("Credits issued and retired in each year", "各年签发与注销的减排量"),
                Text("year", "年份"),
                years,
            ),
            (
                "by_vintage",
                Text("Credits issued by vintage, and how many of them are retired", "各减排年份的签发与注销量"),
                Text("vintage", "减排年份"),
                vintages,
            ),
        )
        if rows
    }


def _picture(name: str, title: Text, axis: Text, rows: Sequence[tuple[str, int, int]]) -> Picture:
    long = [
        {"of": of, "t": t, "what_en": what.en, "what_zh": what.zh}
        for of, issued, retired in rows
        for what, t in ((ISSUED, issued), (RETIRED, retired))
    ]
    told = ", ".join(f"{of}: {issued:,} / {retired:,}" for of, issued, retired in rows)
    describes = Text(f"{title.en}, in t CO2e, issued / retired: {told}", f"{title.zh},单位 t CO2e,签发 / 注销:{told}")
    return picture_of_chart(
        "credits", chart(name, title, long, lambda base, language: _bars(base, axis, language), describes)
    )


def _bars(base: Any, axis: Text, language: Language) -> Any:
    import altair as alt

    what = f"what_{language}"
    order = [each.in_language(language) for each in (ISSUED, RETIRED)]
    unit = Text("t CO2e", "t CO2e").in_language(language)
    return base.mark_bar().encode(
        x=alt.X("of:N", title=axis.in_language(language), axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset(f"{what}:N", sort=order),
        y=alt.Y("t:Q", title=unit),
        color=alt.Color(
            f"{what}:N", title=None, sort=order, scale=alt.Scale(domain=order, range=[PALETTE[0], PALETTE[2]])
        ),
        tooltip=[
            alt.Tooltip("of:N", title=axis.in_language(language)),
            alt.Tooltip(f"{what}:N", title=" "),
            alt.Tooltip("t:Q", title=unit, format=","),
        ],
    )
