"""Units that stood for no reduction come back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from tests.credits.projects.house import House

from tanheng.credits.projects.access import owed_by
from tanheng.credits.projects.actions import do_put_values, do_settle
from tanheng.credits.projects.models import Correction, Report, Return
from tanheng.ledger.actions import do_open_account, do_transfer
from tanheng.ledger.models import Block
from tanheng.ledger.results import Code
from tanheng.people import approvals
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected


def sell(house: House, report: Report, quantity: int) -> None:
    do_open_account("BUYER", "holding", house.organisations["stranger"], second_person=False, acting_user=HOUSE)
    answer = do_transfer(
        f"PRJ-{report.project.number}", "BUYER", "SZPHCER", quantity, purpose="trade", acting_user=HOUSE
    )
    assert answer.code == Code.OK


def test_over_issued_units_come_back_from_the_account(house: House) -> None:
    """15 t too many: the last 15 serial numbers are retired, and nobody can move them again."""
    report = house.report("corrected")
    account = f"PRJ-{report.project.number}"
    assert house.held(account) == 1600
    assert owed_by(report.project) == 0
    (returned,) = Return.objects.all()
    assert (returned.source, returned.quantity) == ("account", 15)
    assert [(part.lower, part.upper - 1) for part in returned.transfer.serials or ()] == [(1601, 1615)]
    assert Block.objects.get(serials__contains=1615).account.type_id == "retirement"


def test_what_was_sold_is_owed_and_nothing_more_is_issued_until_it_is_settled(house: House) -> None:
    """All units are sold: 15 are owed. The next report waits; the developer buys and gives 15, and it goes on."""
    report = house.report("issued")
    sell(house, report, 1615)
    report = house.take(report, "correct", "bureau", "officer", over_issued="15")
    project = report.project
    assert owed_by(project) == 15
    assert house.held("BUYER") == 1615, "what somebody bought in good faith stays theirs"

    following = house.begin(project, date(2026, 1, 1), date(2026, 6, 30))
    developer = house.user("developer", "representative")
    following = do_put_values(following, "project,year,cartons_t\nM1,2026,10\n", acting_user=developer)
    following = house.take(following, "submit", "developer", "representative")
    following = house.take(following, "verify", "verifier", "representative", tonnes="16", opinion="well")
    following = house.take(following, "review", "bureau", "officer")
    with pytest.raises(InputRejected) as refused:
        house.take(following, "issue", "bureau", "officer")
    assert {problem.code for problem in refused.value.problems} == {"projects.E042"}

    assert do_transfer("BUYER", f"PRJ-{project.number}", "SZPHCER", 20, purpose="trade", acting_user=HOUSE).transfer
    correction = Correction.objects.get()
    with pytest.raises(InputRejected):
        do_settle(correction, f"PRJ-{project.number}", 16, acting_user=developer)
    with pytest.raises(InputRejected):
        do_settle(correction, "BUYER", 15, acting_user=developer)
    asked = do_settle(correction, f"PRJ-{project.number}", 15, acting_user=developer)
    assert asked.approval is not None and owed_by(project) == 15
    approvals.confirm(asked.approval.pk, house.user("developer", "approver"))
    assert owed_by(project) == 0
    assert house.take(following, "issue", "bureau", "officer").state == "issued"


def test_all_of_it_comes_back_when_it_is_reversed(house: House) -> None:
    """After a correction of 15, reversing takes the other 1,600; no more than was issued ever comes back."""
    report = house.take(house.report("corrected"), "reverse", "bureau", "officer")
    assert house.held(f"PRJ-{report.project.number}") == 0
    assert sorted(Correction.objects.values_list("kind", "quantity")) == [("correction", 15), ("reversal", 1600)]
    with pytest.raises(DatabaseError, match="to come back already"), transaction.atomic():
        Correction.objects.create(issuance=report.issuances.get(), kind="correction", quantity=1)


def test_more_than_was_issued_cannot_be_corrected(house: House) -> None:
    report = house.report("issued")
    for over, code in (("1616", "projects.E043"), ("0", "projects.E036"), ("2024=1", "projects.E037")):
        with pytest.raises(InputRejected) as refused:
            house.take(report, "correct", "bureau", "officer", over_issued=over)
        assert {problem.code for problem in refused.value.problems} == {code}
    assert house.held(f"PRJ-{report.project.number}") == 1615


def test_a_return_is_a_retirement_and_counts_once(house: House) -> None:
    """By raw SQL: a sale is no return, and one retirement does not settle two corrections."""
    report = house.report("issued")
    sell(house, report, 1600)
    report = house.take(report, "correct", "bureau", "officer", over_issued="20")
    returned = Return.objects.get()
    assert (returned.quantity, owed_by(report.project)) == (15, 5)
    sale = Block.objects.filter(account__number="BUYER").earliest("pk").arrived
    for transfer, quantity in ((sale, 5), (returned.transfer_id, 5), (returned.transfer_id, 15)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO credit_projects_return (at, correction_id, source, quantity, transfer_id) "
                "VALUES (now(), %s, 'settled', %s, %s)",
                [returned.correction_id, quantity, transfer],
            )
    for table in ("correction", "return"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE credit_projects_{table} SET quantity = 1")
