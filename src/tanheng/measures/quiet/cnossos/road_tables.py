"""The law's coefficients of road emission: tables F-1 to F-4 of Directive (EU) 2015/996, and as amended in 2021."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, Array

VehicleClass = Literal["1", "2", "3", "4a", "4b"]
CoefficientSet = Literal["set_2015", "set_2020"]
VEHICLE_CLASSES: tuple[VehicleClass, ...] = get_args(VehicleClass)
CLASS_COUNT = len(VEHICLE_CLASSES)


@dataclass(frozen=True)
class Coefficients:
    """A and B of rolling and propulsion, those of studs, and both junction corrections, classes x bands or classes."""

    rolling: Array
    rolling_by_speed: Array
    propulsion: Array
    propulsion_by_speed: Array
    studs: Array
    studs_by_speed: Array
    crossing: Array  # classes x (rolling, propulsion)
    roundabout: Array


@dataclass(frozen=True)
class SurfaceTable:
    """Surfaces by name, the reference surface first and nameless. ``alpha``: surfaces x classes x bands."""

    names: tuple[str | None, ...]
    alpha: Array
    beta: Array
    least_speed: Array
    most_speed: Array


@cache
def _stored() -> dict[str, Any]:
    stored = files("tanheng.measures.quiet.cnossos").joinpath("road_emission.json").read_text(encoding="utf-8")
    tables: dict[str, Any] = json.loads(stored)
    return tables


def surfaces(coefficients: CoefficientSet = "set_2020") -> tuple[str, ...]:
    """Names of the road surfaces of table F-4, and the French class R2."""
    return tuple(_stored()["road_surfaces"][coefficients])


def surface_titles() -> dict[str, str]:
    """Name of a surface to what the law calls it."""
    return {name: row["title"] for name, row in _stored()["road_surfaces"]["set_2020"].items()}


@cache
def coefficients_of(chosen: CoefficientSet) -> Coefficients:
    """Tables F-1 to F-3 as arrays."""
    rows = [_stored()["coefficients"][chosen][vehicle] for vehicle in VEHICLE_CLASSES]
    silence = [0.0] * BAND_COUNT

    def of(name: str) -> Array:
        return np.array([row.get(name, silence) for row in rows], dtype=np.float64)

    def near(kind: str) -> Array:
        return np.array([[row[kind]["cr"], row[kind]["cp"]] for row in rows], dtype=np.float64)

    return Coefficients(of("ar"), of("br"), of("ap"), of("bp"), of("a"), of("b"), near("crossing"), near("roundabout"))


@cache
def surface_table(chosen: CoefficientSet) -> SurfaceTable:
    """Table F-4 as arrays."""
    rows = _stored()["road_surfaces"][chosen]
    by_vehicle = [[row["by_vehicle"][vehicle] for vehicle in VEHICLE_CLASSES] for row in rows.values()]
    alpha = np.zeros((1 + len(rows), CLASS_COUNT, BAND_COUNT))
    beta = np.zeros((1 + len(rows), CLASS_COUNT))
    alpha[1:] = [[cell["alpha"] for cell in row] for row in by_vehicle]
    beta[1:] = [[cell["beta"] for cell in row] for row in by_vehicle]
    return SurfaceTable(
        (None, *rows),
        alpha,
        beta,
        np.array([0.0, *(row["vmin"] for row in rows.values())]),
        np.array([np.inf, *(row["vmax"] for row in rows.values())]),
    )


def surface_rows(names: tuple[str | None, ...], chosen: CoefficientSet) -> list[int]:
    """The place of each surface in the table. Raises ``ValueError`` for one that is not there."""
    place = {name: row for row, name in enumerate(surface_table(chosen).names)}
    strange = sorted({name for name in names if name not in place and name is not None})
    if strange:
        known = ", ".join(surfaces(chosen))
        raise ValueError(f"road surface {', '.join(strange)} is not in the table; known are {known}")
    return [place[name] for name in names]
