"""Entities and links: what rules are about, and how one belongs to another.

An entity is a city table seen as things with a key. A link says once which row belongs to which:

    FACILITY_YEAR = Entity("facility_year", ANNUAL_REPORTS, title=..., period="year")
    FUEL_USE = Entity("fuel_use", tables.FUEL_USE, title=..., period="year")
    belongs_to(FUEL_USE, FACILITY_YEAR, by={"facility_id": "facility_id", "year": "year"},
               parent="facility_year", children="fuel_uses")

A rule of ``FUEL_USE`` may then take an argument ``facility_year`` and look things up in it, and a
rule of ``FACILITY_YEAR`` may take ``fuel_uses`` and sum over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tanheng.text import Text
from tanheng.warehouse.schema import Column, Table


@dataclass(frozen=True, eq=False)
class Link:
    """``child`` rows belong to the ``parent`` row whose key columns equal the child's columns.

    ``by`` maps each key column of the parent to the column or rule of the child that holds it. ``parent_title`` is
    what the parent is to the child, for formulas: the district, the year before.
    """

    child: Entity
    parent: Entity
    by: Mapping[str, str]
    parent_name: str
    children_name: str
    parent_title: Text


@dataclass(eq=False)
class Entity:
    """A city table as things with a key.

    ``period`` names the integer column or rule that holds the calendar year of a row: parameters
    are then taken as in force on the last day of that year. Without it they are taken as in force
    on the date of the run. ``year_of`` names a date column from which the engine makes a column ``year``.
    """

    name: str
    table: Table
    title: Text
    period: str | None = None
    year_of: str | None = None
    parents: dict[str, Link] = field(default_factory=dict, init=False)
    children: dict[str, Link] = field(default_factory=dict, init=False)

    @property
    def key(self) -> tuple[str, ...]:
        return self.table.key

    def column(self, name: str) -> Column | None:
        """The column of that name; ``year`` too where ``year_of`` makes it, and ``held``.

        ``held`` is the text that names the open questions of a row, null when nothing of it is held.
        """
        if name == "held":
            return Column("held", "text", Text("open questions of the row", "本行待答复的疑问"), required=False)
        if name == "year" and self.year_of is not None:
            return Column("year", "integer", Text("calendar year", "年份"))
        try:
            return self.table[name]
        except KeyError:
            return None

    def may_be_held(self, name: str) -> bool:
        """Whether an open question can take the value out of that column."""
        return any(name in self.table.held_by(trap) for trap in self.table.traps)

    def __repr__(self) -> str:
        return f"Entity({self.name})"


def belongs_to(
    child: Entity,
    parent: Entity,
    *,
    by: Mapping[str, str],
    parent_name: str,
    children_name: str,
    parent_title: Text | None = None,
) -> Link:
    """Declare a link. Without a ``parent_title`` the parent goes by the title of its entity.

    Raises
    ------
    ValueError
        When ``by`` does not name every key column of the parent, or a link name is taken.
    """
    if set(by) != set(parent.key):
        raise ValueError(
            f"link {child.name} -> {parent.name}: by must name {', '.join(parent.key)}, not {', '.join(by)}"
        )
    for entity, name in ((child, parent_name), (parent, children_name)):
        if name in entity.parents or name in entity.children or entity.column(name) is not None:
            raise ValueError(f"{entity.name} has something called {name} already")
    link = Link(child, parent, dict(by), parent_name, children_name, parent_title or parent.title)
    child.parents[parent_name] = link
    parent.children[children_name] = link
    return link
