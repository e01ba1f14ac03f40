"""Monitors, their hours, and complaints, as tables of the warehouse."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.warehouse.schema import Column, Table, Trap

PURPOSES = ("function_area", "road", "community", "site")
ABOUT = ("traffic", "railway", "construction", "industry", "services", "social", "other")

MONITORS = Table(
    "noise_monitors",
    Text("Noise monitors", "噪声监测点位"),
    Text("Where noise is measured, and what for", "噪声监测点位及其用途"),
    (
        Column("monitor_id", "text", Text("identifier", "点位编号")),
        Column("name", "text", Text("name", "名称"), required=False),
        Column("lon", "number", Text("longitude, WGS-84", "经度(WGS-84)"), unit="degree", least=-180, most=180),
        Column("lat", "number", Text("latitude, WGS-84", "纬度(WGS-84)"), unit="degree", least=-90, most=90),
        Column("height_m", "number", Text("height above the ground", "离地高度"), unit="m", least=0, most=300),
        Column("purpose", "text", Text("what it stands for", "点位类型"), one_of=PURPOSES),
        Column("area_class", "text", Text("class of the function area", "声环境功能区类别"), required=False, of_parameter=("noise.limit", "class")),
        Column("community_id", "text", Text("community that it belongs to", "所属小区"), required=False),
        Column("bearing_deg", "number", Text("bearing to which it listens", "朝向(方位角)"), unit="degree", required=False, least=0, most=360),
        Column("in_force_from", "date", Text("first day on which its readings count", "启用日期"), required=False),
        Column("in_force_until", "date", Text("last day on which its readings count", "停用日期"), required=False),
    ),
    key=("monitor_id",),
    traps=(Trap("duplicate_rows", ("lon", "lat", "height_m")),),
)

READINGS = Table(
    "noise_hours",
    Text("Hours of noise monitors", "噪声监测小时数据"),
    Text("One row for a monitor and an hour: the equivalent level, and how the hour was", "每个点位每小时一行:等效声级及有效性"),
    (
        Column("monitor_id", "text", Text("monitor", "点位编号"), refers_to="noise_monitors"),
        Column("date", "date", Text("day", "日期")),
        Column("hour", "integer", Text("hour that begins at this full hour, local time", "小时(当地时间,起点)"), least=0, most=23),
        Column("leq_db", "number", Text("equivalent level LAeq", "等效声级 LAeq"), unit="dB", required=False, least=0, most=140),
        Column("l10_db", "number", Text("level exceeded for a tenth of the hour", "累积百分声级 L10"), unit="dB", required=False, least=0, most=140),
        Column("l50_db", "number", Text("level exceeded for half of the hour", "累积百分声级 L50"), unit="dB", required=False, least=0, most=140),
        Column("l90_db", "number", Text("level exceeded for nine tenths of the hour", "累积百分声级 L90"), unit="dB", required=False, least=0, most=140),
        Column("lmax_db", "number", Text("highest level", "最大声级 Lmax"), unit="dB", required=False, least=0, most=160),
        Column("measured_pct", "number", Text("share of the hour that was measured", "小时有效采集率"), unit="%", default=100.0, least=0, most=100),
        Column("wind_m_s", "number", Text("wind", "风速"), unit="m/s", required=False, least=0, most=100),
        Column("wet", "boolean", Text("rain, snow or thunder", "雨雪雷电"), default=False),
    ),
    key=("monitor_id", "date", "hour"),
)

COMPLAINTS = Table(
    "noise_complaints",
    Text("Noise complaints", "噪声投诉"),
    Text("What people complain about, without who they are", "噪声投诉事项,不含个人信息"),
    (
        Column("complaint_id", "text", Text("identifier", "投诉编号")),
        Column("received", "date", Text("day on which it came", "受理日期")),
        Column("hour", "integer", Text("hour in which it was loud", "发生时段"), required=False, least=0, most=23),
        Column("about", "text", Text("kind of noise", "噪声类型"), one_of=ABOUT),
        Column("community_id", "text", Text("community", "所属小区"), required=False),
        Column("building_id", "text", Text("building", "楼栋"), required=False),
        Column("lon", "number", Text("longitude, WGS-84", "经度(WGS-84)"), unit="degree", required=False, least=-180, most=180),
        Column("lat", "number", Text("latitude, WGS-84", "纬度(WGS-84)"), unit="degree", required=False, least=-90, most=90),
        Column("closed", "date", Text("day on which it was settled", "办结日期"), required=False),
    ),
    key=("complaint_id",),
)

TABLES = (MONITORS, READINGS, COMPLAINTS)
