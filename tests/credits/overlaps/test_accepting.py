"""What two persons said to be no overlap stands in nobody's way; what one person thinks changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from tests.people.cast import Cast

from tanheng.cases.models import Passage
from tanheng.cases.taking import open_steps, take
from tanheng.credits.overlaps.claims import (
    ClaimIn,
    Holder,
    do_accept_overlap,
    do_claim,
    do_look_for,
    do_release,
    find_overlaps,
)
from tanheng.credits.overlaps.models import Claim, FoundOverlap
from tanheng.people import approvals
from tanheng.people.models import Role
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

COMPARED = "Meter lists of both contracts"


@pytest.fixture
def found(buses: Holder, other: Holder, inverter: ClaimIn) -> FoundOverlap:
    do_claim(buses, [inverter], acting_user=HOUSE)
    (found,) = do_look_for(other, [inverter], acting_user=HOUSE)
    return found


def accept(found: FoundOverlap, cast: Cast) -> None:
    officer, approver = cast.user("bureau", "officer"), cast.user("bureau", "approver")
    asked = do_accept_overlap(found, COMPARED, "two factories use the same numbers", acting_user=officer)
    assert asked.approval is not None
    approvals.confirm(asked.approval.pk, approver)


def test_one_person_alone_changes_nothing(found: FoundOverlap, other: Holder, inverter: ClaimIn, cast: Cast) -> None:
    officer = cast.user("bureau", "officer")
    asked = do_accept_overlap(found, COMPARED, "no", acting_user=officer).approval
    assert asked is not None
    with pytest.raises(InputRejected):
        do_claim(other, [inverter], acting_user=HOUSE)
    with pytest.raises(Refused):
        approvals.confirm(asked.pk, officer)
    assert FoundOverlap.objects.get(pk=found.pk).state == "found"


def test_after_two_persons_both_claims_stand(
    found: FoundOverlap, buses: Holder, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    accept(found, cast)
    (row,) = do_claim(other, [inverter], acting_user=HOUSE)
    assert row.apart == found.pk
    assert Claim.objects.filter(released_at__isnull=True).count() == 2
    passage = Passage.objects.filter(kind="overlaps", step="accept").get()
    assert passage.second_by == cast.user("bureau", "approver") and passage.given == {"compared": COMPARED}


def test_it_holds_for_what_was_looked_at_and_nothing_else(
    found: FoundOverlap, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    accept(found, cast)
    third = Holder("project", "SZPH-2026-000003", "Third")
    with pytest.raises(InputRejected):
        do_claim(third, [inverter], acting_user=HOUSE)
    later = ClaimIn("device", "INV-0002", inverter.first, inverter.last)
    do_claim(third, [later], acting_user=HOUSE)
    with pytest.raises(InputRejected):
        do_claim(other, [inverter, later], acting_user=HOUSE)


def test_the_months_of_its_period_are_accepted_with_it(
    found: FoundOverlap, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    accept(found, cast)
    do_claim(other, [inverter], acting_user=HOUSE)
    march = replace(inverter, first=date(2026, 3, 1), last=date(2026, 3, 31))
    do_claim(other, [march], acting_user=HOUSE, stage="issuance")


def test_whichever_of_both_comes_back_it_is_the_same_finding(
    found: FoundOverlap, buses: Holder, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    accept(found, cast)
    do_claim(other, [inverter], acting_user=HOUSE)
    do_release(buses, "started anew", acting_user=HOUSE)
    do_claim(buses, [inverter], acting_user=HOUSE)
    assert Claim.objects.filter(released_at__isnull=True).count() == 2


def test_what_is_taken_back_stands_in_the_way_again(
    found: FoundOverlap, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    accept(found, cast)
    take(
        FoundOverlap.objects.get(pk=found.pk),
        "confirm",
        acting_user=cast.user("bureau", "officer"),
        reason="the number plates are the same after all",
        given={"compared": "site visit"},
    )
    with pytest.raises(InputRejected) as rejected:
        do_claim(other, [inverter], acting_user=HOUSE)
    assert "found that it is claimed twice" in str(rejected.value)


# Who may do what about a finding: the bureau's officers decide, its approvers are the second person; whoever looks
# after double counting reads. Everybody else does not even learn that there is one.
READS = {
    ("bureau", "officer"), ("bureau", "approver"), ("bureau", "auditor"),
    ("branch", "officer"), ("branch", "auditor"), ("other branch", "officer"), ("other branch", "auditor"),
}  # fmt: skip
DECIDES = {("bureau", "officer")}
STEPS = {
    ("found", "accept"): "asks",
    ("found", "confirm"): "done",
    ("accepted", "accept"): "cases.E002",
    ("accepted", "confirm"): "done",
    ("confirmed", "accept"): "asks",
    ("confirmed", "confirm"): "cases.E002",
}


@pytest.mark.parametrize("state", ["found", "accepted", "confirmed"])
def test_each_role_in_each_state_takes_each_step(
    state: str, buses: Holder, other: Holder, inverter: ClaimIn, cast: Cast
) -> None:
    do_claim(buses, [inverter], acting_user=HOUSE)
    (found,) = do_look_for(other, [inverter], acting_user=HOUSE)
    if state != "found":
        step = {"accepted": "accept", "confirmed": "confirm"}[state]
        take(found, step, acting_user=HOUSE, given={"compared": COMPARED})
    for organisation in cast.organisations:
        for role in Role.values:
            user = cast.user(organisation, role)
            seen = FoundOverlap.visible_to(user).filter(pk=found.pk).exists()
            assert seen == ((organisation, role) in READS), (organisation, role)
            for step in ("accept", "confirm"):
                expected = STEPS[state, step] if (organisation, role) in DECIDES else "refused"
                with transaction.atomic():
                    heard = _heard(FoundOverlap.objects.get(pk=found.pk), step, user)
                    # Each finds the state that the table names.
                    transaction.set_rollback(True)
                assert heard == expected, (organisation, role, state, step)
    assert FoundOverlap.visible_to(None).count() == 0


def _heard(case: FoundOverlap, step: str, user: object) -> str:
    try:
        taken = take(case, step, acting_user=user, given={"compared": COMPARED})  # type: ignore[arg-type]
    except Refused:
        return "refused"
    except InputRejected as rejected:
        return rejected.problems[0].code
    return "asks" if taken.approval else "done"


def test_the_page_offers_what_one_may_do(found: FoundOverlap, cast: Cast) -> None:
    offered = [each.name for each in open_steps(found, cast.user("bureau", "officer"))]
    assert offered == ["accept", "confirm"]
    assert open_steps(found, cast.user("emitter", "representative")) == []


def test_looking_changes_nothing(found: FoundOverlap, other: Holder, inverter: ClaimIn) -> None:
    before = FoundOverlap.objects.count(), Claim.objects.count()
    (overlap,) = find_overlaps(other, [inverter])
    assert overlap.certain and overlap.score == 1
    assert (FoundOverlap.objects.count(), Claim.objects.count()) == before
