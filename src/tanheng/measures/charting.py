"""A chart of an assessment: one Vega-Lite specification for each language over the same rows.

Altair is imported when the first chart is made: it takes longer to import than a rulebook to load.
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
Draw = Callable[[Any, Language], "alt.LayerChart | alt.Chart"]


def chart(id: str, title: Text, rows: Sequence[Row], draw: Draw, describes: Text, note: Text | None = None) -> Chart:
    """A chart whose specification is drawn once for each language over the same rows.

    ``rows`` hold every text twice, as ``NAME_en`` and ``NAME_zh``, and masses in tonnes (see ``masses.MassScale``).
    """
    import altair as alt

    specs = {}
    for language in LANGUAGES:
        drawn = draw(alt.Chart(alt.NamedData("data")), language).to_dict()
        drawn.pop("config", None)
        specs[language] = drawn
    return Chart(id, title, specs, pa.Table.from_pylist(list(rows)), describes, note)


def largest(rows: Sequence[Row], *columns: str, by: Sequence[str] = ()) -> float:
    """The largest value of any of the columns; with ``by``, of their sums over the rows that agree in it."""
    sums: dict[tuple[object, ...], float] = {}
    for place, row in enumerate(rows):
        for column in columns:
            key = (column, *(row[name] for name in by)) if by else (column, place)
            sums[key] = sums.get(key, 0.0) + abs(row[column] or 0.0)
    return max(sums.values(), default=0.0)
