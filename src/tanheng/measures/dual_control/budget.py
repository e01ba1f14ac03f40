"""A carbon budget divided among places by published principles, side by side.

No principle is right by itself: which one holds is a decision. Each gives shares of any total, so that
the principles can be compared before a total is known.

- history (grandfathering): equal cut for all, shares of past emissions. Ringius, Torvanger and Underdal, International
  Environmental Agreements 2 (2002) 1-22; Böhringer and Lange, European Economic Review 49 (2005) 2041-2055.
- gdp: equal emissions per unit of GDP. Rose, Stevens, Edmonds and Wise, Environmental and Resource Economics 12
  (1998) 25-51.
- population: equal emissions per head. Baer et al., Science 289 (2000) 2287.
- ability: cuts grow with the cube root of GDP per head, as in van den Berg et al., Climatic Change 162 (2020)
  1805-1822, with present emissions in the place of their baseline.
- convergence: each place's intensity moves part of the way to the average, as contraction and convergence does per
  head (Meyer, Contraction and Convergence, 2000; Böhringer and Welsch, Applied Economics 38 (2006) 981-996).
- blend: weighted mean of history, gdp, population and ability, as Yi, Zou, Guo, Wang and Wei, Energy Policy 39 (2011)
  2407-2415 weigh capacity, responsibility and potential. Weights are policy and come from the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanheng.text import Text

Floats = NDArray[np.float64]
Principle = Literal["history", "gdp", "population", "ability", "convergence", "blend"]
PRINCIPLES: tuple[Principle, ...] = get_args(Principle)
BLENDED: tuple[Principle, ...] = ("history", "gdp", "population", "ability")

TITLES: Mapping[Principle, Text] = {
    "history": Text("history", "历史排放"),
    "gdp": Text("GDP", "经济总量"),
    "population": Text("population", "人口均等"),
    "ability": Text("ability to pay", "支付能力"),
    "convergence": Text("convergence of intensity", "强度趋同"),
    "blend": Text("blend", "综合加权"),
}


@dataclass(frozen=True)
class Places:
    """The places that share a budget, one entry each.

    All known, 0 or more and not 0 everywhere. Units do not matter, as only ratios count.
    """

    ids: tuple[str, ...]
    emissions: Floats
    gdp: Floats
    population: Floats

    def __post_init__(self) -> None:
        for name in ("emissions", "gdp", "population"):
            values = getattr(self, name)
            if values.shape != (len(self.ids),) or not np.isfinite(values).all() or (values < 0).any():
                raise ValueError(f"{name} must be known and 0 or more for each place")
            if values.sum() <= 0:
                raise ValueError(f"{name} must not be 0 everywhere")


@dataclass(frozen=True)
class Split:
    """Shares of the places by one principle, adding up to 1; None when ``missing`` says what is lacking."""

    principle: Principle
    shares: Floats | None
    missing: Text | None = None


def split(
    places: Places,
    *,
    ratio: float,
    convergence: float | None = None,
    weights: Mapping[Principle, float | None] | None = None,
) -> tuple[Split, ...]:
    """Shares of the places by every principle.

    Parameters
    ----------
    ratio
        The budget over present emissions; 0.96 cuts 4 %. Ability to pay depends on it.
    convergence
        Part of the way to the average intensity, 0 to 1; None when not published.
    weights
        Weight of each of ``BLENDED``; any None leaves the blend undetermined.
    """
    shares: dict[Principle, Floats] = {
        "history": _proportional(places.emissions),
        "gdp": _proportional(places.gdp),
        "population": _proportional(places.population),
    }
    missing: dict[Principle, Text] = {}
    ability = _by_ability(places, ratio)
    if ability is None:
        missing["ability"] = Text("a place has no population or GDP", "有的区缺少人口或GDP")
    else:
        shares["ability"] = ability
    if convergence is None:
        missing["convergence"] = Text("the speed of convergence is not published", "未公布趋同速度")
    else:
        shares["convergence"] = (1 - convergence) * shares["history"] + convergence * shares["gdp"]
    given = {name: (weights or {}).get(name) for name in BLENDED}
    known = {name: weight for name, weight in given.items() if weight is not None}
    if len(known) < len(BLENDED) or sum(known.values()) <= 0:
        missing["blend"] = Text("the weights of the principles are not published", "未公布各原则的权重")
    elif ability is None:
        missing["blend"] = missing["ability"]
    else:
        blended = sum((known[name] * shares[name] for name in BLENDED), np.zeros(len(places.ids)))
        shares["blend"] = blended / blended.sum()
    return tuple(Split(name, shares.get(name), missing.get(name)) for name in PRINCIPLES)


def _proportional(amount: Floats) -> Floats:
    return np.asarray(amount / amount.sum())


def _by_ability(places: Places, ratio: float) -> Floats | None:
    """Shares where cuts grow with the cube root of GDP per head.

    A place's emissions e are cut by c * k, k = cbrt(GDP per head over the average), never below zero; c makes the parts
    add up to the budget. Where the budget leaves room for growth, room shrinks with k in the same way.
    """
    if (places.population <= 0).any() or (places.gdp <= 0).any():
        return None
    wealth = np.cbrt((places.gdp / places.population) / (places.gdp.sum() / places.population.sum()))
    present = places.emissions
    total = ratio * present.sum()
    if ratio >= 1:
        room = present / wealth
        return np.asarray((present + (total - present.sum()) * room / room.sum()) / total)
    if total <= 0:
        return None
    # sum(max(0, e - c e k)) falls with c; places drop out at zero in the order of their wealth.
    cut = np.zeros(present.shape)
    inside = np.ones(present.shape, dtype=bool)
    while True:
        slope = (present * wealth)[inside].sum()
        c = (present[inside].sum() - total) / slope
        cut = np.where(inside, present * (1 - c * wealth), 0.0)
        if (cut >= 0).all():
            return np.asarray(cut / cut.sum())
        inside &= cut > 0


def in_whole_tonnes(total: int, shares: ArrayLike) -> tuple[int, ...]:
    """Whole tonnes by largest remainder (Hamilton): the parts add up to ``total`` exactly and none is negative.

    Equal remainders go to the place that stands first.

    Raises
    ------
    ValueError
        For a negative total or shares that are negative or all zero.
    """
    parts = [Fraction(float(share)) for share in np.asarray(shares, dtype=np.float64)]
    if total < 0 or min(parts, default=Fraction(-1)) < 0 or sum(parts) == 0:
        raise ValueError("a budget needs a total of 0 or more and shares of 0 or more")
    whole = sum(parts)
    quotas = [total * part / whole for part in parts]
    floors = [quota.numerator // quota.denominator for quota in quotas]
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - quotas[i], i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    return tuple(floors)


def rounded_to_sum(parts: Sequence[float], total: float) -> tuple[int, ...]:
    """Whole numbers near ``parts``, of either sign, whose sum is ``total`` rounded."""
    floors = [int(np.floor(part)) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    for i in order[: max(0, round(total) - sum(floors))]:
        floors[i] += 1
    return tuple(floors)
