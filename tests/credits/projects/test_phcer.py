"""Every lot of Guangdong's credits that was found, as projects, issuances and sales in the ledger.

The announcements name neither developers nor vintages. The year of a lot is the year of its sale here, and its record
says so; a lot that found no buyer is a project without units, since it may have been offered again under another name.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F, Sum
from tests.credits.projects.house import House, define

from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Issuance, Project
from tanheng.credits.projects.taking_over import PastIssuance, do_take_over_issuance, do_take_over_project
from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account, do_transfer
from tanheng.ledger.models import Account, Block, Posting, Transfer
from tanheng.ledger.results import Code
from tanheng.people.models import Organisation
from tanheng.people.rights import HOUSE

FILE = Path(__file__).parents[2] / "measures" / "credits" / "phcer_auctions_2017_2025.csv"
LOTS = list(csv.DictReader(FILE.open(encoding="utf-8")))
METHODOLOGY = {"forestry": "gd_forest", "distributed_pv": "gd_distributed_pv"}


def sold(lot: dict[str, str]) -> bool:
    return lot["sold"] == "1"


@pytest.fixture
def market(house: House) -> House:
    """All lots, in the order in which they were offered."""
    define("guangdong", "GDPH", "PHCER")
    seller = Organisation.objects.create(kind="developer", name="sellers, whom no announcement names")
    buyer = Organisation.objects.create(kind="emitter", name="buyers, whom no announcement names")
    do_define_asset("CNY", "cash", "yuan", second_person=False, acting_user=HOUSE)
    do_open_account("YUAN-S", "cash", seller, second_person=False, acting_user=HOUSE)
    do_open_account("YUAN-B", "cash", buyer, second_person=False, acting_user=HOUSE)
    do_open_account("BUYERS", "holding", buyer, second_person=False, acting_user=HOUSE)
    do_issue_units("CNY", "YUAN-B", 10**11, purpose="deposit", acting_user=HOUSE)
    projects: dict[str, Project] = {}
    for lot in LOTS:
        name, day = lot["project_zh"], date.fromisoformat(lot["date"])
        source = f"announcement of the auction of {day}, lot {lot['lot_id']}; its year is the year of the sale"
        if name not in projects:
            description = Description(
                name, METHODOLOGY[lot["type"]], "v1", date(2015, 1, 1), date(2025, 12, 31), source=source
            )
            projects[name] = do_take_over_project(seller, description)
        if not sold(lot):
            continue
        tonnes, project = int(lot["sold_t"]), projects[name]
        do_take_over_issuance(project, PastIssuance(day, day, {day.year: tonnes}, source))
        assert project.account is not None
        sale = do_transfer(
            project.account.number, "BUYERS", "PHCER", tonnes, purpose="trade", reason=lot["lot_id"], acting_user=HOUSE
        )
        price = Decimal(lot["price_cny"]) * 100 * tonnes
        assert price == int(price)
        paid = do_transfer(
            "YUAN-B", "YUAN-S", "CNY", int(price), purpose="payment", reason=lot["lot_id"], acting_user=HOUSE
        )
        assert (sale.code, paid.code) == (Code.OK, Code.OK)
    return house


def test_the_totals_come_out_of_the_ledger(market: House) -> None:
    """54 lots, 44 of them sold: 1,864,603 t at a mean of 33.5 yuan; not one tonne more, each with a serial number."""
    assert len(LOTS) == 54
    assert Project.objects.filter(programme__scheme="guangdong").count() == len({lot["project_zh"] for lot in LOTS})
    issued = Issuance.objects.filter(project__programme__scheme="guangdong")
    assert (issued.count(), issued.aggregate(sum=Sum("quantity"))["sum"]) == (44, 1_864_603)
    sales = Transfer.objects.filter(asset__code="PHCER", purpose="trade")
    assert (sales.count(), sales.aggregate(sum=Sum("quantity"))["sum"]) == (44, 1_864_603)
    assert market.held("BUYERS", "PHCER") == 1_864_603
    paid = Posting.objects.filter(account__number="YUAN-S").aggregate(sum=Sum("quantity"))["sum"]
    assert round(Decimal(paid) / 100 / 1_864_603, 1) == Decimal("33.5")
    runs = Block.objects.filter(asset__code="PHCER")
    assert runs.aggregate(sum=Sum(F("serials__endswith") - F("serials__startswith")))["sum"] == 1_864_603
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_each_year_is_what_was_sold_in_it(market: House) -> None:
    for year in {lot["date"][:4] for lot in LOTS}:
        wanted = sum(int(lot["sold_t"]) for lot in LOTS if lot["date"].startswith(year))
        found = Issuance.objects.filter(vintage=int(year)).aggregate(sum=Sum("quantity", default=0))["sum"]
        assert found == wanted, year


def test_what_was_taken_over_says_so(market: House) -> None:
    """Its projects are public, name their record, and claim no validation or verification of this platform."""
    taken = Project.visible_to(None).filter(programme__scheme="guangdong")
    assert taken.count() == len({lot["project_zh"] for lot in LOTS})
    for project in taken.prefetch_related("reports__years"):
        assert project.source.startswith("announcement") and project.validator is None
        for report in project.reports.all():
            assert report.source and report.verifier is None
            assert [year.computed_t for year in report.years.all()] == [None]
    assert not Account.objects.filter(number__startswith="PRJ-GDPH", balances__posted__gt=0).exists()
