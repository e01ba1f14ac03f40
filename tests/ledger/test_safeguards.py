"""Trusted accounts with their delay, limits on several levels, working hours with a queue."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.ledger.books import ALLOWANCE, Books, sql

from tanheng.ledger.actions import (
    do_add_trusted_account,
    do_block_account,
    do_close_account,
    do_open_account,
    do_remove_trusted_account,
    do_retire,
    do_run_queue,
    do_set,
    do_set_days,
    do_set_limit,
    do_transfer,
    do_transfer_batch,
    do_unblock_account,
    do_withdraw_queued,
)
from tanheng.ledger.models import CalendarDay, Queued, QueueState, Setting, TrustedAccount
from tanheng.ledger.results import Code
from tanheng.ledger.safeguards import PROPOSED, setting_now
from tanheng.ledger.transfers import Row
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

pytestmark = pytest.mark.django_db
SHENZHEN = ZoneInfo("Asia/Shanghai")


def set_(name: str, value: str) -> None:
    do_set(name, value, source="a test", status="example", acting_user=HOUSE)


def move(to: str = "B1", quantity: int = 10, source: str = "A1", **more: Any) -> Code:
    return do_transfer(source, to, ALLOWANCE, quantity, acting_user=HOUSE, **more).code


def today() -> date:
    day: date = sql("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")[0][0]
    return day


def day_is(working: bool) -> None:
    days = [(today() + timedelta(n), working, "a test") for n in (-1, 0, 1)]
    do_set_days(days, source="a test", status="example", acting_user=HOUSE)


def test_what_nobody_set_does_not_apply(filled: Books):
    assert not Setting.objects.exists()
    assert move() == Code.OK


def test_an_added_account_is_trusted_after_its_delay_and_not_before(filled: Books):
    set_("trusted.required", "yes")
    set_("trusted.delay_working_days", "4")
    row = do_add_trusted_account(filled.account("A1"), filled.account("B1"), acting_user=HOUSE)
    assert move() == Code.TRUSTED_TOO_RECENTLY
    TrustedAccount.objects.filter(pk=row.pk).update(effective_at=timezone.now())
    assert move() == Code.OK
    do_remove_trusted_account(row, acting_user=HOUSE)
    assert move() == Code.NOT_TRUSTED


def test_own_accounts_surrender_and_retirement_need_no_trust(filled: Books):
    set_("trusted.required", "yes")
    assert move("A2") == Code.OK
    assert move("RESERVE", purpose="surrender") == Code.OK
    assert do_retire("A1", ALLOWANCE, 1, reason="for a test", acting_user=HOUSE).code == Code.OK


@pytest.mark.parametrize(
    ("added", "days", "trusted_from"),
    [
        ("2026-11-23 11:00", 4, "2026-11-27 11:00"),  # Monday: Friday
        ("2026-11-26 11:00", 4, "2026-12-02 11:00"),  # over a weekend
        ("2026-09-29 11:00", 4, "2026-10-10 11:00"),  # over the National Day holiday, with Saturday the 10th worked
        ("2026-11-23 11:00", 0, "2026-11-23 11:00"),
    ],
)
def test_the_delay_counts_working_days(books: Books, added: str, days: int, trusted_from: str):
    for n in range(1, 8):
        CalendarDay.objects.create(
            day=date(2026, 10, n), working=False, name="National Day", source="a test", status="example"
        )
    CalendarDay.objects.create(day=date(2026, 10, 10), working=True, name="instead", source="a test", status="example")
    then = datetime.fromisoformat(added).replace(tzinfo=SHENZHEN)
    found = sql("SELECT ledger_after_working_days(%s, %s)", then, days)[0][0]
    assert found == datetime.fromisoformat(trusted_from).replace(tzinfo=SHENZHEN)


@pytest.mark.parametrize(
    ("registry", "type_", "account", "highest"),
    [
        (None, None, None, 1000),
        (500, None, None, 500),
        (500, 300, None, 300),
        (500, 300, 400, 300),
        (200, 300, 400, 200),
        (None, None, 7, 7),
        (500, None, 800, 500),
        (0, None, None, 0),
    ],
)
def test_of_the_limits_the_lowest_counts(
    filled: Books, registry: int | None, type_: int | None, account: int | None, highest: int
):
    asset = filled.asset(ALLOWANCE)
    for quantity, level in (
        (registry, {}),
        (type_, {"account_type": "compliance"}),
        (account, {"account": filled.account("A1")}),
    ):
        if quantity is not None:
            do_set_limit(asset, quantity, source="a test", status="example", acting_user=HOUSE, **level)
    if highest < 1000:
        assert move(quantity=highest + 1) == Code.OVER_LIMIT
    if highest:
        assert move(quantity=highest) == Code.OK


def test_a_later_limit_replaces_the_earlier_one_of_its_level_from_its_day_on(filled: Books):
    asset = filled.asset(ALLOWANCE)
    do_set_limit(asset, 5, source="a test", status="example", acting_user=HOUSE)
    assert move(quantity=6) == Code.OVER_LIMIT
    tomorrow = timezone.now() + timedelta(days=1)
    do_set_limit(asset, 1000, since=tomorrow, source="a test", status="example", acting_user=HOUSE)
    assert move(quantity=6) == Code.OVER_LIMIT
    do_set_limit(asset, None, source="a test", status="example", acting_user=HOUSE)
    assert move(quantity=6) == Code.OK


def test_outside_hours_a_transfer_waits_and_is_done_in_the_order_of_asking(filled: Books):
    set_("hours.open", "00:00")
    set_("hours.close", "23:59")
    day_is(working=False)
    assert [move(quantity=quantity, key=f"k{quantity}") for quantity in (600, 500, 400)] == [Code.QUEUED] * 3
    assert filled.held("B1") == 0
    assert do_run_queue() == (0, 0), "it is still closed"
    day_is(working=True)
    if sql("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::time >= '23:59'")[0][0]:
        pytest.fail("run again: the test came upon the last minute of the day")
    assert do_run_queue() == (2, 1)
    assert filled.held("B1") == 1000
    states = list(Queued.objects.order_by("pk").values_list("state", "code"))
    assert states == [("done", 0), ("refused", Code.INSUFFICIENT), ("done", 0)]
    assert move(quantity=500, key="k500") == Code.INSUFFICIENT, "its key now tells what became of it"
    assert move(quantity=600, key="k600") == Code.OK
    assert filled.held("B1") == 1000


def test_what_waits_can_be_withdrawn_by_its_owner_alone(filled: Books):
    set_("hours.open", "00:00")
    set_("hours.close", "23:59")
    day_is(working=False)
    assert move() == Code.QUEUED
    queued = Queued.objects.get()
    with pytest.raises(Refused):
        do_withdraw_queued(queued, acting_user=filled.user(filled.paper, "representative"))
    do_withdraw_queued(queued, acting_user=filled.user(filled.glass, "representative"))
    day_is(working=True)
    assert do_run_queue() == (0, 0)
    assert Queued.objects.get().state == QueueState.WITHDRAWN


def test_a_batch_keeps_the_safeguards(filled: Books):
    set_("trusted.required", "yes")
    codes = [
        answer.code
        for answer in do_transfer_batch(
            [Row("A1", "B1", ALLOWANCE, 1), Row("A1", "A2", ALLOWANCE, 1)], acting_user=HOUSE
        )
    ]
    assert codes == [Code.NOT_TRUSTED, Code.OK]


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-23 09:59:59", False),
        ("2026-11-23 10:00", True),
        ("2026-11-23 15:59:59", True),
        ("2026-11-23 16:00", False),
        ("2026-11-22 12:00", False),  # a Sunday
        ("2026-10-01 12:00", False),  # a Thursday, and National Day
        ("2026-10-10 12:00", True),  # a Saturday that is worked instead
    ],
)
def test_hours_are_those_of_shenzhen(books: Books, at: str, open_: bool):
    for name, value in (("hours.open", "10:00"), ("hours.close", "16:00")):
        since = datetime(2026, 1, 1, tzinfo=SHENZHEN)
        Setting.objects.create(name=name, value=value, since=since, source="a test", status="example")
    CalendarDay.objects.create(
        day=date(2026, 10, 1), working=False, name="National Day", source="a test", status="example"
    )
    CalendarDay.objects.create(day=date(2026, 10, 10), working=True, name="instead", source="a test", status="example")
    then = datetime.fromisoformat(at).replace(tzinfo=SHENZHEN)
    assert sql("SELECT ledger_is_open(%s)", then) == [(open_,)]


def test_the_next_opening_is_told(books: Books):
    for name, value in (("hours.open", "10:00"), ("hours.close", "16:00")):
        since = datetime(2026, 1, 1, tzinfo=SHENZHEN)
        Setting.objects.create(name=name, value=value, since=since, source="a test", status="example")
    friday_evening = datetime(2026, 11, 27, 18, 0, tzinfo=SHENZHEN)
    assert sql("SELECT ledger_next_opening(%s)", friday_evening) == [(datetime(2026, 11, 30, 10, 0, tzinfo=SHENZHEN),)]


def test_what_another_registry_uses_can_be_set_as_proposed(books: Books):
    for one in PROPOSED:
        do_set(one.name, one.value, source=one.source, status=one.status, acting_user=HOUSE)
        assert setting_now(one.name) == one.value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hours.open", "25:00"),
        ("hours.open", "ten"),
        ("trusted.required", "maybe"),
        ("trusted.delay_working_days", "-1"),
        ("colour", "red"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(books: Books, name: str, value: str):
    with pytest.raises(InputRejected):
        set_(name, value)


def test_a_blocked_account_gives_and_takes_nothing_until_it_is_unblocked(filled: Books):
    do_block_account(filled.account("A1"), "a phished password", acting_user=HOUSE)
    assert move() == Code.FROM_BLOCKED
    assert move("A1", source="B1") == Code.TO_BLOCKED
    do_unblock_account(filled.account("A1"), acting_user=HOUSE)
    assert move() == Code.OK
    assert AuditEntry.objects.filter(action="ledger.block_account").count() == 2


def test_an_account_is_closed_only_when_it_is_empty(filled: Books):
    with pytest.raises(InputRejected, match=r"ledger\.E015"):
        do_close_account(filled.account("A1"), "moved away", acting_user=HOUSE)
    move(quantity=1000)
    do_close_account(filled.account("A1"), "moved away", acting_user=HOUSE)
    assert move("A1", source="B1") == Code.TO_CLOSED


@pytest.mark.parametrize(
    ("number", "type_", "holder"),
    [("A1", "holding", ""), ("N1", "issuance", ""), ("N1", "vault", ""), ("N1", "cash", "x")],
)
def test_an_account_that_cannot_be_is_not_opened(books: Books, number: str, type_: str, holder: str):
    with pytest.raises(InputRejected):
        do_open_account(number, type_, books.glass, holder=holder, acting_user=HOUSE)
