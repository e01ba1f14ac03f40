"""Tables with given margins: iterative proportional fitting, and whole numbers that keep their sums."""

from __future__ import annotations

import numpy as np

from tanheng.example_city.inputs import Floats, Integers


def proportional_fit(
    seed: Floats, row_totals: Floats, column_totals: Floats, *, rounds: int = 200, tolerance: float = 1e-10
) -> Floats:
    """The table nearest to ``seed`` (in relative entropy) with these row and column sums.

    ``seed`` is rows x columns, 0 or more; a zero stays zero. The margins must have one sum. Deming and
    Stephan (1940). Rows are met last, so they hold exactly where a row has any seed; the gap of the
    columns is below ``tolerance`` of the total wherever the margins can be met at all.

    Raises
    ------
    ValueError
        When the two margins have different sums.
    """
    total = float(row_totals.sum())
    if not np.isclose(total, column_totals.sum(), rtol=1e-9, atol=1e-9):
        raise ValueError(f"the rows add up to {total}, the columns to {column_totals.sum()}")
    table = seed.astype(np.float64).copy()
    for _ in range(rounds):
        table *= _ratio(column_totals, table.sum(axis=0))[None, :]
        table *= _ratio(row_totals, table.sum(axis=1))[:, None]
        if np.abs(table.sum(axis=0) - column_totals).max(initial=0.0) <= tolerance * max(total, 1.0):
            break
    return table


def _ratio(wanted: Floats, present: Floats) -> Floats:
    return np.divide(wanted, present, out=np.zeros_like(present), where=present > 0)


def whole(shares: Floats, total: int, *, least: int = 0) -> Integers:
    """Whole numbers of sum ``total``, in proportion to ``shares``, each ``least`` or more (largest remainder)."""
    if total < least * len(shares):
        raise ValueError(f"{total} cannot be split into {len(shares)} parts of {least} or more")
    if len(shares) == 0:
        if total:
            raise ValueError(f"{total} cannot be split into no parts")
        return np.zeros(0, dtype=np.int64)
    weights = shares / shares.sum() if shares.sum() > 0 else np.full(len(shares), 1 / len(shares))
    exact = weights * (total - least * len(shares))
    parts = np.floor(exact).astype(np.int64)
    left = total - least * len(shares) - int(parts.sum())
    parts[np.argsort(-(exact - parts), kind="stable")[:left]] += 1
    return np.asarray(parts + least)


def whole_table(table: Floats, row_totals: Integers) -> Integers:
    """Whole numbers near ``table`` whose rows add up to ``row_totals`` exactly.

    Rows are rounded one after the other, each making good the error that the rows before it left in
    the columns, so that the columns stay within about one of their own sums.
    """
    result = np.zeros(table.shape, dtype=np.int64)
    owed = np.zeros(table.shape[1])
    for index, row in enumerate(table):
        wanted = np.where(row > 0, np.maximum(row + owed, 0.0), 0.0)
        result[index] = whole(wanted, int(row_totals[index]))
        owed = np.where(row > 0, owed + row - result[index], owed)
    return result
