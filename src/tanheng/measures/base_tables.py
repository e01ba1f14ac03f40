"""The tables that every measure shares: the city's places, its economy, its facilities and their years.

Codes are the nation's: district codes of GB/T 2260 (``440304``), sector codes of GB/T 4754-2017 at
the level of divisions without the letter (``39``). The broad sectors of the accounts are in ``BROAD_SECTORS``.
"""

from __future__ import annotations

from tanheng.text import Text
from tanheng.warehouse.schema import Column, Table, Trap

BROAD_SECTORS = ("primary", "secondary", "tertiary")

CITIES = Table(
    "cities",
    Text("The city", "城市"),
    Text("One row: the city itself", "仅一行:本市"),
    (
        Column("city_id", "text", Text("administrative code", "行政区划代码")),
        Column("name", "text", Text("name in English", "英文名称")),
        Column("name_zh", "text", Text("name in Chinese", "中文名称")),
        Column("province", "text", Text("province, as in the grid factor tables", "所属省份")),
        Column("grid_region", "text", Text("grid factor region of the province", "电网因子所属地区")),
    ),
    key=("city_id",),
    optional=False,
)

DISTRICTS = Table(
    "districts",
    Text("Districts", "行政区"),
    Text("The places that targets are divided to", "目标分解到的区"),
    (
        Column("district_id", "text", Text("administrative code", "行政区划代码")),
        Column("city_id", "text", Text("city", "城市"), refers_to="cities"),
        Column("name", "text", Text("name in English", "英文名称")),
        Column("name_zh", "text", Text("name in Chinese", "中文名称")),
        Column("land_km2", "number", Text("statistical land area", "统计土地面积"), unit="km2", least=0),
    ),
    key=("district_id",),
    optional=False,
)

CITY_ECONOMY = Table(
    "city_economy",
    Text("Economy of the city by year", "城市经济(年)"),
    Text(
        "Gross domestic product at current prices, its real growth, and population", "现价地区生产总值、实际增速与人口"
    ),
    (
        Column("city_id", "text", Text("city", "城市"), refers_to="cities"),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column("gdp_100m_cny", "number", Text("GDP at current prices", "现价GDP"), unit="100M_CNY", least=0),
        Column(
            "gdp_growth_pct",
            "number",
            Text("growth on the year before at constant prices", "可比价增速"),
            unit="%",
            required=False,
            least=-50,
            most=50,
        ),
        Column(
            "population_10k",
            "number",
            Text("permanent population, mid-year", "年中常住人口"),
            unit="10k_person",
            required=False,
            least=0,
        ),
    ),
    key=("city_id", "year"),
)

SECTOR_ECONOMY = Table(
    "sector_economy",
    Text("Economy of the broad sectors by year", "三次产业(年)"),
    Text("Value added of primary, secondary and tertiary sector at current prices", "三次产业现价增加值"),
    (
        Column("city_id", "text", Text("city", "城市"), refers_to="cities"),
        Column(
            "broad_sector", "text", Text("primary, secondary or tertiary", "第一、二、三产业"), one_of=BROAD_SECTORS
        ),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column(
            "value_added_100m_cny",
            "number",
            Text("value added at current prices", "现价增加值"),
            unit="100M_CNY",
            least=0,
        ),
    ),
    key=("city_id", "broad_sector", "year"),
)

DISTRICT_ECONOMY = Table(
    "district_economy",
    Text("Economy of the districts by year", "各区经济(年)"),
    Text("GDP and population of each district", "各区生产总值与人口"),
    (
        Column("district_id", "text", Text("district", "区"), refers_to="districts"),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column("gdp_100m_cny", "number", Text("GDP at current prices", "现价GDP"), unit="100M_CNY", least=0),
        Column(
            "population_10k",
            "number",
            Text("permanent population", "常住人口"),
            unit="10k_person",
            required=False,
            least=0,
        ),
    ),
    key=("district_id", "year"),
)

FACILITIES = Table(
    "facilities",
    Text("Facilities", "设施"),
    Text(
        "A place with one operator where emissions arise: a factory, an office, a power plant",
        "一个运营者在一处的排放单元:工厂、办公楼、电厂",
    ),
    (
        Column("facility_id", "text", Text("identifier", "设施编号")),
        Column("name", "text", Text("name", "名称")),
        Column("organisation_id", "text", Text("the organisation that answers for it", "责任单位编号"), required=False),
        Column("district_id", "text", Text("district", "所在区"), refers_to="districts"),
        Column(
            "sector",
            "text",
            Text("division of GB/T 4754-2017, two digits", "国民经济行业大类(两位)"),
            of_parameter=("sectors.broad_sector", "sector"),
        ),
        Column(
            "lon",
            "number",
            Text("longitude, WGS-84", "经度(WGS-84)"),
            unit="degree",
            required=False,
            least=-180,
            most=180,
        ),
        Column(
            "lat", "number", Text("latitude, WGS-84", "纬度(WGS-84)"), unit="degree", required=False, least=-90, most=90
        ),
        Column("employees", "integer", Text("people employed", "从业人员"), unit="person", required=False, least=0),
        Column("opened", "date", Text("first day of operation", "投产日期"), required=False),
        Column(
            "capacity_mw",
            "number",
            Text("electric capacity of a power plant", "发电装机容量"),
            unit="MW",
            required=False,
            least=0,
        ),
    ),
    key=("facility_id",),
    traps=(
        Trap("outside_district", ("lon", "lat", "district_id")),
        Trap("duplicate_rows", ("name", "district_id", "sector", "lon", "lat")),
        Trap("in_the_future", ("opened",)),
    ),
    optional=False,
)

ANNUAL_REPORTS = Table(
    "annual_reports",
    Text("Annual reports of facilities", "设施年度报告"),
    Text("One row for each facility and year that reported: it makes the facility-year", "每设施每年一行"),
    (
        Column("facility_id", "text", Text("facility", "设施"), refers_to="facilities"),
        Column("year", "integer", Text("reporting year", "报告年度"), least=1990, most=2100),
        Column(
            "value_added_10k_cny",
            "number",
            Text("value added at current prices", "现价增加值"),
            unit="10k_CNY",
            required=False,
        ),
        Column(
            "output", "number", Text("main output in the facility's own unit", "主要产品产量"), required=False, least=0
        ),
        Column("output_unit", "text", Text("unit of the main output", "产量单位"), required=False),
        Column("submitted", "date", Text("day on which the report came in", "提交日期"), required=False),
    ),
    key=("facility_id", "year"),
    traps=(
        Trap("factor_of_history", ("value_added_10k_cny",), (("group", ("facility_id",)), ("order", "year"))),
        Trap("in_the_future", ("submitted",), (("days_after", 366),)),
    ),
    optional=False,
)

BASE_TABLES = (CITIES, DISTRICTS, CITY_ECONOMY, SECTOR_ECONOMY, DISTRICT_ECONOMY, FACILITIES, ANNUAL_REPORTS)
