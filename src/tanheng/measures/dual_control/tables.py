"""The city tables that dual control reads besides the base tables and those of the inventory."""

from __future__ import annotations

from tanheng.text import Text
from tanheng.warehouse.schema import Column, Table, Trap

PROJECTS = Table(
    "projects",
    Text("Fixed-asset projects in the energy review", "固定资产投资项目"),
    Text("New projects that ask for head-room in a district's carbon budget", "申请使用区碳预算余量的新项目"),
    (
        Column("project_id", "text", Text("identifier", "项目编号")),
        Column("name", "text", Text("name", "名称")),
        Column("district_id", "text", Text("district", "所在区"), refers_to="districts"),
        Column("sector", "text", Text("division of GB/T 4754-2017, two digits", "国民经济行业大类(两位)"), of_parameter=("sectors.broad_sector", "sector")),
        Column("starts", "date", Text("expected start of operation", "预计投产日期")),
        Column("energy_tce", "number", Text("expected yearly energy use", "预计年综合能耗"), unit="tce", required=False, least=0),
        Column("emissions_tco2e", "number", Text("expected yearly emissions, with bought power", "预计年排放量(含外购电)"), unit="tCO2e", required=False, least=0),
        Column("value_added_10k_cny", "number", Text("expected yearly value added", "预计年增加值"), unit="10k_CNY", required=False, least=0),
        Column("state", "text", Text("where the review stands", "审查状态"), one_of=("applied", "approved", "refused", "running")),
    ),
    key=("project_id",),
    traps=(Trap("duplicate_rows", ("name", "district_id", "emissions_tco2e")),),
)

TABLES = (PROJECTS,)
