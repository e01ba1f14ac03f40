"""What a photovoltaic system generated."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("photovoltaic system in a year", "光伏项目年度"),
    Column("generation_mwh", "number", Text("electricity generated", "发电量"), unit="MWh", required=False, least=0),
    Column("capacity_mw", "number", Text("installed capacity", "装机容量"), unit="MW", required=False, least=0),
)
