"""The city tables that the inventory reads besides the base tables."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.warehouse.schema import Column, Table, Trap

FUEL_USE = Table(
    "fuel_use",
    Text("Fuel burned", "燃料消耗"),
    Text(
        "Fuel burned by a facility in a month, as metered or weighed. Solid and liquid fuels by mass, gases by volume",
        "设施每月燃烧的燃料;固体和液体按质量,气体按标准体积",
    ),
    (
        Column("facility_id", "text", Text("facility", "设施"), refers_to="facilities"),
        Column("month", "date", Text("first day of the month", "月份(首日)"), months=True),
        Column(
            "fuel",
            "text",
            Text("fuel, by its code in the factor tables", "燃料代码"),
            of_parameter=("inventory.fuel_name", "fuel"),
        ),
        Column(
            "meter", "text", Text("meter or scale, where there are several", "计量器具编号"), required=False, default=""
        ),
        Column("mass_t", "number", Text("mass burned", "消耗质量"), unit="t", required=False, least=0),
        Column(
            "volume_10k_nm3",
            "number",
            Text("volume burned at 0 °C and 101.325 kPa", "消耗体积(标态)"),
            unit="10k_Nm3",
            required=False,
            least=0,
        ),
        Column(
            "measured_ncv_gj",
            "number",
            Text("measured net calorific value per t or 10k Nm3", "实测低位发热量(每吨或万标方)"),
            unit="GJ",
            required=False,
            least=0,
        ),
        Column(
            "measured_carbon_t",
            "number",
            Text("measured carbon content per t or 10k Nm3 of fuel", "实测含碳量(每吨或万标方)"),
            unit="tC",
            required=False,
            least=0,
        ),
        Column(
            "evidence",
            "text",
            Text("laboratory report behind the measured values; without it they are not used", "实测值的检测报告编号"),
            required=False,
        ),
    ),
    key=("facility_id", "month", "fuel", "meter"),
    one_filled=(("mass_t", "volume_10k_nm3"),),
    traps=(
        Trap("duplicate_rows", ("facility_id", "month", "fuel", "mass_t", "volume_10k_nm3")),
        Trap("factor_of_history", ("mass_t",), (("group", ("facility_id", "fuel", "meter")), ("order", "month"))),
        Trap(
            "factor_of_history", ("volume_10k_nm3",), (("group", ("facility_id", "fuel", "meter")), ("order", "month"))
        ),
        Trap("in_the_future", ("month",)),
        Trap(
            "same_series",
            ("mass_t", "volume_10k_nm3"),
            (("group", ("facility_id",)), ("series", ("fuel", "meter")), ("order", "month")),
        ),
    ),
)

PURCHASED_ENERGY = Table(
    "purchased_energy",
    Text("Electricity and heat bought and sold", "外购与外输电力、热力"),
    Text("Electricity and heat that cross the fence of a facility in a month", "设施每月净购入和外输的电力与热力"),
    (
        Column("facility_id", "text", Text("facility", "设施"), refers_to="facilities"),
        Column("month", "date", Text("first day of the month", "月份(首日)"), months=True),
        Column(
            "electricity_bought_mwh",
            "number",
            Text("electricity bought", "外购电量"),
            unit="MWh",
            required=False,
            least=0,
        ),
        Column(
            "electricity_sold_mwh",
            "number",
            Text("electricity sold", "外输电量"),
            unit="MWh",
            required=False,
            default=0.0,
            least=0,
        ),
        Column(
            "green_electricity_mwh",
            "number",
            Text("part of the electricity bought that comes with green certificates", "其中:绿证绿电"),
            unit="MWh",
            required=False,
            default=0.0,
            least=0,
        ),
        Column(
            "heat_bought_gj", "number", Text("heat bought", "外购热力"), unit="GJ", required=False, default=0.0, least=0
        ),
        Column(
            "heat_sold_gj", "number", Text("heat sold", "外输热力"), unit="GJ", required=False, default=0.0, least=0
        ),
    ),
    key=("facility_id", "month"),
    traps=(
        Trap("duplicate_rows", ("facility_id", "month", "electricity_bought_mwh")),
        Trap("factor_of_history", ("electricity_bought_mwh",), (("group", ("facility_id",)), ("order", "month"))),
        Trap("part_exceeds_whole", ("green_electricity_mwh", "electricity_bought_mwh")),
        Trap("in_the_future", ("month",)),
    ),
)

PROCESS_ACTIVITY = Table(
    "process_activity",
    Text("Industrial processes", "工业过程"),
    Text("Materials whose use or making sets greenhouse gases free", "产生过程排放的原料或产品"),
    (
        Column("facility_id", "text", Text("facility", "设施"), refers_to="facilities"),
        Column("month", "date", Text("first day of the month", "月份(首日)"), months=True),
        Column(
            "process",
            "text",
            Text("process and material, by its code in the factor tables", "过程与物料代码"),
            of_parameter=("inventory.process_factor", "process"),
        ),
        Column("amount_t", "number", Text("mass of the material or product", "物料或产品质量"), unit="t", least=0),
        Column(
            "measured_factor_tco2_per_t",
            "number",
            Text("measured emission factor", "实测排放因子"),
            unit="tCO2/t",
            required=False,
            least=0,
        ),
        Column(
            "evidence",
            "text",
            Text(
                "laboratory report behind the measured factor; without it the factor is not used",
                "实测因子的检测报告编号",
            ),
            required=False,
        ),
    ),
    key=("facility_id", "month", "process"),
    traps=(
        Trap("duplicate_rows", ("facility_id", "month", "process", "amount_t")),
        Trap("factor_of_history", ("amount_t",), (("group", ("facility_id", "process")), ("order", "month"))),
        Trap("in_the_future", ("month",)),
    ),
)

REFRIGERANTS = Table(
    "refrigerants",
    Text("Refrigerants and insulating gases", "制冷剂与绝缘气体"),
    Text("Gas charged into equipment and topped up in a year", "设备年度充注与补充的气体"),
    (
        Column("facility_id", "text", Text("facility", "设施"), refers_to="facilities"),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column("gas", "text", Text("gas or blend", "气体或混合工质"), of_parameter=("inventory.gas_name", "gas")),
        Column(
            "equipment",
            "text",
            Text("class of equipment", "设备类别"),
            of_parameter=("inventory.leak_rate", "equipment"),
        ),
        Column("charge_kg", "number", Text("gas held by the equipment", "设备充注量"), unit="kg", least=0),
        Column(
            "topped_up_kg",
            "number",
            Text("gas topped up in the year, weighed; it replaces what leaked", "当年补充量(称重)"),
            unit="kg",
            required=False,
            least=0,
        ),
        Column(
            "recovered_kg",
            "number",
            Text("gas recovered in the year", "当年回收量"),
            unit="kg",
            required=False,
            default=0.0,
            least=0,
        ),
    ),
    key=("facility_id", "year", "gas", "equipment"),
    traps=(Trap("part_exceeds_whole", ("topped_up_kg", "charge_kg")),),
)

ELECTRONICS_GASES = Table(
    "electronics_gases",
    Text("Etching and cleaning gases of the electronics industry", "电子工业刻蚀与清洗气体"),
    Text(
        "Fluorinated gas and N2O used in semiconductor, display and photovoltaic making in a year",
        "半导体、显示与光伏制造年度用气",
    ),
    (
        Column("facility_id", "text", Text("facility", "设施"), refers_to="facilities"),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column(
            "process",
            "text",
            Text("process class, by its code in the factor tables", "工艺类别代码"),
            of_parameter=("inventory.electronics_emitted_share", "process"),
        ),
        Column("gas", "text", Text("gas fed", "用气"), of_parameter=("inventory.electronics_emitted_share", "gas")),
        Column(
            "used_kg", "number", Text("gas bought less the change of stock", "用量(购入减库存变化)"), unit="kg", least=0
        ),
        Column(
            "abated_share",
            "number",
            Text("share of the gas fed to tools with abatement", "接入尾气处理的气体比例"),
            required=False,
            default=0.0,
            least=0,
            most=1,
        ),
    ),
    key=("facility_id", "year", "process", "gas"),
    traps=(Trap("factor_of_history", ("used_kg",), (("group", ("facility_id", "process", "gas")), ("order", "year"))),),
)

AREA_SOURCES = Table(
    "area_sources",
    Text("Sources without a facility", "面源"),
    Text(
        "Carbon dioxide of sources that no facility reports (road traffic, homes, small services, plants without reports), estimated by district",
        "无设施报告的排放源(道路交通、居民、小型服务业、未报告电厂),按区估算",
    ),
    (
        Column("district_id", "text", Text("district", "区"), refers_to="districts"),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column(
            "source_class",
            "text",
            Text("class of source", "来源类别"),
            one_of=(
                "power_plants",
                "road_transport",
                "other_transport",
                "households",
                "services",
                "construction",
                "waste",
            ),
        ),
        Column(
            "broad_sector",
            "text",
            Text("broad sector of the accounts, households apart", "三次产业或居民"),
            one_of=("primary", "secondary", "tertiary", "households"),
        ),
        Column(
            "fuel_group",
            "text",
            Text(
                "coal, oil, gas, waste; electricity for a row of bought power, whose scope 1 is zero",
                "煤、油、气、废弃物;electricity 为外购电力行,其范围一为零",
            ),
            one_of=("coal", "oil", "gas", "waste", "electricity"),
        ),
        Column("co2_t", "number", Text("carbon dioxide, scope 1", "二氧化碳(范围一)"), unit="tCO2", least=0),
        Column("energy_tce", "number", Text("fuel energy", "燃料能耗"), unit="tce", required=False, least=0),
        Column(
            "electricity_mwh",
            "number",
            Text("electricity bought by users without a report", "未报告用户的外购电量"),
            unit="MWh",
            required=False,
            default=0.0,
            least=0,
        ),
    ),
    key=("district_id", "year", "source_class", "fuel_group"),
)

OUTSIDE_TOTALS = Table(
    "outside_totals",
    Text("Totals that others published", "外部发布的总量"),
    Text(
        "Carbon dioxide of a place and year by an independent source, to reconcile with",
        "独立来源发布的地区年度二氧化碳总量,用于核对",
    ),
    (
        Column("publisher", "text", Text("who published it", "发布者")),
        Column("place", "text", Text("code of the place", "地区代码")),
        Column("year", "integer", Text("calendar year", "年份"), least=1990, most=2100),
        Column("scope", "text", Text("what is counted", "口径"), one_of=("scope1", "scope1_energy_and_process")),
        Column("co2_t", "number", Text("carbon dioxide", "二氧化碳"), unit="tCO2", least=0),
    ),
    key=("publisher", "place", "year", "scope"),
)

TABLES = (FUEL_USE, PURCHASED_ENERGY, PROCESS_ACTIVITY, REFRIGERANTS, ELECTRONICS_GASES, AREA_SOURCES, OUTSIDE_TOTALS)
