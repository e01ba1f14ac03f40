"""What a person rode on a day."""

from tanheng.measures.credits.entities import person_day
from tanheng.text import Text
from tanheng.warehouse import Column

PERSON_DAY = person_day(
    Text("person on a day of riding", "个人骑行日"),
    Column("ride_km", "number", Text("distance ridden", "骑行里程"), unit="km", required=False, default=0, least=0),
)
