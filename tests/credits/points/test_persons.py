"""Nothing here tells who a person is, and what the person gave it can take back."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.credits.points.conftest import City, sql

from tanheng.credits.points.actions import (
    do_enrol_person,
    do_make_link_code,
    do_renew_key,
    do_withdraw_mandate,
)
from tanheng.credits.points.models import Mandate, Person
from tanheng.credits.points.references import looks_personal
from tanheng.people.models import AuditEntry, Role
from tanheng.people.rights import HOUSE, Refused
from tanheng.people.secrets import hash_of
from tanheng.problems import InputRejected

# What an operator that was not told better would send. Made up; check digits of cards are right.
PERSONAL = (
    "13800138000",
    "138-0013-8000",
    "+8613800138000",
    "008613800138000",
    "u_13800138000_x",
    "13800138000",
    "11010519491231002X",
    "110105 19491231 002x",
    "110105491231002",
    "0755-12345678",
    "zhang.san@example.com",
    "张三",
)


def code_of(raised: pytest.ExceptionInfo[InputRejected]) -> str:
    return raised.value.problems[0].code


@pytest.mark.parametrize("reference", PERSONAL)
def test_an_operator_cannot_leave_a_number_that_tells_who_somebody_is(city: City, reference: str):
    with pytest.raises(InputRejected) as raised:
        city.enrol(reference)
    assert code_of(raised) == "points.E002"
    assert reference not in str(raised.value), "what was refused must not stand in logs"
    assert not Person.objects.exists()


@pytest.mark.parametrize("reference", ["r-1", "a b c d e f", "x" * 65, "id:12345", "", "../../etc"])
def test_a_reference_is_a_number_of_the_operators_own(city: City, reference: str):
    with pytest.raises(InputRejected) as raised:
        city.enrol(reference)
    assert code_of(raised) == "points.E001"


@given(st.uuids(version=4))
def test_a_random_number_is_hardly_ever_taken_for_a_telephone(number):
    plain = str(number)
    digits = max((len(run) for run in "".join(c if c.isdigit() else " " for c in plain).split()), default=0)
    assert digits >= 11 or not looks_personal(plain)


@pytest.mark.parametrize("reference", ["13800138000", "a_13800138000", "11010519491231002X", "张三丰张三丰"])
def test_the_database_refuses_it_as_well(city: City, reference: str):
    mandate = city.enrol().mandate
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(
            "INSERT INTO credit_points_mandate (person_id, application_id, reference, since) "
            "VALUES (%s, %s, %s, now())",
            mandate.person_id,
            city.bike.pk,
            reference,
        )


@pytest.mark.django_db
def test_no_column_of_a_person_takes_a_name_or_a_number():
    # Whoever adds one must come by here: the platform holds no name and no telephone number.
    with connection.cursor() as cursor:
        columns = {c.name for c in connection.introspection.get_table_description(cursor, "credit_points_person")}
    assert columns == {"id", "pseudonym", "account_id", "key_hash", "epoch", "link_hash", "link_until", "enrolled_at"}


def test_the_key_is_given_once_and_only_its_hash_is_kept(city: City):
    first, again = city.enrol("r-000001"), city.enrol("r-000001")
    assert first.key and again.key is None and again.person == first.person
    assert bytes(Person.objects.get().key_hash) == hash_of(first.key)
    assert first.key not in json.dumps(list(AuditEntry.objects.values("old", "new", "subject")), default=str)


def test_neither_the_audit_trail_nor_the_ledger_learns_the_pseudonym(city: City):
    person = city.with_points(7)
    do_renew_key(person, None, acting_user=HOUSE)
    texts = json.dumps(list(AuditEntry.objects.values("old", "new", "subject")), default=str)
    account = sql("SELECT number, holder, name FROM ledger_account WHERE id = %s", person.account_id)
    assert str(person.pseudonym) not in texts and "r-000001" not in texts
    assert str(person.pseudonym) not in str(account) and person.pseudonym.hex not in str(account)


def test_one_person_takes_part_through_two_applications_with_a_code_of_their_own(city: City):
    person = city.enrol().person
    code = do_make_link_code(person)
    other = city.user("bike", Role.REPRESENTATIVE)
    joined = do_enrol_person(city.bike, "b-00009", link_code=code.lower(), acting_user=other)
    assert joined.person == person and joined.key is None
    with pytest.raises(InputRejected) as raised:
        do_enrol_person(city.bike, "b-00010", link_code=code, acting_user=other)
    assert code_of(raised) == "points.E004", "a code is good once"


def test_a_code_that_is_too_old_joins_nobody(city: City):
    code = do_make_link_code(city.enrol().person)
    sql("UPDATE credit_points_person SET link_until = now() - interval '1 second'")
    with pytest.raises(InputRejected) as raised:
        do_enrol_person(city.bike, "b-00009", link_code=code, acting_user=city.user("bike", Role.REPRESENTATIVE))
    assert code_of(raised) == "points.E004"


def test_a_person_withdraws_and_can_begin_anew(city: City):
    enrolled = city.enrol()
    do_withdraw_mandate(enrolled.mandate, acting_user=HOUSE)
    with pytest.raises(InputRejected) as raised:
        do_withdraw_mandate(enrolled.mandate, acting_user=HOUSE)
    assert code_of(raised) == "points.E006"
    # The operator may not bring the mandate back by itself: it gets another person.
    assert city.enrol().person != enrolled.person


def test_the_database_lets_no_mandate_come_back(city: City):
    mandate = do_withdraw_mandate(city.enrol().mandate, acting_user=HOUSE)
    for change in ("withdrawn_at = NULL", "since = since - interval '1 year'", f"application_id = {city.bike.pk}"):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(f"UPDATE credit_points_mandate SET {change} WHERE id = {mandate.pk}")
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("DELETE FROM credit_points_mandate")


def test_a_suspended_application_enrols_nobody(city: City):
    sql("UPDATE credit_intake_application SET state = 'suspended' WHERE id = %s", city.bus.pk)
    with pytest.raises(InputRejected) as raised:
        city.enrol()
    assert code_of(raised) == "points.E003"


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "bike", "emitter"])
@pytest.mark.parametrize("role", Role.values)
def test_only_the_operator_of_an_application_enrols_for_it(city: City, organisation: str, role: str):
    user = city.user(organisation, role)
    if (organisation, role) == ("bus", "representative"):
        assert city.enrol(acting_user=user).key
    else:
        with pytest.raises(Refused):
            city.enrol(acting_user=user)
        assert not Mandate.objects.exists()


def test_an_operator_gives_a_new_key_only_to_who_gave_it_the_mandate(city: City):
    enrolled = city.enrol()
    with pytest.raises(InputRejected) as raised:
        do_renew_key(enrolled.person, city.bike, acting_user=city.user("bike", Role.REPRESENTATIVE))
    assert code_of(raised) == "points.E007"
    new = do_renew_key(enrolled.person, city.bus, acting_user=city.operator)
    kept = Person.objects.get()
    assert bytes(kept.key_hash) == hash_of(new) != hash_of(enrolled.key or "") and kept.epoch == 1
