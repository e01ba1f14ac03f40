"""The small study in a folder with the traffic that its roads have their power from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.measures.quiet.small_study import small_emission, small_quarter, small_study

from tanheng.measures.quiet.kept_traffic import keep_traffic
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.traffic import Traffic
from tanheng.measures.quiet.study import Study

ROADS = ("main", "lane")


def traffic() -> Traffic:
    """1,500 cars and 150 heavy lorries an hour by day on the main road, a quarter of it at night; few on the lane."""
    flows, speeds = np.zeros((2, 24, 5)), np.full((2, 24, 5), 60.0)
    flows[0, :, 0], flows[0, :, 2], flows[1, :, 0], speeds[1] = 1500.0, 150.0, 100.0, 30.0
    flows[:, [22, 23, 0, 1, 2, 3, 4, 5]] *= 0.25
    none = np.zeros(2)
    return Traffic(
        roads=ROADS,
        flows=flows,
        speeds=speeds,
        statuses=("counted", "example"),
        surfaces=(None, None),
        slope_pct=none,
        two_way=np.ones(2, dtype=bool),
        temperature_c=np.full(2, 23.0),
        junction_distance_m=np.full(2, np.nan),
        roundabout=np.zeros(2, dtype=bool),
        studded_share=none,
        studded_months=none,
    )


def powers(of: Traffic) -> Emission:
    """As the study's columns are: the roads of this traffic, and the fan."""
    found, plain = emission_of(small_quarter(), of), small_emission()
    assert found.features[:2] == ROADS
    power = plain.power.copy()
    power[:2] = found.power[:2]
    return replace(plain, ids=(*found.ids[:2], "plant/fan"), power=power)


def with_traffic() -> Study:
    """The small study with the powers of its traffic."""
    made = powers(traffic())
    study = small_study().with_emission(made.power)
    columns = study.columns.set_column(0, "id", [list(made.ids)])
    return replace(study, columns=columns.cast(study.columns.schema))


def keep(data: Path) -> str:
    """In the folder of studies; its digest."""
    study = with_traffic()
    digest = study.digest()
    study.save(data / digest)
    keep_traffic(data / digest, traffic())
    return digest
