"""What is used is used once, goes to cancellation or back, and nothing is sold twice."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credits.points.conftest import City, sql

from tanheng.credits.points.actions import (
    do_cancel_used_points,
    do_change_good,
    do_give_back,
    do_offer_good,
    do_redeem,
    do_withdraw_mandate,
)
from tanheng.credits.points.models import Good, Redemption, RedemptionState
from tanheng.credits.points.shop import GoodIn
from tanheng.ledger.models import Balance
from tanheng.ledger.recomputation import recompute
from tanheng.ledger.refusals import TransferRefused
from tanheng.people.models import Role
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

TICKET = GoodIn("单次公交票", "A bus ride", price=4, stock=3)


def code_of(raised: pytest.ExceptionInfo[InputRejected]) -> str:
    return raised.value.problems[0].code


@pytest.fixture
def ticket(city: City) -> Good:
    return do_offer_good(TICKET, offered_by=None, acting_user=city.officer)


def test_points_that_are_used_are_set_aside_and_then_cancelled(city: City, ticket: Good, commits):
    person = city.with_points(10)
    made = do_redeem(person, ticket, 2, key="k1")
    assert city.holds(person) == (10, 8) and made.state == RedemptionState.USED
    ticket.refresh_from_db()
    assert ticket.stock == 1
    [gathering] = do_cancel_used_points(acting_user=city.officer)
    commits()
    assert (gathering.redemptions, gathering.points) == (1, 8)
    assert city.holds(person) == (2, 0)
    assert Balance.objects.get(account__number="RETIRED").posted == 8
    made.refresh_from_db()
    assert made.state == RedemptionState.CANCELLED and recompute() == []
    assert do_cancel_used_points(acting_user=city.officer) == []


def test_sent_twice_it_is_redeemed_once(city: City, ticket: Good):
    person = city.with_points(10)
    first, again = do_redeem(person, ticket, 1, key="k1"), do_redeem(person, ticket, 1, key="k1")
    assert first == again and city.holds(person) == (10, 4)
    with pytest.raises(InputRejected) as raised:
        do_redeem(person, ticket, 2, key="k1")
    assert code_of(raised) == "points.E034"
    other = city.with_points(10, "r-000002")
    assert do_redeem(other, ticket, 1, key="k1") != first, "a key is a person's own"


def test_who_holds_too_few_points_gets_nothing_and_the_stock_stays(city: City, ticket: Good):
    person = city.with_points(10)
    with pytest.raises(TransferRefused):
        do_redeem(person, ticket, 3, key="k1")
    ticket.refresh_from_db()
    assert (ticket.stock, Redemption.objects.count(), city.holds(person)) == (3, 0, (10, 0))


@pytest.mark.parametrize("quantity", [0, -1, 4])
def test_no_more_than_there_is(city: City, ticket: Good, quantity: int):
    with pytest.raises(InputRejected) as raised:
        do_redeem(city.with_points(100), ticket, quantity, key="k1")
    assert code_of(raised) == "points.E033"


def test_points_set_aside_cannot_be_used_again(city: City, ticket: Good):
    person = city.with_points(7)
    do_redeem(person, ticket, 1, key="k1")
    with pytest.raises(TransferRefused):
        do_redeem(person, ticket, 1, key="k2")


def test_what_cannot_be_delivered_is_given_back(city: City, ticket: Good):
    person = city.with_points(10)
    made = do_redeem(person, ticket, 2, key="k1")
    do_give_back(made, "the shop has closed", acting_user=city.officer)
    ticket.refresh_from_db()
    assert (city.holds(person), ticket.stock) == ((10, 0), 3)
    with pytest.raises(InputRejected) as raised:
        do_give_back(made, "again", acting_user=city.officer)
    assert code_of(raised) == "points.E036"
    assert do_cancel_used_points(acting_user=city.officer) == []


def test_cancelled_points_do_not_come_back(city: City, ticket: Good):
    made = do_redeem(city.with_points(10), ticket, 1, key="k1")
    do_cancel_used_points(acting_user=city.officer)
    with pytest.raises(InputRejected) as raised:
        do_give_back(made, "too late", acting_user=city.officer)
    assert code_of(raised) == "points.E036"


def test_a_good_out_of_the_shop_or_of_another_application_is_not_to_be_had(city: City, ticket: Good):
    enrolled = city.enrol()
    do_change_good(ticket, offered=False, acting_user=city.officer)
    theirs = do_offer_good(
        TICKET,
        offered_by=city.organisations["bike"],
        open_to=city.bike,
        acting_user=city.user("bike", "representative"),
    )
    for good in (ticket, theirs):
        with pytest.raises(InputRejected) as raised:
            do_redeem(enrolled.person, good, 1, key="k1")
        assert code_of(raised) == "points.E032"


def test_an_operator_redeems_only_by_mandate(city: City, ticket: Good):
    person = city.with_points(20)
    made = do_redeem(person, ticket, 1, key="k1", application=city.bus, acting_user=city.operator)
    assert made.application == city.bus
    with pytest.raises(Refused):
        do_redeem(person, ticket, 1, key="k2", application=city.bus, acting_user=city.user("bike", "representative"))
    with pytest.raises(InputRejected) as raised:
        do_redeem(person, ticket, 1, key="k2", application=city.bike, acting_user=city.user("bike", "representative"))
    assert code_of(raised) == "points.E007"
    do_withdraw_mandate(person.mandates.get(), acting_user=HOUSE)
    with pytest.raises(InputRejected) as raised:
        do_redeem(person, ticket, 1, key="k2", application=city.bus, acting_user=city.operator)
    assert code_of(raised) == "points.E007"


def test_an_operator_opens_its_goods_to_its_own_application_only(city: City):
    with pytest.raises(InputRejected) as raised:
        do_offer_good(TICKET, offered_by=city.organisations["bus"], open_to=city.bike, acting_user=city.operator)
    assert code_of(raised) == "points.E030"


def test_a_good_has_a_price_in_points_and_none_in_money():
    fields = {field.name for field in Good._meta.concrete_fields}
    assert fields == {"id", "name_zh", "name_en", "about_zh", "about_en", "offered_by", "open_to", "price", "stock",
                      "offered", "since"}  # fmt: skip


@pytest.mark.parametrize("price", [0, -5])
def test_nothing_is_given_for_no_points(city: City, price: int):
    with pytest.raises(InputRejected):
        do_offer_good(GoodIn("票", "ticket", price, 1), offered_by=None, acting_user=city.officer)


def test_stock_never_falls_below_none(city: City, ticket: Good):
    with pytest.raises(InputRejected) as raised:
        do_change_good(ticket, add_stock=-4, acting_user=city.officer)
    assert code_of(raised) == "points.E031"
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("UPDATE credit_points_good SET stock = -1")


def test_the_database_lets_a_redemption_end_only_as_the_ledger_does(city: City, ticket: Good, commits):
    made = do_redeem(city.with_points(10), ticket, 1, key="k1")
    other = city.enrol("r-000002").person
    for change in (
        "state = 'returned', why = 'x'",
        "state = 'cancelled', gathering_id = 1",
        "points = 1",
        "quantity = 2",
        f"person_id = {other.pk}",
        "person_id = NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(f"UPDATE credit_points_redemption SET {change} WHERE id = {made.pk}")
            commits()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("DELETE FROM credit_points_redemption")
    with pytest.raises(DatabaseError, match="no reservation"), transaction.atomic():
        Redemption.objects.create(
            person=other, good=ticket, quantity=1, points=4, transfer_id=made.transfer_id, key="z"
        )


OFFERS = {("bureau", "officer"): "platform", ("bus", "representative"): "bus", ("bike", "representative"): "bike"}


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "bike", "emitter"])
@pytest.mark.parametrize("role", Role.values)
def test_who_offers_cancels_and_gives_back(city: City, organisation: str, role: str):
    """The bureau's officer keeps the platform's shop, an operator its own; only the platform cancels."""
    user, mine = city.user(organisation, role), OFFERS.get((organisation, role))
    for whose, offered_by in (
        ("platform", None),
        ("bus", city.organisations["bus"]),
        ("bike", city.organisations["bike"]),
    ):
        if mine == whose:
            assert do_offer_good(TICKET, offered_by=offered_by, acting_user=user).pk
        else:
            with pytest.raises(Refused):
                do_offer_good(TICKET, offered_by=offered_by, acting_user=user)
    if mine == "platform":
        do_cancel_used_points(acting_user=user)
    else:
        with pytest.raises(Refused):
            do_cancel_used_points(acting_user=user)


STEPS = st.lists(st.tuples(st.sampled_from(["redeem", "again", "back", "cancel"]), st.integers(1, 3)), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_in_the_shop_points_and_goods_add_up(city: City, steps):
    with transaction.atomic():
        person = city.with_points(30)
        good = do_offer_good(GoodIn("票", "ticket", 3, 6), offered_by=None, acting_user=city.officer)
        made: list[Redemption] = []
        for number, (what, count) in enumerate(steps):
            try:
                if what == "redeem":
                    made.append(do_redeem(person, good, count, key=f"k{number}"))
                elif what == "again" and made:
                    assert do_redeem(person, good, made[-1].quantity, key=made[-1].key) == made[-1]
                elif what == "back" and made:
                    do_give_back(made[-count % len(made)], "no", acting_user=city.officer)
                elif what == "cancel":
                    do_cancel_used_points(acting_user=city.officer)
            except (InputRejected, TransferRefused):
                pass  # a refusal is an answer; what must hold is below
        good.refresh_from_db()
        by_state = dict.fromkeys(RedemptionState.values, 0)
        for each in Redemption.objects.filter(person=person):
            by_state[each.state] += each.quantity
        held, reserved = city.holds(person)
        assert held == 30 - 3 * by_state["cancelled"] and reserved == 3 * by_state["used"] and held >= reserved
        assert good.stock == 6 - by_state["used"] - by_state["cancelled"]
        assert recompute() == []
        transaction.set_rollback(True)
