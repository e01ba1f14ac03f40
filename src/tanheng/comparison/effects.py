"""What each changed parameter contributes to the change of a result.

Which parameter "made" a change that several made together is a matter of order: the first to be switched gets another
part than the last. The Shapley value takes the mean over all orders (L. S. Shapley, A value for n-person games, 1953);
it treats parameters alike, and its parts add up to the whole. Up to ``TOGETHER_MOST`` parameters that reach a result
are treated so, which takes an evaluation of each combination; beyond that they are switched one after another in
the order of their names. Beside its part stands what a parameter does alone, and how much of the whole no
parameter does alone.

Amounts are whole millionths, parts are rounded to them by largest remainder: nothing is lost. Rows that some
combination leaves undetermined cannot be divided among parameters; their change is told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

from tanheng.comparison.differences import Difference, Side
from tanheng.comparison.results import Result
from tanheng.policy.arithmetic import PER_UNIT

TOGETHER_MOST = 4

Coalition = frozenset[str]
Amounts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Contribution:
    """A changed parameter's part of the change of a result, and what it does when nothing else changes."""

    parameter: str
    part: float
    alone: float


@dataclass(frozen=True)
class Effects:
    """The change of a result by parameter: the parts and ``not_divided`` add up to ``whole``.

    For a number the change is in its unit; for a yes-or-no result it counts rows that become yes less those that become
    no; for any other it counts the rows that are not what they were.
    """

    result: Result
    contributions: tuple[Contribution, ...]
    whole: float
    not_divided: float
    in_order: bool
    rows: int

    @property
    def says_something(self) -> bool:
        """Whether adding the change up over the rows has a meaning: not for a rate, unless there is one row."""
        return self.result.adds_up or not self.result.is_number or self.rows == 1

    @property
    def interaction(self) -> float:
        """The whole less what each parameter does alone."""
        return self.whole - self.not_divided - sum(each.alone for each in self.contributions)


def coalitions(players: Sequence[str]) -> tuple[Coalition, ...]:
    """Which parameters have to be switched together, besides all of them, to divide a change among ``players``."""
    if len(players) <= 1:
        return ()
    if len(players) <= TOGETHER_MOST:
        return tuple(frozenset(each) for size in range(1, len(players)) for each in combinations(players, size))
    ordered = sorted(players)
    first = [frozenset(ordered[:count]) for count in range(1, len(ordered))]
    return tuple(dict.fromkeys([*(frozenset({player}) for player in ordered), *first]))


CITY_ITSELF = "city"  # stands for what changed in the city's tables, where two dates are compared


def effects_of(
    difference: Difference,
    players: Sequence[str],
    side: Callable[[Coalition], Side],
    unchanged: Side | None = None,
) -> Effects:
    """Divide the change of a result among the parameters that reach it.

    ``side`` gives the results with only some parameters changed. ``unchanged`` are the results of the later date under
    the rules of the earlier one, where two dates are compared: what they differ from those of the earlier date is the
    city's own doing, and is told under ``CITY_ITSELF``.
    """
    result, everyone = difference.result, frozenset(players)
    first = _amounts(result, difference.before, difference.before)
    last = _amounts(result, difference.after, difference.before)
    values: dict[Coalition, tuple[Amounts, npt.NDArray[np.bool_]]] = {frozenset(): first, everyone: last}
    sides = {coalition: side(coalition) for coalition in coalitions(players)}
    if unchanged is not None:
        sides[frozenset()] = unchanged
    for coalition, found in sides.items():
        columns = found.matched(difference.keys).columns
        values[coalition] = _amounts(result, columns[result.name], difference.before)
    if not everyone:
        values[everyone] = last
    known = np.logical_and.reduce([first[1], last[1], *(is_known for _, is_known in values.values())])
    totals = {coalition: int((amounts - first[0])[known].sum()) for coalition, (amounts, _) in values.items()}
    whole = int((last[0] - first[0])[first[1] & last[1]].sum())
    divided = int((last[0] - first[0])[known].sum())
    in_order = len(players) > TOGETHER_MOST
    start = totals[frozenset()] if unchanged is not None else 0
    parts = one_after_another(players, totals) if in_order else shapley(players, totals)
    contributions = [
        Contribution(player, parts[player] / PER_UNIT, (totals[frozenset({player})] - start) / PER_UNIT)
        for player in sorted(players)
    ]
    if unchanged is not None:
        own = divided - sum(parts.values())
        contributions.append(Contribution(CITY_ITSELF, own / PER_UNIT, own / PER_UNIT))
    return Effects(
        result,
        tuple(contributions),
        whole / PER_UNIT,
        (whole - divided) / PER_UNIT,
        in_order,
        len(difference.keys),
    )


def shapley(players: Iterable[str], totals: Mapping[Coalition, int]) -> Mapping[str, int]:
    """The Shapley value of each player in a game whose coalitions are worth ``totals``, in whole numbers."""
    everyone = sorted(players)
    count = len(everyone)
    exact: dict[str, Fraction] = {}
    for player in everyone:
        others = [other for other in everyone if other != player]
        share = Fraction(0)
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for each in combinations(others, size):
                share += weight * (totals[frozenset((*each, player))] - totals[frozenset(each)])
        exact[player] = share
    return _whole_numbers(exact)


def one_after_another(players: Iterable[str], totals: Mapping[Coalition, int]) -> Mapping[str, int]:
    """What each player adds to those before it, by name."""
    parts: dict[str, int] = {}
    there: Coalition = frozenset()
    for player in sorted(players):
        parts[player] = totals[there | {player}] - totals[there]
        there |= {player}
    return parts


def _whole_numbers(exact: Mapping[str, Fraction]) -> Mapping[str, int]:
    """The nearest whole numbers with the same sum: the largest remainders are rounded up."""
    parts = {player: share.numerator // share.denominator for player, share in exact.items()}
    left = int(sum(exact.values(), Fraction(0))) - sum(parts.values())
    order = sorted(exact, key=lambda player: (parts[player] - exact[player], player))
    for player in order[:left]:
        parts[player] += 1
    return parts


def _amounts(result: Result, values: Sequence[object], base: Sequence[object]) -> tuple[Amounts, npt.NDArray[np.bool_]]:
    """What a row counts for, in millionths, and whether that is known."""
    known = np.array([value is not None for value in values], dtype=bool)
    amounts = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        if isinstance(value, bool | int | float):
            amounts[place] = int(np.rint(float(value) * PER_UNIT))
        else:
            amounts[place] = PER_UNIT * (value is not None and value != base[place])
    return amounts, known
