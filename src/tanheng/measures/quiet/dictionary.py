"""What the columns of the noise tables mean, for the data dictionary: tables of numbers, and layers of a quarter."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from tanheng.measures.quiet.assessment.tables import TABLES as ASSESSED
from tanheng.measures.quiet.quarter import BANDS, COUNT, NUMBER, TABLES, TEXT, YES_NO
from tanheng.measures.quiet.sources.counts import CONDITIONS, COUNTS
from tanheng.text import Language, Text
from tanheng.warehouse.dictionary import one_table
from tanheng.warehouse.schema import Table

WAREHOUSE: tuple[Table, ...] = (COUNTS, CONDITIONS, *ASSESSED)
"""Tables that commands and pages of the quiet city read from files of their own."""

_TYPES: Mapping[pa.DataType, Text] = MappingProxyType(
    {
        TEXT: Text("text", "文本"),
        NUMBER: Text("number", "数值"),
        COUNT: Text("whole number", "整数"),
        YES_NO: Text("true or false", "是/否"),
        BANDS: Text("eight numbers", "八个数值"),
        pa.binary(): Text("geometry", "几何"),
    }
)
_EVERYWHERE: Mapping[str, tuple[str, Text]] = MappingProxyType(
    {
        "id": ("", Text("identifier, once in the table", "编号,表内唯一")),
        "name": ("", Text("name", "名称")),
        "absorption": (
            "",
            Text(
                "share of the sound that is not reflected, by band from 63 to 8000 Hz; null is the study's default",
                "吸声系数,按63至8000 Hz倍频带;空为计算设置的默认值",
            ),
        ),
    }
)
_TITLES: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "buildings": (Text("Buildings", "建筑"), Text("Footprints", "建筑轮廓")),
        "roads": (Text("Roads", "道路"), Text("Lines of carriageways", "车行道中心线")),
        "railways": (
            Text("Railways", "轨道线"),
            Text("Tracks with their sound power; without it they radiate nothing", "轨道线及其声功率;无声功率则不计入"),
        ),
        "plants": (
            Text("Fixed sources", "固定声源"),
            Text("Industry, building services, restaurants, building sites", "工业、楼宇设备、餐饮、建筑施工"),
        ),
        "barriers": (Text("Barriers", "声屏障"), Text("Thin walls", "薄屏障、围墙")),
        "ground": (Text("Ground", "地面"), Text("Areas with another ground than elsewhere", "与周围不同的地面")),
        "terrain": (Text("Terrain", "地形"), Text("Break lines and spot heights, with z", "特征线与高程点,带z值")),
        "areas": (Text("Function areas", "声环境功能区"), Text("Areas by GB 3096", "按GB 3096划分的功能区")),
        "communities": (Text("Communities", "小区"), Text("Areas of communities", "小区范围")),
        "monitors": (Text("Monitors of a quarter", "街区监测点"), Text("Where levels are measured", "噪声监测点位")),
    }
)
_POWER = Text("sound power by band, dB re 1 pW for each metre", "每米声功率级,按倍频带")
_COLUMNS: Mapping[str, Mapping[str, tuple[str, Text]]] = MappingProxyType(
    {
        "buildings": {
            "geometry": ("", Text("polygon", "多边形")),
            "height_m": ("m", Text("height above the ground at its foot", "地面以上高度")),
            "height_source": (
                "",
                Text("`given`, `floors` (by their number) or `assumed`", "`given`给出、`floors`按层数、`assumed`假定"),
            ),
            "base_z": ("m", Text("altitude of its foot; null is the terrain's", "基底高程;空为地形高程")),
            "floors": ("", Text("storeys above the ground", "地上层数")),
            "use": (
                "",
                Text(
                    "`dwelling`, `school`, `hospital`, `office`, `shop`, `factory`, `other`",
                    "用途:`dwelling`住宅、`school`学校、`hospital`医院、`office`办公、`shop`商业、`factory`厂房、`other`其他",
                ),
            ),
            "persons": ("", Text("people who live there", "居住人数")),
        },
        "roads": {
            "geometry": ("", Text("line", "线")),
            "class": ("", Text("class of OpenStreetMap (`highway`)", "道路等级(OpenStreetMap的`highway`)")),
            "lanes": ("", Text("lanes", "车道数")),
            "speed_kmh": ("km/h", Text("speed limit", "限速")),
            "one_way": ("", Text("one way", "单行")),
            "surface": (
                "",
                Text("surface, by the law's table; null is the reference", "路面,按指令附表;空为参考路面"),
            ),
            "gradient_pct": ("%", Text("slope along the line, uphill positive", "纵坡,沿线方向上坡为正")),
            "height_m": ("m", Text("height above the ground: elevated roads", "离地高度(高架)")),
            "tunnel": ("", Text("in a tunnel: radiates nothing", "位于隧道内,不向外辐射")),
        },
        "railways": {
            "geometry": ("", Text("line", "线")),
            "kind": ("", Text("`rail`, `metro`, `tram`", "`rail`铁路、`metro`地铁、`tram`有轨电车")),
            "height_m": ("m", Text("height above the ground", "离地高度")),
            "power_day": ("dB", _POWER),
            "power_evening": ("dB", _POWER),
            "power_night": ("dB", _POWER),
        },
        "plants": {
            "geometry": ("", Text("point", "点")),
            "kind": (
                "",
                Text(
                    "`industry`, `services`, `restaurant`, `construction`",
                    "`industry`工业、`services`楼宇设备、`restaurant`餐饮、`construction`施工",
                ),
            ),
            "height_m": ("m", Text("height above the ground", "离地高度")),
            "power": ("dB", Text("sound power by band, dB re 1 pW", "声功率级,按倍频带")),
            "from_hour": ("h", Text("hour at which it begins", "开始时刻")),
            "to_hour": ("h", Text("hour at which it ends", "结束时刻")),
            "faces_deg": (
                "degree",
                Text("bearing of the main direction; null radiates evenly", "主方向方位角;空为无指向性"),
            ),
            "directivity": ("", Text("how it radiates to its sides", "指向性")),
        },
        "barriers": {
            "geometry": ("", Text("line", "线")),
            "height_m": ("m", Text("height above the ground", "离地高度")),
        },
        "ground": {
            "geometry": ("", Text("polygon", "多边形")),
            "ground_factor": ("", Text("G, 0 hard to 1 soft", "地面因子G,0为坚实、1为疏松")),
            "kind": ("", Text("what it is", "类型")),
        },
        "terrain": {"geometry": ("", Text("line or point with z, m", "带z值的线或点,米"))},
        "areas": {
            "geometry": ("", Text("polygon", "多边形")),
            "class": ("", Text("`0`, `1`, `2`, `3`, `4a`, `4b` of GB 3096", "GB 3096类别:`0`至`4b`")),
        },
        "communities": {"geometry": ("", Text("polygon", "多边形"))},
        "monitors": {
            "geometry": ("", Text("point", "点")),
            "height_m": ("m", Text("height above the ground", "离地高度")),
        },
    }
)
_NUMBERS = Text(
    """\
# Numbers on noise

Tables that `tanheng quiet` and the site's pages of the quiet city read from files of their own (CSV, Excel, Parquet),
not from a city's folder. They are checked as those above.""",
    """\
# 噪声数据表

`tanheng quiet` 和网站的宁静城市页面从单独的文件(CSV、Excel、Parquet)读取的表,不在城市文件夹中;检查方式同上。""",
)
_LAYERS = Text(
    """\
# The noise of a quarter

Layers of a map, which `tanheng quiet import` makes of maps and `tanheng quiet calculate` takes: a GeoPackage with a
layer of each name, or a folder of `NAME.geojson`. All geometry is in one coordinate system in metres (GeoJSON: in
degrees); several systems are brought together by the import. Eight numbers by band stand in eight columns, `power_63`
to `power_8000`. A table that is not there has no rows; an empty cell is unknown.""",
    """\
# 街区噪声

地图图层:由 `tanheng quiet import` 从地图生成,供 `tanheng quiet calculate` 使用;可为 GeoPackage(每表一个图层)或由
`NAME.geojson` 组成的文件夹。几何数据统一采用一个以米为单位的坐标系(GeoJSON 为经纬度),不同坐标系在导入时统一。
按倍频带的八个数值写成八列,`power_63` 至 `power_8000`。没有的表即没有数据;空单元格表示未知。""",
)
_HEAD = Text("| column | type | unit | meaning |", "| 列 | 类型 | 单位 | 含义 |")


def noise_dictionary(language: Language) -> str:
    """The tables of numbers, and those of a quarter, as Markdown in their order.

    Raises KeyError for a column of a quarter without a meaning.
    """
    parts = [_NUMBERS.in_language(language), *(one_table(table, language) for table in WAREHOUSE)]
    parts.append(_LAYERS.in_language(language))
    for name, schema in TABLES.items():
        title, meaning = (text.in_language(language) for text in _TITLES[name])
        lines = [f"## {title} · `{name}`", "", meaning + Text(".", "。").in_language(language), ""]
        lines += [_HEAD.in_language(language), "| --- | --- | --- | --- |"]
        for column in schema:
            unit, said = {**_EVERYWHERE, **_COLUMNS[name]}[column.name]
            kind = _TYPES[column.type].in_language(language)
            lines.append(f"| `{column.name}` | {kind} | {unit} | {said.in_language(language)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
