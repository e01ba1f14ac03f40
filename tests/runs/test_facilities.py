"""Whose facilities are whose, and what a run says of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanheng.problems import InputRejected
from tanheng.runs.facilities import facilities_of, figures_of, organisation_of

CODE = "91440300MA5EXAMP12"
HEAD = "facility_id,name,organisation_id,district_id,sector,origin,source\n"


def test_which_organisation_answers_for_a_facility(tmp_path: Path):
    city = a_city(tmp_path, f"F1,Works,{CODE},440305,39,real,x\nF4,Nobody's,,440305,39,real,x\n")
    assert [organisation_of(city, one) for one in ("F1", "F4", "F9")] == [CODE, None, None]


def a_city(folder: Path, rows: str) -> Path:
    (folder / "own").mkdir(parents=True)
    (folder / "city.yaml").write_text(
        'name: {en: Testville, zh: 试验市}\ncity_id: "440300"\nrulebook: shenzhen\nyears: [2024, 2024]\n'
        "layers:\n  - folder: own\n",
        "utf-8",
    )
    (folder / "own" / "districts.csv").write_text(
        "district_id,city_id,name,name_zh,land_km2,origin,source\n440305,440300,Nanshan,南山,1,real,x\n", "utf-8"
    )
    (folder / "own" / "facilities.csv").write_text(HEAD + rows, "utf-8")
    return folder


def test_an_organisation_has_the_facilities_that_name_it_and_no_others(tmp_path: Path):
    city = a_city(
        tmp_path,
        f"F2,Kiln,{CODE},440305,30,real,x\nF1,Works,{CODE},440305,39,real,x\n"
        "F3,Other,R-7,440305,39,real,x\nF4,Nobody's,,440305,39,real,x\n",
    )
    assert [each.id for each in facilities_of(city, [CODE])] == ["F1", "F2"]
    assert [each.id for each in facilities_of(city, [CODE, "R-7", CODE])] == ["F1", "F2", "F3"]
    assert facilities_of(city, []) == facilities_of(city, [""]) == facilities_of(city, ["nobody"]) == ()


def test_a_table_that_was_changed_is_read_again(tmp_path: Path):
    city = a_city(tmp_path, f"F1,Works,{CODE},440305,39,real,x\n")
    assert len(facilities_of(city, [CODE])) == 1
    table = city / "own" / "facilities.csv"
    table.write_text(HEAD + f"F1,Works,{CODE},440305,39,real,x\nF2,Kiln,{CODE},440305,30,real,x\n", "utf-8")
    os.utime(table, ns=(1, 1))
    assert len(facilities_of(city, [CODE])) == 2


def test_a_folder_that_is_no_city_says_so(tmp_path: Path):
    with pytest.raises(InputRejected, match="no city"):
        facilities_of(tmp_path, [CODE])


def test_a_figure_that_is_undetermined_is_no_number_and_says_why(tmp_path: Path):
    (tmp_path / "results").mkdir()
    rows = {
        "facility_id": ["F1", "F1", "F2"],
        "year": [2023, 2024, 2024],
        "energy_tce": [1.0, 2.5, None],
        "energy_tce__cause": pa.array([None, None, 3], pa.int64()),
        "energy_tce__trust": pa.array([0, 2, None], pa.int8()),
    }
    pq.write_table(pa.table(rows), tmp_path / "results" / "facility_year.parquet")
    (tmp_path / "results" / "causes.json").write_text(json.dumps({"3": {"en": "no bill", "zh": "缺账单"}}))
    found = figures_of(tmp_path, ["F1", "F2", "F9"], ["energy_tce", "unknown"], year=2024)
    assert set(found) == {("F1", 2024), ("F2", 2024)}
    (one,), (two,) = found["F1", 2024], found["F2", 2024]
    assert (one.value, one.trust, one.why) == (2.5, "recalled", None)
    assert two.value is None and two.why is not None and two.why.zh == "缺账单"
    assert figures_of(tmp_path, [], ["energy_tce"], year=2024) == {}
    assert set(figures_of(tmp_path, ["F1"], ["energy_tce"])) == {("F1", 2023), ("F1", 2024)}
