"""The same kWh, trip or hectare is claimed by one, or by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.people.cast import Cast

from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_claim, do_look_for, do_release, find_overlaps
from tanheng.credits.overlaps.models import Claim, FoundOverlap
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def codes(rejected: pytest.ExceptionInfo[InputRejected]) -> list[str]:
    return [problem.code for problem in rejected.value.problems]


def test_a_device_of_one_project_is_not_another_s(buses: Holder, other: Holder, inverter: ClaimIn) -> None:
    do_claim(buses, [inverter], acting_user=HOUSE)
    later = replace(inverter, key="ＩＮＶ_0001", first=date(2030, 7, 1), last=date(2040, 6, 30))
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [later], acting_user=HOUSE)
    assert codes(rejected) == ["overlaps.E002"]
    told = str(rejected.value)
    # Whose it is, and on which days: what somebody needs to go and look.
    assert "SZPH-2026-000001" in told and "Bus line 300" in told
    assert "2030-07-01 to 2035-12-31 (2010 days)" in told
    assert Claim.objects.count() == 1


def test_every_overlap_is_told_at_once_and_nothing_is_half_claimed(buses: Holder, other: Holder) -> None:
    mine = [ClaimIn("device", f"M-{number}", *YEAR) for number in range(3)]
    do_claim(buses, mine, acting_user=HOUSE)
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [*mine, ClaimIn("device", "M-9", *YEAR)], acting_user=HOUSE)
    assert codes(rejected) == ["overlaps.E002"] * 3
    assert Claim.objects.filter(holder_key=other.key).count() == 0


def test_the_day_after_is_free(buses: Holder, other: Holder, inverter: ClaimIn) -> None:
    do_claim(buses, [inverter], acting_user=HOUSE)
    after = replace(inverter, first=date(2036, 1, 1), last=date(2036, 12, 31))
    assert find_overlaps(other, [after]) == []
    (row,) = do_claim(other, [after], acting_user=HOUSE)
    assert (row.during.lower, row.during.upper) == (date(2036, 1, 1), date(2037, 1, 1))


def test_one_month_is_issued_once(buses: Holder) -> None:
    meter = ClaimIn("device", "M-1", *YEAR)
    do_claim(buses, [meter], acting_user=HOUSE)
    march = replace(meter, first=date(2026, 3, 1), last=date(2026, 3, 31))
    do_claim(buses, [march], acting_user=HOUSE, stage="issuance")
    again = replace(meter, first=date(2026, 3, 31), last=date(2026, 4, 30))
    with pytest.raises(InputRejected) as rejected:
        do_claim(buses, [again], acting_user=HOUSE, stage="issuance")
    assert codes(rejected) == ["overlaps.E004"]
    assert "2026-03-31 to 2026-03-31 (1 day)" in str(rejected.value)


def test_an_issuance_meets_what_another_registered(buses: Holder, other: Holder, inverter: ClaimIn) -> None:
    do_claim(buses, [inverter], acting_user=HOUSE)
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [inverter], acting_user=HOUSE, stage="issuance")
    assert codes(rejected) == ["overlaps.E002"]


def test_a_household_may_do_two_things_but_none_twice(buses: Holder, other: Holder) -> None:
    electricity = ClaimIn("beneficiary", "a7d1", *YEAR, activity="sz_home_electricity")
    do_claim(buses, [electricity], acting_user=HOUSE)
    do_claim(other, [replace(electricity, activity="sz_shared_bicycle")], acting_user=HOUSE)
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [electricity], acting_user=HOUSE)
    assert codes(rejected) == ["overlaps.E002"]


def test_spelt_alike_is_shown_and_not_decided(buses: Holder, other: Holder) -> None:
    do_claim(buses, [ClaimIn("device", "INV 00-01", *YEAR)], acting_user=HOUSE)
    (found,) = find_overlaps(other, [ClaimIn("device", "INV0001", *YEAR)])
    assert not found.certain and 0 < found.score < 1
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [ClaimIn("device", "INV0001", *YEAR)], acting_user=HOUSE)
    assert codes(rejected) == ["overlaps.E003"]


def test_what_is_released_is_free_again(buses: Holder, other: Holder, inverter: ClaimIn) -> None:
    do_claim(buses, [inverter], acting_user=HOUSE)
    assert do_release(buses, "withdrawn by the developer", acting_user=HOUSE) == 1
    assert do_release(buses, "once more", acting_user=HOUSE) == 0
    (row,) = do_claim(other, [inverter], acting_user=HOUSE)
    assert row.released_at is None
    assert AuditEntry.objects.filter(action="credits.release_claim").count() == 1


def test_only_the_span_that_was_reversed_is_released(buses: Holder) -> None:
    months = [(date(2026, m, 1), date(2026, m, 28)) for m in (1, 2, 3)]
    for first, last in months:
        do_claim(buses, [ClaimIn("device", "M-1", first, last)], acting_user=HOUSE, stage="issuance")
    done = do_release(
        buses, "reversed", acting_user=HOUSE, stage="issuance", first=date(2026, 2, 1), last=date(2026, 2, 28)
    )
    assert done == 1
    live = Claim.objects.filter(released_at__isnull=True).order_by("during")
    assert [row.during.lower.month for row in live] == [1, 3]


def test_a_claim_that_cannot_be_one_is_told_with_all_its_faults(buses: Holder) -> None:
    wrong = [
        ClaimIn("device", " - ", *YEAR),
        ClaimIn("meter", "1", *YEAR),
        ClaimIn("device", "2", date(2027, 1, 1), date(2026, 1, 1)),
        ClaimIn("beneficiary", "3", *YEAR),
        ClaimIn("registration", "no number", *YEAR),
        ClaimIn("device", "4", *YEAR, quantity=Decimal("-1")),
        ClaimIn("place", "5", *YEAR, place={"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
        ClaimIn("place", "6", *YEAR, place={"type": "Point", "coordinates": [22.5, 114.0]}),
    ]
    with pytest.raises(InputRejected) as rejected:
        find_overlaps(buses, wrong)
    assert codes(rejected) == ["overlaps.E001"] * len(wrong)
    assert len({problem.column for problem in rejected.value.problems}) == len(wrong)


def test_who_claims_nothing_is_refused(buses: Holder) -> None:
    with pytest.raises(InputRejected):
        do_claim(buses, [], acting_user=HOUSE)


def test_the_same_thing_twice_in_one_go(buses: Holder, inverter: ClaimIn) -> None:
    with pytest.raises(InputRejected) as rejected:
        do_claim(buses, [inverter, replace(inverter, key="inv/0001")], acting_user=HOUSE)
    assert codes(rejected) == ["overlaps.E001"]


def test_what_is_found_is_kept_once_with_its_evidence(
    buses: Holder, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    do_claim(buses, [replace(inverter, quantity=Decimal("120.5"), unit="MWh")], acting_user=HOUSE)
    (found,) = do_look_for(other, [inverter], acting_user=HOUSE)
    assert do_look_for(other, [inverter], acting_user=HOUSE) == (found,)
    assert FoundOverlap.objects.count() == 1
    assert found.state == "found"
    assert found.evidence["theirs"]["quantity"] == "120.5" and found.evidence["theirs"]["unit"] == "MWh"
    assert found.evidence["days"] == ["2026-01-01", "2035-12-31"]
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [inverter], acting_user=HOUSE)
    assert f"finding {found.pk}" in str(rejected.value)
