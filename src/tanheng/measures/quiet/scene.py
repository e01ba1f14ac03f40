"""What stands in a scene, in one metric coordinate system. z is altitude, never height above ground."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from tanheng.measures.quiet.bands import Array

Point2: TypeAlias = tuple[float, float]
Point3: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class Source:
    """A point source: sound power by band, dB re 1 pW. Without a ground factor of its own it has that of the ground."""

    id: str
    at: Point3
    power_db: Array
    ground_factor: float | None = None
    crs: str | None = None


@dataclass(frozen=True)
class Road:
    """A line source along which every metre has the same sound power by band, dB re 1 pW/m; z is the source's."""

    id: str
    line: tuple[Point3, ...]
    power_db_per_m: Array
    ground_factor: float | None = 0.0
    crs: str | None = None


@dataclass(frozen=True)
class Receiver:
    """Where the level is asked for."""

    id: str
    at: Point3
    crs: str | None = None


@dataclass(frozen=True)
class GroundArea:
    """A part of the ground with its factor G, 0 hard to 1 soft. Of overlapping areas the first one counts."""

    id: str
    outline: tuple[Point2, ...]
    ground_factor: float
    crs: str | None = None


@dataclass(frozen=True)
class Building:
    """A footprint with vertical walls up to a flat roof. Walls without ``absorption`` give no reflected paths."""

    id: str
    footprint: tuple[Point2, ...]
    roof_z: float
    absorption: Array | None = None
    crs: str | None = None


@dataclass(frozen=True)
class Barrier:
    """A thin wall; between vertices its top is straight. Without ``absorption`` it gives no reflected paths."""

    id: str
    top: tuple[Point3, ...]
    absorption: Array | None = None
    crs: str | None = None


@dataclass(frozen=True)
class BreakLine:
    """A line on the terrain: a crest, a foot of a slope, a contour. With a single point, a spot height."""

    id: str
    line: tuple[Point3, ...]
    crs: str | None = None


@dataclass(frozen=True)
class Weather:
    """Air of the long-term mean, and the share of the time in which sound is bent down."""

    temperature_c: float = 10.0
    humidity_pct: float = 70.0
    favourable_share: float = 0.5


@dataclass(frozen=True)
class Scene:
    """Everything that a calculation knows. ``name`` is the file that problems are reported against.

    Without break lines the ground is level at altitude 0. ``ground_factor`` holds outside of all areas;
    ``reflection_order`` is the number of walls that a path may be reflected by, 0 for none.
    """

    sources: tuple[Source, ...] = ()
    roads: tuple[Road, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    ground_areas: tuple[GroundArea, ...] = ()
    buildings: tuple[Building, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    break_lines: tuple[BreakLine, ...] = ()
    ground_factor: float = 0.0
    reflection_order: int = 1
    weather: Weather = field(default_factory=Weather)
    name: str = "scene"
