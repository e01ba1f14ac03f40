"""What a person did with a bank on a day."""

from tanheng.measures.credits.entities import person_day
from tanheng.text import Text
from tanheng.warehouse import Column

PERSON_DAY = person_day(
    Text("customer on a day", "客户业务日"),
    Column("transactions", "number", Text("transactions without paper", "无纸化业务笔数"), required=False, default=0, least=0),
)
