"""Charts of a monitor: its days with Ld and Ln against the limit, and its hours with what counts of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.communities.monitor_days import DayRead, HourRead, Limits
from tanheng.measures.charting import chart
from tanheng.report.charts import Picture, picture_of_chart
from tanheng.report.look import PALETTE
from tanheng.text import Language, Text

DAY, NIGHT = Text("day (Ld)", "昼间 (Ld)"), Text("night (Ln)", "夜间 (Ln)")
LIMIT_DAY, LIMIT_NIGHT = Text("limit by day", "昼间限值"), Text("limit at night", "夜间限值")
COUNTS, COUNTS_NOT = Text("counts", "有效"), Text("does not count", "无效")
LEVEL = Text("dB(A)", "dB(A)")
DATE, TIME = Text("day", "日期"), Text("hour", "时间")
LEVELS_OF_DAYS = Text("Days and nights", "逐日昼间、夜间等效声级")
LEVELS_OF_HOURS = Text("Hours", "逐小时等效声级")


def days(found: Sequence[DayRead], limits: Limits) -> Picture:
    """Ld and Ln of each day that counts, and the limits of the function area as lines."""
    ordered = sorted(found, key=lambda each: each.date)
    # A day that does not count has no level: the line stops there.
    rows = [
        {
            "date": each.date.isoformat(),
            "level": None if level is None else round(level, 1),
            "of_en": of.en,
            "of_zh": of.zh,
        }
        for each in ordered
        for level, of in ((each.Ld, DAY), (each.Ln, NIGHT))
    ]
    ends = (ordered[0].date.isoformat(), ordered[-1].date.isoformat()) if ordered else None
    lines = [
        {"date": on, "level": level, "of_en": of.en, "of_zh": of.zh}
        for level, of in ((limits.day, LIMIT_DAY), (limits.night, LIMIT_NIGHT))
        if level is not None and ends is not None
        for on in ends
    ]
    count = {of.en: sum(row["of_en"] == of.en and row["level"] is not None for row in rows) for of in (DAY, NIGHT)}
    describes = Text(
        f"{len(ordered)} days; by day {count[DAY.en]} count, at night {count[NIGHT.en]}.",
        f"共{len(ordered)}日；有效昼间{count[DAY.en]}个，有效夜间{count[NIGHT.en]}个。",
    )
    drawn = chart("days", LEVELS_OF_DAYS, rows + lines, _days, describes)
    return picture_of_chart("monitor", drawn)


def hours(found: Sequence[HourRead]) -> Picture:
    """Each hour that has a level, and whether it counts."""
    rows = [
        {
            "at": f"{each.date.isoformat()}T{each.hour:02d}:00:00",
            "level": each.level,
            "of_en": of.en,
            "of_zh": of.zh,
        }
        for each in found
        if each.level is not None
        for of in (COUNTS if each.counts else COUNTS_NOT,)
    ]
    some = sum(row["of_en"] == COUNTS.en for row in rows)
    describes = Text(f"{len(rows)} hours; {some} count.", f"共{len(rows)}小时，其中有效{some}小时。")
    return picture_of_chart("monitor", chart("hours", LEVELS_OF_HOURS, rows, _hours, describes))


def _level(language: Language) -> Any:
    import altair as alt

    return alt.Y("level:Q", title=LEVEL.in_language(language), scale=alt.Scale(zero=False, nice=True))


def _days(base: Any, language: Language) -> Any:
    import altair as alt

    of = f"of_{language}"
    names = [each.in_language(language) for each in (DAY, NIGHT, LIMIT_DAY, LIMIT_NIGHT)]
    colour = alt.Color(
        f"{of}:N",
        title=None,
        sort=names,
        legend=alt.Legend(symbolType="stroke"),
        scale=alt.Scale(domain=names, range=[PALETTE[0], PALETTE[1], PALETTE[0], PALETTE[1]]),
    )
    dashes = alt.Scale(domain=names, range=[[1, 0], [1, 0], [6, 4], [6, 4]])
    dashed = alt.StrokeDash(f"{of}:N", title=None, sort=names, scale=dashes, legend=alt.Legend(symbolType="stroke"))
    x = alt.X("date:T", title=DATE.in_language(language), axis=alt.Axis(format="%m-%d"))
    tips = [alt.Tooltip("date:T", title=DATE.in_language(language)), alt.Tooltip(f"{of}:N", title=" "),
            alt.Tooltip("level:Q", title=LEVEL.in_language(language), format=".1f")]  # fmt: skip
    lines = base.mark_line().encode(x=x, y=_level(language), color=colour, strokeDash=dashed, tooltip=tips)
    measured = f"indexof({names[:2]!r}, datum['{of}']) >= 0 && isValid(datum.level)"
    points = base.transform_filter(measured).mark_point(filled=True, size=28).encode(
        x=x, y=_level(language), color=colour, tooltip=tips
    )  # fmt: skip
    return lines + points


def _hours(base: Any, language: Language) -> Any:
    import altair as alt

    of = f"of_{language}"
    names = [each.in_language(language) for each in (COUNTS, COUNTS_NOT)]
    scale = alt.Scale(domain=names, range=[PALETTE[0], "#b3263f"])
    shapes = alt.Shape(f"{of}:N", title=None, sort=names, scale=alt.Scale(domain=names, range=["circle", "cross"]))
    return base.mark_point(filled=True, size=26, opacity=0.9).encode(
        x=alt.X("at:T", title=TIME.in_language(language), axis=alt.Axis(format="%m-%d")),
        y=_level(language),
        color=alt.Color(f"{of}:N", title=None, sort=names, scale=scale),
        shape=shapes,
        tooltip=[
            alt.Tooltip("at:T", title=TIME.in_language(language), format="%Y-%m-%d %H:%M"),
            alt.Tooltip("level:Q", title=LEVEL.in_language(language), format=".1f"),
            alt.Tooltip(f"{of}:N", title=" "),
        ],
    )
