"""What monitors measured, beside what a study calculates at their places; and what a calibration by them would do.

The level of a monitor is the energy mean of its days (or nights) that count, of the year before its last reading. What
is calculated is worked out at the monitor's own place and height, over all paths, as at a façade but with every wall.
Residuals are measured less calculated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from django.db.models import Max, Q, QuerySet
from pyproj import Transformer

from tanheng.communities.models import Hour, Monitor
from tanheng.communities.monitor_days import spoken
from tanheng.communities.sight.shelf import Law, opened
from tanheng.measures.quiet.assessment.calibration import Calibration, Errors, Measured, calibrate, groups_by_class
from tanheng.measures.quiet.assessment.monitoring import Spell, long_term
from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Terms
from tanheng.measures.quiet.calculation import terrain_of
from tanheng.measures.quiet.layers import extent_of
from tanheng.measures.quiet.places.monitors import monitor_places, transfer_to_monitors
from tanheng.measures.quiet.quarter import TABLES, Quarter
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.levels import all_levels
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.problems import InputRejected
from tanheng.text import Language, Text
from tanheng.web import saying

PERIOD = {"Ld": DAY, "Ln": NIGHT}
YEAR = timedelta(days=365)
LANGUAGES: tuple[Language, ...] = ("en", "zh")
STATIONS_MOST = 40
LEAST_MONITORS = 2

NOT_READ = Text("no day or night of it counts yet", "尚无有效的昼间或夜间数据")
SILENT = Text("the study has no source that is heard there", "该计算中没有可到达此处的声源")
INSIDE = Text("stands inside of a building of the study", "该点位于本计算的建筑物内")
FEW = Text(
    "A calibration needs at least two monitors with days or nights that count: one left out is told by the others.",
    "校准至少需要两个具有有效数据的监测点：须以其余监测点推算被留出的一个。",
)
NO = Text(
    "No: a monitor that is left out is told worse after the calibration than before. The study stays as it is.",
    "不宜校准：留一验证误差大于校准前误差，计算结果保持不变。",
)
YES = Text(
    "It would help: a monitor that is left out is told better after the calibration than before.",
    "校准有效：留一验证误差小于校准前误差。",
)


@dataclass(frozen=True)
class Station:
    """A monitor as far as it is compared; the same one answers the same."""

    pk: int
    name: str
    organisation: str
    lon: float
    lat: float
    height_m: float
    in_force_from: date | None
    in_force_until: date | None
    read_at: datetime | None

    @classmethod
    def of(cls, monitor: Monitor) -> Station:
        """From its record."""
        names = ("pk", "lon", "lat", "height_m", "in_force_from", "in_force_until", "read_at")
        return cls(
            name=monitor.called,
            organisation=monitor.organisation.name,
            **{name: getattr(monitor, name) for name in names},
        )


@dataclass(frozen=True)
class Beside:
    """One monitor: its levels, dB(A), by indicator; the hours and the days (or nights) that they stand on."""

    station: Station
    measured: Mapping[str, float | None]
    calculated: Mapping[str, float | None]
    hours: Mapping[str, int]
    spells: Mapping[str, int]
    first: date | None
    last: date | None
    why: Text | None

    def difference(self, indicator: str) -> float | None:
        """Measured less calculated; None without one of them."""
        measured, calculated = self.measured[indicator], self.calculated[indicator]
        return None if measured is None or calculated is None else measured - calculated


@dataclass(frozen=True)
class Compared:
    """All monitors of a study, the error over them by indicator, and a calibration or why there is none."""

    rows: tuple[Beside, ...] = ()
    errors: Mapping[str, Errors | None] = field(default_factory=lambda: dict.fromkeys(PERIOD))
    calibration: Calibration | None = None
    said: Text | None = None
    left_out: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the API and files."""
        return {
            "monitors": [_told(row) for row in self.rows],
            "errors": {name: None if errors is None else vars(errors) for name, errors in self.errors.items()},
            "calibration": None if self.calibration is None else self.calibration.as_json(),
            "said": None if self.said is None else {"en": self.said.en, "zh": self.said.zh},
            "left_out": self.left_out,
        }


def compared(folder: Path, law: Law, monitors: QuerySet[Monitor]) -> Compared:
    """The study of a folder against those of ``monitors`` that stand in it; three statements at most."""
    study = opened(folder)
    try:
        west, south, east, north = extent_of(study)
    except ValueError:  # a quarter in which nothing stands has no place for a monitor
        return Compared()
    to_degrees = Transformer.from_crs(study.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform([west, east, east, west], [south, south, north, north])
    near = monitors.filter(lon__range=(min(lon), max(lon)), lat__range=(min(lat), max(lat))).order_by("pk")
    frame, places = shapely.box(west, south, east, north), _Places(study.crs)
    found = [each for each in map(Station.of, near) if frame.covers(places.of(each))]
    if not found:
        return Compared()
    return _compared(folder, law, tuple(found[:STATIONS_MOST]), max(0, len(found) - STATIONS_MOST))


class _Places:
    def __init__(self, crs: str) -> None:
        self._to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)

    def of(self, station: Station) -> Any:
        return shapely.Point(self._to_metres.transform(station.lon, station.lat))


@lru_cache(maxsize=8)
def _compared(folder: Path, law: Law, stations: tuple[Station, ...], left_out: int) -> Compared:
    study, terms = opened(folder), law.terms()
    measured = _measured(stations, terms)
    transfer, faults = _transfer(study, stations)
    levels = all_levels(transfer, study.emission)
    rows = []
    place = 0
    heard: dict[int, int] = {}
    for station in stations:
        calculated: dict[str, float | None] = dict.fromkeys(PERIOD)
        why = faults.get(station.pk)
        if why is None:
            values = {name: float(levels[name][place]) for name in PERIOD}
            calculated = {name: value if np.isfinite(value) else None for name, value in values.items()}
            heard[station.pk] = place
            place += 1
            if all(value is None for value in calculated.values()):
                why = SILENT
        of_station = measured[station.pk]
        mean = {name: long_term(of_station, str(station.pk), period) for name, period in PERIOD.items()}
        counted = {
            name: [each for each in of_station if each.period == period and each.level is not None]
            for name, period in PERIOD.items()
        }
        days = [each.date for of in counted.values() for each in of]
        rows.append(
            Beside(
                station=station,
                measured=mean,
                calculated=calculated,
                hours={name: sum(each.hours for each in of) for name, of in counted.items()},
                spells={name: len(of) for name, of in counted.items()},
                first=min(days, default=None),
                last=max(days, default=None),
                why=why or (None if days else NOT_READ),
            )
        )
    errors = {name: _errors([row.difference(name) for row in rows]) for name in PERIOD}
    found, said = _calibration(study, transfer, rows, heard, terms)
    return Compared(tuple(rows), errors, found, said, left_out)


def _errors(differences: list[float | None]) -> Errors | None:
    known = np.array([each for each in differences if each is not None], dtype=np.float64)
    return Errors.of(known) if len(known) else None


def _measured(stations: tuple[Station, ...], terms: Terms) -> dict[int, tuple[Spell, ...]]:
    """The days and nights of each, of the year before its last reading."""
    keys = [each.pk for each in stations]
    since = Q(pk__in=())
    for row in Hour.objects.filter(monitor__in=keys).values("monitor").annotate(last=Max("date")):
        since |= Q(monitor=row["monitor"], date__gt=row["last"] - YEAR)
    return {**dict.fromkeys(keys, ()), **spoken(since, terms)}


def _transfer(study: Study, stations: tuple[Station, ...]) -> tuple[Transfer, dict[int, Text]]:
    """What sources do at those that can be reckoned with, in their order; and why the others cannot."""
    ground, places = terrain_of(study.quarter), _Places(study.crs)
    faults: dict[int, Text] = {}
    rows: list[dict[str, Any]] = []
    for each in stations:
        shape = shapely.to_wkb(places.of(each))
        row = {"id": each.name, "geometry": shape, "name": each.name, "height_m": each.height_m}
        try:
            monitor_places(_with_monitors(study.quarter, [row]), ground)
        except InputRejected:
            # It has a height, so it stands inside of a building: the only other fault there is.
            faults[each.pk] = INSIDE
        else:
            rows.append(row)
    ids, kinds, features, statuses = (
        tuple(study.columns[name].to_pylist()) for name in ("id", "kind", "feature", "status")
    )
    emission = Emission(ids, kinds, features, statuses, study.emission)
    return transfer_to_monitors(_with_monitors(study.quarter, rows), emission, study.settings), faults


def _with_monitors(quarter: Quarter, rows: list[dict[str, Any]]) -> Quarter:
    return quarter.with_tables(monitors=pa.Table.from_pylist(rows, schema=TABLES["monitors"]))


def _calibration(
    study: Study, transfer: Transfer, rows: list[Beside], heard: Mapping[int, int], terms: Terms
) -> tuple[Calibration | None, Text | None]:
    """By all levels that stand beside a calculated one; None and why where it says nothing."""
    hours = {"Ld": terms.day, "Ln": terms.night}
    told = [
        (heard[row.station.pk], Measured(str(row.station.pk), level, hours[name]))
        for row in rows
        for name in PERIOD
        if (level := row.measured[name]) is not None and row.calculated[name] is not None
    ]
    if len({each.monitor for _, each in told}) < LEAST_MONITORS:
        return None, FEW
    kinds, features = (study.columns[name].to_pylist() for name in ("kind", "feature"))
    groups = groups_by_class(study.quarter, kinds, features)
    own = transfer.rows(np.array([place for place, _ in told], dtype=np.int64))
    try:
        found = calibrate(own, study.emission, [each for _, each in told], groups, terms)
    except InputRejected as rejected:
        said = ["; ".join(saying.told(each, tongue) for each in rejected.problems) for tongue in LANGUAGES]
        return None, Text(*said)
    return found, YES if found.helps else NO


def _told(row: Beside) -> dict[str, Any]:
    station = row.station
    found: dict[str, Any] = {
        "monitor": station.pk,
        "name": station.name,
        "organisation": station.organisation,
        "lon": station.lon,
        "lat": station.lat,
        "height_m": station.height_m,
    }
    for name in PERIOD:
        found |= {
            f"{name}_measured": row.measured[name],
            f"{name}_calculated": row.calculated[name],
            f"{name}_difference": row.difference(name),
            f"{name}_hours": row.hours[name],
        }
    return {**found, "first": row.first, "last": row.last, "why": None if row.why is None else row.why.en}
