"""What hangs on an undetermined facility: the emissions that its answer would bring into the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory.findings import COMPONENTS, DEDUCTED, rows_of
from tanheng.policy.evaluation import Evaluation


@dataclass(frozen=True)
class Stakes:
    """What each undetermined facility would add to the year, tCO2e.

    The account of its nearest determined year less what of this year is known and counted already; None
    where the facility has no determined year at all.
    """

    year: int
    of: Mapping[str, float | None]

    @property
    def known(self) -> float:
        return sum(weight for weight in self.of.values() if weight is not None)

    @property
    def unknown(self) -> int:
        """Facilities of which no year is determined."""
        return sum(1 for weight in self.of.values() if weight is None)


def stakes(evaluation: Evaluation, year: int) -> Stakes:
    """For every facility whose place account of the year is undetermined: what hangs on it."""
    names = ("place_emissions_tco2e", *COMPONENTS, *DEDUCTED)
    undetermined = rows_of(
        evaluation.table(FACILITY_YEAR, names)
        .filter(nw.col("year") == year, nw.col("place_emissions_tco2e").is_null())
        .sort("facility_id")
    )
    nearest = nearest_accounts(evaluation, year, [row["facility_id"] for row in undetermined])
    found: dict[str, float | None] = {}
    for row in undetermined:
        counted = sum(row[name] or 0.0 for name in COMPONENTS) - sum(row[name] or 0.0 for name in DEDUCTED)
        usual = nearest.get(row["facility_id"])
        found[row["facility_id"]] = None if usual is None else max(usual - counted, 0.0)
    return Stakes(year, found)


def nearest_accounts(evaluation: Evaluation, year: int, facilities: Sequence[str]) -> dict[str, float]:
    """The place account of the nearest determined year of each facility that has one."""
    table = evaluation.table(FACILITY_YEAR, ("place_emissions_tco2e",)).filter(
        nw.col("facility_id").is_in(list(facilities)), ~nw.col("place_emissions_tco2e").is_null()
    )
    nearest: dict[str, tuple[int, float]] = {}
    for row in rows_of(table.sort("facility_id", "year")):
        distance = abs(row["year"] - year)
        if row["facility_id"] not in nearest or distance < nearest[row["facility_id"]][0]:
            nearest[row["facility_id"]] = (distance, row["place_emissions_tco2e"])
    return {facility: value for facility, (_, value) in nearest.items()}
