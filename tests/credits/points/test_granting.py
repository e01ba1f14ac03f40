"""Points come from a run, once for each day of a person by a methodology, and stay with the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credits.points.conftest import BIKE, BUS, City, sql, today

from tanheng.credits.points import granting
from tanheng.credits.points.actions import do_define_points, do_grant_points, do_withdraw_mandate
from tanheng.credits.points.models import Granted, GrantedDay, Granting
from tanheng.ledger.actions import do_define_asset, do_issue_units, do_lapse_points, do_reserve, do_transfer
from tanheng.ledger.models import Asset, Transfer
from tanheng.ledger.recomputation import recompute
from tanheng.ledger.results import Code
from tanheng.people.models import Role
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected


def code_of(raised: pytest.ExceptionInfo[InputRejected]) -> str:
    return raised.value.problems[0].code


def test_a_person_gets_the_points_of_all_days_in_one_transfer(city: City, commits):
    person = city.enrol().person
    did = city.grant((person.pseudonym, today(), 3), (person.pseudonym, today(), 4, 900, BIKE))
    commits()
    assert did.points == 7 and city.holds(person) == (7, 0)
    assert [(d.methodology, d.points, d.reduction_g) for d in GrantedDay.objects.order_by("points")] == [
        (BUS, 3, 1000),
        (BIKE, 4, 900),
    ]
    assert Transfer.objects.filter(to_account=person.account).count() == 1
    assert recompute() == []


def test_no_day_is_paid_twice_not_even_with_other_points(city: City):
    person = city.enrol().person
    city.grant((person.pseudonym, today(), 3))
    again = city.grant((person.pseudonym, today(), 3))
    corrected = city.grant((person.pseudonym, today(), 9), (person.pseudonym, today(), 2, 10, BIKE))
    assert again.points == 0 and again.left_out["granted_before"] == 1
    assert corrected.points == 2 and corrected.left_out["differs"] == 1
    assert city.holds(person) == (5, 0)


def test_the_database_grants_no_day_twice(city: City):
    city.with_points(3)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(
            "INSERT INTO credit_points_grantedday "
            "(granted_id, person_id, day, methodology, version, reduction_g, points) "
            "SELECT granted_id, person_id, day, methodology, 'v9', 0, 0 FROM credit_points_grantedday"
        )


def test_without_a_rate_of_exchange_nothing_is_granted_and_that_is_told(city: City):
    person = city.enrol().person
    with pytest.raises(InputRejected) as raised:
        city.grant((person.pseudonym, today(), None))
    assert code_of(raised) == "points.E020"
    assert "the rate of exchange is not set" in str(raised.value)
    assert not Granting.objects.exists() and city.holds(person) == (0, 0)


def test_days_without_points_are_counted_beside_those_with(city: City):
    person = city.enrol().person
    did = city.grant((person.pseudonym, today(), None, 500, BIKE), (person.pseudonym, today(), 3))
    assert (did.points, did.left_out["no_points"]) == (3, 1)


def test_who_is_not_enrolled_gets_nothing_and_does_not_hold_up_others(city: City):
    person = city.enrol().person
    did = city.grant(
        ("11111111-1111-4111-8111-111111111111", today(), 5), ("home 12", today(), 5), (person.pseudonym, today(), 3)
    )
    assert (did.points, did.left_out["unknown"], did.left_out["malformed"]) == (3, 1, 1)


def test_only_days_of_a_mandate_count(city: City):
    enrolled = city.enrol()
    before, after = today() - timedelta(1), today() + timedelta(1)
    do_withdraw_mandate(enrolled.mandate, acting_user=HOUSE)
    did = city.grant(*((enrolled.person.pseudonym, day, 3) for day in (before, today(), after)))
    assert (did.points, did.left_out["no_mandate"]) == (3, 2)


@pytest.mark.parametrize("life", [None, 121, 1200])
def test_points_that_would_live_longer_than_ten_years_are_not_granted(city: City, life: int | None):
    person = city.enrol().person
    with pytest.raises(InputRejected) as raised:
        do_define_points("PT2", "points", life or 0, acting_user=city.officer)
    assert code_of(raised) == "points.E010"
    sql("UPDATE ledger_asset SET life_months = %s WHERE code = 'PT'", life)
    with pytest.raises(InputRejected) as raised:
        city.grant((person.pseudonym, today(), 3))
    assert code_of(raised) == "points.E010"


def test_the_database_knows_the_ten_years_too(city: City):
    person = city.with_points(3)
    sql("UPDATE ledger_asset SET life_months = 121 WHERE code = 'PT'")
    answer = do_issue_units("PT", person.account.number, 5, acting_user=HOUSE)
    with pytest.raises(DatabaseError, match="120 months"), transaction.atomic():
        sql(
            "INSERT INTO credit_points_granted (granting_id, person_id, transfer_id, points) "
            "SELECT granting_id, person_id, %s, 5 FROM credit_points_granted",
            answer.transfer,
        )


def test_points_lapse_at_the_end_of_their_life(city: City):
    person = city.with_points(5)
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE ledger_posting SET at = at - interval '25 months'")
    sql("SET LOCAL session_replication_role = origin")
    assert do_lapse_points(Asset.objects.get(code="PT")) == 5
    assert city.holds(person) == (0, 0)


def test_where_there_are_no_points_or_two_kinds_nothing_is_granted(city: City):
    person = city.enrol().person
    do_define_asset("PT2", "points", "other", life_months=12, acting_user=HOUSE)
    with pytest.raises(InputRejected) as raised:
        city.grant((person.pseudonym, today(), 3))
    assert code_of(raised) == "points.E012"


# Not transferable


@pytest.mark.parametrize("way", [do_transfer, do_reserve])
def test_points_do_not_pass_from_person_to_person(city: City, way):
    one, other = city.with_points(10, "r-000001"), city.enrol("r-000002").person
    for purpose in ("transfer", "trade", "spend", "issue", "lapse", "retire"):
        answer = way(one.account.number, other.account.number, "PT", 1, purpose=purpose, acting_user=HOUSE)
        assert answer.code not in (Code.OK, Code.QUEUED, Code.WAITS_FOR_SECOND), (purpose, answer)
    assert (city.holds(one), city.holds(other)) == ((10, 0), (0, 0))


def test_no_statement_moves_points_from_person_to_person(city: City, commits):
    one, other = city.with_points(10, "r-000001"), city.enrol("r-000002").person
    to, source = other.account_id, one.account_id
    for statement in (
        f"UPDATE ledger_balance SET posted = posted - 1 WHERE account_id = {source}",
        f"UPDATE credit_points_granted SET person_id = {other.pk}",
        f"UPDATE credit_points_grantedday SET person_id = {other.pk}",
        f"UPDATE credit_points_person SET account_id = {to} WHERE id = {one.pk}",
        f"UPDATE credit_points_person SET pseudonym = gen_random_uuid() WHERE id = {one.pk}",
        f"UPDATE ledger_asset SET transferable = true WHERE id = {city.points.pk}",
        f"INSERT INTO ledger_posting (account_id, asset_id, at, transfer_id, quantity, balance_after) "
        f"SELECT {to}, asset_id, now(), transfer_id, 1, 1 FROM ledger_posting LIMIT 1",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)
            commits()


def test_a_grant_says_what_a_transfer_to_this_person_says(city: City):
    one, other = city.with_points(10, "r-000001"), city.enrol("r-000002").person
    issued = do_issue_units("PT", one.account.number, 5, acting_user=HOUSE).transfer or 0
    granting_id = Granting.objects.get().pk
    for person, transfer, points in ((other.pk, issued, 5), (one.pk, issued, 6), (one.pk, 999_999, 5)):
        with pytest.raises(DatabaseError, match="no transfer of the ledger"), transaction.atomic():
            Granted.objects.create(granting_id=granting_id, person_id=person, transfer_id=transfer, points=points)


def test_a_granting_is_the_sum_of_what_it_gave(city: City, commits):
    with pytest.raises(DatabaseError, match="does not add up"), transaction.atomic():
        Granting.objects.create(
            run="x", asset=city.points, persons=1, days=1, reduction_g=1, points=5, parts={}, digest="0" * 64
        )
        commits()


@pytest.mark.parametrize("table", ["granting", "granted", "grantedday"])
def test_what_was_granted_is_never_rewritten(city: City, table: str):
    city.with_points(3)
    for statement in (f"UPDATE credit_points_{table} SET id = id + 1", f"DELETE FROM credit_points_{table}"):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "emitter"])
@pytest.mark.parametrize("role", Role.values)
def test_only_an_officer_of_the_bureau_grants(city: City, organisation: str, role: str):
    person = city.enrol().person
    place = city.results((person.pseudonym, today(), 3))
    if (organisation, role) == ("bureau", "officer"):
        assert do_grant_points("run", place, acting_user=city.user(organisation, role)).points == 3
    else:
        with pytest.raises(Refused):
            do_grant_points("run", place, acting_user=city.user(organisation, role))
        assert city.holds(person) == (0, 0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([BUS, BIKE]),
                                   st.integers(0, 5)), max_size=8), max_size=4))  # fmt: skip
def test_whatever_runs_are_granted_each_day_counts_once(city: City, runs):
    """The first granted value of each day stands, in whatever order and however often runs are granted."""
    with transaction.atomic():
        people = [city.enrol(f"r-00000{n}").person for n in range(3)]
        expected: dict[tuple[int, int, str], int] = {}
        for run in runs:
            rows = {(who, ago, methodology): points for who, ago, methodology, points in run}
            if not rows:
                continue
            fresh = {key: points for key, points in rows.items() if key not in expected}
            given_now = {who: sum(points for (w, _a, _m), points in fresh.items() if w == who) for who in range(3)}
            expected |= {key: points for key, points in fresh.items() if given_now[key[0]]}
            # Days before the mandate do not count: here all are of the day and the two after it.
            city.grant(*((people[w].pseudonym, today() + timedelta(ago), p, 100, m) for (w, ago, m), p in rows.items()))
        for who, person in enumerate(people):
            assert city.holds(person)[0] == sum(points for (w, _a, _m), points in expected.items() if w == who)
        assert recompute() == []
        transaction.set_rollback(True)


def test_a_large_run_goes_in_parts_and_can_be_granted_again(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(granting, "PERSONS_AT_ONCE", 2)
    people = [city.enrol(f"r-00000{n}").person for n in range(5)]
    rows = [(person.pseudonym, today(), 2) for person in people]
    did = city.grant(*rows)
    assert [each.persons for each in did.grantings] == [2, 2, 1] and did.points == 10
    again = city.grant(*rows)
    assert again.points == 0 and again.left_out["granted_before"] == 5
