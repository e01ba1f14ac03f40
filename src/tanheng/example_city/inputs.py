"""What the generator reads from the real layer of a city folder, and the hashes of those files."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanheng.problems import InputRejected, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FILES = (
    "district_economy.csv",
    "districts.csv",
    "districts.geojson",
    "facilities.csv",
    "sector_economy.csv",
    "city_economy.csv",
    "reference/survey_units_2016.csv",
    "reference/urban_employees_2016.csv",
    "reference/guangdong_sector_fuel_co2.csv",
    "reference/registry_sizes_2022.csv",
    "reference/charging_stations_2022.csv",
    "reference/guangdong_monthly_load_shares.csv",
    "reference/power_enterprise_names.csv",
)


@dataclass(frozen=True)
class Division:
    """A line of ``divisions.csv``."""

    code: str
    slug: str
    broad_sector: str
    stat_sector: str
    employment_share: float
    mean_employees: float
    ceads_sectors: tuple[str, ...]
    ceads_items: tuple[str, ...]
    guangdong_share: float
    mwh_per_employee: float
    value_per_employee: float
    output_unit: str


@dataclass(frozen=True)
class Inputs:
    """The real side of the example city. Districts stand in the order of ``districts``."""

    districts: tuple[str, ...]
    district_names: tuple[str, ...]
    population_10k_2016: Floats
    polygons: dict[str, list[list[Floats]]]  # district -> polygons -> rings of (lon, lat)
    survey_units: dict[str, Floats]  # sector of the survey -> units by district
    employees: dict[str, Floats]  # statistical sector -> employees by district
    guangdong_co2_mt: dict[tuple[int, str, str], float]  # (year, sector, item)
    registry_sizes_t: dict[str, Floats]
    stations: dict[str, Floats]  # district -> rows of (lon, lat, piles)
    month_shares: Floats  # 12, of the electric load
    gdp: dict[int, tuple[float, float | None, float | None]]  # year -> GDP 100M CNY, growth %, population 10k
    value_added: dict[tuple[str, int], float]  # (broad sector, year) -> 100M CNY
    power_plants: tuple[tuple[str, str, str, float], ...]  # id, name, district, MW of plants that burn coal or gas
    real_names: frozenset[str]
    divisions: tuple[Division, ...]
    hashes: tuple[tuple[str, str], ...]


def read_inputs(folder: Path) -> Inputs:
    """Read ``folder/real``; ``folder`` is a city folder laid out like examples/shenzhen.

    Raises
    ------
    InputRejected
        Naming every file that is missing.
    """
    real = folder / "real"
    missing = [name for name in _FILES if not (real / name).is_file()]
    if missing:
        raise InputRejected(
            Problem(
                "example_city.E001",
                str(real / name),
                message="is missing",
                hint="make-city fits the made-up layer to the real one and needs all of it",
            )
            for name in missing
        )
    rows = {name: _rows(real / name) for name in _FILES if name.endswith(".csv")}
    districts = tuple(row["district_id"] for row in rows["districts.csv"])
    names = tuple(row["name"] for row in rows["districts.csv"])
    economy = rows["district_economy.csv"]
    population = {row["district_id"]: float(row["population_10k"]) for row in economy if row["year"] == "2016"}

    def by_district(name: str) -> dict[str, Floats]:
        found = {row["district_id"]: row for row in rows[name]}
        columns = [column for column in rows[name][0] if column != "district_id"]
        return {c: np.array([float(found[d][c]) for d in districts]) for c in columns}

    geometry = json.loads((real / "districts.geojson").read_text(encoding="utf-8"))
    sizes: dict[str, list[float]] = {}
    for row in rows["reference/registry_sizes_2022.csv"]:
        sizes.setdefault(row["registry"], []).append(float(row["emissions_t"]))
    stations: dict[str, list[tuple[float, float, float]]] = {d: [] for d in districts}
    for row in rows["reference/charging_stations_2022.csv"]:
        if row["district_id"]:
            stations[row["district_id"]].append((float(row["lon"]), float(row["lat"]), float(row["piles"])))
    return Inputs(
        districts=districts,
        district_names=names,
        population_10k_2016=np.array([population[d] for d in districts]),
        polygons={f["properties"]["district_id"]: _rings(f["geometry"]) for f in geometry["features"]},
        survey_units=by_district("reference/survey_units_2016.csv"),
        employees=by_district("reference/urban_employees_2016.csv"),
        guangdong_co2_mt={
            (int(row["year"]), row["sector"], row["item"]): float(row["co2_mt"])
            for row in rows["reference/guangdong_sector_fuel_co2.csv"]
        },
        registry_sizes_t={name: np.sort(np.array(values))[::-1] for name, values in sizes.items()},
        stations={d: np.array(values) for d, values in stations.items()},
        month_shares=np.array([float(r["share"]) for r in rows["reference/guangdong_monthly_load_shares.csv"]]),
        gdp={
            int(row["year"]): (float(row["gdp_100m_cny"]), _maybe(row["gdp_growth_pct"]), _maybe(row["population_10k"]))
            for row in rows["city_economy.csv"]
        },
        value_added={
            (row["broad_sector"], int(row["year"])): float(row["value_added_100m_cny"])
            for row in rows["sector_economy.csv"]
        },
        power_plants=tuple(
            (row["facility_id"], row["name"], row["district_id"], float(row["capacity_mw"]))
            for row in rows["facilities.csv"]
            if row["sector"] == "44"
        ),
        real_names=frozenset(
            [row["name_zh"] for row in rows["reference/power_enterprise_names.csv"]]
            + [row["name"] for row in rows["facilities.csv"]]
        ),
        divisions=_divisions(),
        hashes=tuple((name, hashlib.sha256((real / name).read_bytes()).hexdigest()) for name in sorted(_FILES)),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _maybe(text: str) -> float | None:
    return float(text) if text else None


def _rings(geometry: dict[str, object]) -> list[list[Floats]]:
    coordinates = geometry["coordinates"]
    assert isinstance(coordinates, list)
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    return [[np.array(ring, dtype=np.float64) for ring in polygon] for polygon in polygons]


def _divisions() -> tuple[Division, ...]:
    def parts(text: str) -> tuple[str, ...]:
        return tuple(part for part in text.split(";") if part)

    return tuple(
        Division(
            code=row["code"],
            slug=row["slug"],
            broad_sector=row["broad_sector"],
            stat_sector=row["stat_sector"],
            employment_share=float(row["employment_share"]),
            mean_employees=float(row["mean_employees"]),
            ceads_sectors=parts(row["ceads_sector"]),
            ceads_items=parts(row["ceads_items"]),
            guangdong_share=float(row["guangdong_share"]),
            mwh_per_employee=float(row["mwh_per_employee"]),
            value_per_employee=float(row["value_per_employee"]),
            output_unit=row["output_unit"],
        )
        for row in _rows(Path(__file__).with_name("divisions.csv"))
    )
