"""What is said of monitors on the pages of a study, in both languages."""

from __future__ import annotations

from tanheng.text import Text

MEASURED = {
    "title": Text("Measured beside calculated", "监测与计算对比"),
    "lead": Text(
        "Monitors that stand in the study: the energy mean of the days and nights that count, of the year before the "
        "last reading, beside what the study calculates at the monitor's own place and height.",
        "位于本计算范围内的监测点：最近一年有效昼间、夜间的能量平均声级，与监测点所在位置和高度处的计算值对比。",
    ),
    "monitor": Text("Monitor", "监测点"),
    "indicator": Text("Indicator", "评价量"),
    "measured": Text("Measured, dB(A)", "监测值 dB(A)"),
    "calculated": Text("Calculated, dB(A)", "计算值 dB(A)"),
    "difference": Text("Measured less calculated, dB", "监测值减计算值 dB"),
    "stands_on": Text("Stands on", "数据量"),
    "hours": Text("{hours} hours", "{hours}小时"),
    "unit_hours": Text("hours", "小时"),
    "days": Text("days", "个昼间"),
    "nights": Text("nights", "个夜间"),
    "rmse": Text("Root mean square error", "均方根误差"),
    "bias": Text("Mean error", "平均误差"),
    "largest": Text("largest", "最大"),
    "monitors": Text("monitors", "个监测点"),
    "calibration": Text("Calibration by these monitors", "以监测点校准"),
    "error": Text("Error", "误差"),
    "before": Text("before", "校准前"),
    "after": Text("after", "校准后"),
    "left_out": Text("each monitor left out in turn", "留一验证"),
    "group": Text("Sources", "声源组"),
    "offset": Text("Moved by, dB", "修正量 dB"),
    "unheard": Text("no monitor hears it", "无监测点可及"),
    "at_limit": Text("at its limit", "达到限值"),
    "trust": Text(
        "Rests on assumed spreads of the rulebook; the study itself is not changed by this page.",
        "基于规则手册中的假定离散度；本页不改变计算结果。",
    ),
    "none": Text("No monitor that you may read stands in this study.", "本计算范围内没有您可查看的监测点。"),
    "more": Text("{count} more monitors are not compared.", "另有{count}个监测点未参与对比。"),
    "as_csv": Text("CSV", "CSV"),
    "as_json": Text("JSON", "JSON"),
    "mark": Text(
        "{name} measured {measured}, calculated {calculated} dB(A), {hours} hours",
        "{name} 监测 {measured}，计算 {calculated} dB(A)，{hours}小时",
    ),
    "mark_unmeasured": Text(
        "{name} calculated {calculated} dB(A), not measured", "{name} 计算 {calculated} dB(A)，无监测值"
    ),
}
GROUP_WORDS = {
    "road": Text("road", "道路"),
    "railway": Text("railway", "轨道"),
    "plant": Text("plant", "固定声源"),
}
# The classes of OpenStreetMap as a Chinese city calls such roads; the map's own word stands beside it.
ROAD_CLASSES = {
    "motorway": "高速公路",
    "trunk": "快速路",
    "primary": "主干路",
    "secondary": "次干路",
    "tertiary": "支路",
    "unclassified": "未分级道路",
    "residential": "居住区道路",
    "living_street": "生活街道",
    "service": "内部通道",
    "road": "等级不明的道路",
}
