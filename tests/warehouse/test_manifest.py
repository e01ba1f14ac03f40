"""If one of these fails, somebody points Tanheng at a wrong folder and gets a traceback, or half a city."""

from __future__ import annotations

import pytest

from tanheng.problems import InputRejected
from tanheng.text import Text
from tanheng.warehouse.city import City

EXPECTED = (
    "Expected: a city is a folder that holds city.yaml (name, city_id, rulebook, years, layers) "
    "and its layers as sub-folders with tables"
)
GOOD = """\
name: {en: Testburg, zh: 试验城}
city_id: "990000"
rulebook: shenzhen
years: [2020, 2024]
layers:
  - folder: real
"""


def said_of(path, tables) -> list[str]:
    with pytest.raises(InputRejected) as rejected:
        City.open(path, tables)
    return [str(problem) for problem in rejected.value.problems]


def test_a_folder_that_is_no_city(tmp_path, tables) -> None:
    assert said_of(tmp_path, tables) == [
        f"{tmp_path}: this folder is no city: it has no city.yaml. {EXPECTED} [city.E002]"
    ]
    assert said_of(tmp_path / "nowhere", tables) == [
        f"{tmp_path / 'nowhere'}: there is no such folder. {EXPECTED} [city.E001]"
    ]
    (tmp_path / "file.csv").write_text("x")
    assert said_of(tmp_path / "file.csv", tables) == [
        f"{tmp_path / 'file.csv'}: this is a file, not a folder. {EXPECTED} [city.E001]"
    ]


MANIFESTS = {
    "empty": (
        "",
        ["city.yaml, column city.yaml: must be a mapping with name, city_id, rulebook, years, layers [city.E004]"],
    ),
    "no YAML": (
        "name: {en: A\ncity_id: [",
        ["city.yaml line 2: is not YAML: expected ',' or '}', but got ':' [city.E003]"],
    ),
    "everything wrong at once": (
        "name: Testburg\ncity_id: 440300\nrulebok: shenzhen\nyears: [2024, 2020]\nlayers: real\n",
        [
            "city.yaml line 1, column name: must be a mapping with en, zh [city.E004]",
            "city.yaml line 1, column rulebook: is missing in city.yaml [city.E004]",
            'city.yaml line 2, column city_id: is 440300, must be text in quotes, e.g. city_id: "440300" [city.E004]',
            "city.yaml line 3, column rulebok: is not a key of city.yaml. Did you mean rulebook? [city.E004]",
            "city.yaml line 4, column years: is [2024, 2020], must be the first and the last year, "
            "e.g. years: [2020, 2024] [city.E004]",
            "city.yaml line 5, column layers: is real, must be a list of folders, e.g. - folder: real [city.E004]",
        ],
    ),
    "a key twice": (
        GOOD + "rulebook: other\n",
        ["city.yaml line 7, column rulebook: stands twice in city.yaml [city.E004]"],
    ),
    "a folder outside": (
        GOOD.replace("folder: real", "folder: ../real"),
        ["city.yaml line 6, column folder: is ../real, must be a path inside the city folder [city.E004]"],
    ),
    "a layer twice": (
        GOOD + "  - folder: real\n",
        ["city.yaml line 7, column folder: real stands twice in layers [city.E004]"],
    ),
    "no years": (
        GOOD.replace("[2020, 2024]", "2020"),
        [
            "city.yaml line 4, column years: is 2020, must be the first and the last year, "
            "e.g. years: [2020, 2024] [city.E004]"
        ],
    ),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_is_wrong(name, faults) -> None:
    content, said = MANIFESTS[name]
    assert faults({"city.yaml": content}) == said


def test_a_manifest_in_another_encoding(faults) -> None:
    said = faults({"city.yaml": GOOD.encode("gb18030")})
    assert said == ["city.yaml: is not UTF-8 at byte 25. Save it as UTF-8 [city.E003]"]


def test_a_missing_layer_says_what_makes_it(faults) -> None:
    manifest = GOOD + "  - folder: demonstration\n    made_by: tanheng make-city\n  - folder: more\n"
    assert faults({"city.yaml": manifest, "real/districts.csv": None, "real/plants.csv": None}) == [
        "demonstration: this layer's folder is missing. Make it with: tanheng make-city [city.E005]",
        "districts: the city has no such table, and cannot be read without it. "
        "It may be among the tables that this makes: tanheng make-city [intake.E021]",
        "more: this layer's folder is missing. Put it back, or take it out of city.yaml [city.E005]",
    ]


def test_a_table_that_every_city_needs(faults, make_city) -> None:
    wanted = "districts: the city has no such table, and cannot be read without it. "
    assert faults({"real/districts.csv": None, "real/plants.csv": None}) == [
        f"{wanted}Put districts.csv, .xlsx or .parquet into a layer (real) [intake.E021]"
    ]
    assert faults({"real/districts.csv": None, "real/district.csv": "district_id\nD1\n", "real/plants.csv": None}) == [
        f"{wanted}Is it real/district.csv? [intake.E021]"
    ]


def test_one_table_in_two_formats_in_one_layer(faults) -> None:
    assert faults({"real/districts.xlsx": b"whatever"}) == [
        "real/districts.xlsx: the table stands in this layer twice, here and as districts.csv. "
        "Keep one of the two [city.E006]"
    ]


GEOMETRY = GOOD + "geometry:\n  districts: {file: real/districts.geojson, id_property: district_id}\n"
OUTLINE = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {%s}, "geometry": %s}]}'
SQUARE = '{"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the geometry districts is missing"),
        ("[]", "must be GeoJSON: a feature collection in UTF-8"),
        ("{", "must be GeoJSON: a feature collection in UTF-8"),
        ('{"features": 3}', "must be GeoJSON: a feature collection in UTF-8"),
        ("深".encode("gb18030"), "must be GeoJSON: a feature collection in UTF-8"),
        (OUTLINE % ('"name": "x"', SQUARE), "1 of 1 features have no property district_id"),
        (OUTLINE % ('"district_id": "D1"', "null"), "1 of 1 features have no outline (a polygon)"),
        (
            OUTLINE % ('"district_id": "D1"', SQUARE.replace("[0, 1]", '"x"')),
            "1 of 1 features have no outline (a polygon)",
        ),
        (
            OUTLINE % ('"district_id": "D1"', SQUARE.replace("Polygon", "Blob")),
            "1 of 1 features have no outline (a polygon)",
        ),
    ],
)
def test_geometry_that_is_none(content, said, faults) -> None:
    assert faults({"city.yaml": GEOMETRY, "real/districts.geojson": content}) == [
        f"real/districts.geojson: {said} [city.E007]"
    ]


def test_what_a_good_manifest_says(open_city, make_city) -> None:
    manifest = GOOD + "  - folder: demonstration\n    made_by: tanheng make-city\n"
    files = {
        "city.yaml": "\ufeff" + manifest,
        "demonstration/plants.csv": "plant_id,district_id,origin\nP3,D1,made_up\n",
        "demonstration/faults.csv": "a\n1\n",
        "demonstration/~$plants.xlsx": b"a lock file of Excel",
        "demonstration/notes.txt": "x",
    }
    city = open_city(files)
    assert city.manifest.name == Text("Testburg", "试验城")
    assert city.manifest.city_id == "990000"
    assert city.manifest.years == (2020, 2024)
    assert [layer.made_by for layer in city.manifest.layers] == [None, "tanheng make-city"]
    assert city.unread == ("demonstration/faults.csv",)
    plants = city.frame("plants").select("plant_id", "origin").collect("pyarrow").rows()
    assert sorted(plants) == [("P1", "real"), ("P2", "real"), ("P3", "made_up")]
    assert (city.made_up("plants"), city.made_up("districts"), city.made_up("coal")) == (True, False, False)
    assert [item.path for item in city.inputs] == [
        "city.yaml",
        "demonstration/plants.csv",
        "real/districts.csv",
        "real/plants.csv",
    ]
