"""District, sector and size of a row, found along the links of its entity; and totals by them.

Sizes are decades of people employed: a way to show rows, not a class of any policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import numpy as np

from tanheng.comparison.differences import Difference, Effect, Key, Totals
from tanheng.policy.entities import Entity
from tanheng.policy.rulebook import Rulebook
from tanheng.text import Text
from tanheng.warehouse.city import City

UNKNOWN = Text("not known", "未知")
_SIZES = (
    (1000, Text("1,000 people and more", "1000人及以上")),
    (100, Text("100 to 999 people", "100至999人")),
    (10, Text("10 to 99 people", "10至99人")),
    (0, Text("under 10 people", "10人以下")),
)
_SECTOR_NAMES = ("sectors.name_en", "sectors.name_zh")


@dataclass(frozen=True)
class Grouping:
    """How rows fall into groups: ``of`` holds the group of each row, ``names`` every group in order."""

    id: str
    title: Text
    names: Mapping[str, Text]
    of: Sequence[str]


@dataclass(frozen=True)
class Group:
    """A group of rows: how many have which effect, and their totals."""

    id: str
    name: Text
    rows: int
    counts: Mapping[Effect, int]
    totals: Totals


class Places:
    """What rows are about: their names and their groups. ``years`` are those whose rows are compared."""

    def __init__(self, city: City, rulebook: Rulebook, on: date, years: Sequence[int]) -> None:
        self._city = city
        self._rulebook = rulebook
        self._on = on
        self._years = sorted(set(years))
        self._found: dict[tuple[Entity, str, tuple[str, ...]], Mapping[Key, object]] = {}
        self._districts: Mapping[str, Text] | None = None

    def name(self, entity: Entity, key: Key, matched_by: Sequence[str]) -> Text:
        """The name of a row; its key where it has none."""
        shown = " · ".join(str(part) for name, part in zip(matched_by, key, strict=True) if name != entity.period)
        sector = dict(zip(matched_by, key, strict=True)).get("broad_sector")
        if sector in BROAD_SECTOR_NAMES:
            return BROAD_SECTOR_NAMES[str(sector)]
        named = self._values(entity, "name", matched_by).get(key)
        chinese = self._values(entity, "name_zh", matched_by).get(key)
        return Text(str(named or shown), str(chinese or named or shown))

    def groupings(self, entity: Entity, keys: Sequence[Key], matched_by: Sequence[str]) -> tuple[Grouping, ...]:
        """District, sector and size, as far as the entity has them and they put several rows together."""
        found = []
        for id, title, column in (
            ("district", Text("district", "区"), "district_id"),
            ("sector", Text("sector", "行业"), "sector"),
            ("size", Text("size", "规模"), "employees"),
        ):
            if set(matched_by) <= {column, entity.period}:
                continue  # each row is a group of its own
            values = self._values(entity, column, matched_by)
            if not values:
                continue
            given = [values.get(key) for key in keys]
            groups = [_size(value) if id == "size" else "" if value is None else str(value) for value in given]
            found.append(Grouping(id, title, self._names(id, set(groups)), groups))
        return tuple(found)

    def _names(self, id: str, groups: set[str]) -> Mapping[str, Text]:
        if id == "size":
            return {str(least): name for least, name in _SIZES if str(least) in groups} | _unknown(groups)
        if id == "district":
            names = {group: self._district(group) for group in groups}
        else:
            names = {group: self._sector(group) for group in groups}
        return {group: names[group] for group in sorted(groups - {""})} | _unknown(groups)

    def _district(self, id: str) -> Text:
        if self._districts is None:
            known = [
                name for name in ("name", "name_zh") if name in {each.name for each in self._city.tables["districts"]}
            ]
            rows = self._city.frame("districts").select("district_id", *known).collect("pyarrow")
            self._districts = {
                row["district_id"]: Text(
                    row.get("name") or row["district_id"], row.get("name_zh") or row["district_id"]
                )
                for row in rows.iter_rows(named=True)
            }
        return self._districts.get(id, Text(id, id))

    def _sector(self, code: str) -> Text:
        said = []
        for name in _SECTOR_NAMES:
            parameter = self._rulebook.parameters.get(name)
            cell = None if parameter is None else parameter.at(self._on, code)
            said.append(code if cell is None or cell.value is None else f"{code} {cell.value}")
        return Text(said[0], said[1])

    def _values(self, entity: Entity, column: str, matched_by: Sequence[str]) -> Mapping[Key, object]:
        """A column of the table of the entity, or of the nearest one that it belongs to, by row."""
        place = (entity, column, tuple(matched_by))
        if place not in self._found:
            self._found[place] = self._read(entity, column, matched_by)
        return self._found[place]

    def _read(self, entity: Entity, column: str, matched_by: Sequence[str]) -> Mapping[Key, object]:
        own = {each.name for each in entity.table}
        frame = self._city.frame(entity.table.name)
        if entity.period in own:
            frame = frame.filter(nw.col(entity.period or "").is_in(self._years))
        if column in own:
            rows = frame.select(*matched_by, __value=nw.col(column)).collect("pyarrow")
            return {tuple(row[name] for name in matched_by): row["__value"] for row in rows.iter_rows(named=True)}
        for link in entity.parents.values():
            if link.parent is entity or not set(link.by.values()) <= own:
                continue
            above = self._read(link.parent, column, tuple(link.by))
            if above:
                rows = frame.select(*dict.fromkeys([*matched_by, *link.by.values()])).collect("pyarrow")
                return {
                    tuple(row[name] for name in matched_by): above.get(tuple(row[name] for name in link.by.values()))
                    for row in rows.iter_rows(named=True)
                }
        return {}


BROAD_SECTOR_NAMES = {
    "primary": Text("primary sector", "第一产业"),
    "secondary": Text("secondary sector", "第二产业"),
    "tertiary": Text("tertiary sector", "第三产业"),
}


def by_group(difference: Difference, grouping: Grouping) -> tuple[Group, ...]:
    """The groups in their order, those without rows left out."""
    of = np.array(grouping.of, dtype=object)
    found = []
    for id, name in grouping.names.items():
        rows = of == id
        effects = {
            effect: count for effect in difference.counts if (count := int((rows & difference.where(effect)).sum()))
        }
        found.append(Group(id, name, int(rows.sum()), effects, difference.totals(rows)))
    return tuple(found)


def _size(employees: object) -> str:
    if not isinstance(employees, int):
        return ""
    return next(str(least) for least, _ in _SIZES if employees >= least)


def _unknown(groups: set[str]) -> dict[str, Text]:
    return {"": UNKNOWN} if "" in groups else {}
