"""What an offshore wind farm fed into the grid."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("offshore wind farm in a year", "海上风电项目年度"),
    Column("generation_mwh", "number", Text("net electricity fed in", "净上网电量"), unit="MWh", required=False, least=0),
    Column("grid_region", "text", Text("regional grid", "区域电网"), required=False, of_parameter=("credits.grid_margin", "region")),
    Column("offshore_km", "number", Text("distance to the shore", "离岸距离"), unit="km", required=False, least=0),
    Column("depth_m", "number", Text("depth of the water", "水深"), unit="m", required=False, least=0),
)
