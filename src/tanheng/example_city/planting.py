"""Which enterprise carries which fault: it must be able to carry it and to show it. The rarer kinds choose first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city import fuel_use, processes, purchased_energy, registers
from tanheng.example_city.energy import Energy
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import Chooser, Fault
from tanheng.example_city.inputs import Bools, Inputs
from tanheng.example_city.streams import Streams


def plan(
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    fuels: fuel_use.Series,
    exchange: purchased_energy.Exchange,
    materials: processes.Series,
    fabs: Iterable[int],
    weighing: Iterable[int],
    scale: float,
) -> list[Fault]:
    """Faults for the enterprises that were there from the first month."""
    count = len(enterprises)
    there: Bools = enterprises.opened_month == 0

    def among(members: Iterable[int]) -> Bools:
        mask = np.zeros(count, dtype=np.bool_)
        mask[list(members)] = True
        return mask

    factor = np.array([fuel[0] for fuel in a.FUELS.values()])
    amount = energy.fuel_co2 / factor  # t or 10,000 Nm3 a year
    gas = amount[:, [name in a.BY_VOLUME for name in a.FUELS]].max(axis=1)
    mwh = energy.electricity_mwh
    green = exchange.green_share > 0
    # A tenth of a per mille of a small amount would be lost in the rounding, so the divisions go to large ones.
    candidates: list[tuple[str, str, Bools]] = [
        ("electronics_gases", "x1000_year", among(fabs)),
        ("process_activity", "x1000_month", among(materials.enterprise.tolist())),
        ("process_activity", "duplicate_row", among(materials.enterprise.tolist())),
        ("fuel_use", "same_series", among(fuels.enterprise[fuels.meter == 2].tolist())),
        ("fuel_use", "d1000_month", amount.max(axis=1) > 2000),
        ("fuel_use", "d1000_year", amount.max(axis=1) > 2000),
        ("fuel_use", "x10000_month", gas > 12),
        ("fuel_use", "x10000_year", gas > 12),
        ("facilities", "gcj02_position", registers.shows_as_gcj02(inputs, enterprises)),
        ("refrigerants", "part_exceeds_whole", among(weighing)),
        ("fuel_use", "x1000_month", amount.max(axis=1) > 60),
        ("fuel_use", "x1000_year", amount.max(axis=1) > 60),
        ("fuel_use", "duplicate_row", amount.max(axis=1) > 60),
        ("fuel_use", "missing_month", amount.max(axis=1) > 60),
        ("fuel_use", "future_month", amount.max(axis=1) > 60),
        ("purchased_energy", "d1000_month", ~green & (mwh > 600)),
        ("purchased_energy", "d1000_year", ~green & (mwh > 600)),
        ("purchased_energy", "part_exceeds_whole", green & (mwh > 60)),
        ("purchased_energy", "x1000_month", mwh > 60),
        ("purchased_energy", "x10000_month", mwh > 60),
        ("purchased_energy", "x1000_year", mwh > 60),
        ("purchased_energy", "duplicate_row", mwh > 60),
        ("purchased_energy", "missing_month", mwh > 60),
        ("purchased_energy", "future_month", mwh > 60),
        ("annual_reports", "x10000_year", there),
        ("annual_reports", "future_submission", there),
        ("facilities", "far_outside", there),
        ("facilities", "duplicate_row", there),
        ("facilities", "future_opening", enterprises.opened > np.datetime64("2000-01-01")),
    ]
    chooser = Chooser(streams, energy.size_tco2, energy.reports, scale)
    return [fault for table, kind, fits in candidates for fault in chooser.choose(table, kind, there & fits)]
