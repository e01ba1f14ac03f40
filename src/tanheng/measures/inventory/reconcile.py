"""The city's inventory beside what others published about the same place.

City and outside totals are separate estimates, made with different methods and bounds. They are set side by side
with the gap and never forced into each other: a gap that is hidden cannot be explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["inside", "above", "below", "unknown"]


@dataclass(frozen=True)
class OutsideTotal:
    """CO2 of scope 1 of a place and year as an independent source gives it, in tCO2."""

    publisher: str
    year: int
    co2_t: float


@dataclass(frozen=True)
class OwnTotal:
    """CO2 of scope 1 of the same place and year by this inventory, tCO2, with the bounds of its 95 % interval.

    ``undetermined`` counts the parts that the total leaves out.
    """

    year: int
    co2_t: float
    low: float
    high: float
    undetermined: int = 0


@dataclass(frozen=True)
class Comparison:
    """One outside total against ours; ours is None where the inventory does not reach that year.

    ``gap_t`` is ours less theirs, ``gap_share`` the same as a share of theirs. ``verdict`` says where theirs lies
    against our interval.
    """

    outside: OutsideTotal
    ours: OwnTotal | None
    gap_t: float | None
    gap_share: float | None
    verdict: Verdict


def reconcile(own: Mapping[int, OwnTotal], outside: Iterable[OutsideTotal]) -> tuple[Comparison, ...]:
    """Every outside total with ours of the same year, by year and publisher."""
    return tuple(
        _compared(total, own.get(total.year)) for total in sorted(outside, key=lambda t: (t.year, t.publisher))
    )


def outside_range(outside: Iterable[OutsideTotal], years: int = 3) -> tuple[float, float, int, int] | None:
    """Smallest and largest of the newest outside totals, with first and last year.

    The newest year and the ``years - 1`` before it; None where nobody published anything.
    """
    totals = list(outside)
    if not totals:
        return None
    last = max(total.year for total in totals)
    recent = [total for total in totals if total.year > last - years]
    amounts = [total.co2_t for total in recent]
    return min(amounts), max(amounts), min(total.year for total in recent), last


def _compared(total: OutsideTotal, ours: OwnTotal | None) -> Comparison:
    if ours is None:
        return Comparison(total, None, None, None, "unknown")
    gap = ours.co2_t - total.co2_t
    share = gap / total.co2_t if total.co2_t else None
    verdict: Verdict = "inside"
    if total.co2_t > ours.high:
        verdict = "above"
    elif total.co2_t < ours.low:
        verdict = "below"
    return Comparison(total, ours, gap, share, verdict)
