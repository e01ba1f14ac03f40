"""One comparison, worked out, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tanheng.comparison.changes import Days, ParameterChange
from tanheng.comparison.differences import Difference
from tanheng.comparison.effects import CITY_ITSELF, Effects
from tanheng.comparison.groups import Grouping, Places
from tanheng.comparison.reach import Reach
from tanheng.comparison.results import Result
from tanheng.policy.entities import Entity
from tanheng.policy.plan import Plan
from tanheng.text import Text

FEW_ROWS = 40  # of an entity: each of them is shown


@dataclass(frozen=True, eq=False)
class Compared:
    """One comparison, worked out. ``matched_by`` gives the columns by which rows of an entity are matched,
    ``days`` those on which changed parameters are looked at, ``series`` results of the city by year on both sides.
    """

    id: str
    title: Text
    plan: Plan
    changes: Mapping[str, ParameterChange]
    reach: Reach
    days: Mapping[str, Days]
    differences: tuple[Difference, ...]
    effects: tuple[Effects, ...]
    places: Places
    matched_by: Mapping[Entity, tuple[str, ...]]
    series: tuple[tuple[Result, Mapping[int, float], Mapping[int, float]], ...] = ()
    dates: tuple[str, str] | None = None
    demonstration: bool = False
    has_outlines: bool = False
    not_reached: tuple[Result, ...] = ()
    _groupings: dict[Entity, tuple[Grouping, ...]] = field(default_factory=dict, init=False)

    def groupings(self, difference: Difference) -> tuple[Grouping, ...]:
        entity = difference.result.entity
        if entity not in self._groupings:
            found = self.places.groupings(entity, difference.keys, self.matched_by[entity])
            self._groupings[entity] = found
        return self._groupings[entity]

    @property
    def moved(self) -> tuple[Difference, ...]:
        """The results of which any row is not what it was."""
        return tuple(each for each in self.differences if each.changed)

    @property
    def of_city(self) -> Difference | None:
        """The first result about the city as a whole that moves."""
        whole = [each for each in self.moved if len(each.keys) == 1 and each.result.is_number]
        return next((each for each in whole if each.result.adds_up), whole[0] if whole else None)

    @property
    def of_rows(self) -> Difference | None:
        """The first result with many rows that moves: an amount where there is one."""
        many = [each for each in self.moved if len(each.keys) > FEW_ROWS]
        many = many or [each for each in self.moved if len(each.keys) > 1]
        numbers = [each for each in many if each.result.is_number]
        added = [each for each in numbers if each.result.adds_up]
        return next(iter((*added, *numbers, *many)), None)

    def titles(self) -> Mapping[str, Text]:
        """The titles of the changed parameters, and of the city's own doing."""
        both = {name: change.after or change.before for name, change in self.changes.items()}
        found = {name: parameter.title for name, parameter in both.items() if parameter is not None}
        return {**found, CITY_ITSELF: Text("the city itself: activity and prices", "城市自身(活动水平与价格)")}
