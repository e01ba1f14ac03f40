"""Noise: direct source-receiver pairs a second in a made city of high-rises, and what a receiver costs as it grows.

324 buildings of 18 to 99 m on 1 km2, 1,000 road points, façade receivers at every 9 m of height, sources
within 500 m, both conditions with diffraction, level ground. The time is that of the processor, on one thread, so that
a busy machine does not change it.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.bars import Bar
from tanheng.measures.quiet.bands import BAND_COUNT, Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.scene import Building, Receiver, Scene, Source
from tanheng.measures.quiet.walk.field import Field, field_of
from tanheng.measures.quiet.walk.pairs import add_transfer
from tanheng.measures.quiet.walk.scratch import Scratch, scratch

SEED = 440300
BLOCKS = 18
BLOCK_M = 55.0
REACH_M = 500.0
RECEIVERS = 200
ROUNDS = 5


def measure() -> Iterator[Bar]:
    """Pairs a second of the square kilometre, and the cost of a pair in a city four times as large against it."""
    small, large = _city(BLOCKS), _city(2 * BLOCKS)
    _pairs_per_second(small, 50.0)
    rates = [(_pairs_per_second(small), _pairs_per_second(large)) for _ in range(ROUNDS)]
    yield Bar("direct_pairs_per_second_one_core", median(one for one, _ in rates), "at least", 100_000)
    yield Bar("cost_of_a_pair_in_4_km2_over_1_km2", median(one / four for one, four in rates), "at most", 1.3)


def _pairs_per_second(city: Scene, reach_m: float = REACH_M) -> float:
    field = field_of(city, lateral=False)
    work = scratch()
    sources = np.array([source.at for source in city.sources])
    receivers = np.array([receiver.at for receiver in city.receivers])
    begun = time.process_time()
    pairs = _walk(field, work, sources, receivers, reach_m, np.zeros((len(receivers), BAND_COUNT)))
    return pairs / (time.process_time() - begun)


@compiled
def _walk(field: Field, work: Scratch, sources: Array, receivers: Array, reach_m: float, out: Array) -> int:
    pairs = 0
    for receiver in range(receivers.shape[0]):
        xr, yr, zr = receivers[receiver, 0], receivers[receiver, 1], receivers[receiver, 2]
        for source in range(sources.shape[0]):
            xs, ys, zs = sources[source, 0], sources[source, 1], sources[source, 2]
            if math.hypot(xr - xs, yr - ys) > reach_m:
                continue
            if add_transfer(field, work, xs, ys, zs, 0.0, xr, yr, zr, out[receiver]) < 0:
                return 0
            pairs += 1
    return pairs


def _city(blocks: int) -> Scene:
    """Receivers are drawn from the middle, where every source within reach exists."""
    chance = random.Random(SEED)
    buildings = []
    receivers = []
    middle = blocks * BLOCK_M / 2.0
    for i in range(blocks):
        for j in range(blocks):
            x, y = i * BLOCK_M + chance.uniform(0.0, 10.0), j * BLOCK_M + chance.uniform(0.0, 10.0)
            width, depth, roof = chance.uniform(15.0, 30.0), chance.uniform(12.0, 30.0), chance.uniform(18.0, 99.0)
            outline = ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth))
            buildings.append(Building(f"{i}-{j}", outline, roof))
            if abs(x - middle) < 300.0 and abs(y - middle) < 300.0:
                receivers += [
                    Receiver(f"{i}-{j}-{z}", (x - 1.0, y + depth / 2.0, float(z))) for z in range(4, int(roof), 9)
                ]
    roads = [i * BLOCK_M - 8.0 for i in range(blocks)]
    sources = tuple(
        Source(str(n), (chance.choice(roads), chance.uniform(0.0, blocks * BLOCK_M), 0.05), np.full(8, 80.0), 0.0)
        for n in range(1000 * blocks**2 // BLOCKS**2)
    )
    kept = tuple(chance.sample(receivers, RECEIVERS))
    return Scene(sources, receivers=kept, buildings=tuple(buildings), ground_factor=0.3)
