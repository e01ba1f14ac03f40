"""What each plant alone sends to the façades, against the limits of GB 12348, GB 22337 and GB 12523.

The standards want the level outside of the boundary, and where that does not tell what a source sends (it lies high, or
behind a wall) also 1 m in front of the buildings that hear it. Maps have no boundaries of plants, so the second is what
is worked out: the façade at which the plant is furthest above, or closest to, the limit of the function area there. The
level is that of the loudest hour of the period, for the standards measure while the source works.

A level that keeps the limit here says nothing of the boundary itself; ``NOTE`` says so beside the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tanheng.measures.quiet.assessment.areas import classes_at
from tanheng.measures.quiet.assessment.exposure import ROUNDING_DB
from tanheng.measures.quiet.assessment.parameters import DAY, Terms
from tanheng.measures.quiet.bands import A_WEIGHTS_DB, Array
from tanheng.measures.quiet.calculation import places_of
from tanheng.measures.quiet.sources.limits import STANDARD_OF, BoundaryCheck, check_boundary
from tanheng.measures.quiet.study import Study
from tanheng.text import Text

PERIODS: tuple[Literal["day", "night"], ...] = ("day", "night")
PLANT = "plant"
NOTE = Text(
    "Calculated at façades, of each plant alone in its loudest hour; maps have no boundaries of plants, so a limit "
    "that is kept here is not said to be kept there.",
    "为各声源单独作用、最响一小时的立面计算值；地图没有厂界，立面达标不代表厂界达标。",
)
NO_KIND = Text("its kind has no standard of emission", "该类声源没有适用的排放标准")
SILENT = Text("it does not sound in this period", "该时段不发声")
UNHEARD = Text("no façade hears it", "没有立面接收到其声音")
NO_CLASS = Text("no function area holds at the façades that hear it", "接收到其声音的立面不在声环境功能区内")
NO_LIMIT = Text("the rulebook has no limit for it on this day", "规则库当日没有适用限值")


@dataclass(frozen=True)
class PlantCheck:
    """A plant in a period at the façade that decides. ``why`` says what is wanting where it is undetermined.

    ``level_db`` is that of the plant alone, dB(A); None where it is silent or not heard.
    """

    plant: str
    name: str
    kind: str
    period: Literal["day", "night"]
    receiver: str | None = None
    area_class: str | None = None
    level_db: float | None = None
    checked: BoundaryCheck | None = None
    why: Text | None = None

    @property
    def excess_db(self) -> float | None:
        """Over the limit, below 0 where it is kept; None where it is undetermined."""
        return None if self.checked is None else self.checked.excess_db

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept at that façade; None where it is undetermined."""
        return None if self.excess_db is None else self.excess_db <= ROUNDING_DB

    def as_json(self) -> dict[str, Any]:
        """Plain values, for records and files."""
        limit = None if self.checked is None or self.checked.limit is None else self.checked.limit
        return {
            "plant": self.plant,
            "name": self.name,
            "kind": self.kind,
            "period": self.period,
            "receiver": self.receiver,
            "class": self.area_class,
            "level_db": self.level_db,
            "limit_db": None if limit is None else limit.value,
            "limit_status": None if limit is None else limit.status.word,
            "excess_db": self.excess_db,
            "why": None if self.why is None else {"en": self.why.en, "zh": self.why.zh},
        }


def check_plants(study: Study, terms: Terms) -> tuple[PlantCheck, ...]:
    """Every plant of the quarter by day and at night, in its order.

    Raises
    ------
    InputRejected
        ``noise.E060`` where an area of the quarter has an unknown class.
    """
    table = study.quarter["plants"]
    if not table.num_rows:
        return ()
    classes = classes_at(study.quarter, places_of(study.receivers), terms)
    receivers = study.receivers["id"].to_pylist()
    found: list[PlantCheck] = []
    for plant, name, kind in zip(*(table[each].to_pylist() for each in ("id", "name", "kind")), strict=True):
        columns, powers = _columns_of(study, plant)
        for period in PERIODS:
            blank = PlantCheck(plant, name or plant, kind or "", period)
            hours = list(terms.day if period == DAY else terms.night)
            found.append(_checked(study, terms, blank, columns, powers[:, hours], classes, receivers))
    return tuple(found)


def _columns_of(study: Study, plant: str) -> tuple[list[int], Array]:
    """The columns of a plant and their A-weighted powers by hour, linear (columns × 24 × 8)."""
    kinds, features = (study.columns[each].to_pylist() for each in ("kind", "feature"))
    own = [at for at, pair in enumerate(zip(kinds, features, strict=True)) if pair == (PLANT, plant)]
    return own, np.power(10.0, (study.emission[own] + A_WEIGHTS_DB) / 10.0)


def _checked(
    study: Study,
    terms: Terms,
    blank: PlantCheck,
    columns: list[int],
    powers: Array,
    classes: tuple[str | None, ...],
    receivers: list[str],
) -> PlantCheck:
    def said(why: Text, **known: Any) -> PlantCheck:
        return PlantCheck(blank.plant, blank.name, blank.kind, blank.period, why=why, **known)

    if blank.kind not in STANDARD_OF and blank.kind != "construction":
        return said(NO_KIND)
    if not columns or not powers.any():
        return said(SILENT)
    levels = _loudest(study, columns, powers)
    heard = np.flatnonzero(np.isfinite(levels))
    if not len(heard):
        return said(UNHEARD)
    loudest = int(heard[np.argmax(levels[heard])])
    told = {"receiver": receivers[loudest], "level_db": float(levels[loudest])}
    # Of the façades of one class the loudest decides.
    checks: list[tuple[float, int, BoundaryCheck]] = []
    for area_class, place in _loudest_by_class(levels, heard.tolist(), classes):
        level = float(levels[place])
        check = check_boundary(terms.book, terms.on, blank.kind, area_class, blank.period, level)
        if check.excess_db is not None:
            checks.append((check.excess_db, place, check))
    if not checks:
        return said(NO_LIMIT if any(classes[each] is not None for each in heard) else NO_CLASS, **told)
    _excess, place, check = max(checks, key=lambda each: (each[0], -each[1]))
    return PlantCheck(
        blank.plant,
        blank.name,
        blank.kind,
        blank.period,
        receivers[place],
        classes[place],
        check.level_db,
        check,
    )


def _loudest(study: Study, columns: list[int], powers: Array) -> Array:
    """LA of the loudest of the hours at each receiver, dB(A); minus infinity where nothing is heard."""
    transfer = study.transfer
    sums = np.zeros((transfer.receiver_count, powers.shape[1]))
    for column, by_hour in zip(columns, powers, strict=True):
        entries = np.flatnonzero(transfer.columns == column)
        rows = np.searchsorted(transfer.starts, entries, side="right") - 1
        np.add.at(sums, rows, np.asarray(transfer.ratios[entries], dtype=np.float64) @ by_hour.T)
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(sums.max(axis=1)))


def _loudest_by_class(levels: Array, heard: list[int], classes: tuple[str | None, ...]) -> Iterator[tuple[str, int]]:
    best: dict[str, int] = {}
    for place in heard:
        area_class = classes[place]
        if area_class is not None and (area_class not in best or levels[place] > levels[best[area_class]]):
            best[area_class] = place
    yield from sorted(best.items())
