"""A small city to break: districts, plants in them, and the coal that they burn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tanheng.problems import InputRejected
from tanheng.text import Text
from tanheng.warehouse import Column, Table, Trap
from tanheng.warehouse.city import City

MANIFEST = """\
name: {en: Testburg, zh: 试验城}
city_id: "990000"
rulebook: shenzhen
years: [2020, 2024]
layers:
  - folder: real
"""

DISTRICTS = Table(
    "districts",
    Text("Districts", "行政区"),
    Text("Places", "地区"),
    (Column("district_id", "text", Text("code of the district", "区代码")),),
    key=("district_id",),
    optional=False,
)

PLANTS = Table(
    "plants",
    Text("Plants", "工厂"),
    Text("Where coal is burned", "燃煤的地方"),
    (
        Column("plant_id", "text", Text("identifier", "工厂编号")),
        Column("name", "text", Text("name", "名称"), required=False),
        Column("district_id", "text", Text("district", "所在区"), refers_to="districts"),
        Column("lon", "number", Text("longitude", "经度"), unit="degree", required=False, least=-180, most=180),
        Column("lat", "number", Text("latitude", "纬度"), unit="degree", required=False, least=-90, most=90),
        Column("employees", "integer", Text("people employed", "从业人员"), unit="person", required=False, least=0),
        Column("running", "boolean", Text("whether it runs", "是否运行"), required=False, default=True),
        Column("opened", "date", Text("first day", "投产日期"), required=False),
        Column("state", "text", Text("state", "状态"), required=False, one_of=("open", "closed")),
        Column("sector", "text", Text("sector", "行业"), required=False, of_parameter=("sectors.broad", "sector")),
    ),
    key=("plant_id",),
    traps=(
        Trap("outside_district", ("lon", "lat", "district_id")),
        Trap("duplicate_rows", ("name", "district_id", "lon", "lat")),
        Trap("in_the_future", ("opened",)),
    ),
)

COAL = Table(
    "coal",
    Text("Coal burned", "燃煤"),
    Text("Coal burned in a month", "每月燃煤"),
    (
        Column("plant_id", "text", Text("plant", "工厂"), refers_to="plants"),
        Column("month", "date", Text("month", "月份"), months=True),
        Column("meter", "text", Text("scale", "计量器具"), required=False, default=""),
        Column("mass_t", "number", Text("mass burned", "消耗质量"), unit="t", required=False, least=0),
        Column("volume_10k_nm3", "number", Text("volume burned", "消耗体积"), unit="10k_Nm3", required=False, least=0),
        Column("washed_t", "number", Text("washed part", "其中洗煤"), unit="t", required=False, default=0.0, least=0),
        Column("moist_share", "number", Text("share of water", "含水率"), required=False, least=0, most=1),
    ),
    key=("plant_id", "month", "meter"),
    one_filled=(("mass_t", "volume_10k_nm3"),),
    traps=(
        Trap("duplicate_rows", ("plant_id", "month", "mass_t", "volume_10k_nm3")),
        Trap("factor_of_history", ("mass_t",), (("group", ("plant_id", "meter")), ("order", "month"))),
        Trap("part_exceeds_whole", ("washed_t", "mass_t")),
        Trap("in_the_future", ("month",)),
        Trap("same_series", ("mass_t",), (("group", ("plant_id",)), ("series", ("meter",)), ("order", "month"))),
    ),
)

TABLES = (DISTRICTS, PLANTS, COAL)
CATEGORIES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "sectors.broad": {"sector": frozenset({"06", "39", "44"})}
}  # fmt: skip
GOOD = {
    "city.yaml": MANIFEST,
    "real/districts.csv": "district_id\nD1\nD2\n",
    "real/plants.csv": "plant_id,district_id\nP1,D1\nP2,D2\n",
}

Content = str | bytes
MakeCity = Callable[..., Path]


@pytest.fixture
def tables() -> tuple[Table, ...]:
    return TABLES


@pytest.fixture
def make_city(tmp_path: Path) -> MakeCity:
    """Write a city folder: the good one above, with files added, replaced, or (None) taken away."""

    def make(files: Mapping[str, Content | None] = MappingProxyType({})) -> Path:
        folder = tmp_path / "city"
        for name, content in {**GOOD, **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return make


@pytest.fixture
def open_city(make_city: MakeCity) -> Iterator[Callable[..., City]]:
    """Open a city with these files; it is closed at the end of the test."""
    opened: list[City] = []

    def open_(files: Mapping[str, Content | None] = MappingProxyType({}), **options: Any) -> City:
        city = City.open(make_city(files), options.pop("tables", TABLES), **{"categories": CATEGORIES, **options})
        opened.append(city)
        return city

    yield open_
    for city in opened:
        city.close()


@pytest.fixture
def faults(make_city: MakeCity) -> Callable[..., list[str]]:
    """What the intake says of a city with these files; the test fails where it says nothing."""

    def listed(files: Mapping[str, Content | None], tables: tuple[Table, ...] = TABLES) -> list[str]:
        with pytest.raises(InputRejected) as rejected:
            City.open(make_city(files), tables, categories=CATEGORIES)
        return [str(problem) for problem in rejected.value.problems]

    return listed
