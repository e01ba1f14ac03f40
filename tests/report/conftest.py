"""A made-up run with every kind of thing that an assessment can hold, none of it about a real place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tanheng.measures.assessment import (
    Assessment,
    Chart,
    Decision,
    Indicator,
    MapLayer,
    Question,
    Section,
    Table,
    TableColumn,
)
from tanheng.report.contents import Contents
from tanheng.runs.manifest import Input, Manifest, RulebookUsed
from tanheng.runs.snapshot import CellUsed, MeasureListed, ParameterUsed, Snapshot, SourceUsed
from tanheng.text import Text

# What a city's tables may hold and a page must survive.
NASTY = "<script>alert(1)</script></script><!--\"'&{{ 7*7 }}\u2028"
PLACES = ("North", "South", "Harbour", "Hills")
PLACES_ZH = ("北区", "南区", "港区", "山区")


def both(en: str, zh: str) -> Text:
    return Text(en, zh)


def line_chart() -> Chart:
    data = pa.table({"year": [2020, 2021, 2022, 2023, 2024], "co2": [43.1, 44.9, 43.8, 43.2, 42.4], "part": ["x"] * 5})
    specs = {
        language: {
            "mark": {"type": "line", "point": True},
            "data": {"name": "data"},
            "encoding": {
                "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
                "y": {"field": "co2", "type": "quantitative", "title": title},
            },
        }
        for language, title in (("en", "Mt CO₂"), ("zh", "百万吨CO₂"))
    }
    return Chart(
        "by_year",
        both("Emissions by year", "逐年排放"),
        specs,  # type: ignore[arg-type]
        data,
        both(
            "Emissions fall from 44.9 to 42.4 Mt between 2021 and 2024.",
            "2021 至 2024 年排放由 4,490 万吨降至 4,240 万吨。",
        ),
    )


def district_map() -> MapLayer:
    data = pa.table(
        {
            "id": ["d0", "d1", "d2", "d3"],
            "value": [4.1e6, 1.2e7, None, 2.2e6],
            "label": list(PLACES),
            "label_zh": list(PLACES_ZH),
        }
    )
    return MapLayer(
        "by_district",
        both("Emissions by district", "各区排放"),
        "areas",
        data,
        "tCO2e",
        "districts",
        "district_id",
        explain="district_year:{id},2024 total_tco2e",
    )


def point_map() -> MapLayer:
    count = 2000
    data = pa.table(
        {
            "lon": [114.0 + (number % 50) / 100 for number in range(count)],
            "lat": [22.5 + (number % 40) / 100 for number in range(count)],
            "value": [float(number) for number in range(count)],
            "label": [f"Demo plant {number:04}" for number in range(count)],
            "id": [f"P{number:04}" for number in range(count)],
        }
    )
    return MapLayer(
        "plants",
        both("Large facilities", "大型设施"),
        "points",
        data,
        "tCO2e",
        explain="plant:{id},2024 plant_tco2e",
    )


def squares() -> dict[str, Any]:
    def square(place: int) -> dict[str, Any]:
        west, south = 114.0 + 0.25 * (place % 2), 22.5 + 0.2 * (place // 2)
        ring = [[west, south], [west + 0.25, south], [west + 0.25, south + 0.2], [west, south + 0.2], [west, south]]
        names = {"district_id": f"d{place}", "name": PLACES[place], "name_zh": PLACES_ZH[place]}
        return {"type": "Feature", "properties": names, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    return {"type": "FeatureCollection", "features": [square(place) for place in range(4)]}


@pytest.fixture
def assessment() -> Assessment:
    """A made-up inventory with every kind of content."""
    return made_up_assessment()


def made_up_assessment(*, demonstration: bool = True) -> Assessment:
    largest = Table(
        "largest",
        both("The largest facilities", "排放最大的设施"),
        (
            TableColumn("name", both("Facility", "设施")),
            TableColumn("district", both("District", "所在区")),
            TableColumn("year", both("Year", "年份")),
            TableColumn("emissions", both("Emissions", "排放量"), "tCO2e", 0),
            TableColumn("state", both("State", "状态")),
            TableColumn("audited", both("Audited", "已核查")),
        ),
        pa.table(
            {
                "name": [NASTY, "=1+1", "Demo works 0003", "Demo works 0004"],
                "district": ["North", "South", "Hills", "Hills"],
                "district_zh": ["北区", "南区", "山区", "山区"],
                "year": [2024, 2024, 2024, 2024],
                "emissions": [1234567.4, 98765.0, None, 12.0],
                "emissions__trust": [0, 3, None, 2],
                "emissions__why": [None, None, "fuel_use.mass_t was not reported", None],
                "emissions__why_zh": [None, None, "未填报 fuel_use.mass_t", None],
                "state": ["good", "watch", "undetermined", "bad"],
                "audited": [True, False, None, True],
            }
        ),
        note=both("Made-up facilities.", "虚构设施。"),
        show=3,
        explain="plant:{name},{year} plant_tco2e",
    )
    indicators = (
        Indicator("total", both("Emissions of the city", "全市排放总量"), 42_431_000.0, "tCO2e", "good", 43_000_000.0,
                  40.1e6, 44.6e6, "example", explain="city_year:d0,2024 total_tco2e", headline=True),
        Indicator("intensity", both("Emissions per unit of GDP", "单位GDP排放"), 0.1152, "tCO2e/10k_CNY", "watch",
                  0.112, trust="reported", digits=4, headline=True),
        Indicator("budget", both("Carbon budget left", "剩余碳预算"), None, "tCO2e", why=both(
            "dual_control.carbon_budget is not published", "dual_control.carbon_budget 尚未公布"), headline=True),
        Indicator("reported", both("Facilities that reported", "已填报设施"), 20_113.0, "facilities", digits=0),
    )  # fmt: skip
    return Assessment(
        measure="inventory",
        title=both("Greenhouse gas inventory", "温室气体清单"),
        headline=(
            both("The city emitted 42.4 Mt CO₂e in 2024, 1.8% less than the year before.",
                 "2024 年全市排放 4,243 万吨二氧化碳当量,比上年减少 1.8%。"),
            both("Four fifths of it come from power plants and road traffic.", "其中五分之四来自发电厂和道路交通。"),
        ),
        sections=(
            Section(both("Where it comes from", "排放来源"), (both("By district and by facility.", "按区和设施。"),),
                    ("by_district", "by_year", "largest", "plants")),
            Section(both("How sure it is", "可靠程度"), (both("The interval is 95%.", "区间为 95%。"),), ("reported",)),
        ),
        to_do=(both("Ask three facilities for their fuel reports.", "要求三家设施补报燃料数据。"),),
        indicators=indicators,
        tables=(largest,),
        charts=(line_chart(),),
        maps=(district_map(), point_map()),
        questions=(
            Question("Q1", "facility:F00003", both(f"Is {NASTY} right?", f"{NASTY} 是否正确?"), "fuel_use.csv line 4",
                     1200.0, "tCO2e"),
        ),
        decisions=(
            Decision("D1", "facility:F00001", both("Put on the list", "列入名单"), both("over 3000 t", "超过 3000 吨"),
                     "facility_year.listed"),
        ),
        methods=(both("IPCC 2006 guidelines, volume 1.", "IPCC 2006 指南第一卷。"),),
        demonstration=demonstration,
        trust="example",
    )  # fmt: skip


@pytest.fixture
def contents(assessment: Assessment) -> Contents:
    return made_up_contents(assessment)


@pytest.fixture
def contents_of() -> Callable[..., Contents]:
    return made_up_contents


def made_up_contents(*assessments: Assessment, demonstration: bool = True) -> Contents:
    document = SourceUsed("Notice 〔2024〕7", "art. 3", "digest", "https://example.org/notice?a=1&b=2", None)
    wicked = SourceUsed("Wicked", None, None, "javascript:alert(1)", None)

    def cell(value: Any, *keys: str, status: str = "reported", source: SourceUsed = document) -> CellUsed:
        return CellUsed(keys, date(2024, 1, 1), value, status, source, "high", None)

    factors = (cell(0.4403, "North"), cell(0.5, "South", status="example", source=wicked))
    snapshot = Snapshot(
        (
            ParameterUsed("dual_control.carbon_budget", both("Carbon budget", "碳预算"), "number", "tCO2e", (), None,
                          ("inventory",), (cell(None),)),
            ParameterUsed("inventory.grid_factor", both("Grid factor", "电网因子"), "number", "tCO2/MWh", ("region",),
                          None, ("inventory",), factors),
            ParameterUsed("inventory.threshold", both("Threshold", "门槛"), "number", "tCO2e", (), None, ("inventory",),
                          (cell(3000.0, status="official"),)),
        ),
        (
            MeasureListed("dual", both("Dual control", "双控"), None, 2, "confirmed", document, ("inventory",), None),
            MeasureListed("noise", both("Quiet communities", "宁静小区"), None, None, "inferred", None, (), None),
        ),
    )  # fmt: skip
    manifest = Manifest(
        "0123456789abcdef", "d0", both("Testville", "测试市"), 2024, date(2024, 12, 31), demonstration,
        RulebookUsed("test", both("Test rules", "测试规则"), "ab" * 32, snapshot.statuses),
        {each.measure: each.title for each in assessments},
        (Input("facilities", "real/facilities.csv", "cd" * 32, 4), Input(None, "city.yaml", "ef" * 32, None)),
        1, "0.1.0", "12" * 32, {"duckdb": "2.0.0"}, {},
    )  # fmt: skip
    doubtful = {
        "id": "q1",
        "trap": "factor_of_history",
        "table": "fuel_use",
        "subject": "facility:F00003",
        "file": "demonstration/fuel_use.csv",
        "line": 17,
        "key": "F00003",
        "column": "mass_t",
        "value": "12000",
        "expected": "about 12",
        "asks_en": "1000 times the months around it: kg for t?",
        "asks_zh": "为相邻月份的 1000 倍:是否误将千克作吨?",
    }
    intake = pa.table({name: [value] for name, value in doubtful.items()})
    return Contents(manifest, assessments, snapshot, intake, {"districts": squares()}, explanations())


def explanations() -> dict[str, dict[str, Any]]:
    """The reasons of the headline figure and of the first two rows of the table, as a run keeps them."""

    def node(kind: str, subject: str, name: str, value: Any, *because: dict[str, Any], **more: Any) -> dict[str, Any]:
        title = {"en": f"the {name} of it", "zh": f"其{len(name)}项"}
        found = {"kind": kind, "subject": subject, "name": name, "title": title, "value": value, "unit": "tCO2e"}
        return found | more | ({"because": list(because)} if because else {})

    source = {"document": "Notice 〔2024〕7", "clause": "art. 3"}
    factor = node("parameter", "inventory.grid_factor", "inventory.grid_factor[North]", 0.4403, trust="example",
                  source=source, since="2024-01-01")  # fmt: skip
    part = node(
        "rule",
        "plant:P1,2024",
        "plant_tco2e",
        1234567.5,
        factor,
        formula=Text("power × inventory.grid_factor", "power × inventory.grid_factor")._asdict(),
    )
    missing = {"en": "fuel_use.mass_t was not reported", "zh": "未填报 fuel_use.mass_t"}
    open_part = node("rule", f"plant:{NASTY},2024", "plant_tco2e", None, undetermined=missing)
    total = node("total", "city_year", "known sum of plant_tco2e over plants", 1234567.5, open_part, part, parts=3,
                 undetermined_parts=1)  # fmt: skip
    city = node(
        "rule",
        "city_year:d0,2024",
        "total_tco2e",
        42_431_000.0,
        total,
        trust="example",
        formula=Text("known sum", "已确定部分合计")._asdict(),
    )
    plants = {
        f"plant:{name},2024 plant_tco2e": node(
            "rule", f"plant:{name},2024", "plant_tco2e", value, factor, trust="example"
        )
        for name, value in ((NASTY, 1234567.4), ("=1+1", 98765.0))
    }
    return {"city_year:d0,2024 total_tco2e": city, **plants}
