"""What a person travelled on a day."""

from tanheng.measures.credits.entities import person_day
from tanheng.text import Text
from tanheng.warehouse import Column

PERSON_DAY = person_day(
    Text("person on a day of travel", "个人出行日"),
    Column("metro_km", "number", Text("distance by metro", "地铁里程"), unit="km", required=False, default=0, least=0),
    Column("electric_bus_km", "number", Text("distance by pure electric bus", "纯电动公交里程"), unit="km", required=False, default=0, least=0),
)
