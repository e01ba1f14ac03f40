"""The one shape in which a measure answers.

The run, the report, the page and the API know nothing else of a measure: a new measure appears in
all of them by existing. An assessment is plain data. It can be written to a run folder and read
back without loss (``tanheng.runs``), and nothing in it is rendered yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from tanheng.text import Language, Text

State = Literal["good", "watch", "bad", "neutral", "undetermined"]
Trust = Literal["official", "reported", "recalled", "example"]


@dataclass(frozen=True)
class Indicator:
    """One figure. ``value`` None means undetermined, and then ``why`` says what is missing.

    ``explain`` is the subject and the rule that ``tanheng explain`` takes, e.g.
    ``"city_year:440300,2024 carbon_intensity"``; None for a figure of a model that is not a rule.
    ``low`` and ``high`` bound an uncertain value (95 %).
    """

    id: str
    title: Text
    value: float | None
    unit: str
    state: State = "neutral"
    target: float | None = None
    low: float | None = None
    high: float | None = None
    trust: Trust | None = None
    why: Text | None = None
    explain: str | None = None
    digits: int = 2
    headline: bool = False


@dataclass(frozen=True)
class TableColumn:
    """How a column of a table is shown: title, unit and digits after the point."""

    name: str
    title: Text
    unit: str = ""
    digits: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows for people. ``data`` is sorted as it is shown; the report may cut it at ``show`` rows.

    ``explain`` is what ``tanheng explain`` takes for a row, with names of columns in braces, e.g.
    ``"facility_year:{facility_id},2024 place_emissions_tco2e"``.
    """

    id: str
    title: Text
    columns: tuple[TableColumn, ...]
    data: pa.Table
    note: Text | None = None
    show: int = 50
    explain: str | None = None


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite chart: ``specs`` by language, whose data is ``{"name": "data"}``, filled from ``data``.

    ``describes`` says in words what the chart shows; it is its text for who cannot see it.
    """

    id: str
    title: Text
    specs: Mapping[Language, Mapping[str, Any]]
    data: pa.Table
    describes: Text
    note: Text | None = None


@dataclass(frozen=True)
class MapLayer:
    """Something on the map of the city.

    ``kind`` "areas" joins ``data`` (columns ``id``, ``value``, optional ``label``) to the features of
    the city file ``geometry`` by their property ``id_property``; "points" has columns ``lon``, ``lat``
    (WGS-84, degrees), ``value``, ``label``, optional ``id``, and needs no geometry. ``explain`` is what ``tanheng
    explain`` takes for a row, with names of columns in braces, as in a table.
    """

    id: str
    title: Text
    kind: Literal["areas", "points"]
    data: pa.Table
    unit: str
    geometry: str | None = None
    id_property: str = "id"
    note: Text | None = None
    explain: str | None = None


@dataclass(frozen=True)
class Question:
    """Something that only somebody else can answer. ``to`` is a subject such as ``facility:F00012``."""

    id: str
    to: str
    asks: Text
    about: str = ""  # table and row, or rule
    weight: float | None = None  # how much hangs on it, in the unit of the measure's headline
    unit: str = ""


@dataclass(frozen=True)
class Decision:
    """A proposal. It becomes a record only when someone with the right publishes it."""

    id: str
    subject: str
    proposes: Text
    because: Text
    rule: str  # entity.rule that says so


@dataclass(frozen=True)
class Section:
    """A part of the report in reading order; ``shows`` names indicators, tables, charts and maps by id."""

    title: Text
    text: tuple[Text, ...] = ()
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """What a measure says about a city.

    ``headline`` is the answer in one to three sentences. ``sections`` give the reading order:
    first what stands, then how we know; ``to_do`` says what to do, most weighty first.
    """

    measure: str
    title: Text
    headline: tuple[Text, ...]
    sections: tuple[Section, ...]
    to_do: tuple[Text, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    maps: tuple[MapLayer, ...] = ()
    questions: tuple[Question, ...] = ()
    decisions: tuple[Decision, ...] = ()
    methods: tuple[Text, ...] = ()
    demonstration: bool = False  # rests on made-up rows
    trust: Trust | None = None

    def __post_init__(self) -> None:
        shown: tuple[Indicator | Table | Chart | MapLayer, ...]
        shown = (*self.indicators, *self.tables, *self.charts, *self.maps)
        known = [item.id for item in shown]
        twice = sorted({name for name in known if known.count(name) > 1})
        if twice:
            raise ValueError(f"assessment {self.measure}: ids used twice: {', '.join(twice)}")
        for section in self.sections:
            for name in section.shows:
                if name not in known:
                    raise ValueError(f"assessment {self.measure}: a section shows unknown {name}")
