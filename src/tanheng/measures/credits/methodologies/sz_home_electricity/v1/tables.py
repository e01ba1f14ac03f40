"""What a home used on a day, and on the days before."""

from tanheng.measures.credits.entities import person_day
from tanheng.text import Text
from tanheng.warehouse import Column

PERSON_DAY = person_day(
    Text("home on a day", "家庭用电日"),
    Column("electricity_kwh", "number", Text("electricity of the day", "当日用电量"), unit="kWh", required=False, least=0),
    Column("persons", "number", Text("persons in the home", "家庭人数"), unit="person", required=False, least=1),
    Column("electricity_mean_kwh", "number", Text("mean of the seven days before", "前七日日均用电量"), unit="kWh", required=False, least=0),
)
