"""What is taken for known where maps are silent. Each assumption is stated by the caller and told in the notes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
import shapely

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.places.rows import shapes_of
from tanheng.measures.quiet.quarter import NUMBER, TEXT, Quarter
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

GIVEN, FLOORS, ASSUMED = "given", "floors", "assumed"


@dataclass(frozen=True)
class Assumptions:
    """``storey_m``: height of a storey, by which a number of floors becomes a height. ``floors``: of buildings of which
    neither height nor floors are known; None leaves their height null. ``m2_per_person``: of the floors of dwellings,
    for buildings whose people nobody counted; None leaves them null. ``barrier_m``: height of barriers without one.
    ``layer_m``: height of a bridge for each layer of OpenStreetMap; None lets bridges lie on the ground.
    """

    storey_m: float = 3.0
    floors: float | None = None
    m2_per_person: float | None = None
    barrier_m: float | None = None
    layer_m: float | None = None


def assume(quarter: Quarter, said: Assumptions) -> tuple[Quarter, tuple[Text, ...]]:
    """The quarter with what is assumed filled in, and a note on each assumption with the number of its features.

    Raises ``InputRejected`` (``noise.E067``) for an assumption that is not above 0.
    """
    wrong = [
        Problem("noise.E067", quarter.name, None, name, f"{value:g}", "cannot be assumed", "more than 0")
        for name, value in asdict(said).items()
        if value is not None and not value > 0.0
    ]
    if wrong:
        raise InputRejected(wrong)
    notes: list[Text] = []
    changed: dict[str, pa.Table] = {}
    if quarter["buildings"].num_rows:
        changed["buildings"] = _buildings(quarter["buildings"], said, notes)
    if quarter["barriers"].num_rows:
        changed["barriers"] = _barriers(quarter["barriers"], said, notes)
    if quarter["roads"].num_rows:
        changed["roads"] = _roads(quarter["roads"], notes)
    return quarter.with_tables(**changed), tuple(notes)


def _numbers(table: pa.Table, column: str) -> Array:
    return np.array(table[column].cast(NUMBER).to_numpy(zero_copy_only=False), dtype=np.float64)


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(column), table.schema.field(column), values)


def _buildings(table: pa.Table, said: Assumptions, notes: list[Text]) -> pa.Table:
    height, floors = _numbers(table, "height_m"), _numbers(table, "floors")
    persons = _numbers(table, "persons")
    by_source = table["height_source"].to_pylist()
    known = [None if np.isnan(one) else (said_by or GIVEN) for one, said_by in zip(height, by_source, strict=True)]
    source = np.array(known, dtype=object)
    from_floors = np.isnan(height) & (floors > 0)
    height[from_floors] = floors[from_floors] * said.storey_m
    source[from_floors] = FLOORS
    if from_floors.any():
        notes.append(
            Text(
                f"{from_floors.sum()} buildings of {len(height)} are as high as their floors × {said.storey_m:g} m",
                f"{len(height)}栋建筑中有{from_floors.sum()}栋的高度按层数×{said.storey_m:g}米推算",
            )
        )
    unknown = np.isnan(height)
    if unknown.any() and said.floors is not None:
        height[unknown] = said.floors * said.storey_m
        source[unknown] = ASSUMED
        notes.append(
            Text(
                f"{unknown.sum()} buildings of {len(height)}, whose height nobody told, are assumed to have "
                f"{said.floors:g} floors of {said.storey_m:g} m",
                f"{len(height)}栋建筑中有{unknown.sum()}栋高度未知，假定为{said.floors:g}层、每层{said.storey_m:g}米",
            )
        )
    elif unknown.any():
        notes.append(
            Text(
                f"the height of {unknown.sum()} buildings of {len(height)} is unknown",
                f"{len(height)}栋建筑中有{unknown.sum()}栋高度未知",
            )
        )
    table = _with(table, "height_m", pa.array(height, NUMBER, from_pandas=True))
    table = _with(table, "height_source", pa.array(source.tolist(), TEXT))
    if said.m2_per_person is None:
        return table
    dwelling = np.array([use == "dwelling" for use in table["use"].to_pylist()])
    spread = np.isnan(persons) & dwelling & ~np.isnan(height)
    levels = np.where(np.isnan(floors), np.maximum(1.0, np.floor(height / said.storey_m)), floors)
    area = shapely.area(shapes_of(table))
    persons[spread] = (area * levels / said.m2_per_person)[spread]
    notes.append(
        Text(
            f"persons of {spread.sum()} dwellings are assumed: one for each {said.m2_per_person:g} m² of floor",
            f"{spread.sum()}栋住宅的人数为假定值：每{said.m2_per_person:g}平方米楼面一人",
        )
    )
    return _with(table, "persons", pa.array(persons, NUMBER, from_pandas=True))


def _barriers(table: pa.Table, said: Assumptions, notes: list[Text]) -> pa.Table:
    height = _numbers(table, "height_m")
    unknown = np.isnan(height)
    if not unknown.any() or said.barrier_m is None:
        return table
    notes.append(
        Text(
            f"{unknown.sum()} barriers, whose height nobody told, are assumed to be {said.barrier_m:g} m high",
            f"{unknown.sum()}道声屏障高度未知，假定为{said.barrier_m:g}米",
        )
    )
    return _with(table, "height_m", pa.array(np.where(unknown, said.barrier_m, height), NUMBER))


def _roads(table: pa.Table, notes: list[Text]) -> pa.Table:
    """Roads of which nobody says otherwise lie on the ground and under the sky."""
    height = _numbers(table, "height_m")
    unknown = np.isnan(height)
    if not unknown.any():
        return table
    notes.append(
        Text(
            f"{unknown.sum()} roads of {len(height)} without a height lie on the ground",
            f"{len(height)}条道路中有{unknown.sum()}条未给出高度，按地面道路计",
        )
    )
    return _with(table, "height_m", pa.array(np.where(unknown, 0.0, height), NUMBER))
