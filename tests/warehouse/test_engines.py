"""If one of these fails, the rules see another city on Polars or Spark than on DuckDB, or a broken one unwarned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.policy.engines import small_session
from tests.warehouse.conftest import CATEGORIES, MANIFEST, TABLES

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.engines import Engine, EngineCity, open_on, write_parquet

TODAY = date(2024, 12, 31)
FILES = {
    "city.yaml": MANIFEST + "  - folder: demonstration\n    made_by: tanheng make-city\n",
    "real/plants.csv": (
        "plant_id,name,district_id,lon,lat,running,opened,sector\n"
        "P1,Mill,D1,114.1,22.5,,2001-02-03,44\nP2,Kiln,D1,,,false,2025-01-01,06\n"
    ),
    "demonstration/plants.csv": "plant_id,district_id,employees,state,origin\nP4,D2,12,open,made_up\n",
    # In February more was washed than burned, and both are held. Where no washed part is given it is nothing.
    "real/coal.csv": (
        "plant_id,month,meter,mass_t,washed_t\n"
        "P1,2024-01-01,A,5,\nP1,2024-02-01,A,5,5.5\nP2,2024-01-01,,7,1.5\nP2,2024-02-01,,8,\n"
    ),
}

OpenThere = Callable[[Path], EngineCity]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with small_session() as session:
        yield session


@pytest.fixture(params=["polars", pytest.param("spark", marks=pytest.mark.city)])
def open_there(request: pytest.FixtureRequest) -> OpenThere:
    """Open a folder of Parquet on each engine."""
    engine: Engine = request.param
    session = request.getfixturevalue("session") if engine == "spark" else None
    return lambda folder: open_on(engine, folder, TABLES, session=session)


@pytest.fixture
def city(open_city: Callable[..., City]) -> City:
    return open_city(FILES, today=TODAY)


@pytest.fixture
def written(city: City, tmp_path: Path) -> Path:
    folder = tmp_path / "parquet [2024]"  # signs of a pattern, and here of a name
    write_parquet(city, folder)
    return folder


def rows(city: City | EngineCity, name: str) -> list[dict[str, Any]]:
    frame = city.frame(name)
    return sorted(frame.sort(*city.tables[name].key).collect("pyarrow").iter_rows(named=True), key=str)


def rewrite(folder: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    place = folder / "tables" / f"{name}.parquet"
    change(pl.read_parquet(place, glob=False)).write_parquet(place)


def refused(open_there: OpenThere, folder: Path) -> list[str]:
    with pytest.raises(InputRejected) as rejected:
        open_there(folder)
    return [str(problem) for problem in rejected.value.problems]


def test_what_was_written_is_the_city_row_for_row(city: City, written: Path, open_there: OpenThere) -> None:
    """What a trap holds stays a gap: on other engines it once took its default, and so became an answer."""
    there = open_there(written)
    for name in city.tables:
        assert there.has(name) == city.has(name)
        assert dict(there.frame(name).collect_schema()) == dict(city.frame(name).collect_schema())
        assert rows(there, name) == rows(city, name)
        assert there.made_up(name) == city.made_up(name) == (name == "plants")
    (february,) = (row for row in rows(there, "coal") if row["plant_id"] == "P1" and row["held"] is not None)
    assert (february["mass_t"], february["washed_t"]) == (None, None)
    assert [row["washed_t"] for row in rows(there, "coal") if row["held"] is None] == [0.0, 1.5, 0.0]
    assert there.categories_of("plants", "sector") is None, "nothing was looked at yet"
    assert there.find_faults(CATEGORIES) == []
    assert there.is_checked
    assert there.categories_of("plants", "sector") == city.categories_of("plants", "sector")
    assert (there.manifest.name, there.manifest.years) == (city.manifest.name, city.manifest.years)
    with pytest.raises(KeyError, match="plents is no table"):
        there.frame("plents")


def test_a_folder_from_elsewhere_takes_defaults_and_its_parts_are_put_together(
    written: Path, open_there: OpenThere
) -> None:
    """No column ``held``, a folder of parts for a file, a second layer with made-up rows, a table that is not there."""
    manifest = written / "city.yaml"
    manifest.write_text(manifest.read_text("utf-8") + "- folder: more\n", "utf-8")
    parts = written / "more" / "coal.parquet"
    parts.mkdir(parents=True)
    for month in (5, 6):
        part = pl.DataFrame(
            {"plant_id": ["P4"], "month": [date(2024, month, 1)], "mass_t": [month], "origin": ["made_up"]}
        )
        part.write_parquet(parts / f"part-{month}.parquet")
    rewrite(written, "plants", lambda plants: plants.drop("held", "running", "lon"))
    there = open_there(written)
    assert there.find_faults(CATEGORIES) == []
    added = [row for row in rows(there, "coal") if row["plant_id"] == "P4"]
    assert [(row["mass_t"], row["washed_t"], row["meter"]) for row in added] == [(5.0, 0.0, ""), (6.0, 0.0, "")]
    assert {(row["origin"], row["held"]) for row in added} == {("made_up", None)}
    assert len(rows(there, "coal")) == 6
    assert {(row["running"], row["lon"], row["held"]) for row in rows(there, "plants")} == {(True, None, None)}
    assert {name: there.made_up(name) for name in there.tables} == {"districts": False, "plants": True, "coal": True}
    (written / "made_up.json").unlink()
    (written / "tables" / "coal.parquet").unlink()
    for place in (*parts.iterdir(), parts):
        place.unlink() if place.is_file() else place.rmdir()
    without = open_there(written)
    assert not without.has("coal") and rows(without, "coal") == []
    assert [without.made_up(name) for name in ("districts", "plants", "coal")] == [False, True, False]
    assert dict(without.frame("coal").collect_schema()) == dict(there.frame("coal").collect_schema())


def test_a_gap_without_a_held_value_takes_its_default_where_the_column_held_stands(
    written: Path, open_there: OpenThere
) -> None:
    """The rules take a column with a default for filled. A gap there would be a result that is missing for no cause."""
    rewrite(written, "coal", lambda coal: coal.drop("meter").with_columns(washed_t=pl.lit(None, pl.Float64)))
    coal = rows(open_there(written), "coal")
    assert {row["meter"] for row in coal} == {""}
    assert {(row["washed_t"], row["held"] is None) for row in coal} == {(0.0, True), (None, False)}


def test_all_that_is_missing_or_of_another_type_is_told_at_once(written: Path, open_there: OpenThere) -> None:
    manifest = written / "city.yaml"
    manifest.write_text(manifest.read_text("utf-8") + "- folder: gone\n- folder: other\n", "utf-8")
    (written / "other").mkdir()
    (written / "other" / "coal.csv").write_text("plant_id\n", "utf-8")
    (written / "other" / "plants.parquet").write_text("no Parquet at all", "utf-8")
    (written / "tables" / "districts.parquet").unlink()
    (written / "made_up.json").write_text('{"plants": "no"}', "utf-8")
    rewrite(written, "plants", lambda plants: plants.drop("district_id").with_columns(opened=pl.lit("2001")))
    rewrite(written, "coal", lambda coal: coal.with_columns(mass_t=pl.lit("5 t"), meter=1))
    said = refused(open_there, written)
    assert [problem.partition(". ")[0] for problem in said if "cannot be read" not in problem] == [
        "districts.parquet: the table is missing [engine.E001]",
        "gone: this layer's folder is missing",
        "made_up.json: must be a JSON object of true and false by table; without the file the rows are looked at "
        "[engine.E001]",
        "other/coal.csv: this engine reads Parquet only",
        "tables/coal.parquet, column mass_t: is String, must be Float64 [engine.E002]",
        "tables/coal.parquet, column meter: is Int32, must be String [engine.E002]",
        "tables/plants.parquet, column district_id: the column is missing [engine.E002]",
        "tables/plants.parquet, column opened: is String, must be Date [engine.E002]",
    ]
    (unread,) = (problem for problem in said if "cannot be read" in problem)
    assert unread.startswith("other/plants.parquet: cannot be read as Parquet: ") and "\n" not in unread


def test_all_that_breaks_the_schema_is_told_at_once(written: Path, open_there: OpenThere) -> None:
    """Each value here would be counted, and no total would say so."""
    plant = pl.col("plant_id")
    rewrite(
        written,
        "plants",
        lambda plants: plants.with_columns(
            district_id=pl.when(plant == "P1").then(None).otherwise(pl.lit("D1")),
            employees=pl.when(plant == "P1").then(-3).otherwise(None),
            lat=pl.when(plant == "P1").then(91.0).otherwise(float("nan")),
            state=pl.lit("ajar"),
            sector=pl.when(plant == "P1").then(pl.lit("99")),
            origin=pl.lit("dreamt"),
        ),
    )
    rewrite(
        written,
        "coal",
        lambda coal: coal.with_columns(
            plant_id=pl.when(pl.col("held").is_null()).then("plant_id"),  # a key is never held
            month=pl.when(plant == "P2").then(date(2024, 1, 15)).otherwise("month"),
            mass_t=pl.when(plant == "P2").then("mass_t"),
            volume_10k_nm3=pl.when(plant == "P2").then(1.0),
        ),
    )
    rewrite(written, "districts", lambda districts: districts.clear())
    there = open_there(written)
    said = [str(problem) for problem in there.find_faults(CATEGORIES)]
    assert [problem.removesuffix(" [engine.E003]") for problem in said] == [
        "tables/coal.parquet, column mass_t or volume_10k_nm3: 1 row breaks this, "
        "must be filled in one of them: mass_t or volume_10k_nm3",
        "tables/coal.parquet, column mass_t or volume_10k_nm3: 2 rows break this, "
        "must be filled in one only: mass_t or volume_10k_nm3",
        "tables/coal.parquet, column month: 2 rows break this, must be the first day of a month",
        "tables/coal.parquet, column plant_id: 1 row breaks this, must be filled in every row",
        "tables/districts.parquet: has no rows, must be filled",
        "tables/plants.parquet, column district_id: 1 row breaks this, must be filled in every row",
        "tables/plants.parquet, column employees: 1 row breaks this, must be 0 or more",
        "tables/plants.parquet, column lat: 1 row breaks this, must be 90 or less",
        "tables/plants.parquet, column lat: 2 rows break this, must be a finite number",
        "tables/plants.parquet, column origin: 3 rows break this, must be one of derived, made_up, real",
        "tables/plants.parquet, column sector: 1 row breaks this, must be one of 06, 39, 44",
        "tables/plants.parquet, column state: 3 rows break this, must be one of closed, open",
    ]
    assert not there.is_checked and there.categories_of("plants", "state") is None
    unknown = [problem for problem in there.find_faults({}) if problem.column == "sector"]
    assert [problem.message for problem in unknown] == [
        "holds categories of sectors.broad by sector, and the rulebook has no such parameter"
    ]


def test_a_folder_is_written_whole_or_not_at_all(city: City, written: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="is there already"):
        write_parquet(city, written)
    city.connection.execute("DROP VIEW coal")
    with pytest.raises(Exception, match="coal"):
        write_parquet(city, tmp_path / "broken")
    assert sorted(place.name for place in tmp_path.iterdir()) == ["city", written.name]
