"""The inventory's charts as Vega-Lite specifications, one for each language over the same data.

Colours come from the report's palette by the order of the domains given here. Masses come in tonnes and are
written in Mt or 万吨.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tanheng.measures.charting import Row, largest
from tanheng.measures.masses import CO2, CO2E, MassScale
from tanheng.text import Language, Text

_ROW_HEIGHT = 24
_LABEL_WIDTH = 340


def stacked_years(rows: Sequence[Row], order: Sequence[Text], of: Text = CO2E) -> Callable[[Any, Language], Any]:
    """Columns by year, stacked by ``part``; columns ``year``, ``part_en``, ``part_zh``, ``place``, ``amount``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        scale = MassScale.up_to(largest(rows, "amount", by=("year",)), language, of)
        base = scale.scaled(base, "amount")
        year, amount = Text("year", "年份").in_language(language), scale.title
        parts = [text.in_language(language) for text in order]
        bars = base.mark_bar(cornerRadiusEnd=1).encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("amount:Q", title=amount),
            color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("year:O", title=year),
                alt.Tooltip(f"part_{language}:N", title=Text("part", "组成").in_language(language)),
                alt.Tooltip("amount:Q", title=amount, format=scale.format),
            ],
        )
        totals = base.mark_text(dy=-8, fontWeight=600).encode(
            x="year:O", y="sum(amount):Q", text=alt.Text("sum(amount):Q", format=scale.format)
        )
        return (bars + totals).properties(height=320)

    return draw


def stacked_rows(rows: Sequence[Row], order: Sequence[Text], of: Text = CO2E) -> Callable[[Any, Language], Any]:
    """Bars by ``label``, stacked by ``part``; rows as they come, longest first."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        scale = MassScale.up_to(largest(rows, "amount", by=("label_en",)), language, of)
        parts = [text.in_language(language) for text in order]
        labels = list(dict.fromkeys(row[f"label_{language}"] for row in rows))
        return (
            scale.scaled(base, "amount")
            .mark_bar(cornerRadiusEnd=1)
            .encode(
                y=alt.Y(f"label_{language}:N", title=None, sort=labels, axis=alt.Axis(labelLimit=_LABEL_WIDTH)),
                x=alt.X("amount:Q", title=scale.title, axis=alt.Axis(grid=True, tickCount=7)),
                color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
                order=alt.Order("place:Q"),
                tooltip=[
                    alt.Tooltip(f"label_{language}:N", title=Text("of", "类别").in_language(language)),
                    alt.Tooltip(f"part_{language}:N", title=Text("part", "组成").in_language(language)),
                    alt.Tooltip("amount:Q", title=scale.title, format=scale.format),
                ],
            )
            .properties(height=_ROW_HEIGHT * max(len(labels), 2))
        )

    return draw


def plain_rows(rows: Sequence[Row], of: Text, order: Sequence[Text]) -> Callable[[Any, Language], Any]:
    """Bars of masses by ``label`` with their value written at the end, coloured by ``part``."""

    def draw(base: Any, language: Language) -> Any:
        scale = MassScale.up_to(largest(rows, "amount"), language, of)
        return _bars(scale.scaled(base, "amount"), language, rows, scale.title, scale.format, ",~r", order)

    return draw


def share_rows(rows: Sequence[Row], title: Text) -> Callable[[Any, Language], Any]:
    """Bars of shares by ``label`` with their value written at the end."""
    return lambda base, language: _bars(base, language, rows, title.in_language(language), ".1%", ".0%", ())


def _bars(
    base: Any, language: Language, rows: Sequence[Row], title: str, format: str, axis: str, order: Sequence[Text]
) -> Any:
    import altair as alt

    labels = [row[f"label_{language}"] for row in rows]
    parts = [text.in_language(language) for text in order]
    place = alt.Y(f"label_{language}:N", title=None, sort=labels, axis=alt.Axis(labelLimit=_LABEL_WIDTH))
    bars = base.mark_bar(cornerRadiusEnd=1).encode(
        y=place,
        x=alt.X("amount:Q", title=title, axis=alt.Axis(grid=True, format=axis, tickCount=7)),
        tooltip=[
            alt.Tooltip(f"label_{language}:N", title=Text("of", "类别").in_language(language)),
            alt.Tooltip("amount:Q", title=title, format=format),
        ],
    )
    if parts:
        bars = bars.encode(color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts))
    values = base.mark_text(align="left", dx=5).encode(y=place, x="amount:Q", text=alt.Text("amount:Q", format=format))
    return (bars + values).properties(height=_ROW_HEIGHT * max(len(labels), 2))


def months(rows: Sequence[Row], order: Sequence[Text]) -> Callable[[Any, Language], Any]:
    """Lines over months; columns ``month`` (ISO date), ``part_en``, ``part_zh``, ``amount``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        parts = [text.in_language(language) for text in order]
        scale = MassScale.up_to(largest(rows, "amount"), language, CO2)
        half_years = alt.Axis(format="%Y-%m", tickCount={"interval": "month", "step": 6}, labelFlush=False)
        return (
            scale.scaled(base, "amount")
            .mark_line(interpolate="monotone")
            .encode(
                x=alt.X("month:T", title=None, axis=half_years),
                y=alt.Y("amount:Q", title=scale.title, scale=alt.Scale(zero=True)),
                color=alt.Color(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
                strokeDash=alt.StrokeDash(f"part_{language}:N", title=None, scale=alt.Scale(domain=parts), sort=parts),
                tooltip=[
                    alt.Tooltip("month:T", title=Text("month", "月份").in_language(language), format="%Y-%m"),
                    alt.Tooltip(f"part_{language}:N", title=Text("part", "组成").in_language(language)),
                    alt.Tooltip("amount:Q", title=scale.title, format=scale.format),
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
        written = marked.mark_text(align="left", dx=8, dy=12).encode(text=alt.Text("share:Q", format=".0%"))
        line = encoded.mark_area(line=True, opacity=0.15)
        return (line + marked.mark_point(filled=True, size=60, opacity=1) + written).properties(height=260)

    return draw


def reconciliation(rows: Sequence[Row], order: Sequence[Text]) -> Callable[[Any, Language], Any]:
    """Points by year and publisher, ours with its interval: ``year``, ``by_*``, ``amount``, ``low``, ``high``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        names = [text.in_language(language) for text in order]
        mass = MassScale.up_to(largest(rows, "amount", "high"), language, CO2)
        base = mass.scaled(base, "amount", "low", "high")
        who = alt.Color(f"by_{language}:N", title=None, scale=alt.Scale(domain=names), sort=names)
        shape = alt.Shape(f"by_{language}:N", title=None, scale=alt.Scale(domain=names), sort=names)
        scale = alt.Scale(zero=False, nice=False, padding=16)
        year = alt.X("year:Q", title=None, scale=scale, axis=alt.Axis(format="d", tickMinStep=1, tickCount=9))
        spans = base.mark_rule(strokeWidth=2).encode(x=year, y="low:Q", y2="high:Q", color=who)
        points = base.mark_point(filled=True, size=80, opacity=1).encode(
            x=year,
            y=alt.Y("amount:Q", title=mass.title, scale=alt.Scale(zero=True)),
            color=who,
            shape=shape,
            tooltip=[
                alt.Tooltip("year:Q", title=Text("year", "年份").in_language(language), format="d"),
                alt.Tooltip(f"by_{language}:N", title=Text("by", "来源").in_language(language)),
                alt.Tooltip("amount:Q", title=mass.title, format=mass.format),
                alt.Tooltip("low:Q", title=Text("lower bound", "下限").in_language(language), format=mass.format),
                alt.Tooltip("high:Q", title=Text("upper bound", "上限").in_language(language), format=mass.format),
            ],
        )
        return (spans + points).properties(height=300)

    return draw
