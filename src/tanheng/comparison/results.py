"""Which results are held against each other, and what of them is better for whom they are about.

Those that a measure names as its key results come first. Amounts of money are always shown, and so is whatever
no other rule takes up of a measure that names none: a new measure appears by existing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tanheng.comparison.reach import Item
from tanheng.measures.key_results import Better, KeyResult
from tanheng.measures.registry import Measure
from tanheng.policy.entities import Entity
from tanheng.policy.plan import Plan
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

_MONEY = frozenset({"CNY", "10k CNY"})  # what is paid; the economy as a whole is counted in 100M CNY


@dataclass(frozen=True, eq=False)
class Result:
    """A rule whose results are compared."""

    entity: Entity
    name: str
    title: Text
    kind: str
    unit: str
    better: Better | None
    best_first: tuple[str, ...]

    @property
    def item(self) -> Item:
        return self.entity, self.name

    @property
    def id(self) -> str:
        """``facility_year.emissions_tco2e``, as the command line takes it."""
        return f"{self.entity.name}.{self.name}"

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "integer")

    @property
    def has_direction(self) -> bool:
        return self.better is not None or bool(self.best_first)

    @property
    def adds_up(self) -> bool:
        """Whether a total over rows says something: an amount, and not a rate, a share or a year."""
        return self.is_number and "/" not in self.unit and self.unit not in ("1", "%", "degree", "dB")

    @property
    def is_money(self) -> bool:
        return self.is_number and self.unit in _MONEY

    @property
    def named(self) -> Text:
        """``Emissions of the year (facility in a year)``."""
        return Text(f"{self.title.en} ({self.entity.title.en})", f"{self.title.zh}({self.entity.title.zh})")


def results_of(plan: Plan, measures: Sequence[Measure], affected: Collection[Item] | None) -> tuple[Result, ...]:
    """The results that a comparison shows, those of the city first; with ``affected`` only these."""
    keys = {(key.entity, key.name): key for measure in measures for key in measure.key_results}
    silent = {rule.entity.name + rule.name for measure in measures if not measure.key_results for rule in measure.rules}
    taken_up = {needed for planned in plan for needed in plan.needs(*planned.item)}
    found: list[Result] = []
    for planned in plan:
        item = planned.item
        if affected is not None and item not in affected:
            continue
        result = _result(plan, item, keys.get(item))
        is_last = item[0].name + item[1] in silent and item not in taken_up
        if item in keys or result.is_money or is_last:
            found.append(result)
    if not found and affected:  # nobody named it, and yet it changes
        found = [_result(plan, item, None) for item in affected if item not in taken_up]
    places = {item: place for place, item in enumerate(keys)}
    order = {entity: place for place, entity in enumerate(_by_size(plan))}
    return tuple(
        sorted(found, key=lambda each: (order[each.entity], places.get(each.item, len(places)), each.id)),
    )


def chosen(plan: Plan, measures: Sequence[Measure], asked: Iterable[str]) -> tuple[Result, ...]:
    """The results somebody asks for by name, ``facility_year.emissions_tco2e``.

    Raises
    ------
    InputRejected
        With every name that is none.
    """
    keys = {(key.entity, key.name): key for measure in measures for key in measure.key_results}
    items: Mapping[str, Item] = {f"{planned.rule.entity.name}.{planned.name}": planned.item for planned in plan}
    names = list(dict.fromkeys(asked))
    problems = []
    for name in names:
        if name not in items:
            near = ", ".join(get_close_matches(name, items, n=3))
            hint = f"Near it are {near}" if near else "Write it as ENTITY.RULE, e.g. facility_year.emissions_tco2e"
            problems.append(
                Problem("compare.E001", "--result", value=name, message="names no result of it", hint=hint)
            )
    if problems:
        raise InputRejected(problems)
    return tuple(_result(plan, items[name], keys.get(items[name])) for name in names)


def _result(plan: Plan, item: Item, key: KeyResult | None) -> Result:
    planned = plan[item]
    return Result(
        planned.rule.entity,
        planned.name,
        planned.rule.title,
        planned.type.kind,
        str(planned.type.unit),
        None if key is None else key.better,
        () if key is None else key.best_first,
    )


def _by_size(plan: Plan) -> Sequence[Entity]:
    """Entities with the widest first: one that others belong to comes before them."""
    entities = sorted(plan.entities, key=lambda entity: entity.name)
    above = {entity: _ancestors(entity) for entity in entities}
    return sorted(entities, key=lambda entity: (len(above[entity]), entity.name))


def _ancestors(entity: Entity) -> set[Entity]:
    found: set[Entity] = set()
    waiting = [entity]
    while waiting:
        for link in waiting.pop().parents.values():
            if link.parent not in found and link.parent is not entity:
                found.add(link.parent)
                waiting.append(link.parent)
    return found
