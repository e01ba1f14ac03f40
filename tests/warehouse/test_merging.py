"""A city put together of a base and tables that came in later."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from tests.warehouse.conftest import COAL, DISTRICTS, MANIFEST, PLANTS

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.merging import CameIn, fingerprint, put_together

TABLES = (DISTRICTS, PLANTS, COAL)
PLANTS_CSV = '# a notice\nplant_id,name,district_id,employees\nP1,"One\nand only",D1,10\nP2,Two,D1,20\nP3,Three,D1,30\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    (folder / "real").mkdir(parents=True)
    (folder / "city.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "real" / "districts.csv").write_text("district_id\nD1\nD2\n")
    (folder / "real" / "plants.csv").write_text(PLANTS_CSV)
    return folder


def sent(folder: Path, layer: str, text: str) -> CameIn:
    file = folder / f"{layer}-bytes.csv"
    file.write_text(text)
    return CameIn(layer, "plants", file)


def plants(folder: Path) -> dict[str, int | None]:
    with City.open(folder, TABLES) as city:
        rows = city.frame("plants").select("plant_id", "employees").collect("pyarrow").to_native().to_pylist()
    return {row["plant_id"]: row["employees"] for row in rows}


def test_a_row_that_came_in_stands_in_the_place_of_the_row_with_its_key(base: Path, tmp_path: Path):
    """Counted twice, a corrected report would double the emissions."""
    came_in = [
        sent(tmp_path, "taken-1", "plant_id,district_id,employees\nP1,D1,11\nP4,D2,40\n"),
        sent(tmp_path, "taken-2", "plant_id,district_id,employees\nP4,D2,44\n"),
    ]
    made = put_together(base, came_in, tmp_path / "made", TABLES)
    assert plants(made) == {"P1": 11, "P2": 20, "P3": 30, "P4": 44}
    assert plants(base) == {"P1": 10, "P2": 20, "P3": 30}, "the operator's own folder stays"


def test_what_came_in_whole_stays_byte_for_byte_and_what_was_superseded_wholly_is_left_out(base: Path, tmp_path: Path):
    first = sent(tmp_path, "taken-1", "plant_id,district_id,employees\nP1,D1,11\n")
    second = sent(tmp_path, "taken-2", "plant_id,district_id,employees\nP1,D1,12\n")
    made = put_together(base, [first, second], tmp_path / "made", TABLES)
    assert (made / "taken-2" / "plants.csv").read_bytes() == second.file.read_bytes()
    assert not (made / "taken-1").exists()
    with City.open(made, TABLES) as city:
        read = [file.path for file in city.inputs if file.table == "plants"]
    assert read == ["real/plants.csv", "taken-2/plants.csv"]


def test_a_message_still_names_the_line_of_the_base(base: Path, tmp_path: Path):
    (base / "real" / "plants.csv").write_text(PLANTS_CSV.replace("D1,30", "D1,-30"))
    made = put_together(base, [sent(tmp_path, "taken-1", "plant_id,district_id\nP1,D1\n")], tmp_path / "made", TABLES)
    with pytest.raises(InputRejected) as rejected:
        City.open(made, TABLES)
    problem = next(each for each in rejected.value.problems if each.value == "-30")
    assert (problem.file, problem.line) == ("real/plants.csv", 6)


@pytest.mark.parametrize("format", ["parquet", "xlsx"])
def test_the_base_may_be_in_any_format(format: str, base: Path, tmp_path: Path):
    import duckdb

    (base / "real" / "plants.csv").unlink()
    if format == "parquet":
        duckdb.sql(
            "COPY (SELECT * FROM (VALUES ('P1', 'D1', 10), ('P2', 'D1', 20)) AS t(plant_id, district_id, employees)) "
            f"TO '{base}/real/plants.parquet'"
        )
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (["# a notice"], ["plant_id", "district_id", "employees"], ["P1", "D1", 10], [], ["P2", "D1", 20]):
            sheet.append(row)
        book.save(base / "real" / "plants.xlsx")
    made = put_together(
        base, [sent(tmp_path, "taken-1", "plant_id,district_id,employees\nP1,D2,11\n")], tmp_path / "made", TABLES
    )
    assert plants(made) == {"P1": 11, "P2": 20}


def test_the_same_went_in_gives_the_same_bytes_and_a_changed_base_another_fingerprint(base: Path, tmp_path: Path):
    came_in = [sent(tmp_path, "taken-1", "plant_id,district_id\nP1,D1\n")]
    one = put_together(base, came_in, tmp_path / "one", TABLES)
    other = put_together(base, came_in, tmp_path / "other", TABLES)
    assert fingerprint(one) == fingerprint(other)
    before = fingerprint(base)
    (base / "real" / "districts.csv").write_text("district_id\nD1\nD2\nD3\n")
    assert fingerprint(base) != before


def test_a_file_that_cannot_be_read_is_handed_on_for_its_faults_to_be_told(base: Path, tmp_path: Path):
    made = put_together(base, [sent(tmp_path, "taken-1", "what;is;this\n")], tmp_path / "made", TABLES)
    with pytest.raises(InputRejected, match="semicolons"):
        City.open(made, TABLES)


def test_a_part_of_the_key_that_is_left_out_means_its_default(base: Path, tmp_path: Path):
    """Of a plant with one scale nobody writes which; the row is the same all the same."""
    (base / "real" / "coal.csv").write_text("plant_id,month,meter,mass_t\nP1,2024-01-01,,5\n")
    later = tmp_path / "coal-bytes.csv"
    later.write_text("plant_id,month,mass_t\nP1,2024-01-01,7\n")
    made = put_together(base, [CameIn("taken-1", "coal", later)], tmp_path / "made", TABLES)
    with City.open(made, TABLES) as city:
        assert city.frame("coal").collect("pyarrow").to_native()["mass_t"].to_pylist() == [7.0]


def test_nothing_half_made_stays(base: Path, tmp_path: Path):
    lost = CameIn("taken-1", "plants", tmp_path / "gone.csv")
    made = tmp_path / "cities" / "made"
    with pytest.raises(OSError):
        put_together(base, [lost], made, TABLES)
    assert list(made.parent.iterdir()) == []
