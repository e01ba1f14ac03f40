"""Traps that look at a value among the others of its series, and at one series beside another.

A unit mistake multiplies by 1000 (kg for t, kWh for MWh) or by 10000 (Nm3 for 10k Nm3, CNY for 10k
CNY). In decimal logarithms it is a step of 3 or 4, far outside the scatter of an ordinary series.
"""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.schema import Trap
from tanheng.warehouse.traps.hunt import Hunt
from tanheng.warehouse.traps.peers import middle_of_series

# In decimal logarithms.
TOLERANCE = 0.35  # a step between 2.65 and 3.35, or 3.65 and 4.35, counts as 3 or 4
WIDEST_TOLERANCE = 0.5  # for series that scatter more
SMALLEST_STEP = 3 - TOLERANCE
LARGEST_STEP = 4 + WIDEST_TOLERANCE
SUSPICIOUS_RANGE = 2.5  # between the smallest and the largest value of a series, for it to be looked into
SCATTERS = 5  # a step must be this many times the scatter of its series
SECTOR_SCATTERS = 6  # or of its sector, which has outliers of its own

SHORTEST_SERIES = 3  # with fewer values a series cannot tell which of them is wrong
NEIGHBOURS = 6  # before and after: a year around a month, and all of a series of years
BALANCED = 0.4  # from this share of deviating values on, the series cannot tell which side is right

SAME_PERIODS = 6  # periods in which two series must agree


def catch_factor(hunt: Hunt, trap: Trap, index: int) -> None:
    """Values about 1000 or 10000 times off what the rest of their series, or their sector, leads one to expect.

    The measure of a value is the median of its neighbours in time, or of the same month of all years, after
    each was brought back by the step that it is itself off the median of the series: so a year in kilograms does not
    become its own measure, and growth and seasons are no mistakes. Zeros are left aside. Where almost half of
    a series deviates, where it has less than three values, or where it is off as a whole, the sector decides.
    """
    column = trap.columns[0]
    group = names_of(trap, "group")
    rows = f"(SELECT * FROM {hunt.rows(column)} WHERE {quote(column)} <> 0)"
    series = f"files.{quote(f'{hunt.table.name}#series')}"
    middle_of_series(hunt, rows, column, group, wide_range=SUSPICIOUS_RANGE, into=series)
    order = quote(str(trap.option("order")))
    has_months = hunt.table[str(trap.option("order"))].kind == "date"
    selected = (
        f"SELECT *, log10(abs({quote(column)})) AS size, {order} AS period "
        f"FROM {rows} JOIN {series} USING ({', '.join(quote(name) for name in group)})"
    )
    hunt.catch(
        trap,
        index,
        _caught(hunt, column, group, _off_in_series(selected, group, has_months=has_months)),
        holds=(column,),
    )
    hunt.catch(trap, index, _caught(hunt, column, group, _off_in_sector(selected)), holds=(column,))
    hunt.connection.execute(f"DROP TABLE {series}")


def _off_in_series(selected: str, group: Sequence[str], *, has_months: bool) -> str:
    """Rows with ``step``, judged by the neighbours in time and the same month of other years."""
    g = ", ".join(quote(name) for name in group)
    season = f"median(size - first_step) OVER (PARTITION BY {g}, month(period))" if has_months else "near"
    return f"""
        WITH points AS ({selected} WHERE n >= {SHORTEST_SERIES} AND high - low >= {SUSPICIOUS_RANGE}),
        rough AS (SELECT *, size - middle AS away, CASE WHEN abs(away) < 1.5 THEN 0
            WHEN abs(away) < 3.5 THEN 3 * sign(away) ELSE 4 * sign(away) END AS first_step FROM points),
        measured AS (SELECT *, median(size - first_step) OVER (PARTITION BY {g} ORDER BY period
            ROWS BETWEEN {NEIGHBOURS} PRECEDING AND {NEIGHBOURS} FOLLOWING) AS near, {season} AS season FROM rough),
        scattered AS (SELECT *, 1.4826 * median(abs(size - first_step - near)) OVER (PARTITION BY {g}) AS own
            FROM measured),
        stepped AS (SELECT *, greatest({TOLERANCE}, least(3 * own, {WIDEST_TOLERANCE})) AS tolerance,
            CASE WHEN {SCATTERS} * own > {SMALLEST_STEP} THEN NULL
            WHEN {_is_near("near", 3)} OR {_is_near("season", 3)} THEN 3 * sign(size - near)
            WHEN {_is_near("near", 4)} OR {_is_near("season", 4)} THEN 4 * sign(size - near) END AS found
            FROM scattered),
        sided AS (SELECT *, mode(found) OVER (PARTITION BY {g}) AS usual_step,
            count(found) OVER (PARTITION BY {g}) >= {BALANCED} * count(*) OVER (PARTITION BY {g})
            AND abs(off + usual_step) < abs(off) - 1 AS is_turned FROM stepped)
        SELECT *, CASE WHEN NOT coalesce(is_turned, false) THEN found WHEN found IS NULL THEN -usual_step END AS step
        FROM sided WHERE step IS NOT NULL"""


def _is_near(reference: str, step: int) -> str:
    return f"abs(abs(size - {reference}) - {step}) <= tolerance"


def _off_in_sector(selected: str) -> str:
    """Rows with ``step``, judged by the sector: series too short to judge, or off as a whole."""
    return f"""
        SELECT *, CASE WHEN n < {SHORTEST_SERIES} THEN size - usual ELSE off END AS away,
            CASE WHEN abs(away) < 3.5 THEN 3 ELSE 4 END * sign(away) AS step
        FROM ({selected} WHERE n < {SHORTEST_SERIES} OR high - low < {SUSPICIOUS_RANGE})
        WHERE abs(away) BETWEEN {SMALLEST_STEP} AND {LARGEST_STEP}
            AND scatter * {SECTOR_SCATTERS} <= {SMALLEST_STEP}"""


def _caught(hunt: Hunt, column: str, group: Sequence[str], stepped: str) -> str:
    g = ", ".join(quote(name) for name in group)
    amount = quote(column)
    return (
        f"SELECT dense_rank() OVER (ORDER BY {g}, step) AS part, _file, _row, {hunt.key()} AS key, "
        f"{text(column)} AS doubted, CAST({amount} AS VARCHAR) AS value, "
        f"format('{{:.6g}}', {amount} / pow(10, step)) AS expected, CAST(CAST(step AS INTEGER) AS VARCHAR) AS detail, "
        f"CAST(period AS VARCHAR) AS moment FROM ({stepped})"
    )


def catch_same(hunt: Hunt, trap: Trap, index: int) -> None:
    """Two series of one group that agree in every period they have in common.

    They must have six common periods with something in them, and must not be constant.
    """
    group, series = names_of(trap, "group"), names_of(trap, "series")
    order = quote(str(trap.option("order")))
    g = ", ".join(quote(name) for name in group)
    label = " || ' / ' || ".join(f"CAST({quote(name)} AS VARCHAR)" for name in series)
    for column in trap.columns:
        amount = quote(column)
        rows = f"(SELECT * FROM {hunt.rows(column)} WHERE {amount} IS NOT NULL)"
        several = f"SELECT {g} FROM {rows} GROUP BY {g} HAVING min(hash({label})) <> max(hash({label}))"
        pairs = f"files.{quote(f'{hunt.table.name}#pairs')}"
        points = (
            f"SELECT {g}, {label} AS label, {order} AS moment, {amount} AS amount "
            f"FROM {rows} SEMI JOIN ({several}) USING ({g})"
        )
        hunt.connection.execute(
            f"CREATE OR REPLACE TABLE {pairs} AS WITH points AS MATERIALIZED ({points}), "
            f"equal AS (SELECT {g}, a.label AS one, b.label AS other "
            f"FROM points a JOIN points b USING ({g}, moment, amount) "
            f"WHERE a.label < b.label AND amount <> 0 GROUP BY ALL "
            f"HAVING count(*) >= {SAME_PERIODS} AND min(amount) < max(amount)) "
            f"SELECT {g}, one, other, list(moment) AS moments FROM equal "
            f"JOIN points a USING ({g}) JOIN points b USING ({g}, moment) "
            "WHERE a.label = one AND b.label = other GROUP BY ALL HAVING bool_and(a.amount = b.amount)"
        )
        hunt.catch(
            trap,
            index,
            f"SELECT dense_rank() OVER (ORDER BY {g}, one, other) AS part, _file, _row, {hunt.key()} AS key, "
            f"{text(column)} AS doubted, CAST({amount} AS VARCHAR) AS value, NULL AS expected, "
            f"one || ' = ' || other AS detail, CAST({order} AS VARCHAR) AS moment "
            f"FROM {rows} JOIN {pairs} USING ({g}) "
            f"WHERE {label} IN (one, other) AND list_contains(moments, {order})",
            holds=(column,),
        )
        hunt.connection.execute(f"DROP TABLE {pairs}")


def names_of(trap: Trap, option: str) -> tuple[str, ...]:
    """An option that lists columns."""
    names = trap.option(option, ())
    return tuple(str(name) for name in names) if isinstance(names, tuple) else (str(names),)
