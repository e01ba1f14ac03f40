"""From rulebooks to comparisons: variants of a rulebook, the steps of a sweep, two dates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw

from tanheng.comparison.changes import Days
from tanheng.comparison.compared import Compared
from tanheng.comparison.comparing import Comparer, Held, VariantEvaluation, side_of, texts_of
from tanheng.comparison.differences import Difference, Key, Side, difference
from tanheng.comparison.effects import Coalition, Effects, coalitions, effects_of
from tanheng.comparison.groups import Places
from tanheng.comparison.reach import Item
from tanheng.comparison.reasons import Reason, side_by_side
from tanheng.comparison.results import Result, chosen, results_of
from tanheng.comparison.sweep import Sweep
from tanheng.comparison.variants import Variant, frozen, mixed, with_value
from tanheng.measures.registry import MEASURES, Measure
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explanation import Explanation, NothingToExplain, explain
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import Rule
from tanheng.text import Text
from tanheng.warehouse.city import City

EXPLAINED = 3  # rows that gain most, and as many that lose most
DEPTH = 6  # of explanations that open only what a change reaches
# Of explanations that open everything, as where the city itself is another:
EXPLAINED_OF_ALL = 1
DEPTH_OF_ALL = 3


@dataclass(frozen=True)
class Explained:
    """Why one result of one row is what it is, on both sides."""

    subject: str
    name: Text
    result: Result
    reason: Reason


@dataclass(frozen=True, eq=False)
class Outcome:
    """A comparison with the explanations of the rows that stand out."""

    compared: Compared
    explained: tuple[Explained, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One value of a sweep."""

    value: float
    differences: tuple[Difference, ...]


def compare_variants(
    city: City,
    base: Rulebook,
    variants: Sequence[Variant],
    *,
    on: date,
    year: int,
    asked: Sequence[str] = (),
    measures: Sequence[Measure] = MEASURES,
) -> Iterator[Outcome]:
    """Each variant against the base, which is evaluated once.

    Raises
    ------
    InputRejected
        When ``asked`` names a result that is none.
    """
    comparer = Comparer(city, base, _rules(measures), on=on, year=year)
    held = [comparer.hold(variant.rulebook) for variant in variants]
    results = _results(comparer, held, measures, asked)
    games = [_Game(comparer, each, results) for each in held]
    comparer.prepare(results, [pair for game in games for pair in game.to_prepare])
    places = Places(city, base, on, [year])
    for variant, game in zip(variants, games, strict=True):
        evaluated = comparer.variant(game.held)
        compared = Compared(
            id=variant.id,
            title=variant.title,
            plan=comparer.plan,
            changes=game.held.changes,
            reach=game.held.reach,
            days=_days(comparer, game.held),
            differences=evaluated.differences,
            effects=game.effects(evaluated.differences),
            places=places,
            matched_by={entity: entity.key for entity in comparer.plan.entities},
            series=tuple(_series(comparer.evaluation, evaluated.evaluation, evaluated.differences)),
            demonstration=is_made_up(city),
            has_outlines="districts" in city.manifest.geometry,
            not_reached=tuple(each for each in results if each.item not in game.held.reach.affected()) if asked else (),
        )
        yield Outcome(compared, tuple(_explained(compared, comparer, evaluated)))


def compare_dates(
    before: City,
    city: City,
    rulebook: Rulebook,
    dates: tuple[date, date],
    *,
    asked: Sequence[str] = (),
    measures: Sequence[Measure] = MEASURES,
) -> Outcome:
    """The city on two days, each with its own rules and rows. ``before`` and ``city`` are opened as of either day.

    Raises
    ------
    InputRejected
        When ``asked`` names a result that is none.
    """
    then, now = dates
    across = then.year != now.year
    comparer = Comparer(city, frozen(rulebook, then), _rules(measures), on=now, year=now.year, across_years=across)
    held = comparer.hold(rulebook)
    plan = comparer.plan
    results = chosen(plan, measures, asked) if asked else results_of(plan, measures, None)
    game = _Game(comparer, held, results)
    comparer.prepare(results, game.to_prepare)
    evaluated = comparer.variant(held)
    first = Evaluation(before, rulebook, _rules(measures), on=then)
    wanted: dict[Entity, list[str]] = {}
    for result in results:
        wanted.setdefault(result.entity, []).append(result.name)
    first.compute(wanted)
    sides = {
        entity: side_of(first, entity, names, then.year, comparer.matched_by(entity))
        for entity, names in wanted.items()
    }
    differences = []
    for result in results:
        reached = result.item in held.reach.affected()
        last = evaluated.after(result.entity) if reached else comparer.before(result.entity)
        said = texts_of(evaluated.evaluation if reached else comparer.evaluation)
        differences.append(difference(result, sides[result.entity], last, (texts_of(first), said)))
    compared = Compared(
        id="dates",
        title=Text(f"{then} and {now}", f"{then} 与 {now}"),
        plan=plan,
        changes=held.changes,
        reach=held.reach,
        days=_days(comparer, held),
        differences=tuple(differences),
        effects=game.effects(differences, comparer.before),
        places=Places(city, rulebook, now, [then.year, now.year]),
        matched_by={entity: comparer.matched_by(entity) for entity in plan.entities},
        dates=(then.isoformat(), now.isoformat()),
        demonstration=is_made_up(city),
        has_outlines="districts" in city.manifest.geometry,
    )
    explained = _explain_rows(
        compared,
        lambda result, key: _explanation(first, result, _full_key(compared, result, key, then.year)),
        lambda result, key: _explanation(
            evaluated.explaining if result.item in held.reach.affected() else comparer.evaluation,
            result,
            _full_key(compared, result, key, now.year),
        ),
        now.year,
    )
    return Outcome(compared, tuple(explained))


def sweep_steps(
    city: City,
    base: Rulebook,
    sweep: Sweep,
    *,
    on: date,
    year: int,
    asked: Sequence[str] = (),
    measures: Sequence[Measure] = MEASURES,
) -> Iterator[Step]:
    """Each value of a sweep against the base, which is evaluated once.

    Raises
    ------
    InputRejected
        When ``asked`` names a result that is none.
    """
    comparer = Comparer(city, base, _rules(measures), on=on, year=year)
    held = [comparer.hold(with_value(base, sweep.parameter, sweep.keys, value, on)) for value in sweep.values]
    results = _results(comparer, held, measures, asked)
    comparer.prepare(results, [(each, results) for each in held])
    causes = texts_of(comparer.evaluation)
    same = {
        result: difference(result, side, side, (causes, causes))
        for result in results
        for side in [comparer.before(result.entity)]
    }
    for value, each in zip(sweep.values, held, strict=True):
        with _let_go(city):
            found = {found.result: found for found in comparer.variant(each).differences}
        yield Step(value, tuple(found.get(result, same[result]) for result in results))


def _rules(measures: Iterable[Measure]) -> tuple[Rule, ...]:
    return tuple(rule for measure in measures for rule in measure.rules)


def _results(
    comparer: Comparer, held: Iterable[Held], measures: Sequence[Measure], asked: Sequence[str]
) -> tuple[Result, ...]:
    """The results asked for; else those that any of the rulebooks can change."""
    if asked:
        return chosen(comparer.plan, measures, asked)
    return results_of(comparer.plan, measures, frozenset().union(*(each.reach.affected() for each in held)))


def is_made_up(city: City) -> bool:
    """Whether any table holds made-up rows."""
    return any(city.made_up(table) for table in city.tables)


class _Game:
    """How the change of each result is divided among the changed parameters that reach it."""

    def __init__(self, comparer: Comparer, held: Held, results: Sequence[Result]) -> None:
        self._comparer = comparer
        self.held = held
        self._results = results
        self._wanted: dict[Coalition, list[Result]] = {}
        for result in results:
            for coalition in coalitions(held.reach.behind(result.item)):
                self._wanted.setdefault(coalition, []).append(result)
        self._held = {
            coalition: comparer.hold(mixed(comparer.base, held.rulebook, coalition)) for coalition in self._wanted
        }

    @property
    def to_prepare(self) -> list[tuple[Held, Sequence[Result]]]:
        """What the base has to be evaluated for."""
        asked: list[tuple[Held, Sequence[Result]]] = [(self.held, self._results)]
        return asked + [(self._held[coalition], results) for coalition, results in self._wanted.items()]

    def effects(
        self, differences: Iterable[Difference], unchanged: Callable[[Entity], Side] | None = None
    ) -> tuple[Effects, ...]:
        """The effects on each result that moves. ``unchanged`` gives the results before the rules change."""
        moved = {each.result: each for each in differences if each.changed}
        evaluated: dict[Coalition, VariantEvaluation] = {}

        def side(entity: Entity, coalition: Coalition) -> Side:
            if coalition not in evaluated:
                wanted = [result for result in self._wanted[coalition] if result in moved]
                evaluated[coalition] = self._comparer.variant(self._held[coalition], wanted)
            return evaluated[coalition].after(entity)

        found = []
        for result, each in moved.items():
            players = self.held.reach.behind(result.item)
            entity = result.entity
            start = None if unchanged is None else unchanged(entity)
            found.append(effects_of(each, players, partial(side, entity), start))
        return tuple(found)


def _days(comparer: Comparer, held: Held) -> Mapping[str, Days]:
    """The days on which each changed parameter is looked at: those of the rules that see it, or that of the run."""
    found: dict[str, Days] = {}
    for name in held.changes:
        days = {day for entity, _ in held.reach.direct.get(name, ()) for day in comparer.days(entity)}
        found[name] = tuple(sorted(days)) or (comparer.on,)
    return found


def _series(
    base: Evaluation, variant: Evaluation, differences: Sequence[Difference]
) -> Iterator[tuple[Result, Mapping[int, float], Mapping[int, float]]]:
    """Amounts of the city as a whole through the years, those that change."""
    for each in differences:
        result = each.result
        if len(each.keys) == 1 and each.changed and result.adds_up and result.entity.period in result.entity.key:
            yield result, _by_year(base, result), _by_year(variant, result)


def _by_year(evaluation: Evaluation, result: Result) -> Mapping[int, float]:
    rows = evaluation.table(result.entity, [result.name]).collect("pyarrow").iter_rows(named=True)
    found = {int(row[result.entity.period or ""]): row[result.name] for row in rows}
    return {year: float(value) for year, value in sorted(found.items()) if value is not None}


# -- explanations ----------------------------------------------------------------------------------


def _explained(compared: Compared, comparer: Comparer, variant: VariantEvaluation) -> Iterator[Explained]:
    affected = compared.reach.affected()
    return _explain_rows(
        compared,
        lambda result, key: _explanation(comparer.evaluation, result, key, affected),
        lambda result, key: _explanation(variant.explaining, result, key, affected),
        comparer.year,
    )


Explain = Callable[[Result, Key], "Explanation | None"]


def _explain_rows(compared: Compared, before: Explain, after: Explain, year: int) -> Iterator[Explained]:
    """The rows that gain and lose most, those that are no longer known, and the city."""
    for each in (compared.of_rows, compared.of_city):
        if each is None or (each is compared.of_city and each is compared.of_rows):
            continue
        result, matched_by = each.result, compared.matched_by[each.result.entity]
        for place in _standing_out(each, EXPLAINED if compared.dates is None else EXPLAINED_OF_ALL):
            key = each.keys[place]
            reason = side_by_side(before(result, key), after(result, key))
            name = compared.places.name(result.entity, key, matched_by)
            full = ",".join(str(part) for part in _full_key(compared, result, key, year))
            yield Explained(f"{result.entity.name}:{full}", name, result, reason)


def _standing_out(difference: Difference, most: int) -> Sequence[int]:
    """The rows that gain most and that lose most, and one of each other kind."""
    places: list[int] = []
    for effects in (
        ("gains", "higher"),
        ("loses", "lower"),
        ("other",),
        ("newly_undetermined",),
        ("newly_determined",),
    ):
        found = [place for place, wanted in enumerate(difference.where(*effects)) if wanted]
        if effects[0] in ("gains", "loses") and difference.result.is_number:
            found.sort(key=lambda place: (-abs(float(difference.change[place])), difference.keys[place]))
        places += found[: most if effects[0] in ("gains", "loses") else 1]
    return places


def _full_key(compared: Compared, result: Result, key: Key, year: int) -> tuple[Any, ...]:
    known = dict(zip(compared.matched_by[result.entity], key, strict=True))
    return tuple(known.get(name, year) for name in result.entity.key)


def _explanation(
    evaluation: Evaluation, result: Result, key: tuple[Any, ...], affected: Collection[Item] | None = None
) -> Explanation | None:
    """The explanation; None where the row is not there on this side. What the change does not reach is not opened."""
    try:
        if affected is None:
            return explain(evaluation, result.entity, key, result.name, depth=DEPTH_OF_ALL)
        return explain(
            evaluation,
            result.entity,
            key,
            result.name,
            depth=DEPTH,
            follow=lambda entity, name: (entity, name) in affected,
        )
    except NothingToExplain:
        there = nw.lit(True)
        for name, part in zip(result.entity.key, key, strict=True):
            there = there & (nw.col(name) == nw.lit(part))
        frame = evaluation.city.frame(result.entity.table.name).filter(there)
        if len(frame.collect()):
            raise
        return None


@contextmanager
def _let_go(city: City) -> Iterator[None]:
    """Drop what evaluations kept in the database within the block: a long sweep would fill it."""
    query = "SELECT table_name FROM duckdb_tables() WHERE temporary"
    before = {row[0] for row in city.connection.execute(query).fetchall()}
    yield
    for (name,) in city.connection.execute(query).fetchall():
        if name not in before:
            city.connection.execute(f'DROP TABLE "{name}"')
