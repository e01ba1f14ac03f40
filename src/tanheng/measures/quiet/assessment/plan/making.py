"""A plan: the measures of a budget that relieve most, what they truly bring together, and what more money would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from tanheng.measures.quiet.assessment.burden import LEVEL
from tanheng.measures.quiet.assessment.exposure import above
from tanheng.measures.quiet.assessment.plan.candidates import NOT_COUNTED, Candidate, groups_of
from tanheng.measures.quiet.assessment.plan.choosing import Choice, Problem, choose, frontier
from tanheng.measures.quiet.assessment.plan.effects import Effects
from tanheng.text import Text

# Pairs of chosen measures are told where together they bring so much less (or more) than the smaller one alone.
TOLD_SHARE = 0.05


@dataclass(frozen=True)
class Taken:
    """A chosen measure: what it brings alone, and what would be lost without it, person-decibels above the limit."""

    candidate: Candidate
    alone: float
    last: float


@dataclass(frozen=True)
class Interaction:
    """Two chosen measures that together bring ``more`` (or less) than the sum of each alone."""

    one: str
    other: str
    more: float


@dataclass(frozen=True)
class Plan:
    """``relief`` is what the chosen measures truly bring, all worked out together; ``expected`` what the choice
    reckoned with, ``bound`` the most that any set could bring by that reckoning. Person-decibels above the limit, day
    and night together. ``above_before`` and ``above_after``: people above the limit by day and by night, outdoors.
    """

    budget: float
    cost: float
    before: float
    relief: float
    expected: float
    bound: float
    shadow_price: float
    taken: tuple[Taken, ...]
    interactions: tuple[Interaction, ...]
    left_out: tuple[tuple[Candidate, Text], ...]
    above_before: dict[str, float]
    above_after: dict[str, float]
    steps: tuple[Choice, ...]
    notes: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, for records and pages."""
        return {
            **{name: getattr(self, name) for name in ("budget", "cost", "before", "relief", "expected", "bound")},
            "shadow_price": self.shadow_price,
            "taken": [{**each.candidate.as_json(), "alone": each.alone, "last": each.last} for each in self.taken],
            "interactions": [vars(each) for each in self.interactions],
            "left_out": [
                {**candidate.as_json(), "why": {"en": why.en, "zh": why.zh}} for candidate, why in self.left_out
            ],
            "above_before": self.above_before,
            "above_after": self.above_after,
            "frontier": [
                {"budget": step.budget, "cost": step.cost, "relief": step.relief, "measures": len(step.chosen)}
                for step in self.steps
            ],
            "notes": [{"en": note.en, "zh": note.zh} for note in self.notes],
        }


def priced(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[tuple[Candidate, Text]]]:
    """Candidates with a cost, and those without one and why: they stay out of a plan."""
    kept, left_out = [], []
    for candidate in candidates:
        if candidate.cost is None:
            why = candidate.unit_cost.why or Text("its cost is unknown", "费用未知")
            left_out.append((candidate, why))
        else:
            kept.append(candidate)
    return kept, left_out


def problem_of(effects: Effects) -> Problem:
    """What the choice reckons with: relief of each candidate alone, and of pairs beyond that."""
    numbers = range(len(effects.candidates))
    relief = np.array([effects.before - effects.burden([number]) for number in numbers], dtype=np.float64)
    together = {
        pair: effects.before - effects.burden(pair) - relief[pair[0]] - relief[pair[1]]
        for pair in combinations(numbers, 2)
    }
    cost = np.array([candidate.cost for candidate in effects.candidates], dtype=np.float64)
    return Problem(relief, cost, together, groups_of(effects.candidates))


def make_plan(
    effects: Effects,
    budget: float,
    budgets: Sequence[float] = (),
    left_out: Sequence[tuple[Candidate, Text]] = (),
) -> Plan:
    """The plan for a budget, CNY, and the choice for each of ``budgets``.

    The integer programme reckons with pairs. Its choice is then improved by single exchanges as long as the burden,
    which knows how any number of sources add up, falls; and what is chosen in the end is worked out anew, all together.
    """
    problem = problem_of(effects)
    choice = choose(problem, budget)
    chosen = _improved(effects, problem, choice.chosen, budget)
    after, levels = effects.truly(chosen)
    now = effects.levels_now()
    taken = tuple(
        Taken(
            effects.candidates[number],
            float(problem.relief[number]),
            effects.burden([each for each in chosen if each != number]) - effects.burden(chosen),
        )
        for number in chosen
    )
    return Plan(
        budget=budget,
        cost=float(problem.cost[list(chosen)].sum()),
        before=effects.before,
        relief=effects.before - after,
        expected=choice.relief,
        bound=choice.bound,
        shadow_price=choice.shadow_price,
        taken=taken,
        interactions=_interactions(effects, problem, chosen),
        left_out=tuple(left_out),
        above_before=_above(effects, now),
        above_after=_above(effects, levels),
        steps=frontier(problem, budgets),
        notes=_notes(effects, chosen),
    )


def _improved(effects: Effects, problem: Problem, chosen: Sequence[int], budget: float) -> tuple[int, ...]:
    """The set after all exchanges, additions and removals of single measures that lower the burden."""
    best, burden = frozenset(chosen), effects.burden(chosen)
    numbers = range(len(effects.candidates))
    while True:
        others = [best ^ {number} for number in numbers]
        others += [best - {out} | {new} for out in sorted(best) for new in numbers if new not in best]
        tried = [(effects.burden(each), sorted(each)) for each in others if problem.allows(sorted(each), budget)]
        lowest = min(tried, default=(burden, []))
        if not lowest[0] < burden - 1e-9 * max(1.0, effects.before):
            return tuple(sorted(best))
        burden, best = lowest[0], frozenset(lowest[1])


def _interactions(effects: Effects, problem: Problem, chosen: Sequence[int]) -> tuple[Interaction, ...]:
    found = []
    for one, other in combinations(sorted(chosen), 2):
        more = problem.together[one, other]
        if abs(more) > TOLD_SHARE * min(problem.relief[one], problem.relief[other]):
            found.append(Interaction(effects.candidates[one].id, effects.candidates[other].id, float(more)))
    return tuple(sorted(found, key=lambda each: (-abs(each.more), each.one, each.other)))


def _above(effects: Effects, levels: dict[str, Any]) -> dict[str, float]:
    weights = effects.weights
    return {
        period: float(weights.persons[above(levels[name], weights.limit(period))].sum())
        for period, name in LEVEL.items()
    }


def _notes(effects: Effects, chosen: Sequence[int]) -> tuple[Text, ...]:
    kinds = dict.fromkeys(effects.candidates[number].kind for number in sorted(chosen))
    without = effects.study.receivers.num_rows - len(effects.rows)
    found = [NOT_COUNTED[kind] for kind in kinds]
    if without:
        found.append(
            Text(
                f"{without} façade receivers without known residents or without a limit weigh nothing",
                f"{without}个居住人口未知或无限值的立面受声点不计权重",
            )
        )
    return tuple(found)
