"""The carbon market beside dual control: who is in it, what they have to surrender, and what that weighs in money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import narwhals as nw

from tanheng.measures.assessment import Indicator
from tanheng.measures.base_entities import FACILITY, FACILITY_YEAR
from tanheng.measures.dual_control.parameters import parameter
from tanheng.measures.dual_control.parts.part import Column, Part, amounts, table
from tanheng.measures.dual_control.results import read
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text

_NAMES = ("district_id", "allowances_due_tco2e", "allowances_due_cny")
_CARDS = (
    ("key_emitters", Text("key emitters", "重点排放单位"), "facilities", 1, 0),
    ("allowances_due_tco2e", Text("allowances due", "应提交配额量"), "tCO2e", 1, 2),
    ("allowances_due_cny", Text("value of the allowances due", "应提交配额价值"), "CNY", 1, 2),
    ("allowances_due_over_cap", Text("allowances due over the cap", "应提交配额占年度总量"), "%", 100, 1),
)


def part(situation: Situation) -> Part:
    """Allowances due of the year, their value at the mean price, and the facilities that owe most."""
    return Part(
        Text("What the carbon market asks for", "碳市场履约义务"),
        tuple(_text(situation)),
        indicators=tuple(_indicators(situation)),
        tables=(
            table(
                "allowances_due",
                Text(f"Facilities that owe most in {situation.now}", f"{situation.now}年应提交配额最多的设施"),
                (
                    Column("facility", Text("number", "编号"), "text"),
                    Column("name", Text("facility", "设施"), "text"),
                    Column("district", Text("district", "区"), "text"),
                    amounts("allowances_due_tco2e", Text("allowances due", "应提交配额量")),
                    amounts("allowances_due_cny", Text("value", "价值"), "CNY"),
                ),
                list(_dues(situation)),
                show=10,
            ),
        ),
    )


def _text(situation: Situation) -> Iterator[Text]:
    yield Text(
        "A key emitter surrenders as many allowances as it emitted. The value is of the whole duty: what was allocated "
        "free of charge is not published for single emitters and not taken off.",
        "重点排放单位按排放量提交配额。价值按全部义务计:各单位的免费分配量未公布,未予扣除。",
    )
    price = parameter(situation.evaluation, "allowances.mean_price", date(situation.now, 12, 31))
    if price.number is not None:
        yield Text(
            f"The mean price of {situation.now} was {price.number:,.2f} yuan a tonne.",
            f"{situation.now}年成交均价为每吨{price.number:,.2f}元。",
        )
    due = situation.figure("allowances_due_tco2e")
    if due.left_out:
        yield Text(
            f"{due.left_out:,} of {due.parts:,} facilities are undetermined and not in the totals.",
            f"{due.parts:,}家设施中有{due.left_out:,}家未确定,未计入合计。",
        )


def _indicators(situation: Situation) -> Iterator[Indicator]:
    for name, title, unit, times, digits in _CARDS:
        figure = situation.figure(name)
        value = None if figure.number is None else figure.number * times
        yield Indicator(
            name,
            title,
            value,
            unit,
            state="undetermined" if value is None else "neutral",
            trust=None if value is None else figure.trust,
            why=None if value is not None else figure.reason,
            explain=situation.explain(name),
            digits=digits,
        )


def _dues(situation: Situation) -> Iterator[dict[str, object]]:
    owing = (nw.col("year") == situation.now) & (nw.col("allowances_due_tco2e") > 0)
    found = read(situation.evaluation, FACILITY_YEAR, _NAMES, owing)
    largest = sorted(found, key=lambda key: -(found.figure("allowances_due_tco2e", *key).number or 0.0))[:50]
    named = read(situation.evaluation, FACILITY, ("name",), nw.col("facility_id").is_in([key[0] for key in largest]))
    for key in largest:
        row = found.at(*key)
        district = str(row["district_id"].value)
        yield {
            "facility": key[0],
            "name": named.figure("name", key[0]).value,
            "district": situation.district_names.get(district, Text(district, district)),
            "allowances_due_tco2e": row["allowances_due_tco2e"],
            "allowances_due_cny": row["allowances_due_cny"],
        }
