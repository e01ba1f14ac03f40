"""Offset use: within the limit of the rulebook, once a year, and undetermined where the rulebook has no share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.credits.register.conftest import CREDIT, Books

from tanheng.cases.taking import take
from tanheng.credits.register.cases import do_begin_offset
from tanheng.credits.register.models import Certificate, OffsetUse
from tanheng.people import approvals
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

UNITS = {"account": "WORKS", "asset": CREDIT}


def stepped(case: Any, name: str, given: Mapping[str, str] | None = None, user: Any = HOUSE) -> Any:
    return take(case, name, acting_user=user, given=given).case


def applied(books: Books, quantity: int, year: int = 2025) -> Any:
    case = do_begin_offset(books.works, year, acting_user=books.user(books.works, "representative"))
    return stepped(case, "apply", {**UNITS, "quantity": str(quantity)})


def test_a_fifth_of_the_shortfall_and_no_unit_more(books: Books) -> None:
    case = applied(books, 20)
    # Order 343: at most 20 % of the part by which 900 t of allowances fall short of 1000 t.
    case = stepped(case, "hold_against_limit", {"emissions": "1000", "allowances": "900"})
    assert (case.limit, str(case.share)) == (20, "0.2")
    assert "343" in case.share_from
    officer, approver = books.user(books.bureau, "officer"), books.user(books.bureau, "approver")
    asked = take(case, "accept", acting_user=officer).approval
    assert asked is not None
    assert not Certificate.objects.exists()
    approvals.confirm(asked.pk, approver)
    done = OffsetUse.objects.get(pk=case.pk)
    assert done.state == "accepted"
    assert done.certificate is not None
    assert (done.certificate.kind, done.certificate.quantity) == ("offset", 20)
    assert books.held("WORKS") == (480, 0)


@pytest.mark.parametrize(
    ("emissions", "allowances"), [("1000", "904.9"), ("1000", "1000"), ("900", "1000"), ("100.4", "0.5")]
)
def test_more_than_the_limit_is_refused_and_told(books: Books, emissions: str, allowances: str) -> None:
    case = applied(books, 20)
    with pytest.raises(InputRejected) as told:
        stepped(case, "hold_against_limit", {"emissions": emissions, "allowances": allowances})
    assert told.value.problems[0].code == "register.E032"
    assert OffsetUse.objects.get(pk=case.pk).state == "applied"


def test_where_the_rulebook_has_no_share_it_stays_undetermined(books: Books) -> None:
    case = applied(books, 1, 2020)  # before order 343
    with pytest.raises(InputRejected) as told:
        stepped(case, "hold_against_limit", {"emissions": "1000", "allowances": "0"})
    assert told.value.problems[0].code == "register.E031"
    assert "allowances.offset_share" in told.value.problems[0].message
    after = OffsetUse.objects.get(pk=case.pk)
    assert (after.state, after.limit) == ("applied", None)


def test_one_use_stands_in_a_year(books: Books) -> None:
    first = applied(books, 10)
    with pytest.raises(InputRejected) as told:
        applied(books, 10)
    assert told.value.problems[0].code == "register.E030"
    stepped(first, "withdraw")
    assert books.held("WORKS") == (500, 0)
    assert applied(books, 10).state == "applied"


def test_the_database_keeps_the_limit_and_the_year(books: Books) -> None:
    case = applied(books, 20)
    case = stepped(case, "hold_against_limit", {"emissions": "1000", "allowances": "900"})
    for change in ('"limit" = 19', "quantity = 21", '"limit" = NULL', "state = 'accepted'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE credit_register_offsetuse SET {change} WHERE id = %s", [case.pk])
    other = do_begin_offset(books.works, 2025, acting_user=HOUSE)
    with pytest.raises(IntegrityError, match="once_a_year"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE credit_register_offsetuse SET state = 'applied', quantity = 1, account_id = %s, asset_id = %s, "
            "reservation = 1 WHERE id = %s",
            [case.account_id, case.asset_id, other.pk],
        )


def test_only_an_emitter_offsets_and_only_for_years_of_the_market(books: Books) -> None:
    with pytest.raises(InputRejected) as told:
        do_begin_offset(books.developer, 2025, acting_user=HOUSE)
    assert told.value.problems[0].code == "register.E034"
    for year in (2012, 2999):
        with pytest.raises(InputRejected) as told:
            do_begin_offset(books.works, year, acting_user=HOUSE)
        assert told.value.problems[0].code == "register.E033"
    with pytest.raises(Refused):
        do_begin_offset(books.works, 2025, acting_user=books.user(books.other, "representative"))
