"""Traps that look at rows one by one, or at rows that are alike."""

from __future__ import annotations

from datetime import timedelta

from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.relations import repeats_of, rows_view
from tanheng.warehouse.schema import Trap
from tanheng.warehouse.traps.hunt import Hunt

# A part may exceed its whole by what rounding does to both.
_ROUNDING = 1e-6
# Leading zeros, the sign, the point and an exponent aside.
_HAS_SIX_DIGITS = (
    "length(regexp_replace(regexp_replace(CAST({} AS VARCHAR), '^[-0.]+|\\.0$|e.*$', '', 'g'), '\\.', '')) >= 6"
)


def catch_repeats(hunt: Hunt, trap: Trap, index: int) -> None:
    """Rows that repeat another one exactly, found by the intake when it looked for keys that stand twice."""
    hunt.catch(
        trap,
        index,
        f"SELECT dense_rank() OVER (ORDER BY first_file, first_row) AS part, _file, _row, {hunt.key()} AS key, "
        "NULL AS doubted, NULL AS value, NULL AS expected, first_file || ':' || first_row AS detail, NULL AS moment "
        f"FROM {rows_view(hunt.table)} JOIN {repeats_of(hunt.table)} USING (_file, _row) WHERE NOT differs",
        holds=(),
        left_out=True,
    )


def catch_alike(hunt: Hunt, trap: Trap, index: int) -> None:
    """Rows under different keys that agree in the columns of the trap; the first of them is not in doubt.

    Two amounts of nothing are no sign of anything, and an amount of few digits is shared by chance: where
    nothing but the key and amounts is compared, one of them must have six digits.
    """
    table = hunt.table
    if set(table.key) <= set(trap.columns):
        return
    numbers = [name for name in trap.columns if table[name].kind in ("number", "integer")]
    names = [name for name in trap.columns if name not in numbers]
    known = [f"{quote(name)} IS NOT NULL" for name in names]
    telling = "true"
    if numbers:
        known.append("(" + " OR ".join(f"coalesce({quote(name)} <> 0, false)" for name in numbers) + ")")
        if set(names) <= set(table.key):
            telling = " OR ".join(f"coalesce({_HAS_SIX_DIGITS.format(quote(name))}, false)" for name in numbers)
    columns = ", ".join(quote(name) for name in trap.columns)
    rows = f"(SELECT * FROM {hunt.rows(*numbers)} WHERE {' AND '.join(known)})"
    suspects = f"SELECT hash({columns}) FROM {rows} GROUP BY ALL HAVING count(*) > 1"
    windows = (
        "row_number() OVER w AS nth, first_value(_file) OVER w AS first_file, first_value(_row) OVER w AS first_row "
    )
    holds = table.held_by(trap)
    value = f"CAST({quote(holds[0])} AS VARCHAR)" if holds else "NULL"
    hunt.catch(
        trap,
        index,
        f"SELECT row_number() OVER (ORDER BY _file, _row) AS part, _file, _row, {hunt.key()} AS key, "
        f"{text(holds[0]) if holds else 'NULL'} AS doubted, {value} AS value, NULL AS expected, "
        "first_file || ':' || first_row || ':alike' AS detail, NULL AS moment "
        f"FROM (SELECT *, {windows} FROM {rows} WHERE hash({columns}) IN ({suspects}) "
        f"WINDOW w AS (PARTITION BY {columns} ORDER BY _file, _row)) WHERE nth > 1 AND ({telling})",
        holds=holds,
    )


def catch_future(hunt: Hunt, trap: Trap, index: int) -> None:
    """Dates after the date of the run, or so many days after it as the trap allows."""
    if hunt.today is None:
        return
    last = hunt.today + timedelta(days=int(str(trap.option("days_after", 0))))
    for column in trap.columns:
        name = quote(column)
        hunt.catch(
            trap,
            index,
            f"SELECT row_number() OVER (ORDER BY _file, _row) AS part, _file, _row, {hunt.key()} AS key, "
            f"{text(column)} AS doubted, CAST({name} AS VARCHAR) AS value, "
            f"{text(hunt.today.isoformat())} AS expected, NULL AS detail, NULL AS moment "
            f"FROM {hunt.rows(column)} WHERE {name} > DATE {text(last.isoformat())}",
            holds=() if column in hunt.table.key else (column,),
            left_out=column in hunt.table.key,
        )


def catch_excess(hunt: Hunt, trap: Trap, index: int) -> None:
    """Parts that are more than their whole."""
    part, whole = (quote(name) for name in trap.columns)
    _catch_pair(hunt, trap, index, f"{part} > {whole} + abs({whole}) * {_ROUNDING}")


def catch_ratio(hunt: Hunt, trap: Trap, index: int) -> None:
    """Ratios that cannot be; zero over zero is none."""
    above, below = (quote(name) for name in trap.columns)
    bounds = []
    if (least := trap.option("least")) is not None:
        bounds.append(f"{above} < {least} * {below}")
    if (most := trap.option("most")) is not None:
        bounds.append(f"{above} > {most} * {below}")
    _catch_pair(hunt, trap, index, f"({' OR '.join(bounds)})")


def _catch_pair(hunt: Hunt, trap: Trap, index: int, condition: str) -> None:
    first, second = trap.columns
    hunt.catch(
        trap,
        index,
        f"SELECT row_number() OVER (ORDER BY _file, _row) AS part, _file, _row, {hunt.key()} AS key, "
        f"{text(first)} AS doubted, CAST({quote(first)} AS VARCHAR) AS value, "
        f"CAST({quote(second)} AS VARCHAR) AS expected, NULL AS detail, NULL AS moment "
        f"FROM {hunt.rows(first, second)} WHERE {condition}",
        holds=hunt.table.held_by(trap),
    )
