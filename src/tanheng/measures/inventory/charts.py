"""The inventory's charts as Vega-Lite specifications, one for each language over the same data.

Colours come from the report's palette by the order of the domains given here. Altair is imported when the first
chart is made: it takes longer to import than a rulebook to load.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tanheng.measures.assessment import Chart
from tanheng.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    import altair as alt

Row = dict[str, Any]
MT = Text("million t CO2e", "百万吨二氧化碳当量")
MT_CO2 = Text("million t CO2", "百万吨二氧化碳")
_ROW_HEIGHT = 24
_LABEL_WIDTH = 340


def chart(
    id: str,
    title: Text,
    rows: Sequence[Row],
    draw: Callable[[Any, Language], alt.Chart | alt.LayerChart],
    describes: Text,
    note: Text | None = None,
) -> Chart:
    """A chart whose specification is drawn once for each language over the same rows.

    ``rows`` hold every text twice, as ``NAME_en`` and ``NAME_zh``.
    """
    import altair as alt

    specs = {}
    for language in LANGUAGES:
        drawn = draw(alt.Chart(alt.NamedData("data")), language).to_dict()
        drawn.pop("config", None)
        specs[language] = drawn
    return Chart(id, title, specs, pa.Table.from_pylist(list(rows)), describes, note)


def stacked_years(rows: Sequence[Row], order: Sequence[Text], unit: Text) -> Callable[[Any, Language], Any]:
    """Columns by year, stacked by ``part``; columns ``year``, ``part_en``, ``part_zh``, ``place``, ``amount``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        year, amount = Text("year", "年份").in_language(language), unit.in_language(language)
        parts = [text.in_language(language) for text in order]
        bars = base.mark_bar(cornerRadiusEnd=1).encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("amount:Q", title=amount),
            color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("year:O", title=year),
                alt.Tooltip(f"part_{language}:N", title=Text("part", "组成").in_language(language)),
                alt.Tooltip("amount:Q", title=amount, format=",.2f"),
            ],
        )
        totals = base.mark_text(dy=-8, fontWeight=600).encode(
            x="year:O", y="sum(amount):Q", text=alt.Text("sum(amount):Q", format=",.1f")
        )
        return (bars + totals).properties(height=320)

    return draw


def stacked_rows(
    rows: Sequence[Row], order: Sequence[Text], unit: Text, digits: int = 2
) -> Callable[[Any, Language], Any]:
    """Bars by ``label``, stacked by ``part``; rows as they come, longest first."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        amount = unit.in_language(language)
        parts = [text.in_language(language) for text in order]
        labels = list(dict.fromkeys(row[f"label_{language}"] for row in rows))
        return (
            base.mark_bar(cornerRadiusEnd=1)
            .encode(
                y=alt.Y(f"label_{language}:N", title=None, sort=labels, axis=alt.Axis(labelLimit=_LABEL_WIDTH)),
                x=alt.X("amount:Q", title=amount, axis=alt.Axis(grid=True)),
                color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
                order=alt.Order("place:Q"),
                tooltip=[
                    alt.Tooltip(f"label_{language}:N", title=Text("of", "类别").in_language(language)),
                    alt.Tooltip(f"part_{language}:N", title=Text("part", "组成").in_language(language)),
                    alt.Tooltip("amount:Q", title=amount, format=f",.{digits}f"),
                ],
            )
            .properties(height=_ROW_HEIGHT * max(len(labels), 2))
        )

    return draw


def plain_rows(
    rows: Sequence[Row], unit: Text, format: str, order: Sequence[Text] = (), axis_format: str = ",.0f"
) -> Callable[[Any, Language], Any]:
    """Bars by ``label`` with their value written at the end; coloured by ``part`` where there is an ``order`` "
    "of parts."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        labels = [row[f"label_{language}"] for row in rows]
        parts = [text.in_language(language) for text in order]
        place = alt.Y(f"label_{language}:N", title=None, sort=labels, axis=alt.Axis(labelLimit=_LABEL_WIDTH))
        tooltip = [
            alt.Tooltip(f"label_{language}:N", title=Text("of", "类别").in_language(language)),
            alt.Tooltip("amount:Q", title=unit.in_language(language), format=format),
        ]
        bars = base.mark_bar(cornerRadiusEnd=1).encode(
            y=place,
            x=alt.X("amount:Q", title=unit.in_language(language), axis=alt.Axis(grid=True, format=axis_format)),
            tooltip=tooltip,
        )
        if parts:
            bars = bars.encode(
                color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts)
            )
        values = base.mark_text(align="left", dx=5).encode(
            y=place, x="amount:Q", text=alt.Text("amount:Q", format=format)
        )
        return (bars + values).properties(height=_ROW_HEIGHT * max(len(labels), 2))

    return draw


def months(order: Sequence[Text]) -> Callable[[Any, Language], Any]:
    """Lines over months; columns ``month`` (ISO date), ``part_en``, ``part_zh``, ``amount``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        parts = [text.in_language(language) for text in order]
        amount = MT_CO2.in_language(language)
        half_years = alt.Axis(format="%Y-%m", tickCount={"interval": "month", "step": 6}, labelFlush=False)
        return (
            base.mark_line(interpolate="monotone")
            .encode(
                x=alt.X("month:T", title=None, axis=half_years),
                y=alt.Y("amount:Q", title=amount, scale=alt.Scale(zero=True)),
                color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
                strokeDash=alt.StrokeDash(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
                tooltip=[
                    alt.Tooltip("month:T", title=Text("month", "月份").in_language(language), format="%Y-%m"),
                    alt.Tooltip(f"part_{language}:N", title=Text("part", "组成").in_language(language)),
                    alt.Tooltip("amount:Q", title=amount, format=",.3f"),
                ],
            )
            .properties(height=260)
        )

    return draw


def concentration(marks: Sequence[int]) -> Callable[[Any, Language], Any]:
    """Share of the total that the largest so many facilities make; columns ``rank``, ``share``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        rank = Text("largest facilities", "排放量最大的设施数").in_language(language)
        share = Text("share of facilities' emissions", "占设施排放总量比例").in_language(language)
        encoded = base.encode(
            x=alt.X(
                "rank:Q",
                title=rank,
                scale=alt.Scale(type="log", nice=False),
                axis=alt.Axis(format=",d", grid=False, values=list(marks)),
            ),
            y=alt.Y("share:Q", title=share, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            tooltip=[
                alt.Tooltip("rank:Q", title=rank, format=",d"),
                alt.Tooltip("share:Q", title=share, format=".1%"),
            ],
        )
        marked = encoded.transform_filter(alt.FieldOneOfPredicate(field="rank", oneOf=list(marks)))
        written = marked.mark_text(align="right", dx=-8, dy=-8).encode(text=alt.Text("share:Q", format=".0%"))
        line = encoded.mark_area(line=True, opacity=0.15)
        return (line + marked.mark_point(filled=True, size=60, opacity=1) + written).properties(height=260)

    return draw


def reconciliation(order: Sequence[Text]) -> Callable[[Any, Language], Any]:
    """Points by year and publisher, ours with its interval: ``year``, ``by_*``, ``amount``, ``low``, ``high``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        names = [text.in_language(language) for text in order]
        amount = MT_CO2.in_language(language)
        who = alt.Color(f"by_{language}:N", title=None, scale=alt.Scale(domain=names), sort=names)
        shape = alt.Shape(f"by_{language}:N", title=None, scale=alt.Scale(domain=names), sort=names)
        scale = alt.Scale(zero=False, nice=False, padding=16)
        year = alt.X("year:Q", title=None, scale=scale, axis=alt.Axis(format="d", tickMinStep=1))
        spans = base.mark_rule(strokeWidth=2).encode(x=year, y="low:Q", y2="high:Q", color=who)
        points = base.mark_point(filled=True, size=80, opacity=1).encode(
            x=year,
            y=alt.Y("amount:Q", title=amount, scale=alt.Scale(zero=True)),
            color=who,
            shape=shape,
            tooltip=[
                alt.Tooltip("year:Q", title=Text("year", "年份").in_language(language), format="d"),
                alt.Tooltip(f"by_{language}:N", title=Text("by", "来源").in_language(language)),
                alt.Tooltip("amount:Q", title=amount, format=",.2f"),
                alt.Tooltip("low:Q", title=Text("lower bound", "下限").in_language(language), format=",.2f"),
                alt.Tooltip("high:Q", title=Text("upper bound", "上限").in_language(language), format=",.2f"),
            ],
        )
        return (spans + points).properties(height=300)

    return draw
