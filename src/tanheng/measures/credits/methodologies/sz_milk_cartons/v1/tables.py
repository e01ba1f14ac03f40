"""What a recycler of cartons took in."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("recycling project in a year", "回收项目年度"),
    Column("cartons_t", "number", Text("cartons recycled", "回收利用奶盒质量"), unit="t", required=False, least=0),
)
