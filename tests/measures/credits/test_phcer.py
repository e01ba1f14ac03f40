"""Every lot of Guangdong's credits that was found, and the totals that its announcements come to."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tanheng.measures.credits.library import methodologies

LOTS = list(csv.DictReader((Path(__file__).parent / "phcer_auctions_2017_2025.csv").open(encoding="utf-8")))
SOLD = [lot for lot in LOTS if lot["sold"] == "1"]
OF_TYPE = {"forestry": "gd_forest", "distributed_pv": "gd_distributed_pv"}


def mean_price(lots: list[dict[str, str]]) -> Decimal:
    turnover = sum((int(lot["sold_t"]) * Decimal(lot["price_cny"]) for lot in lots), Decimal(0))
    return turnover / sum(int(lot["sold_t"]) for lot in lots)


def test_the_totals_come_out() -> None:
    """As the collection says: 44 of 54 lots, 1.86 million tonnes, 33.5 yuan a tonne."""
    assert (len(LOTS), len(SOLD)) == (54, 44)
    assert sum(int(lot["sold_t"]) for lot in SOLD) == 1_864_603
    assert round(mean_price(SOLD), 1) == Decimal("33.5")


@pytest.mark.parametrize(("year", "price"), [("2017", "14.7"), ("2021", "39.4"), ("2023", "64.1"), ("2024", "38.8")])
def test_the_mean_price_of_a_year(year: str, price: str) -> None:
    assert round(mean_price([lot for lot in SOLD if lot["date"].startswith(year)]), 1) == Decimal(price)


def test_a_lot_is_whole_tonnes_and_sold_whole_or_not_at_all() -> None:
    """Credits are rounded down to tonnes before they are sold; a lot with a fraction would be no lot of credits."""
    assert {int(lot["sold_t"]) for lot in LOTS if lot["sold"] == "0"} == {0}
    assert [lot["lot_id"] for lot in SOLD if int(lot["sold_t"]) != int(lot["lot_t"])] == []
    assert [lot["lot_id"] for lot in SOLD if Decimal(lot["price_cny"]) < Decimal(lot["floor_cny"])] == []


def test_every_lot_has_a_methodology_of_its_kind() -> None:
    """All kinds that were ever sold can be described here, though their figures were not found."""
    guangdong = {each.id: each for each in methodologies() if each.scheme == "guangdong"}
    assert {OF_TYPE[lot["type"]] for lot in LOTS} <= guangdong.keys()
    assert all(guangdong[name].unset for name in OF_TYPE.values()), "a figure was found: check the lots against it"
