"""The base evaluated once, and each variant only where it differs.

A variant takes from the base whatever its changes do not reach. The engine numbers the causes of being undetermined
by the rulebook, so causes taken over are numbered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import narwhals as nw
import pyarrow as pa

from tanheng.comparison.changes import Days, ParameterChange, changed_parameters, days_of
from tanheng.comparison.differences import Difference, Side, difference
from tanheng.comparison.reach import Reach, frontier, reach_of
from tanheng.comparison.results import Result
from tanheng.policy.backend import Results
from tanheng.policy.causes import Causes
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.frames import as_stored
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import Rule
from tanheng.text import Text
from tanheng.warehouse.city import City


@dataclass(frozen=True, eq=False)
class Held:
    """A rulebook held against the base: what it changes, and how far that goes."""

    rulebook: Rulebook
    changes: Mapping[str, ParameterChange]
    reach: Reach


class Comparer:
    """The base rulebook on a city, and others against it.

    ``year`` is the year whose rows are compared; what is about no year is compared whole. With ``across_years`` rows
    are matched by their key without the year.
    """

    def __init__(
        self, city: City, base: Rulebook, rules: Sequence[Rule], *, on: date, year: int, across_years: bool = False
    ) -> None:
        self.city = city
        self.base = base
        self.rules = rules
        self.on = on
        self.year = year
        self._across_years = across_years
        self.plan = Plan(rules, base)
        self.evaluation = Evaluation(city, base, rules, on=on, plan=self.plan)
        self._days: dict[Entity, Days] = {}
        self._sides: dict[Entity, Side] = {}
        self._results: tuple[Result, ...] = ()

    def days(self, entity: Entity) -> Days:
        """The days whose values rows of the entity take."""
        if entity not in self._days:
            self._days[entity] = days_of(self.city, entity, self.on)
        return self._days[entity]

    def hold(self, rulebook: Rulebook) -> Held:
        """See what a rulebook changes, and how far that goes; nothing is computed."""
        changes = changed_parameters(self.base, rulebook)
        return Held(rulebook, changes, reach_of(self.plan, changes, self.days))

    def matched_by(self, entity: Entity) -> tuple[str, ...]:
        """The columns of the key by which rows of the two sides are matched."""
        return tuple(name for name in entity.key if not (self._across_years and name == entity.period))

    def prepare(self, results: Sequence[Result], held: Iterable[tuple[Held, Sequence[Result]]]) -> None:
        """Evaluate the base: the results, and what each variant can take over for those asked of it, all at once."""
        self._results = tuple(results)
        wanted: dict[Entity, dict[str, None]] = {}
        for entity, name in (result.item for result in results):
            wanted.setdefault(entity, {})[name] = None
        for each, asked in held:
            items = [result.item for result in asked]
            for entity, names in frontier(self.plan, items, each.reach.affected()).items():
                wanted.setdefault(entity, {}).update(dict.fromkeys(names))
        self.evaluation.compute({entity: tuple(names) for entity, names in wanted.items()})

    def before(self, entity: Entity) -> Side:
        """The results of the base for the rows compared."""
        if entity not in self._sides:
            names = [result.name for result in self._results if result.entity is entity]
            self._sides[entity] = side_of(self.evaluation, entity, names, self.year, self.matched_by(entity))
        return self._sides[entity]

    def variant(self, held: Held, results: Iterable[Result] | None = None) -> VariantEvaluation:
        """Evaluate a rulebook as far as it can change the results, all of them by default."""
        wanted = self._results if results is None else tuple(results)
        return VariantEvaluation(self, held, tuple(each for each in wanted if each.item in held.reach.affected()))


class VariantEvaluation:
    """A variant's results, taken from the base where the change does not reach."""

    def __init__(self, comparer: Comparer, held: Held, results: Sequence[Result]) -> None:
        self._comparer = comparer
        self.results = tuple(results)
        plan = Plan(comparer.rules, held.rulebook)
        given = frontier(comparer.plan, (result.item for result in results), held.reach.affected())
        self._taken = renumbered(comparer.evaluation, given, Causes(plan))
        self._held = held
        self.evaluation = self._with(self._taken, plan)
        self._wanted: dict[Entity, list[str]] = {}
        for result in results:
            self._wanted.setdefault(result.entity, []).append(result.name)
        self.evaluation.compute(self._wanted)
        self._sides: dict[Entity, Side] = {}

    def after(self, entity: Entity) -> Side:
        """The variant's results of an entity that its change reaches."""
        if entity not in self._sides:
            by, year = self._comparer.matched_by(entity), self._comparer.year
            self._sides[entity] = side_of(self.evaluation, entity, self._wanted[entity], year, by)
        return self._sides[entity]

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Every result that the change reaches, against the base."""
        causes = texts_of(self._comparer.evaluation), texts_of(self.evaluation)
        return tuple(
            difference(result, self._comparer.before(result.entity), self.after(result.entity), causes)
            for result in self.results
        )

    @cached_property
    def explaining(self) -> Evaluation:
        """An evaluation that has what is known of the variant by now, to ask for anything else of a few rows."""
        known = dict(self._taken)
        for entity, names in self._wanted.items():
            own = self.evaluation.table(entity, names)
            known[entity] = known[entity].join(own, on=list(entity.key), how="inner") if entity in known else own
        return self._with(known, self.evaluation.plan, few=True)

    def _with(self, known: Mapping[Entity, Results], plan: Plan, *, few: bool = False) -> Evaluation:
        stored = {entity: as_stored(frame, entity.key) for entity, frame in known.items()}
        comparer = self._comparer
        return Evaluation(
            comparer.city, self._held.rulebook, comparer.rules, on=comparer.on, plan=plan, stored=stored, few=few
        )


def side_of(evaluation: Evaluation, entity: Entity, names: Sequence[str], year: int, matched_by: Sequence[str]) -> Side:
    """The results of an entity for the rows of the year; for all rows where it has no years."""
    frame = evaluation.table(entity, names)
    if entity.period is not None:
        frame = evaluation.table(entity, [*names, entity.period] if entity.period not in entity.key else names)
        frame = frame.filter(nw.col(entity.period) == year)
    rows: pa.Table = frame.collect("pyarrow").to_arrow()
    return Side.of(rows, entity.key, matched_by)


def renumbered(base: Evaluation, names: Mapping[Entity, Sequence[str]], causes: Causes) -> Mapping[Entity, Results]:
    """Results of the base with causes as the evaluation of another rulebook numbers them."""
    shifts = _shifts(base.causes, causes)
    return {entity: _shifted(base.table(entity, each), shifts) for entity, each in names.items()}


def _shifts(old: Causes, new: Causes) -> list[tuple[int, int]]:
    """From which code on which number is added. Both are in one order, so a cause that is new moves all after it."""
    codes = {(cause.kind, cause.text): code for code in range(1, len(new) + 1) for cause in [new[code]]}
    shifts = [(1, 0)]
    for code in range(1, len(old) + 1):
        now = codes.get((old[code].kind, old[code].text))
        if now is not None and now - code != shifts[-1][1]:  # a cause that is gone is no row's cause
            shifts.append((code, now - code))
    return shifts[1:]


def _shifted(frame: Results, shifts: Sequence[tuple[int, int]]) -> Results:
    def moved(name: str) -> nw.Expr:
        code = nw.col(name)
        for first, by in shifts:
            code = nw.when(nw.col(name) >= first).then(nw.col(name) + by).otherwise(code)
        return code.cast(nw.Int32())

    names = [name for name in frame.collect_schema().names() if name.endswith("__cause")]
    return frame.with_columns(**{name: moved(name) for name in names}) if shifts and names else frame


def texts_of(evaluation: Evaluation) -> Callable[[int], Text]:
    """What the codes of causes of an evaluation stand for."""
    return lambda code: evaluation.cause(code).text
