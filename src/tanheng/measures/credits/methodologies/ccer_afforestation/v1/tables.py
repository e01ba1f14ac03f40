"""What was measured of planted forest, one stratum a project-year."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("stratum of planted forest in a year", "造林碳层年度"),
    Column("years_without_forest", "number", Text("years without forest before planting", "造林前非林地年数"), unit="year", required=False, least=0),
    Column("area_ha", "number", Text("area planted", "造林面积"), unit="ha", required=False, least=0),
    Column("species", "text", Text("species or forest type", "树种或林型"), required=False),
    Column("biomass_growth", "number", Text("growth of biomass above ground", "地上生物量增长"), unit="t/ha", required=False),
    Column("fire_tco2e", "number", Text("emissions of fire", "火灾排放量"), unit="tCO2e", required=False, least=0),
    Column("leakage_tco2e", "number", Text("leakage", "泄漏"), unit="tCO2e", required=False, least=0),
)
