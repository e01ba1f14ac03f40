"""What the users of a project rode."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("riding project in a year", "骑行项目年度"),
    Column("ride_km", "number", Text("distance ridden", "骑行总里程"), unit="km", required=False, least=0),
)
