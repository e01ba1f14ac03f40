"""A study in the API: levels before its façades, and what another traffic would do, from the stored matrix.

GET  /api/quiet/studies/{digest}/levels          levels at each receiver, page by page
GET  /api/quiet/studies/{digest}/monitors        measured beside calculated, and calibration
POST /api/quiet/studies/{digest}/what-if         another traffic: people by level before and after, and the levels
GET  /api/quiet/studies/{digest}/why/{receiver}  what each source brings to a receiver
"""

from __future__ import annotations

import time
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from tanheng.communities.access import NoStudy, access_monitors, access_study
from tanheng.communities.sight.asking import Asked, changed
from tanheng.communities.sight.charts import residents_by_class
from tanheng.communities.sight.door import law
from tanheng.communities.sight.hot import weighed_pair
from tanheng.communities.sight.legend import LEVELS
from tanheng.communities.sight.measured import compared
from tanheng.communities.sight.shelf import SPOTS_MOST, Pair, opened
from tanheng.communities.sight.why import reason
from tanheng.measures.quiet.layers import SHOWN
from tanheng.measures.quiet.study import Study
from tanheng.people.callers import anyone, caller
from tanheng.people.schemas import In

router = Router(tags=["quiet"], auth=anyone("quiet:read"))
Digest = Annotated[str, Path(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
Indicator = Literal["Ld", "Ln", "Lden"]
ROWS_MOST = 5000


class Rows(Schema):
    """Which receivers of a study."""

    first: int = Field(0, ge=0, description="Number of the first receiver, from 0")
    limit: int = Field(1000, ge=1, le=ROWS_MOST)


class NoiseLevelOut(Schema):
    """A receiver and its levels, dB(A); null where nothing is heard."""

    id: str
    building: str | None
    floor: int | None
    Ld: float | None
    Ln: float | None
    Lden: float | None


class NoiseLevelsOut(Schema):
    """Receivers of a study in their order."""

    total: int
    items: list[NoiseLevelOut]


class NoiseBesideOut(Schema):
    """A monitor: levels of the year before its last reading and of the study, dB(A); difference is measured less
    calculated; hours are those that count, in days and nights that count."""

    monitor: int
    name: str
    organisation: str
    lon: float
    lat: float
    height_m: float
    Ld_measured: float | None
    Ld_calculated: float | None
    Ld_difference: float | None
    Ld_hours: int
    Ln_measured: float | None
    Ln_calculated: float | None
    Ln_difference: float | None
    Ln_hours: int
    first: date | None
    last: date | None
    why: str | None = Field(description="Why a level is wanting")


class NoiseMeasuredOut(Schema):
    """All monitors of a study that one may read, with the error over them."""

    monitors: list[NoiseBesideOut]
    errors: dict[str, dict[str, float] | None] = Field(description="rmse, bias, largest by Ld and Ln; dB")
    calibration: dict[str, Any] | None = Field(description="Offsets by group; errors before, after and left out")
    said: dict[str, str] | None = Field(description="Whether a calibration would help")
    left_out: int = Field(description="Monitors beyond the first ones, not compared")


class NoiseChangeIn(In):
    """Another traffic on the same roads. What is left out stays as it is."""

    speed: float | None = Field(None, ge=5, le=200, description="Speed limit, km/h")
    flow: float | None = Field(None, ge=0, le=1000, description="Per cent of the traffic of the study")
    trucks_banned_at_night: bool = False
    surface: str | None = Field(None, max_length=20, description="A surface of table F-4 of Directive (EU) 2015/996")
    roads: list[str] = Field(default_factory=list, max_length=2000, description="Ids of roads; none means all")
    indicator: Indicator = "Ld"


class NoiseHotSpotOut(Schema):
    """A cluster of buildings by people times decibels over the limit, by day and by night together."""

    rank: int
    buildings: list[str]
    burden: float = Field(description="Person-decibels")
    burden_before: float = Field(description="Of the same buildings before the change")
    persons_day: float
    persons_night: float
    worst_db: float


class NoiseChangeOut(Schema):
    """What the change does. Levels are in the order of the receivers."""

    indicator: str
    bounds_db: list[float] = Field(description="Lower ends of all classes but the first")
    residents_before: list[float] = Field(description="By class, the quietest first")
    residents_after: list[float]
    levels: list[float | None] = Field(description="After the change, dB(A)")
    burden_before: float = Field(description="Person-decibels over the limits, of the whole study")
    burden_after: float
    hot_spots: list[NoiseHotSpotOut] = Field(description="Worked out from the levels after, the heaviest first")
    milliseconds: float = Field(description="How long the change took to work out")


class NoiseShareOut(Schema):
    """What a source brings to a receiver."""

    name: str
    kind: str
    feature: str
    status: str
    level: float | None = Field(description="Of this source alone, dB(A)")
    part: float = Field(description="Of the energy, 0 to 1")


class NoiseReasonOut(Schema):
    """A receiver with the sources of its level, the loudest first."""

    receiver: str
    levels: dict[str, float | None]
    sources: list[NoiseShareOut]


@router.get("/{digest}/levels", response=NoiseLevelsOut)
def levels(request: HttpRequest, digest: Digest, rows: Query[Rows]) -> dict[str, Any]:
    """Levels before the façades of a study."""
    study = _study(request, digest)
    of = slice(rows.first, rows.first + rows.limit)
    told = {name: _told(study.level(name)[of]) for name in SHOWN}
    known = study.receivers.select(["id", "building", "floor"]).slice(rows.first, rows.limit).to_pylist()
    items = [{**row, **{name: told[name][place] for name in SHOWN}} for place, row in enumerate(known)]
    return {"total": study.receivers.num_rows, "items": items}


@router.get("/{digest}/monitors", response=NoiseMeasuredOut)
def monitors(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    """What monitors in the study measured beside what it calculates, and what a calibration by them would do."""
    user = caller(request)
    return compared(access_study(user, digest).folder, law(), access_monitors(user)).as_json()


@router.post("/{digest}/what-if", response=NoiseChangeOut)
def what_if(request: HttpRequest, digest: Digest, given: NoiseChangeIn) -> dict[str, Any]:
    """What another traffic would do. Nothing is kept."""
    kept = access_study(caller(request), digest)
    study = opened(kept.folder)
    asked = Asked(
        given.indicator, given.speed, given.flow, given.trucks_banned_at_night, given.surface, tuple(given.roads)
    )
    began = time.perf_counter()
    after = changed(study, kept.folder, asked)
    took = 1000.0 * (time.perf_counter() - began)
    was, now = weighed_pair(Pair(kept.folder, study, after, asked), law())
    assert was is not None
    return {
        "indicator": given.indicator,
        "bounds_db": list(LEVELS.bounds),
        "residents_before": residents_by_class(study, given.indicator),
        "residents_after": residents_by_class(after, given.indicator),
        "levels": _told(after.level(given.indicator)),
        "burden_before": was.burden,
        "burden_after": now.burden,
        "hot_spots": [{**vars(spot), "burden_before": was.of(spot.buildings)} for spot in now.spots[:SPOTS_MOST]],
        "milliseconds": round(took, 1),
    }


@router.get("/{digest}/why/{receiver}", response=NoiseReasonOut)
def why(
    request: HttpRequest, digest: Digest, receiver: Annotated[int, Path(ge=0, le=2**31)], indicator: Indicator = "Ld"
) -> dict[str, Any]:
    """Which sources bring how much to a receiver, by its number from 0."""
    kept = access_study(caller(request), digest)
    try:
        found = reason(opened(kept.folder), receiver, indicator)
    except IndexError:
        raise NoStudy(f"{digest}, receiver {receiver}") from None
    return {
        "receiver": found.receiver,
        "levels": found.levels,
        "sources": [
            {
                "name": share.name,
                "kind": share.kind.en,
                "feature": share.feature,
                "status": share.status,
                "level": share.levels[indicator],
                "part": share.part,
            }
            for share in found.shares
        ],
    }


def _study(request: HttpRequest, digest: str) -> Study:
    return opened(access_study(caller(request), digest).folder)


def _told(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [round(value, 2) if np.isfinite(value) else None for value in values.tolist()]
