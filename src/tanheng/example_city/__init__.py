"""The made-up layer of the example city, fitted to the real one, from one seed.

    real/ ──inputs──> structure (who emits what) ─┐
                      enterprises (who is there) ─┼─> energy ──> fuel_use, purchased_energy, processes, gases,
    seed ──streams────────────────────────────────┘     │        registers, projects, area ──> demonstration/*.parquet
                                                        └─> planting ──> faults.csv

Everything in it is made up or derived and says so. ``assumptions`` and ``divisions.csv`` hold what is
ours; the totals, margins and shapes come from the real layer. ``tanheng make-city`` calls ``make_city``.
"""

from tanheng.example_city.generator import LAYER, SEED, make_city
from tanheng.example_city.summary import Check, Summary

__all__ = ["LAYER", "SEED", "Check", "Summary", "make_city"]
