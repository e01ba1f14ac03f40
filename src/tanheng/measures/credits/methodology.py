"""What a methodology is: a dated, versioned text that is also a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from tanheng.policy import Entity
from tanheng.policy.parameters import Source, Status
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import Rule
from tanheng.text import Text

Track = Literal["persons", "projects"]
Standing = Literal["draft", "trial", "in_force", "retired"]
OfDay = Literal["sum", "smallest", "largest"]
Steps = Literal["baseline", "project", "leakage", "reduction"]

STANDING_WORDS: Mapping[Standing, Text] = {
    "draft": Text("draft", "草案"),
    "trial": Text("in force on trial", "试行"),
    "in_force": Text("in force", "现行有效"),
    "retired": Text("retired", "已废止"),
}
SCHEME_WORDS: Mapping[str, Text] = {
    "shenzhen": Text("Shenzhen carbon-inclusive system", "深圳碳普惠"),
    "guangdong": Text("Guangdong carbon-inclusive system (PHCER)", "广东碳普惠(PHCER)"),
    "ccer": Text("China certified emission reductions (CCER)", "国家温室气体自愿减排(CCER)"),
}


@dataclass(frozen=True)
class Since:
    """The first day on which a version holds, and how sure that is. ``day`` None: it was not found."""

    day: date | None
    status: Status | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Condition:
    """What must be so for the methodology to apply. ``rule`` names the rule that decides it, where one can."""

    words: Text
    rule: str | None = None


@dataclass(frozen=True)
class Monitored:
    """One parameter of the monitoring plan: a column of the table. None: the facts do not say it."""

    column: str
    unit: str
    measured: Text | None
    frequency: Text | None
    quality: Text | None


@dataclass(frozen=True)
class EventColumn:
    """Events of a ``mode`` in ``unit`` become a column of the person-day: their sum, the smallest or the largest.

    ``at_most``: an event of more than that is refused.
    """

    mode: str
    unit: str
    column: str
    of_day: OfDay = "sum"
    at_most: float | None = None


@dataclass(frozen=True)
class MeanBefore:
    """A column with the mean of another over so many days up to the day before; unknown where one of them is."""

    column: str
    of: str
    days: int


@dataclass(frozen=True, eq=False)
class Methodology:
    """A version of a methodology, loaded and checked.

    ``calculation`` names the rule of each step; a formula that gives the avoided emissions at once has no baseline
    of its own. The rule of ``reduction`` is rounded down to whole ``unit``. ``digest`` is the SHA-256 of its files and
    of the rulebook beneath.
    """

    id: str
    version: str
    names: Text
    scheme: str
    number: str | None
    standing: Standing
    track: Track
    scene: str | None
    published: str | None
    since: Since
    retired: date | None
    scope: Text
    applicability: tuple[Condition, ...]
    additionality: Text | None
    crediting_period: Text | None
    monitoring: tuple[Monitored, ...]
    events: tuple[EventColumn, ...]
    means: tuple[MeanBefore, ...]
    calculation: Mapping[Steps, str]
    unit: str
    sources: Mapping[str, Source]
    notes: tuple[Text, ...]
    folder: Path
    entity: Entity
    rulebook: Rulebook
    rules: tuple[Rule, ...]
    plan: Plan
    digest: str

    @property
    def name(self) -> str:
        return f"{self.id} {self.version}"

    @property
    def reduction(self) -> str:
        """The name of the rule whose result is credited."""
        return self.calculation["reduction"]

    @property
    def days_back(self) -> int:
        """How many days before a day its means reach."""
        return max((mean.days for mean in self.means), default=0)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day. One whose first day was not found holds on none."""
        begun = self.since.day is not None and self.since.day <= day
        return begun and self.standing != "draft" and (self.retired is None or day < self.retired)

    @cached_property
    def own_parameters(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.rulebook.parameters if name.startswith(f"{self.id}.")))

    @cached_property
    def unset(self) -> tuple[str, ...]:
        """Its own parameters of which some value was not found."""
        cells = {name: self.rulebook[name].cells for name in self.own_parameters}
        return tuple(name for name, found in cells.items() if any(cell.value is None for cell in found))
