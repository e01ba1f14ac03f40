"""What the database itself refuses of claims, by whatever way it is asked; and of two who come at once, one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tanheng.cases.guards import put_in_place
from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_claim, do_look_for, do_release
from tanheng.credits.overlaps.models import Claim, FoundOverlap
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

CLAIM = (
    "INSERT INTO credit_overlaps_claim (holder_kind, holder_key, holder_name, stage, scope, told, key, loose, activity,"
    " during, unit, released_why, apart) VALUES ('project', %s, 'x', %s, %s, 'M-1', %s, 'm1', '', %s::daterange, '',"
    " '', %s)"
)
METER = ClaimIn("device", "M-1", date(2026, 1, 1), date(2026, 12, 31))


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def refused(statement: str, *values: Any) -> str:
    with pytest.raises(DatabaseError) as told:
        sql(statement, *values)
    return str(told.value)


def test_a_day_is_not_claimed_twice_by_sql_either(buses: Holder) -> None:
    do_claim(buses, [METER], acting_user=HOUSE)
    # The last day of a year that ends on 31 December.
    told = refused(CLAIM, "other", "registration", "device", "m-1", "[2026-12-31,2027-12-31)", 0)
    assert buses.key in told
    sql(CLAIM, "other", "registration", "device", "m-1", "[2027-01-01,2027-12-31)", 0)
    assert Claim.objects.count() == 2


def test_the_exclusion_constraint_alone_refuses_it(buses: Holder) -> None:
    """Whoever drops the trigger still claims nothing twice."""
    do_claim(buses, [METER], acting_user=HOUSE)
    sql("SET LOCAL session_replication_role = replica")
    told = refused(CLAIM, "other", "registration", "device", "m-1", "[2026-12-31,2027-12-31)", 0)
    assert "credit_claim_of_one_holder" in told
    told = refused(CLAIM, buses.key, "registration", "device", "m-1", "[2026-12-31,2027-12-31)", 7)
    assert "credit_claim_once_a_stage" in told
    sql(CLAIM, buses.key, "issuance", "device", "m-1", "[2026-12-31,2027-12-31)", 0)


def test_nobody_stands_apart_by_saying_so(buses: Holder) -> None:
    """``apart`` names a finding; without one that two persons accepted, the database refuses the claim."""
    do_claim(buses, [METER], acting_user=HOUSE)
    told = refused(CLAIM, "other", "registration", "device", "m-1", "[2026-06-01,2026-07-01)", 1)
    assert buses.key in told


def test_a_finding_for_june_does_not_open_july(buses: Holder, other: Holder) -> None:
    do_claim(buses, [METER], acting_user=HOUSE)
    june = ClaimIn("device", "M-1", date(2026, 6, 1), date(2026, 6, 30))
    (found,) = do_look_for(other, [june], acting_user=HOUSE)
    sql("UPDATE credit_overlaps_foundoverlap SET state = 'accepted'")
    told = refused(CLAIM, other.key, "registration", "device", "m-1", "[2026-06-01,2026-08-01)", found.pk)
    assert buses.key in told
    do_claim(other, [june], acting_user=HOUSE)


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("another day", "UPDATE credit_overlaps_claim SET during = '[2027-01-01,2027-02-01)'"),
        ("another holder", "UPDATE credit_overlaps_claim SET holder_key = 'other'"),
        ("another thing and a release", "UPDATE credit_overlaps_claim SET key = 'x', released_at = now()"),
        ("a release without a reason", "UPDATE credit_overlaps_claim SET released_at = now()"),
        ("a claim that is gone", "DELETE FROM credit_overlaps_claim"),
        ("no claims at all", "TRUNCATE credit_overlaps_claim CASCADE"),
    ],
)
def test_a_claim_stays_as_it_was_made(what: str, statement: str, buses: Holder) -> None:
    do_claim(buses, [METER], acting_user=HOUSE)
    refused(statement)


def test_what_is_released_stays_released(buses: Holder) -> None:
    do_claim(buses, [METER], acting_user=HOUSE)
    do_release(buses, "withdrawn", acting_user=HOUSE)
    assert "released once" in refused("UPDATE credit_overlaps_claim SET released_at = NULL, released_why = ''")


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("other evidence", "UPDATE credit_overlaps_foundoverlap SET evidence = '{}'"),
        ("longer days", "UPDATE credit_overlaps_foundoverlap SET during = '[2020-01-01,2040-01-01)'"),
        ("a state that no step leads to", "UPDATE credit_overlaps_foundoverlap SET state = 'gone'"),
        ("a finding that is gone", "DELETE FROM credit_overlaps_foundoverlap"),
    ],
)
def test_a_finding_stays_as_it_was_found(what: str, statement: str, buses: Holder, other: Holder) -> None:
    do_claim(buses, [METER], acting_user=HOUSE)
    do_look_for(other, [METER], acting_user=HOUSE)
    assert FoundOverlap.objects.count() == 1
    refused(statement)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_has_it(transactional_db: None) -> None:
    put_in_place()

    def things(number: int) -> list[ClaimIn]:
        # Each in another order: who waits for whom in a circle would be torn apart by the database.
        all_of_them = [ClaimIn("device", f"M-{each}", METER.first, METER.last) for each in range(5)]
        return all_of_them[number % 5 :] + all_of_them[: number % 5]

    assert at_once(things) == {"claimed": 1, "overlaps.E002": 7}
    assert Claim.objects.count() == 5 and Claim.objects.values("holder_key").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_in_one_place_one_has_it(transactional_db: None) -> None:
    """Areas that lie over each other are no constraint of the database: who claims at once waits."""
    put_in_place()

    def field(number: int) -> list[ClaimIn]:
        west, east = 114 + number / 10_000, 114.01 + number / 10_000
        ring = [[west, 22.5], [east, 22.5], [east, 22.51], [west, 22.51], [west, 22.5]]
        place = {"type": "Polygon", "coordinates": [ring]}
        return [ClaimIn("place", f"field {number}", METER.first, METER.last, place=place)]

    assert at_once(field) == {"claimed": 1, "overlaps.E003": 7}


def at_once(things: Callable[[int], list[ClaimIn]]) -> Counter[str]:
    start = Barrier(8)

    def attempt(number: int) -> str:
        try:
            start.wait()
            do_claim(Holder("project", f"P-{number}", f"project {number}"), things(number), acting_user=HOUSE)
            return "claimed"
        except InputRejected as rejected:
            return rejected.problems[0].code
        except IntegrityError as error:
            return f"untold: {error}"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(attempt, range(8)))
