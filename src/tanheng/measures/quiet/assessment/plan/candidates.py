"""Measures that could be taken: where, how much of it, at what cost, and which of them exclude each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.parameters import Given
from tanheng.text import Text

Kind = Literal["speed_limit", "truck_ban", "quiet_surface", "barrier", "windows"]
TRAFFIC: tuple[Kind, ...] = ("speed_limit", "truck_ban", "quiet_surface")
COST_OF: Mapping[Kind, str] = {
    "speed_limit": reads.COST_SPEED,
    "truck_ban": reads.COST_TRUCK_BAN,
    "quiet_surface": reads.COST_SURFACE,
    "barrier": reads.COST_BARRIER,
    "windows": reads.COST_WINDOWS,
}
# What no figure of a plan has in it.
NOT_COUNTED: Mapping[Kind, Text] = {
    "speed_limit": Text("time lost by traffic is not counted", "未计入通行时间损失"),
    "truck_ban": Text(
        "trucks are gone and not on other roads; what they make louder there is not counted",
        "视为货车不再行驶，未计入其绕行其他道路的影响",
    ),
    "quiet_surface": Text("it wears and grows louder with the years", "降噪效果随使用年限衰减"),
    "barrier": Text("its foundation and the look of it are not judged", "未评估基础条件与景观影响"),
    "windows": Text(
        "people are relieved indoors and while windows are shut; outside nothing changes",
        "仅在关窗时改善室内；室外声级不变",
    ),
}


@dataclass(frozen=True)
class Candidate:
    """A measure at a place.

    ``change``: what ``sources.traffic.with_change`` takes for ``roads``. ``outline``: line of a barrier, WKB in the
    metres of the quarter, with ``height_m``. ``buildings``: those that get windows. ``amount`` times ``unit_cost`` is
    its cost; of candidates with a name in common in ``alternatives`` one may be taken.
    """

    id: str
    kind: Kind
    title: Text
    amount: float
    unit: str
    unit_cost: Given
    roads: tuple[str, ...] = ()
    change: Mapping[str, Any] = field(default_factory=dict)
    outline: bytes | None = None
    height_m: float | None = None
    buildings: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()

    @property
    def cost(self) -> float | None:
        """CNY; None while its unit cost is unset."""
        return None if self.unit_cost.value is None else self.amount * self.unit_cost.value

    def as_json(self) -> dict[str, Any]:
        """Plain values without the outline, for records and pages."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": {"en": self.title.en, "zh": self.title.zh},
            "amount": self.amount,
            "unit": self.unit,
            "unit_cost": self.unit_cost.value,
            "cost": self.cost,
            "roads": list(self.roads),
            "buildings": list(self.buildings),
            "height_m": self.height_m,
            "alternatives": list(self.alternatives),
        }


def groups_of(candidates: Sequence[Candidate]) -> list[list[int]]:
    """Numbers of candidates of which one at most may be taken, by each name of alternatives that two have."""
    by_name: dict[str, list[int]] = {}
    for number, candidate in enumerate(candidates):
        for name in candidate.alternatives:
            by_name.setdefault(name, []).append(number)
    return [numbers for _, numbers in sorted(by_name.items()) if len(numbers) > 1]
