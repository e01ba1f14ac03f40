"""A result before and after, row by row.

Unknown is never zero: a row that is undetermined on one side has no change, and is counted apart. Amounts are
added in millionths of the unit, as the engine adds them, so that

    total after = total before + change + newly determined - newly undetermined + appeared - gone

holds to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanheng.comparison.results import Result
from tanheng.policy.arithmetic import PER_UNIT
from tanheng.text import Text

Effect = Literal[
    "gains",
    "loses",
    "higher",
    "lower",
    "other",
    "unchanged",
    "newly_determined",
    "newly_undetermined",
    "undetermined",
    "appears",
    "gone",
]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
EFFECT_NAMES: Mapping[Effect, Text] = {
    "gains": Text("gains", "受益"),
    "loses": Text("loses", "受损"),
    "higher": Text("higher", "上升"),
    "lower": Text("lower", "下降"),
    "other": Text("other than before", "与之前不同"),
    "unchanged": Text("unchanged", "不变"),
    "newly_determined": Text("newly determined", "新确定"),
    "newly_undetermined": Text("newly undetermined", "新变为未确定"),
    "undetermined": Text("undetermined before and after", "前后均未确定"),
    "appears": Text("there only after", "仅后者有"),
    "gone": Text("there only before", "仅前者有"),
}
CHANGED: frozenset[Effect] = frozenset(EFFECTS) - {"unchanged", "undetermined"}
_CODE = {effect: code for code, effect in enumerate(EFFECTS)}
Key = tuple[Any, ...]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """Results of one entity: keys in order, and the columns of ``Evaluation.table`` but for the keys."""

    keys: Sequence[Key]
    columns: Mapping[str, Sequence[Any]]

    @classmethod
    def of(cls, table: pa.Table, key: Sequence[str], matched_by: Sequence[str]) -> Side:
        """The rows sorted by ``matched_by``, which are the columns of the key that rows are matched by."""
        rows = table.sort_by([(name, "ascending") for name in matched_by])
        keys = list(zip(*(rows[name].to_pylist() for name in matched_by), strict=True))
        return cls(keys, {name: rows[name].to_pylist() for name in rows.column_names if name not in key})

    def matched(self, keys: Sequence[Key]) -> Side:
        """The same with a row for each of ``keys``, sorted too; all None where there is none."""
        if self.keys == keys:
            return self
        places = {key: place for place, key in enumerate(self.keys)}
        rows = [places.get(key) for key in keys]
        columns = {
            name: [None if row is None else values[row] for row in rows] for name, values in self.columns.items()
        }
        return Side(keys, columns)


@dataclass(frozen=True, eq=False)
class Difference:
    """One result on both sides. Causes are texts, trust is the weakest status; both None where there is no row."""

    result: Result
    keys: Sequence[Key]
    before: Sequence[Any]
    after: Sequence[Any]
    effects: npt.NDArray[np.int8]
    before_cause: Sequence[Text | None]
    after_cause: Sequence[Text | None]
    before_trust: Sequence[int | None]
    after_trust: Sequence[int | None]

    def where(self, *effects: Effect) -> npt.NDArray[np.bool_]:
        return np.isin(self.effects, [_CODE[effect] for effect in effects])

    def effect(self, place: int) -> Effect:
        return EFFECTS[int(self.effects[place])]

    @cached_property
    def counts(self) -> Mapping[Effect, int]:
        """How many rows each effect has; those that none has are left out."""
        found = np.bincount(self.effects, minlength=len(EFFECTS))
        return {effect: int(found[code]) for effect, code in _CODE.items() if found[code]}

    @property
    def changed(self) -> int:
        """How many rows are not what they were."""
        return sum(count for effect, count in self.counts.items() if effect in CHANGED)

    @cached_property
    def millionths(self) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
        """Before and after as whole millionths, zero where it is unknown: sum them only where it is known."""
        return _millionths(self.before), _millionths(self.after)

    @cached_property
    def change(self) -> Floats:
        """After less before for numbers known on both sides; not a number elsewhere."""
        both = self.where(*_BOTH)
        before, after = (np.array([np.nan if v is None else float(v) for v in side]) for side in self._numbers)
        return np.where(both, after - before, np.nan)

    @property
    def _numbers(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return (self.before, self.after) if self.result.is_number else ([None] * len(self.keys),) * 2

    def totals(self, of: npt.NDArray[np.bool_] | None = None) -> Totals:
        """The totals over all rows, or over some of them."""
        rows = np.ones(len(self.keys), dtype=bool) if of is None else of
        before, after = self.millionths
        change = after - before
        up = np.array([value > 0 for value in change], dtype=bool)
        both = rows & self.where(*_BOTH)

        def total(values: npt.NDArray[np.object_], where: npt.NDArray[np.bool_]) -> float | None:
            return int(values[where].sum()) / PER_UNIT if where.any() else None

        return Totals(
            before=total(before, both | (rows & self.where("newly_undetermined", "gone"))),
            after=total(after, both | (rows & self.where("newly_determined", "appears"))),
            change=total(change, both),
            increase=total(change, both & up),
            decrease=total(change, both & ~up & ~self.where("unchanged")),
            newly_determined=total(after, rows & self.where("newly_determined")),
            newly_undetermined=total(before, rows & self.where("newly_undetermined")),
            appears=total(after, rows & self.where("appears")),
            gone=total(before, rows & self.where("gone")),
            undetermined_before=int((rows & self.where("newly_determined", "undetermined")).sum()),
            undetermined_after=int((rows & self.where("newly_undetermined", "undetermined")).sum()),
        )


_BOTH: tuple[Effect, ...] = ("gains", "loses", "higher", "lower", "unchanged")


@dataclass(frozen=True)
class Totals:
    """Totals of what is determined; None where nothing is. ``change`` is over rows known on both sides, ``increase``
    and ``decrease`` its two parts; the last two count the rows that a total leaves out."""

    before: float | None
    after: float | None
    change: float | None
    increase: float | None
    decrease: float | None
    newly_determined: float | None
    newly_undetermined: float | None
    appears: float | None
    gone: float | None
    undetermined_before: int
    undetermined_after: int


Causes = Callable[[int], Text]


def difference(result: Result, before: Side, after: Side, causes: tuple[Causes, Causes]) -> Difference:
    """Hold two sides against each other. ``causes`` says what a code stands for, on each side."""
    keys = before.keys if before.keys == after.keys else sorted({*before.keys, *after.keys})
    there = (set(before.keys), set(after.keys)) if keys is not before.keys else None
    was, now = before.matched(keys), after.matched(keys)
    values = was.columns[result.name], now.columns[result.name]
    effects = np.fromiter(
        (_CODE[_effect(result, *pair)] for pair in zip(*values, strict=True)), dtype=np.int8, count=len(keys)
    )
    if there is not None:
        for place, key in enumerate(keys):
            if key not in there[0]:
                effects[place] = _CODE["appears"]
            elif key not in there[1]:
                effects[place] = _CODE["gone"]
    texts = [
        _texts(side.columns.get(f"{result.name}__cause"), said, len(keys))
        for side, said in zip((was, now), causes, strict=True)
    ]
    nothing: list[int | None] = [None] * len(keys)
    trusts = [side.columns.get(f"{result.name}__trust", nothing) for side in (was, now)]
    return Difference(result, keys, *values, effects, texts[0], texts[1], trusts[0], trusts[1])


def _effect(result: Result, before: Any, after: Any) -> Effect:
    if before is None or after is None:
        if before is None:
            return "undetermined" if after is None else "newly_determined"
        return "newly_undetermined"
    if before == after:
        return "unchanged"
    if result.best_first:
        ranks = [_rank(result, value) for value in (before, after)]
        return "other" if ranks[0] == ranks[1] else "gains" if ranks[1] < ranks[0] else "loses"
    if isinstance(before, str | date):
        return "other"
    if result.better is None:
        return "higher" if after > before else "lower"
    return "gains" if (after > before) == (result.better == "more") else "loses"


def _rank(result: Result, value: Any) -> int:
    return result.best_first.index(value) if value in result.best_first else len(result.best_first)


def _texts(codes: Sequence[Any] | None, causes: Causes, count: int) -> Sequence[Text | None]:
    if codes is None:
        return [None] * count
    known = {code: causes(int(code)) for code in set(codes) if code is not None}
    return [known.get(code) for code in codes]


def _millionths(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Numbers and truth values as whole millionths; anything else, and what is unknown, as zero."""
    found = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        found[place] = (
            int(np.rint(float(value) * PER_UNIT)) if isinstance(value, bool | int | float) else 0
        )  # a float of any size becomes a whole number without loss
    return found
