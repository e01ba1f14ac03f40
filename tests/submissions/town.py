"""A small city to hand in tables for: the real places of the example, and three plants of two owners."""

from __future__ import annotations

import shutil
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "shenzhen"
OWNER, OTHER = "91440300MA5DEMA01X", "91440300MA5DEMA02X"
MANIFEST = """\
name: {en: Testville, zh: 试验市}
city_id: "440300"
rulebook: shenzhen
years: [2020, 2024]
layers:
  - folder: real
  - folder: plants
geometry:
  districts: {file: real/districts.geojson, id_property: district_id}
"""
FACILITIES = f"""\
facility_id,name,organisation_id,district_id,sector,origin
OWN-1,First works,{OWNER},440305,39,made_up
OWN-2,Second works,{OWNER},440305,39,made_up
THEIRS,Power station,{OTHER},440306,44,made_up
"""
FUEL = "facility_id,month,fuel,mass_t,volume_10k_nm3,origin\n" + "".join(
    f"{facility},2024-{month:02d}-01,natural_gas,,{amount},made_up\n"
    for facility, amount in (("OWN-1", 10), ("THEIRS", 40))
    for month in range(1, 13)
)
REPORTS = "facility_id,year,value_added_10k_cny,origin\nOWN-1,2024,5000,made_up\nTHEIRS,2024,9000,made_up\n"


def build(folder: Path, owner: str = OWNER) -> Path:
    """The city, in a folder that does not stand yet; two of its plants are the owner's."""
    shutil.copytree(EXAMPLE / "real", folder / "real")
    (folder / "real" / "facilities.csv").unlink()
    (folder / "plants").mkdir()
    (folder / "city.yaml").write_text(MANIFEST, encoding="utf-8")
    for name, text in (("facilities", FACILITIES), ("fuel_use", FUEL), ("annual_reports", REPORTS)):
        (folder / "plants" / f"{name}.csv").write_text(text.replace(OWNER, owner), encoding="utf-8")
    return folder


def fuel(*rows: str) -> bytes:
    """A table of fuel to hand in."""
    return "\n".join(["facility_id,month,fuel,mass_t,volume_10k_nm3", *rows, ""]).encode()
