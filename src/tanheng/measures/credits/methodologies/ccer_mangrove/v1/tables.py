"""What was measured of planted mangrove."""

from tanheng.measures.credits.entities import project_year
from tanheng.text import Text
from tanheng.warehouse import Column

PROJECT_YEAR = project_year(
    Text("mangrove project in a year", "红树林项目年度"),
    Column("biomass_growth_tc", "number", Text("growth of carbon in biomass", "生物质碳储量变化"), unit="tC", required=False),
    Column("soil_growth_tc", "number", Text("growth of carbon in the soil", "土壤有机碳储量变化"), unit="tC", required=False),
    Column("baseline_growth_tc", "number", Text("growth without the project", "基准线碳储量变化"), unit="tC", required=False),
    Column("emissions_tco2e", "number", Text("emissions of the project", "项目排放量"), unit="tCO2e", required=False, least=0),
)
