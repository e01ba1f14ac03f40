"""What is usual for the facilities of one sector: the judge where a series cannot judge itself.

Facilities differ in size by orders of magnitude, so it is the amount for each person employed that is
compared, with the median of the sector. The scatter of the sector says how far off a facility may be.
"""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.warehouse.cells import quote
from tanheng.warehouse.relations import rows_view
from tanheng.warehouse.schema import Table
from tanheng.warehouse.traps.hunt import Hunt

SECTOR, SIZE = "sector", "employees"
FEWEST_PEERS = 50
SMALLEST_SCATTER = 0.2  # of a sector, in decimal logarithms


def middle_of_series(hunt: Hunt, rows: str, column: str, group: Sequence[str], *, wide_range: float, into: str) -> None:
    """One line a series: ``n``, ``low``, ``high`` and ``middle`` in decimal logarithms; and how its sector sees it.

    ``middle`` is the median of a series that is wider than ``wide_range``, and the mean of any other: there the two
    hardly differ, and medians of millions of series would have to be held in memory. ``off`` is how far the middle is
    off the median of the sector for its size, ``usual`` that median for this size, ``scatter`` the sector's; all
    three null where there are too few peers, or no sector or size is known.
    """
    g = ", ".join(quote(name) for name in group)
    size = f"log10(abs({quote(column)}))"
    plain = (
        f"WITH plain AS MATERIALIZED (SELECT {g}, count(*) AS n, min({size}) AS low, max({size}) AS high, "
        f"avg({size}) AS mean FROM {rows} GROUP BY {g}), "
        f"wide AS (SELECT {g}, quantile_disc({size}, 0.5) AS median FROM {rows} "
        f"SEMI JOIN (FROM plain WHERE high - low >= {wide_range}) USING ({g}) GROUP BY {g}) "
        f"SELECT {g}, n, low, high, coalesce(median, mean) AS middle FROM plain LEFT JOIN wide USING ({g})"
    )
    subject = _subject(hunt, group)
    if subject is None:
        hunt.connection.execute(
            f"CREATE OR REPLACE TABLE {into} AS "
            f"SELECT *, NULL::DOUBLE AS off, NULL::DOUBLE AS usual, NULL::DOUBLE AS scatter FROM ({plain})"
        )
        return
    name, parent = subject
    kinds = [other for other in group if hunt.table[other].of_parameter or hunt.table[other].one_of]
    alike = ", ".join(["_sector", *(quote(kind) for kind in kinds)])
    sized = (
        f"SELECT {quote(parent.key[0])} AS _subject, any_value({quote(SECTOR)}) AS _sector, "
        f"log10(any_value({quote(SIZE)})) AS _size FROM {rows_view(parent)} WHERE {quote(SIZE)} > 0 GROUP BY 1"
    )
    hunt.connection.execute(
        f"CREATE OR REPLACE TABLE {into} AS "
        f"WITH series AS ({plain}), sized AS ({sized}), "
        f"known AS (SELECT series.*, _sector, _size, middle - _size AS intensity "
        f"FROM series LEFT JOIN sized ON series.{quote(name)} = sized._subject), "
        f"medians AS (SELECT *, CASE WHEN count(intensity) OVER peers >= {FEWEST_PEERS} "
        f"THEN median(intensity) OVER peers END AS normal FROM known WINDOW peers AS (PARTITION BY {alike})), "
        f"judged AS (SELECT *, greatest(1.4826 * median(abs(intensity - normal)) OVER peers, {SMALLEST_SCATTER}) "
        f"AS spread FROM medians WINDOW peers AS (PARTITION BY {alike})) "
        f"SELECT {g}, n, low, high, middle, intensity - normal AS off, normal + _size AS usual, spread AS scatter "
        "FROM judged"
    )


def _subject(hunt: Hunt, group: Sequence[str]) -> tuple[str, Table] | None:
    """The column of the group that leads to a table with sector and size, and that table."""
    for name in group:
        parent = hunt.tables.get(hunt.table[name].refers_to or "")
        if parent is not None and {SECTOR, SIZE} <= {column.name for column in parent.columns}:
            return name, parent
    return None
