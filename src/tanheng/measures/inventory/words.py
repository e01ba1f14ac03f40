"""Names of the inventory's parts for people, in both languages."""

from __future__ import annotations

from tanheng.text import Text

FACILITY_COMBUSTION = Text("fuel and processes of facilities", "设施燃料与工业过程")
FACILITY_GASES = Text("fluorinated gases of facilities", "设施含氟气体")
AREA_FUEL = Text("traffic, homes, other sources without a facility", "交通、居民等面源")
FACILITY_POWER = Text("electricity and heat of facilities", "设施外购电力与热力")
AREA_POWER = Text("electricity of homes and small users", "居民与小型用户用电")
PARTS = (FACILITY_COMBUSTION, FACILITY_GASES, AREA_FUEL, FACILITY_POWER, AREA_POWER)

SCOPE_1 = Text("scope 1", "范围一")
SCOPE_2 = Text("scope 2", "范围二")
FUEL = Text("fuel", "燃料")
ELECTRICITY = Text("electricity", "电力")
FACILITIES = Text("facilities", "设施")
AREA_SOURCES = Text("sources without a facility", "面源")
OURS = Text("this inventory", "本清单")

AREA_CLASSES = {
    "power_plants": Text("power plants without a report", "未报告电厂"),
    "road_transport": Text("road traffic", "道路交通"),
    "other_transport": Text("other transport", "其他交通"),
    "households": Text("homes", "居民生活"),
    "services": Text("small services", "小型服务业"),
    "construction": Text("construction", "建筑业"),
    "waste": Text("waste", "废弃物处理"),
}
FUEL_GROUPS = {
    "coal": Text("coal", "煤炭"),
    "oil": Text("oil", "油品"),
    "gas": Text("gas", "燃气"),
    "waste": Text("waste", "废弃物"),
    "biomass": Text("biomass", "生物质"),
    "electricity": Text("electricity", "电力"),
}
BROAD_SECTORS = {
    "primary": Text("primary sector", "第一产业"),
    "secondary": Text("secondary sector", "第二产业"),
    "tertiary": Text("tertiary sector", "第三产业"),
}
ERROR_KINDS = {
    "fuel": Text("fuel of facilities", "设施燃料"),
    "electricity": Text("electricity", "电力"),
    "heat": Text("heat", "热力"),
    "process": Text("industrial processes", "工业过程"),
    "refrigerant": Text("refrigerants", "制冷剂"),
    "electronics": Text("electronics gases", "电子工业用气"),
    "area": Text("sources without a facility", "面源"),
    "power plants": Text("power plants without a report", "未报告电厂"),
}
QUESTION_KINDS = {
    "intake": Text("doubtful values found at the intake, held until answered", "入库时发现的可疑值(答复前暂存)"),
    "months": Text("months of electricity missing", "缺少月度电力数据"),
    "missing": Text("other inputs missing", "缺少其他数据"),
    "unset": Text("values that the bureau has not set", "主管部门尚未公布的取值"),
    "report": Text("activity without an annual report", "有活动数据但无年度报告"),
    "evidence": Text("measured factors without a laboratory report", "实测因子缺少检测报告"),
    "intensity": Text("emissions far from those of the same division", "排放强度明显偏离同行业"),
}
TRUST = (
    ("official", Text("official", "官方文本")),
    ("reported", Text("read in a copy", "转录文本")),
    ("recalled", Text("recalled, to be verified", "凭记忆，待核实")),
    ("example", Text("example value", "示例值")),
)
WHO_CAN_MEND = {
    "bureau": Text("the bureau", "主管部门"),
    "reporter": Text("the facility", "填报单位"),
    "nobody": Text("see the questions", "见疑问清单"),
}
# Kinds of question in the order in which they are worth asking: what leaves a facility undetermined comes first.
FIRST_ASKED = ("intake", "months", "missing", "unset", "report")
