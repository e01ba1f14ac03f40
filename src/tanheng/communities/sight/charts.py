"""Charts of a study: how many residents live behind which level, by day and night; before and after a change.

Each resident counts at the receiver that he was spread to (CNOSSOS-EU 2.8: persons over the points of their building).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tanheng.communities.sight.legend import LEVELS
from tanheng.measures.charting import chart
from tanheng.measures.quiet.study import Study
from tanheng.report.charts import Picture, picture_of_chart
from tanheng.report.look import PALETTE
from tanheng.text import Language, Text

DAY, NIGHT = Text("day (Ld)", "昼间 (Ld)"), Text("night (Ln)", "夜间 (Ln)")
BEFORE, AFTER = Text("before", "之前"), Text("after", "之后")
RESIDENTS = Text("residents", "居民人数")
Series = tuple[list[float], Text]
CLASSES = Text("level before the façade, dB(A)", "建筑外声级 dB(A)")


def residents_by_class(study: Study, indicator: str) -> list[float]:
    """Residents by class of ``LEVELS``, the quietest first; those who hear nothing are in the quietest."""
    persons = np.nan_to_num(study.receivers["persons"].to_numpy(zero_copy_only=False).astype(float))
    places = np.searchsorted(LEVELS.bounds, study.level(indicator), side="right")
    counts: list[float] = np.bincount(places, weights=persons, minlength=len(LEVELS.colours)).tolist()
    return counts


def exposure(study: Study) -> Picture:
    """Residents by class of level, by day and by night."""
    return _picture("exposure", Text("Residents by level", "各声级区间的居民人数"), _by_day_and_night(study))


def exposure_pair(before: Study, after: Study) -> tuple[Picture, Picture]:
    """The same before and after, to stand side by side: one scale and the same classes in both."""
    series = _by_day_and_night(before), _by_day_and_night(after)
    every = [each for both in series for each in both]
    titles = (
        Text("Residents by level, before", "各声级区间的居民人数：之前"),
        Text("Residents by level, after", "各声级区间的居民人数：之后"),
    )
    was = _picture("exposure_before", titles[0], series[0], every)
    return was, _picture("exposure", titles[1], series[1], every)


def exposure_after(before: Study, after: Study, indicator: str) -> Picture:
    """The same of one indicator, before and after."""
    rows = [(residents_by_class(before, indicator), BEFORE), (residents_by_class(after, indicator), AFTER)]
    title = Text(f"Residents by level ({indicator}), before and after", f"各声级区间的居民人数 ({indicator}),前后对比")
    return _picture("exposure_after", title, rows)


def _by_day_and_night(study: Study) -> list[Series]:
    return [(residents_by_class(study, name), said) for name, said in (("Ld", DAY), ("Ln", NIGHT))]


def _picture(name: str, title: Text, series: list[Series], beside: list[Series] | None = None) -> Picture:
    """``beside``: all that is to be seen on the same axes, where the chart does not stand alone."""
    said = [step for step, _ in LEVELS.steps]
    every = beside or series
    used = [place for place in range(len(said)) if any(counts[place] > 0.05 for counts, _ in every)]
    places = range(min(used), max(used) + 1) if used else range(0)
    most = max((max(counts) for counts, _ in every), default=0.0) if beside else None
    long = [
        {"class_en": said[place].en, "class_zh": said[place].zh, "order": place, "persons": round(counts[place], 1),
         "of_en": of.en, "of_zh": of.zh}
        for counts, of in series
        for place in places
    ]  # fmt: skip

    def told(language: Language) -> str:
        return "; ".join(
            f"{of.in_language(language)}: "
            + ", ".join(f"{said[place].in_language(language)} {counts[place]:,.0f}" for place in places)
            for counts, of in series
        )

    describes = Text(f"{title.en}. {told('en')}", f"{title.zh}。{told('zh')}")
    order = [of for _, of in series]
    return picture_of_chart(
        "noise", chart(name, title, long, lambda base, language: _bars(base, order, language, most), describes)
    )


def _bars(base: Any, order: list[Text], language: Language, most: float | None) -> Any:
    import altair as alt

    names = [each.in_language(language) for each in order]
    of, level = f"of_{language}", f"class_{language}"
    return base.mark_bar().encode(
        x=alt.X(
            f"{level}:N",
            title=CLASSES.in_language(language),
            sort=alt.EncodingSortField(field="order"),
            # On a phone, and beside another one, a chart is narrow.
            axis=alt.Axis(labelAngle=-45),
        ),
        xOffset=alt.XOffset(f"{of}:N", sort=names),
        y=alt.Y(
            "persons:Q",
            title=RESIDENTS.in_language(language),
            scale=alt.Scale() if most is None else alt.Scale(domain=[0, most], nice=True),
        ),
        color=alt.Color(
            f"{of}:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[PALETTE[1], PALETTE[0]])
        ),
        tooltip=[
            alt.Tooltip(f"{level}:N", title=CLASSES.in_language(language)),
            alt.Tooltip(f"{of}:N", title=" "),
            alt.Tooltip("persons:Q", title=RESIDENTS.in_language(language), format=",.0f"),
        ],
    )
