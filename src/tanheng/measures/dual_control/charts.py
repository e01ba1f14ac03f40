"""The charts of dual control as Vega-Lite specifications, one for each language over the same data.

Rows hold numbers and keys; what a key is called in a language is written into the specification's data as
``NAME_en`` and ``NAME_zh``. Masses come in tonnes and are written in Mt or 万吨.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.measures.charting import Draw
from tanheng.measures.masses import CO2, MassScale
from tanheng.text import Language, Text

# One hue for what was, one for what is planned, one for what may be: told apart without colour too, by form.
WAS, PLANNED, MAY_BE, YARDSTICK = "#1f6f8b", "#e0913f", "#8a6bb0", "#6b7a86"
UP, DOWN, WHOLE = "#c8553d", "#5a9e6f", "#44546a"


def path_with_fan(unit: Text, digits: int) -> Draw:
    """Actual, planned and forecast by year.

    Columns ``year``, ``series`` (was, planned, may_be), ``series_en/zh``, ``value``, ``label``, ``label_en/zh`` and the
    bounds ``low``, ``high`` (90%), ``low50``, ``high50``.
    """

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        names = {"was": WAS, "planned": PLANNED, "may_be": MAY_BE}
        scale = alt.Scale(domain=list(names), range=list(names.values()))
        year = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1, grid=False))
        value = alt.Y("value:Q", title=unit.in_language(language), scale=alt.Scale(zero=False))
        only = base.transform_filter
        fan = (
            only("datum.series == 'may_be'")
            .mark_area(color=MAY_BE, opacity=0.18)
            .encode(x=year, y=alt.Y("low:Q", title=unit.in_language(language)), y2="high:Q")
        )
        inner = (
            only("datum.series == 'may_be'")
            .mark_area(color=MAY_BE, opacity=0.25)
            .encode(x=year, y="low50:Q", y2="high50:Q")
        )
        lines = only("datum.series == 'planned'").mark_line(strokeDash=[6, 4], color=PLANNED).encode(x=year, y=value)
        median = only("datum.series == 'may_be'").mark_line(color=MAY_BE).encode(x=year, y=value)
        tooltip = [
            alt.Tooltip("year:Q", title=Text("year", "年份").in_language(language), format="d"),
            alt.Tooltip(f"series_{language}:N", title=Text("what", "系列").in_language(language)),
            alt.Tooltip("value:Q", title=unit.in_language(language), format=f",.{digits}f"),
            alt.Tooltip("low:Q", title=Text("90% from", "90%区间下限").in_language(language), format=f",.{digits}f"),
            alt.Tooltip("high:Q", title=Text("90% to", "90%区间上限").in_language(language), format=f",.{digits}f"),
        ]
        was = only("datum.series == 'was'").mark_line(color=WAS).encode(x=year, y=value)
        points = base.mark_point(filled=True, size=70, opacity=1).encode(
            x=year,
            y=value,
            color=alt.Color("series:N", scale=scale, legend=None),
            shape=alt.Shape(
                "series:N", scale=alt.Scale(domain=list(names), range=["circle", "diamond", "square"]), legend=None
            ),
            tooltip=tooltip,
        )
        labels = [
            only(f"datum.label == '{series}'")
            .mark_text(color=colour, fontWeight=600, align=align, dx=dx, dy=dy)
            .encode(x=year, y=value, text=f"label_{language}:N")
            for series, colour, align, dx, dy in (
                ("was", WAS, "right", -8, 16),
                ("planned", PLANNED, "left", 4, -12),
                ("may_be", MAY_BE, "right", -8, 20),
            )
        ]
        return alt.layer(fan, inner, lines, was, median, points, *labels).properties(height=300)

    return draw


def monthly_fan(largest: float) -> Draw:
    """Months known and to come, in columns ``month``, ``known``, ``median``, ``again`` (the back-test) and bounds."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        month = alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=10, labelOverlap=True, grid=False))
        mass = MassScale.up_to(largest, language, CO2)
        base = mass.scaled(base, "known", "median", "again", "low", "high", "low50", "high50")
        title = mass.title + Text(" a month", "/月").in_language(language)
        bounds = [
            alt.Tooltip(f"{end}:Q", title=said.in_language(language), format=mass.format)
            for end, said in (("low", Text("90% from", "90%区间下限")), ("high", Text("90% to", "90%区间上限")))
        ]
        fan = base.mark_area(color=MAY_BE, opacity=0.18).encode(
            x=month, y=alt.Y("low:Q", title=title, scale=alt.Scale(zero=False)), y2="high:Q"
        )
        inner = base.mark_area(color=MAY_BE, opacity=0.25).encode(x=month, y="low50:Q", y2="high50:Q")
        known = (
            base.transform_filter("datum.known != null")
            .mark_line(color=WAS)
            .encode(
                x=month,
                y=alt.Y("known:Q", title=title),
                tooltip=[
                    alt.Tooltip("month:T", title=Text("month", "月份").in_language(language), format="%Y-%m"),
                    alt.Tooltip("known:Q", title=Text("reported", "已填报").in_language(language), format=mass.format),
                ],
            )
        )
        median = (
            base.transform_filter("datum.median != null")
            .mark_line(color=MAY_BE)
            .encode(
                x=month,
                y="median:Q",
                tooltip=[
                    alt.Tooltip("month:T", title=Text("month", "月份").in_language(language), format="%Y-%m"),
                    alt.Tooltip(
                        "median:Q", title=Text("median forecast", "预测中值").in_language(language), format=mass.format
                    ),
                    *bounds,
                ],
            )
        )
        again = (
            base.transform_filter("datum.again != null")
            .mark_line(color=PLANNED, strokeDash=[4, 3])
            .encode(
                x=month,
                y="again:Q",
                tooltip=[
                    alt.Tooltip("month:T", title=Text("month", "月份").in_language(language), format="%Y-%m"),
                    alt.Tooltip(
                        "again:Q", title=Text("back-test", "回溯预测").in_language(language), format=mass.format
                    ),
                ],
            )
        )
        return (fan + inner + known + median + again).properties(height=280)

    return draw


def waterfall(order: Sequence[Text], largest: float) -> Draw:
    """Steps from one year to another: ``step_en/zh``, ``name_en/zh``, ``from``, ``to``, ``top``, ``said_en/zh`` and
    ``kind`` (whole, up, down)."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        steps = [text.in_language(language) for text in order]
        x = alt.X(
            f"step_{language}:N",
            title=None,
            sort=steps,
            axis=alt.Axis(labelAngle=0, labelExpr="split(datum.label, '|')"),
        )
        colours = alt.Scale(domain=["whole", "up", "down"], range=[WHOLE, UP, DOWN])
        mass = MassScale.up_to(largest, language)
        base = mass.scaled(base, "from", "to", "top")
        bars = base.mark_bar(size=46).encode(
            x=x,
            y=alt.Y("from:Q", title=mass.title, scale=alt.Scale(zero=False)),
            y2="to:Q",
            color=alt.Color("kind:N", scale=colours, legend=None),
            tooltip=[
                alt.Tooltip(f"name_{language}:N", title=Text("what", "因素").in_language(language)),
                alt.Tooltip(f"said_{language}:N", title=mass.title),
            ],
        )
        values = base.mark_text(dy=-8, fontWeight=600).encode(x=x, y="top:Q", text=f"said_{language}:N")
        return (bars + values).properties(height=320)

    return draw


def grouped_rows(places: Sequence[Text], groups: Sequence[Text], unit: Text) -> Draw:
    """One point for each place and group on the line of the place: ``place_en/zh``, ``group_en/zh``, ``value``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        rows = [text.in_language(language) for text in places]
        names = [text.in_language(language) for text in groups]
        y = alt.Y(f"place_{language}:N", title=None, sort=rows, axis=alt.Axis(grid=True, labelLimit=220))
        value = unit.in_language(language)
        spans = base.mark_rule(color="#c4ccd2", strokeWidth=3).encode(y=y, x="min(value):Q", x2="max(value):Q")
        points = base.mark_point(filled=True, size=85, opacity=0.95).encode(
            y=y,
            x=alt.X("value:Q", title=value, axis=alt.Axis(grid=True)),
            color=alt.Color(f"group_{language}:N", title=None, scale=alt.Scale(domain=names), sort=names),
            shape=alt.Shape(f"group_{language}:N", title=None, scale=alt.Scale(domain=names), sort=names),
            tooltip=[
                alt.Tooltip(f"place_{language}:N", title=Text("district", "区").in_language(language)),
                alt.Tooltip(f"group_{language}:N", title=Text("principle", "原则").in_language(language)),
                alt.Tooltip("value:Q", title=value, format=",.2f"),
            ],
        )
        return (spans + points).properties(height=26 * max(len(rows), 2))

    return draw


def bars_against(places: Sequence[Text], unit: Text) -> Draw:
    """Bars with a mark for what was asked: ``place_en/zh``, ``value``, ``asked``, ``colour``."""

    def draw(base: Any, language: Language) -> Any:
        import altair as alt

        rows = [text.in_language(language) for text in places]
        colours = alt.Scale(
            domain=["green", "yellow", "red", "undetermined"], range=["#25754a", "#d99a2b", "#b02a20", "#b9c2c9"]
        )
        y = alt.Y(f"place_{language}:N", title=None, sort=rows, axis=alt.Axis(labelLimit=220))
        value = unit.in_language(language)
        tooltip = [
            alt.Tooltip(f"place_{language}:N", title=Text("district", "区").in_language(language)),
            alt.Tooltip("value:Q", title=value, format=",.1f"),
            alt.Tooltip("asked:Q", title=Text("planned by now", "应完成").in_language(language), format=",.1f"),
        ]
        bars = base.mark_bar(cornerRadiusEnd=1, size=14).encode(
            y=y,
            x=alt.X("value:Q", title=value, axis=alt.Axis(grid=True)),
            color=alt.Color("colour:N", scale=colours, legend=None),
            tooltip=tooltip,
        )
        asked = base.mark_tick(thickness=3, size=20, color="#1d2b36").encode(y=y, x="asked:Q", tooltip=tooltip)
        return (bars + asked).properties(height=26 * max(len(rows), 2))

    return draw
