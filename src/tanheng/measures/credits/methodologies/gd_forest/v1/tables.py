"""What was measured of a forest."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("forest project in a year", "林业项目年度"),
    Column("area_ha", "number", Text("area", "面积"), unit="ha", required=False, least=0),
    Column("carbon_begin_tc", "number", Text("carbon at the begin of the year", "年初碳储量"), unit="tC", required=False, least=0),
    Column("carbon_end_tc", "number", Text("carbon at the end of the year", "年末碳储量"), unit="tC", required=False, least=0),
)
