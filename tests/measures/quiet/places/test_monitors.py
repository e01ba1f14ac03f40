"""Monitors: where they stand, and what is told where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from tanheng.measures.quiet.facades import level_ground
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.places.monitors import monitor_places
from tanheng.measures.quiet.places.rows import shapes_of, table_of
from tanheng.measures.quiet.places.tabular import read_monitors
from tanheng.problems import InputRejected


def test_monitors_stand_in_the_metres_of_the_quarter(tmp_path: Path) -> None:
    file = tmp_path / "sensors.csv"
    file.write_text("sensor,lat,lon,height_m\nm1,22.55,114.05,4\nm1,22.55,114.05,4\nm2,22.55,114.06,3\n")
    monitors = read_monitors(file, crs="EPSG:4547")
    assert monitors["id"].to_pylist() == ["m1", "m2"]
    first, second = shapes_of(monitors)
    # The central meridian is 114° E at 500 km; 0.01° of longitude at 22.55° N are 1,029 m.
    assert first.x == pytest.approx(505_145.0, abs=5.0)
    assert first.distance(second) == pytest.approx(1_029.0, abs=1.0)


def test_monitors_that_cannot_stand_there_are_told(tmp_path: Path) -> None:
    file = tmp_path / "sensors.csv"
    file.write_text("sensor,lat,lon,height_m\na,22.55,114.05,4\na,22.56,114.05,4\nb,north,114.05,4\nc,22.55,8.5,4\n")
    with pytest.raises(InputRejected) as refused:
        read_monitors(file, crs="EPSG:4547")
    assert [(p.code, p.line, p.column) for p in refused.value.problems] == [
        ("noise.E046", None, None),
        ("noise.E058", 3, None),
        ("noise.E058", 4, "lat"),
    ]
    quarter = make_quarter(1, 0.25)
    pavilion = quarter["buildings"]["use"].to_pylist().index("other")
    inside = shapes_of(quarter["buildings"])[pavilion].representative_point()
    wrong = table_of("monitors", [inside, shapely.Point(0.0, 0.0)], {"id": ["in", "nil"], "height_m": [1.0, None]})
    with pytest.raises(InputRejected) as unplaced:
        monitor_places(quarter.with_tables(monitors=wrong), level_ground)
    assert sorted(problem.code for problem in unplaced.value.problems) == ["noise.E052", "noise.E053"]
