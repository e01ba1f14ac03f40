"""Events that count, as the table of a methodology: one row for a person and a day. All of it is one query.

DuckDB and Spark read the same text: each constant says its type, since both take ``7.0`` for a decimal and divide by
it in their own way.
"""

from __future__ import annotations

from datetime import date, timedelta

from tanheng.measures.credits.event_files import COUNTED, PER_UNIT
from tanheng.measures.credits.methodology import EventColumn, MeanBefore, Methodology
from tanheng.warehouse.cells import quote, text

_OF_DAY = {"sum": "sum", "smallest": "min", "largest": "max"}


def person_days(methodology: Methodology, first: date, last: date) -> str:
    """The query for the days from ``first`` to ``last``, with the days before them that a mean reaches back to."""
    table = methodology.entity.table
    of_events = {event.column: _of_event(event) for event in methodology.events}
    rows = (
        f"SELECT person, day, {', '.join(f'{made} AS {quote(name)}' for name, made in of_events.items())} "
        f"FROM {COUNTED} WHERE scene = {text(methodology.scene or '')} "
        f"AND day BETWEEN DATE '{first - timedelta(methodology.days_back)}' AND DATE '{last}' GROUP BY person, day"
    )
    means = {mean.column: _of_mean(mean) for mean in methodology.means}
    if means:
        added = ", ".join(f"{made} AS {quote(name)}" for name, made in means.items())
        rows = f"SELECT * FROM (SELECT *, {added} FROM ({rows})) WHERE day >= DATE '{first}'"
    columns = [f"{_in_units(column.name, column.default)} AS {quote(column.name)}" for column in table.columns[2:]]
    nulls = [f"CAST(NULL AS STRING) AS {name}" for name in ("origin", "source", "held")]
    return f"SELECT person, day, {', '.join((*columns, *nulls))} FROM ({rows})"


def _of_event(event: EventColumn) -> str:
    """The millionths of a column: null where there is no event of the mode."""
    return f"{_OF_DAY[event.of_day]}(amount) FILTER (WHERE mode = {text(event.mode)})"


def _of_mean(mean: MeanBefore) -> str:
    """The mean of exactly so many days before; null where one of them has no value."""
    of = quote(mean.of)
    over = (
        "OVER (PARTITION BY person ORDER BY day "
        f"RANGE BETWEEN INTERVAL {mean.days} DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)"
    )
    mean_of = f"CAST(sum({of}) {over} AS DOUBLE) / CAST({mean.days} AS DOUBLE)"
    return f"CASE WHEN count({of}) {over} = {mean.days} THEN {mean_of} END"


def _in_units(name: str, default: object) -> str:
    value = f"CAST({quote(name)} AS DOUBLE) / CAST({PER_UNIT} AS DOUBLE)"
    return value if default is None else f"coalesce({value}, CAST({float(str(default))} AS DOUBLE))"
