"""The made-up quarter: the same from the same seed, sound as a scene, dense as a quarter of Shenzhen is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.places.rows import shapes_of


def test_the_same_seed_gives_the_same_quarter_and_another_seed_another() -> None:
    first, again, other = make_quarter(3), make_quarter(3), make_quarter(4)
    assert all(first[name].equals(again[name]) for name in first.tables)
    assert not first["buildings"].equals(other["buildings"])


@pytest.mark.parametrize(("seed", "area_km2"), [(440300, 1.0), (1, 0.25), (2, 2.25)])
def test_nothing_stands_where_it_cannot(seed: int, area_km2: float) -> None:
    quarter = make_quarter(seed, area_km2)
    buildings = quarter["buildings"]
    footprints = shapes_of(buildings)
    tree = shapely.STRtree(footprints)
    assert shapely.is_valid(footprints).all()
    # A tower stands wholly on its podium and over it, or apart from it.
    assert not len(tree.query(footprints, predicate="overlaps")[0])
    heights = buildings["height_m"].to_numpy()
    on_top, podium = tree.query(footprints, predicate="within")
    nested = on_top != podium
    assert nested.any()
    assert (heights[on_top[nested]] > heights[podium[nested]] + 15.0).all()
    for table in ("roads", "barriers", "plants", "monitors", "terrain"):
        assert not len(tree.query(shapes_of(quarter[table]), predicate="intersects")[0]), table
    for name in quarter.tables:
        ids = quarter[name]["id"].to_pylist()
        assert len(set(ids)) == len(ids)
        assert "made up" in quarter.sources[name]


def test_a_square_kilometre_is_as_dense_as_the_benchmark_asks() -> None:
    quarter = make_quarter(440300)
    buildings = quarter["buildings"]
    heights = buildings["height_m"].to_numpy()
    assert heights.min() <= 18.0
    assert 120.0 < heights.max() <= 180.0
    # Façade points every 20 m along the walls and every 9 m of height.
    walls = shapely.length(shapes_of(buildings))
    assert (np.floor(walls / 20.0) * np.ceil(heights / 9.0)).sum() >= 6_500
    # Central Shenzhen has 20 to 70 thousand people to the square kilometre.
    assert 20_000 < sum(buildings["persons"].to_pylist()) < 80_000
    people = dict(zip(buildings["use"].to_pylist(), buildings["persons"].to_pylist(), strict=True))
    assert people["school"] == people["office"] == people["shop"] == 0.0
    roads = quarter["roads"]
    assert set(roads["class"].to_pylist()) == {"trunk", "primary", "secondary", "tertiary", "residential"}
    assert {
        h for c, h in zip(roads["class"].to_pylist(), roads["height_m"].to_pylist(), strict=True) if c == "trunk"
    } == {10.0}


def test_areas_do_not_overlap() -> None:
    areas = shapes_of(make_quarter(5)["areas"])
    assert shapely.area(shapely.union_all(areas)) == pytest.approx(shapely.area(areas).sum(), rel=1e-9)


def test_too_small_an_area_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no quarter"):
        make_quarter(1, 0.05)
    with pytest.raises(ValueError, match=r"at least 0\.25 km²"):
        make_quarter(1, 0.24)
