"""Carbon neutrality: what is worked out, what is set aside, what is cancelled; and nothing without a factor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.credits.register.conftest import CREDIT, Books

from tanheng.cases.models import Passage
from tanheng.cases.taking import take
from tanheng.credits.register import emissions
from tanheng.credits.register.cases import do_begin_neutrality
from tanheng.credits.register.models import Certificate, Neutrality
from tanheng.ledger.actions import do_post, do_transfer, do_void
from tanheng.ledger.results import Code
from tanheng.people import approvals
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

DAYS = (date(2025, 5, 1), date(2025, 5, 3))


def begun(books: Books) -> Neutrality:
    user = books.user(books.hotel, "representative")
    return do_begin_neutrality(books.hotel, "a meeting", *DAYS, acting_user=user)


def stepped(case: Any, name: str, user: Any, given: Mapping[str, str] | None = None) -> Any:
    return take(case, name, acting_user=user, given=given).case


def confirmed(
    books: Books, case: Any, name: str, user: Any, second: Any, given: Mapping[str, str] | None = None
) -> Any:
    asked = take(case, name, acting_user=user, given=given).approval
    assert asked is not None
    approvals.confirm(asked.pk, second)
    return type(case).objects.get(pk=case.pk)


def test_from_bills_to_a_certificate(books: Books) -> None:
    mine, second = books.user(books.hotel, "representative"), books.user(books.hotel, "approver")
    officer, approver = books.user(books.bureau, "officer"), books.user(books.bureau, "approver")
    case = stepped(
        begun(books), "calculate", mine, {"electricity": "50.5", "stated": "1.2", "evidence": "bills of May"}
    )
    # 50.5 MWh at the national factor that the rulebook holds for 2025 (0.5306), and what was stated.
    factor = Decimal(str(emissions.rulebook()["inventory.grid_factor"].at(DAYS[0], "national_ets", "CN").value))  # type: ignore[union-attr]
    assert case.total_t == Decimal("50.5") * factor + Decimal("1.2")
    assert case.needed == 28
    assert [row["activity"] for row in case.workings] == ["electricity", "stated"]
    assert case.workings[0]["source"]
    case = confirmed(books, case, "apply", mine, second, {"account": "SHOP", "asset": CREDIT})
    assert books.held("SHOP") == (100, 28)
    case = stepped(case, "approve", officer)
    assert not Certificate.objects.exists()
    case = confirmed(books, case, "cancel", officer, approver)
    certificate = case.certificate
    assert (certificate.kind, certificate.quantity, certificate.about) == ("neutrality", 28, case.pk)
    assert certificate.second_by == approver
    assert books.held("SHOP") == (72, 0)
    assert books.held("RETIRED") == (28, 0)
    assert Passage.objects.filter(kind="neutrality", case=case.pk).count() == 5


def test_what_is_set_aside_cannot_be_sold_and_is_free_again_when_refused(books: Books) -> None:
    case = stepped(begun(books), "calculate", HOUSE, {"stated": "80", "evidence": "a report"})
    case = stepped(case, "apply", HOUSE, {"account": "SHOP", "asset": CREDIT})
    assert do_transfer("SHOP", "HOTEL", CREDIT, 30, acting_user=HOUSE).code == Code.RESERVED
    case = stepped(case, "refuse", books.user(books.bureau, "officer"), {"because": "the report is unsigned"})
    assert case.state == "refused"
    assert books.held("SHOP") == (100, 0)


def test_a_tonne_that_is_begun_needs_a_unit_and_too_few_units_are_told(books: Books) -> None:
    case = stepped(begun(books), "calculate", HOUSE, {"stated": "100.000001", "evidence": "a report"})
    assert case.needed == 101
    with pytest.raises(InputRejected) as told:
        stepped(case, "apply", HOUSE, {"account": "SHOP", "asset": CREDIT})
    assert told.value.problems[0].code == "register.E012"
    assert books.held("SHOP") == (100, 0)


def test_without_a_factor_nothing_is_worked_out(books: Books) -> None:
    case = do_begin_neutrality(books.hotel, "long ago", date(1991, 5, 1), date(1991, 5, 2), acting_user=HOUSE)
    with pytest.raises(InputRejected) as told:
        stepped(case, "calculate", HOUSE, {"electricity": "10"})
    assert told.value.problems[0].code == "register.E022"
    assert "inventory.grid_factor" in told.value.problems[0].message
    case.refresh_from_db(fields=["total_t"])
    assert case.total_t is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "register.E021"),
        ({"electricity": "0"}, "register.E021"),
        ({"electricity": "-1"}, "register.E006"),
        ({"electricity": "1e999"}, "register.E006"),
        ({"electricity": "NaN"}, "register.E006"),
        ({"heat": "1.0000001"}, "register.E006"),
        ({"stated": "10"}, "register.E020"),
        ({"electricity": "abc"}, "register.E006"),
    ],
)
def test_what_cannot_be_meant_is_told(books: Books, given: dict[str, str], code: str) -> None:
    with pytest.raises(InputRejected) as told:
        stepped(begun(books), "calculate", HOUSE, given)
    assert told.value.problems[0].code == code


@pytest.mark.parametrize("ends", [date(2025, 4, 30), date(2026, 1, 1)])
def test_a_time_that_ends_before_it_begins_or_spans_years_is_refused(books: Books, ends: date) -> None:
    with pytest.raises(InputRejected) as told:
        do_begin_neutrality(books.hotel, "a meeting", DAYS[0], ends, acting_user=HOUSE)
    assert told.value.problems[0].code == "register.E023"


def test_units_of_somebody_else_cover_nothing(books: Books) -> None:
    case = stepped(begun(books), "calculate", HOUSE, {"stated": "5", "evidence": "a report"})
    for account, asset, code in (("WORKS", CREDIT, "register.E010"), ("SHOP", "SZA", "register.E011")):
        with pytest.raises(InputRejected) as told:
            stepped(case, "apply", HOUSE, {"account": account, "asset": asset})
        assert told.value.problems[0].code == code


def test_a_reservation_that_its_holder_ended_in_the_ledger_is_not_certified_twice_nor_lost(books: Books) -> None:
    def applied() -> Any:
        case = stepped(begun(books), "calculate", HOUSE, {"stated": "5", "evidence": "a report"})
        case = stepped(case, "apply", HOUSE, {"account": "SHOP", "asset": CREDIT})
        return stepped(case, "approve", HOUSE)

    freed = applied()
    do_void(freed.reservation, acting_user=HOUSE)
    with pytest.raises(InputRejected) as told:
        stepped(freed, "cancel", HOUSE)
    assert told.value.problems[0].code == "register.E012"
    assert stepped(freed, "refuse", HOUSE, {"because": "the units are gone"}).state == "refused"
    posted = applied()
    do_post(posted.reservation, acting_user=HOUSE)
    certificate = stepped(posted, "cancel", HOUSE).certificate
    assert certificate.quantity == 5
    assert books.held("RETIRED") == (5, 0)


def test_others_do_not_see_it(books: Books) -> None:
    case = begun(books)
    assert list(Neutrality.visible_to(books.user(books.hotel, "reader"))) == [case]
    assert list(Neutrality.visible_to(books.user(books.bureau, "officer"))) == [case]
    assert not Neutrality.visible_to(books.user(books.works, "representative")).exists()
    assert not Neutrality.visible_to(None).exists()
    with pytest.raises(Refused):
        do_begin_neutrality(books.hotel, "x", *DAYS, acting_user=books.user(books.works, "representative"))


def test_the_database_refuses_a_state_that_no_step_leads_to(books: Books) -> None:
    case = begun(books)
    with pytest.raises(IntegrityError, match="no step leads"), transaction.atomic():
        Neutrality.objects.filter(pk=case.pk).update(state="certified")
    with pytest.raises(IntegrityError, match="credit_neutrality"), transaction.atomic():
        Neutrality.objects.filter(pk=case.pk).update(state="calculated")
