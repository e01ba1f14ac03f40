"""The best set of measures for a budget, as an integer programme (HiGHS): relief of each, of pairs, and what excludes.

    most   sum_j relief_j x_j + sum_{j<k} together_jk y_jk
    with   sum_j cost_j x_j <= budget,   at most one of each group of alternatives,   y_jk = x_j x_k,   x in {0, 1}

``together_jk`` is what two measures bring beyond the sum of each alone, mostly less than nothing: what one has taken
away the other cannot take again. What three do together beyond their pairs is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from tanheng.measures.quiet.bands import Array

Pair = tuple[int, int]
# Below this share of the whole relief a pair is taken to do nothing beyond its parts.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Problem:
    """``relief`` and ``cost`` by measure; ``together`` by pair (j < k); ``groups``: of each, one at most."""

    relief: Array
    cost: Array
    together: Mapping[Pair, float]
    groups: Sequence[Sequence[int]] = ()

    def __post_init__(self) -> None:
        if self.relief.shape != self.cost.shape or self.relief.ndim != 1:
            raise ValueError("each measure has a relief and a cost")
        if not (np.isfinite(self.relief).all() and np.isfinite(self.cost).all() and (self.cost >= 0.0).all()):
            raise ValueError("reliefs and costs are numbers, costs not below 0")

    def relief_of(self, chosen: Sequence[int]) -> float:
        """What a set brings, by this programme."""
        own = sorted(chosen)
        pairs = ((j, k) for place, j in enumerate(own) for k in own[place + 1 :])
        return float(sum(self.relief[j] for j in own) + sum(self.together.get(pair, 0.0) for pair in pairs))

    def allows(self, chosen: Sequence[int], budget: float) -> bool:
        """Whether a set keeps the budget and takes one alternative of each group at most."""
        own = set(chosen)
        return bool(self.cost[sorted(own)].sum() <= budget * (1 + 1e-12)) and all(
            len(own.intersection(group)) <= 1 for group in self.groups
        )


@dataclass(frozen=True)
class Choice:
    """``chosen`` measures in order; ``bound``: no set can bring more, so the choice is the best where they are equal.

    ``shadow_price``: relief for one more CNY at this budget, where measures could be taken in part; 0 where money is
    not what holds back.
    """

    budget: float
    chosen: tuple[int, ...]
    cost: float
    relief: float
    bound: float
    shadow_price: float


def choose(problem: Problem, budget: float) -> Choice:
    """The best set for a budget. Raises ``ValueError`` for a budget below 0 or where the solver gives no answer."""
    if not budget >= 0.0:
        raise ValueError(f"a budget is 0 or more, not {budget}")
    count = len(problem.relief)
    if count == 0:
        return Choice(budget, (), 0.0, 0.0, 0.0, 0.0)
    gains, rows, upper = _programme(problem, budget)
    # Reliefs run from thousands to millions: the solver's tolerances are for numbers near one.
    scale = float(np.abs(gains).max()) or 1.0
    whole = np.zeros(len(gains))
    whole[:count] = 1.0
    found = milp(
        -gains / scale,
        constraints=LinearConstraint(rows, -np.inf, upper),
        integrality=whole,
        bounds=Bounds(0.0, 1.0),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise ValueError(f"no set of measures was found: {found.message}")
    chosen = tuple(int(each) for each in np.flatnonzero(found.x[:count] > 0.5))
    relaxed = linprog(-gains / scale, A_ub=rows, b_ub=upper, bounds=(0.0, 1.0), method="highs")
    price = float(-relaxed.ineqlin.marginals[0]) * scale / _money(problem)
    bound = -float(found.mip_dual_bound) * scale
    return Choice(
        budget, chosen, float(problem.cost[list(chosen)].sum()), problem.relief_of(chosen), bound, max(0.0, price)
    )


def frontier(problem: Problem, budgets: Sequence[float]) -> tuple[Choice, ...]:
    """The best set for each budget, the smallest budget first: how much relief more money buys."""
    return tuple(choose(problem, budget) for budget in sorted(set(budgets)))


def _money(problem: Problem) -> float:
    """Unit of the budget's row, CNY."""
    return float(problem.cost.max()) or 1.0


def _programme(problem: Problem, budget: float) -> tuple[Array, csr_array, Array]:
    """Gains of measures and pairs; rows of the constraints, the budget first; their upper ends."""
    count = len(problem.relief)
    least = NEGLIGIBLE * float(np.abs(problem.relief).sum())
    exclusive = {(min(j, k), max(j, k)) for group in problem.groups for j in group for k in group if j != k}
    pairs = [pair for pair, more in sorted(problem.together.items()) if abs(more) > least and pair not in exclusive]
    gains = np.concatenate([problem.relief, [problem.together[pair] for pair in pairs]])
    entries: list[tuple[int, int, float]] = [
        (0, measure, float(cost) / _money(problem)) for measure, cost in enumerate(problem.cost) if cost > 0.0
    ]
    upper = [budget / _money(problem)]
    for group in problem.groups:
        entries += [(len(upper), measure, 1.0) for measure in group]
        upper.append(1.0)
    for number, pair in enumerate(pairs):
        column = count + number
        if problem.together[pair] > 0.0:  # taken only where both are
            for measure in pair:
                entries += [(len(upper), column, 1.0), (len(upper), measure, -1.0)]
                upper.append(0.0)
        else:  # taken wherever both are
            entries += [(len(upper), pair[0], 1.0), (len(upper), pair[1], 1.0), (len(upper), column, -1.0)]
            upper.append(1.0)
    at, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    rows = csr_array((values, (at, columns)), shape=(len(upper), len(gains)))
    return gains, rows, np.array(upper)
