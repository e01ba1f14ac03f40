"""How far a fall of the city's intensity hangs on facility-years that are undetermined.

The city's totals leave out what is undetermined. If it is not the same facilities in both years compared, part of the
change is theirs. Here a facility counts only where neither of the two years is undetermined; one that opened or
closed in between counts, for that is change.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.policy.evaluation import Evaluation


@dataclass(frozen=True)
class LikeWithLike:
    """Amounts of facilities in two years, of those that compare; ``left_out`` facilities do not."""

    start: float
    end: float
    left_out: int


def like_with_like(evaluation: Evaluation, name: str, start: int, end: int) -> LikeWithLike:
    """Compare the rule ``name`` of FACILITY_YEAR between two years."""
    rows = evaluation.table(FACILITY_YEAR, [name]).filter(nw.col("year").is_in([start, end]))
    facilities = rows.group_by("facility_id").agg(unknown=nw.col(name).is_null().cast(nw.Int64()).sum())
    comparing = facilities.filter(nw.col("unknown") == 0).select("facility_id")
    sums = (
        rows.join(comparing, on="facility_id", how="inner")
        .group_by("year")
        .agg(amount=(nw.col(name) * 1000).round().cast(nw.Int64()).sum())
        .collect()
    )
    amounts = {int(row["year"]): float(row["amount"]) / 1000 for row in sums.iter_rows(named=True)}
    left_out = int(facilities.filter(nw.col("unknown") > 0).select(nw.len()).collect().item())
    return LikeWithLike(amounts.get(start, 0.0), amounts.get(end, 0.0), left_out)
