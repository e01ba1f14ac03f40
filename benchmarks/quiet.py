"""Noise: what a pair costs, a square kilometre of high-rise quarter with first reflections, and a what-if on it.

The quarter is the seeded one (``places.generated``). Pairs are those of façade receivers and pieces of road within
500 m, both conditions with diffraction. Times of one core are those of the processor, so that a busy machine does not
change them; what says "two cores" is by the clock, on two threads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.bars import Bar
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.calculation import Study, calculate, places_of, terrain_of
from tanheng.measures.quiet.facades import Ground, facade_receivers
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.emission import Emission, Kind, Status
from tanheng.measures.quiet.tiles import tiles_of, window_field
from tanheng.measures.quiet.transfer.columns import Segments, segments_of
from tanheng.measures.quiet.transfer.walking import TOGETHER, pairs_within, transfer_of

SEED = 440300
SETTINGS = Settings(reach_m=500.0, facade_part_m=20.0, every_floor=6)
DIRECT = replace(SETTINGS, reflection_order=0, lateral=False)
RECEIVERS = 6_500
SAMPLE = 32 * TOGETHER
ROUNDS = 3
ROAD: Kind = "road"
ASSUMED: Status = "example"


def measure() -> Iterator[Bar]:
    """Rates, the square kilometre, growth, memory, the what-if."""
    small, large = (make_quarter(SEED, area_km2) for area_km2 in (1.0, 4.0))
    one = _Case(small, DIRECT)
    one.seconds(1)
    rounds = [(one.seconds(1), one.pairs) for _ in range(ROUNDS)]
    yield Bar("direct_pairs_per_second_one_core", median(pairs / taken for taken, pairs in rounds), "at least", 100_000)
    begun = time.perf_counter()
    one.seconds(2)
    rate = one.pairs / (time.perf_counter() - begun)
    yield Bar("direct_pairs_per_second_two_cores", rate, "at least", 200_000)

    full, of_large = _Case(small, SETTINGS), _Case(large, SETTINGS)
    full.seconds(1)
    ratios = [of_large.seconds(1) / of_large.pairs / (full.seconds(1) / full.pairs) for _ in range(ROUNDS)]
    yield Bar("cost_of_a_pair_in_4_km2_over_1_km2", median(ratios), "at most", 1.3)
    memory = [case.widest_window() for case in (full, of_large)]
    yield Bar("memory_of_a_tile_in_4_km2_over_1_km2", memory[1] / memory[0], "at most", 1.5)

    begun = time.perf_counter()
    study = _study(small, replace(SETTINGS, workers=2))
    taken = time.perf_counter() - begun
    print(f"{study.receivers.num_rows} receivers, {len(study.transfer.columns)} entries of the matrix")
    yield Bar("seconds_of_6500_receivers_two_cores", taken * RECEIVERS / study.receivers.num_rows, "at most", 60)
    louder = study.emission + 1.0
    study.with_emission(louder)
    waits = []
    for _ in range(9):
        begun = time.perf_counter()
        study.with_emission(louder)
        waits.append(1000.0 * (time.perf_counter() - begun))
    yield Bar("what_if_milliseconds", median(waits), "at most", 50)


class _Case:
    """A quarter with receivers drawn from everywhere."""

    def __init__(self, quarter: Quarter, settings: Settings) -> None:
        self.quarter, self.settings = quarter, settings
        self.ground: Ground = terrain_of(quarter)
        roads = quarter["roads"]["id"].to_pylist()
        self.segments: Segments = segments_of(quarter, roads, ["road"] * len(roads), roads, settings, self.ground)
        self.everywhere: Array = places_of(facade_receivers(quarter, settings, self.ground))
        chosen: NDArray[np.int64] = np.random.default_rng(SEED).choice(len(self.everywhere), SAMPLE, replace=False)
        self.places: Array = self.everywhere[chosen]
        self.field = window_field(quarter, settings, self.ground, None)
        self.pairs = pairs_within(self.segments, self.places, settings)

    def seconds(self, workers: int) -> float:
        """Of the processor."""
        begun = time.process_time()
        transfer_of(self.field, self.segments, self.places, replace(self.settings, workers=workers))
        return time.process_time() - begun

    def widest_window(self) -> int:
        """Bytes of the largest field of tiles that hear 150 m far, so that either city is larger than they see."""
        near = replace(self.settings, reach_m=150.0, tile_m=200.0)
        return max(
            _bytes(window_field(self.quarter, near, self.ground, tile.window))
            for tile in tiles_of(self.everywhere, near)
        )


def _bytes(part: object) -> int:
    if isinstance(part, np.ndarray):
        return part.nbytes
    return sum(map(_bytes, part)) if isinstance(part, tuple) else 0


def _study(quarter: Quarter, settings: Settings) -> Study:
    roads = tuple(quarter["roads"]["id"].to_pylist())
    power = np.full((len(roads), 24, 8), 80.0)
    kinds: tuple[Kind, ...] = tuple(ROAD for _ in roads)
    statuses: tuple[Status, ...] = tuple(ASSUMED for _ in roads)
    return calculate(quarter, Emission(roads, kinds, roads, statuses, power), settings)
