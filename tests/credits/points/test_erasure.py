"""A person asks to be erased: nothing of theirs is left, and the books still say what they said."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.credits.points.conftest import City, sql, today

from tanheng.credits.points.actions import (
    do_cancel_used_points,
    do_erase_person,
    do_offer_good,
    do_redeem,
)
from tanheng.credits.points.leaves import GATHERING, GRANTING
from tanheng.credits.points.models import Gathering, Granting, Person, Redemption
from tanheng.credits.points.shop import GoodIn
from tanheng.jobs.worker import work_off
from tanheng.ledger.models import Account, Balance, Transfer
from tanheng.ledger.recomputation import recompute
from tanheng.people.models import Role
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected
from tanheng.transparency.checking import check
from tanheng.transparency.proofs import is_as_sealed
from tanheng.transparency.sealing import seal


@pytest.fixture
def lived(city: City, commits) -> tuple[Person, Person]:
    """Two persons with points, of whom the first used some; some of these are cancelled, some are not."""
    one, other = city.with_points(20, "r-000001"), city.with_points(9, "r-000002")
    good = do_offer_good(GoodIn("票", "ticket", 2, 9), offered_by=None, acting_user=city.officer)
    do_redeem(one, good, 1, key="k1")
    do_cancel_used_points(acting_user=city.officer)
    do_redeem(one, good, 2, key="k2")
    commits()
    seal()
    return one, other


def test_the_books_balance_and_the_log_verifies_after_an_erasure(city: City, lived, commits):
    one, other = lived
    issued, transfers = -Balance.objects.get(account__type="issuance").posted, Transfer.objects.count()
    erasure = do_erase_person(one)
    commits()
    seal()
    assert erasure.points == 20 - 2 - 4
    assert recompute() == [], "the second reckoning from transfers alone agrees"
    assert check() == [], "no leaf of the log was rewritten or lost"
    assert -Balance.objects.get(account__type="issuance").posted == issued == 29
    assert Transfer.objects.count() > transfers, "the ledger only grew"
    assert Balance.objects.get(account__number="RETIRED").posted == 20 and city.holds(other) == (9, 0)
    for kind, rows in ((GRANTING, Granting), (GATHERING, Gathering)):
        assert all(is_as_sealed(kind, pk) for pk in rows.objects.values_list("pk", flat=True))


def test_nothing_names_the_person_any_more(city: City, lived):
    one, _other = lived
    pseudonym, number, key = str(one.pseudonym), one.account.number, bytes(one.key_hash).hex()
    do_erase_person(one)
    work_off()  # the job that writes intake's files anew
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE ANY (%s)',
                           [[f"%{pseudonym}%", "%r-000001%", f"%{key}%"]])  # fmt: skip
            if cursor.fetchone() != (0,):
                found.append(table)
    assert found == []
    assert Account.objects.get(number=number).status == "closed"
    assert not Redemption.objects.filter(person=one.pk).exists() and Redemption.objects.count() == 2


def test_who_was_erased_is_not_credited_and_does_not_come_back(city: City, lived):
    one, _other = lived
    do_erase_person(one)
    assert city.grant((one.pseudonym, today(), 3)).left_out["unknown"] == 1
    account = city.enrol("r-000003").person.account_id
    with pytest.raises(DatabaseError, match="does not come back"), transaction.atomic():
        sql("UPDATE credit_points_person SET pseudonym = %s WHERE account_id = %s", str(one.pseudonym), account)


def test_a_row_of_a_person_goes_by_erasure_only(city: City, lived):
    for table in ("person", "mandate", "granted", "grantedday", "redemption"):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(f"DELETE FROM credit_points_{table}")
    do_erase_person(lived[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("DELETE FROM credit_points_erasure")


def test_a_person_who_has_nothing_is_erased_as_well(city: City):
    person = city.enrol().person
    assert do_erase_person(person).points == 0
    assert recompute() == []


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "bike"])
@pytest.mark.parametrize("role", Role.values)
def test_only_the_person_or_the_bureau_erases_and_the_bureau_says_why(city: City, organisation: str, role: str):
    person, user = city.with_points(5), city.user(organisation, role)
    if (organisation, role) == ("bureau", "officer"):
        with pytest.raises(InputRejected) as raised:
            do_erase_person(person, acting_user=user)
        assert raised.value.problems[0].code == "points.E040"
        do_erase_person(person, reason="letter of 3 May", acting_user=user)
    else:
        with pytest.raises(Refused):
            do_erase_person(person, reason="they said so", acting_user=user)
        do_erase_person(person, acting_user=HOUSE)
    assert not Person.objects.exists()
