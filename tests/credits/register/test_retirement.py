"""Retirement: units leave for good, the certificate says which, and nothing is done by halves."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.credits.register.conftest import CREDIT, Books

from tanheng.credits.register.certificates import Retired, certify
from tanheng.credits.register.models import Certificate, CertificateKind, CertificateLot
from tanheng.credits.register.retirement import Lot, do_retire_credits, do_retire_lots
from tanheng.ledger.actions import do_retire, do_transfer
from tanheng.ledger.models import Account, Transfer
from tanheng.ledger.results import Code
from tanheng.people import approvals
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected


def test_a_certificate_names_the_units_that_left_and_for_whom(books: Books) -> None:
    made = books.retire(10)
    lot = made.lots.get()
    assert (lot.first, lot.last, lot.vintage, lot.label) == (1, 10, 2022, "SZPH-2026-000001")
    assert (made.quantity, made.beneficiary, made.holder) == (10, "Guests of the hotel", "hotel")
    assert made.number.startswith("THC-20")
    assert books.held("SHOP") == (90, 0)
    assert books.held("RETIRED") == (10, 0)
    entry = AuditEntry.objects.filter(action="register.retire").get()
    assert made.number in entry.subject


def test_units_of_several_vintages_are_several_lots(books: Books) -> None:
    books.issue("SHOP", 50, 2024, "SZPH-2026-000009")
    made = books.retire(120)
    lots = [(lot.quantity, lot.vintage, lot.label) for lot in made.lots.order_by("serials")]
    assert lots == [(100, 2022, "SZPH-2026-000001"), (20, 2024, "SZPH-2026-000009")]


def test_the_serial_numbers_that_are_named_are_retired_and_no_others(books: Books) -> None:
    made = books.retire(3, serials=[(5, 6), (9, 9)])
    assert [(lot.first, lot.last) for lot in made.lots.order_by("serials")] == [(5, 6), (9, 9)]


def test_a_retired_unit_never_moves_and_is_never_certified_again(books: Books) -> None:
    made = books.retire(10)
    back = do_transfer("RETIRED", "SHOP", CREDIT, 10, acting_user=HOUSE)
    assert back.code == Code.FROM_MAY_NOT_SEND
    account = Account.objects.select_related("owner").get(number="SHOP")
    with pytest.raises(IntegrityError), transaction.atomic():
        certify([Retired(made.transfer, "x", "y")], account, kind=CertificateKind.OFFSET, acting_user=HOUSE)
    with pytest.raises(IntegrityError), transaction.atomic():
        certify([Retired(10**9, "x", "y")], account, kind=CertificateKind.RETIREMENT, acting_user=HOUSE)
    assert Certificate.objects.count() == 1


def test_where_the_account_wants_two_persons_nothing_is_retired_before_the_second(books: Books) -> None:
    approval = books.retire(10, account="HOTEL")
    assert books.held("HOTEL") == (100, 0)
    assert not Certificate.objects.exists()
    with pytest.raises(Refused):
        approvals.confirm(approval.pk, books.user(books.hotel, "representative"))
    second = books.user(books.hotel, "approver")
    done = approvals.confirm(approval.pk, second)
    made = Certificate.objects.get()
    assert done.result == {"certificates": [made.number], "count": 1}
    assert (made.second_by, made.approval) == (second, approval.pk)
    assert books.held("HOTEL") == (90, 0)


def test_sent_twice_under_one_key_it_is_done_once(books: Books) -> None:
    first, again = books.retire(10, key="a"), books.retire(10, key="a")
    assert first == again
    assert books.held("SHOP") == (90, 0)
    with pytest.raises(InputRejected):
        books.retire(10, key="a", beneficiary="somebody else")
    waits, too = books.retire(10, key="b", account="HOTEL"), books.retire(10, key="b", account="HOTEL")
    assert waits == too


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": 101}, "register.E004"),
        ({"quantity": 0}, "register.E003"),
        ({"beneficiary": " "}, "register.E003"),
        ({"purpose": ""}, "register.E003"),
        ({"purpose": "x" * 501}, "register.E003"),
        ({"serials": [(101, 110)]}, "register.E004"),
        ({"serials": [(1, 3)]}, "register.E004"),
    ],
)
def test_what_does_not_fit_is_told_and_leaves_everything_as_it_was(
    books: Books, change: dict[str, Any], code: str
) -> None:
    values: dict[str, Any] = {"quantity": 10} | change
    with pytest.raises(InputRejected) as told:
        books.retire(**values)
    assert told.value.problems[0].code == code
    assert books.held("SHOP") == (100, 0)
    assert not Certificate.objects.exists()


def test_an_allowance_has_no_certificate(books: Books) -> None:
    user = books.user(books.hotel, "representative")
    with pytest.raises(InputRejected) as told:
        do_retire_credits("SHOP", "SZA", 1, beneficiary="a", purpose="b", acting_user=user)
    assert told.value.problems[0].code == "register.E002"


def test_nobody_retires_what_others_hold_nor_learns_which_accounts_there_are(books: Books) -> None:
    stranger = books.user(books.works, "representative")
    for account in ("SHOP", "NOT-THERE"):
        with pytest.raises(Refused):
            books.retire(1, account=account, acting_user=stranger)
    reader = books.user(books.hotel, "reader")
    with pytest.raises(Refused):
        books.retire(1, acting_user=reader)


def test_many_lots_are_retired_together_or_not_at_all(books: Books) -> None:
    user = books.user(books.hotel, "representative")
    lots = [Lot(2, f"guest {place}", "a night") for place in range(20)]
    done = do_retire_lots("SHOP", CREDIT, lots, acting_user=user)
    assert [each.beneficiary for each in done.certificates] == [lot.beneficiary for lot in lots]
    assert len({each.number for each in done.certificates}) == 20
    assert [each.lots.get().first for each in done.certificates] == list(range(1, 41, 2))
    with pytest.raises(InputRejected) as told:
        do_retire_lots("SHOP", CREDIT, [Lot(2, "a", "b"), Lot(59, "a", "b")], acting_user=user)
    assert [(each.line, each.code) for each in told.value.problems] == [(2, "register.E004")]
    assert books.held("SHOP") == (60, 0)


def test_the_database_itself_refuses_a_certificate_that_no_transfer_stands_behind(books: Books) -> None:
    made = books.retire(10)
    account = Account.objects.select_related("owner").get(number="SHOP")
    moved = do_transfer("SHOP", "HOTEL", CREDIT, 5, acting_user=HOUSE)
    assert moved.transfer is not None
    with pytest.raises(IntegrityError, match="no transfer retired"), transaction.atomic():
        certify([Retired(moved.transfer, "x", "y")], account, kind=CertificateKind.RETIREMENT, acting_user=HOUSE)
    for statement in (
        "UPDATE credit_register_certificate SET beneficiary = 'somebody else'",
        "DELETE FROM credit_register_certificatelot",
        "UPDATE credit_register_certificatelot SET serials = int8range(1, 1000)",
    ):
        with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
            connection.cursor().execute(statement)
    other = do_retire("SHOP", CREDIT, 5, reason="no certificate", acting_user=HOUSE)
    assert other.transfer is not None
    with pytest.raises(IntegrityError, match="not as many as its units"), transaction.atomic():
        Certificate.objects.create(
            number="THC-1", kind="retirement", organisation=books.hotel, holder="hotel", account=account,
            asset=made.asset, transfer=other.transfer, quantity=5, beneficiary="a", purpose="b",
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="did not retire"), transaction.atomic():
        CertificateLot.objects.create(certificate=made, asset=made.asset, serials=(700, 701))
    assert Transfer.objects.filter(purpose="retire").count() == 2
