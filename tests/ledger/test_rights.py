"""Who may move what, and the second person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.ledger.books import ALLOWANCE, Books

from tanheng.ledger.access import access_account, access_accounts, access_transfer
from tanheng.ledger.actions import (
    Row,
    do_add_trusted_account,
    do_block_account,
    do_define_asset,
    do_explain_difference,
    do_issue_units,
    do_open_account,
    do_recompute,
    do_set,
    do_set_limit,
    do_transfer,
    do_transfer_batch,
)
from tanheng.ledger.models import Account, Difference, Transfer
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.results import Code
from tanheng.people import approvals
from tanheng.people.models import Approval, ApprovalState, Organisation, Role, User
from tanheng.people.rights import HOUSE, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db: None) -> Books:
    """Books whose accounts need a second person."""
    return Books(second_person=True).fill()


def test_a_second_person_confirms_and_only_then_units_move(two: Books):
    asks, confirms = two.user(two.glass, "representative"), two.user(two.glass, "approver")
    answer = do_transfer("A1", "B1", ALLOWANCE, 10, key="k", acting_user=asks)
    assert answer.code == Code.WAITS_FOR_SECOND
    assert two.held("B1") == 0
    assert do_transfer("A1", "B1", ALLOWANCE, 10, key="k", acting_user=asks) == answer, "asked again is asked once"
    assert do_transfer("A1", "B1", ALLOWANCE, 11, key="k", acting_user=asks).code == Code.KEY_REUSED
    with pytest.raises(Refused):
        approvals.confirm(answer.approval or 0, asks)
    done = approvals.confirm(answer.approval or 0, confirms)
    assert done.result is not None and done.result["code"] == "OK"
    assert two.held("B1") == 10
    transfer = Transfer.objects.get(pk=done.result["transfer"])
    assert transfer.actor_id == asks.pk


def test_what_the_ledger_refuses_then_is_still_pending(two: Books):
    asks, confirms = two.user(two.glass, "representative"), two.user(two.glass, "approver")
    answer = do_transfer("A1", "B1", ALLOWANCE, 5000, acting_user=asks)
    with pytest.raises(TransferRefused) as refused:
        approvals.confirm(answer.approval or 0, confirms)
    assert refused.value.code == Code.INSUFFICIENT
    assert Approval.objects.get().state == ApprovalState.PENDING


def test_a_batch_is_confirmed_as_a_whole(two: Books):
    asks, confirms = two.user(two.glass, "representative"), two.user(two.glass, "approver")
    rows = [Row("A1", "B1", ALLOWANCE, n, key=f"k{n}") for n in (1, 2, 3)]
    answers = do_transfer_batch(rows, acting_user=asks)
    assert {answer.code for answer in answers} == {Code.WAITS_FOR_SECOND}
    assert do_transfer_batch(rows, acting_user=asks) == answers
    approvals.confirm(answers[0].approval or 0, confirms)
    assert two.held("B1") == 6


@pytest.mark.parametrize("organisation", ["glass", "paper", "bureau"])
@pytest.mark.parametrize("role", Role.values)
def test_only_a_representative_of_the_owner_moves_what_it_holds(filled: Books, organisation: str, role: str):
    where: Organisation = getattr(filled, organisation)
    user = filled.user(where, role)
    may = (organisation, role) == ("glass", "representative")
    if may:
        assert do_transfer("A1", "B1", ALLOWANCE, 1, acting_user=user).code == Code.OK
    else:
        with pytest.raises(Refused):
            do_transfer("A1", "B1", ALLOWANCE, 1, acting_user=user)
        with pytest.raises(Refused):
            do_transfer_batch([Row("A1", "B1", ALLOWANCE, 1)], acting_user=user)


def test_who_has_no_right_does_not_learn_which_accounts_there_are(filled: Books):
    stranger = filled.user(filled.paper, "representative")
    for number in ("A1", "NO-SUCH-ACCOUNT"):
        with pytest.raises(Refused):
            do_transfer(number, "B1", ALLOWANCE, 1, acting_user=stranger)


def test_nobody_passes_the_safeguards_by_calling_a_transfer_a_trade(filled: Books):
    owner = filled.user(filled.glass, "representative")
    with pytest.raises(Refused):
        do_transfer("A1", "B1", ALLOWANCE, 1, purpose="trade", acting_user=owner)
    with pytest.raises(Refused):
        do_transfer_batch([Row("A1", "B1", ALLOWANCE, 1, purpose="trade")], acting_user=owner)
    assert (
        do_transfer("A1", "B1", ALLOWANCE, 1, purpose="surrender", acting_user=owner).code == Code.PURPOSE_DOES_NOT_FIT
    )
    officer = filled.user(filled.bureau, "officer")
    with pytest.raises(Refused):
        do_transfer("A1", "B1", ALLOWANCE, 1, purpose="trade", acting_user=officer)


DEEDS: dict[str, Callable[[Books, User], object]] = {
    "define": lambda b, u: do_define_asset("NEW", "credit", "new", acting_user=u),
    "issue": lambda b, u: do_issue_units(ALLOWANCE, "A1", 1, acting_user=u),
    "open": lambda b, u: do_open_account("NEW", "holding", b.glass, acting_user=u),
    "block": lambda b, u: do_block_account(b.account("A1"), "a test", acting_user=u),
    "set": lambda b, u: do_set("trusted.required", "yes", source="a test", status="example", acting_user=u),
    "limit": lambda b, u: do_set_limit(b.asset(ALLOWANCE), 1, source="a test", status="example", acting_user=u),
    "recompute": lambda b, u: do_recompute(acting_user=u),
    "explain": lambda b, u: do_explain_difference(
        Difference.objects.create(check_id="ledger.C001", subject="x", expected="1", found="2"), "a test", acting_user=u
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_the_bureaus_officer_does_nobody_else_does(filled: Books, deed: str):
    DEEDS[deed](filled, filled.user(filled.bureau, "officer"))
    for organisation in (filled.glass, filled.bank, filled.app, filled.bureau):
        for role in Role.values:
            if (organisation, role) == (filled.bureau, "officer"):
                continue
            with pytest.raises(Refused):
                DEEDS[deed](filled, filled.user(organisation, role))


def test_a_list_of_trusted_accounts_is_kept_by_its_owner(filled: Books):
    account, other = filled.account("A1"), filled.account("B1")
    with pytest.raises(Refused):
        do_add_trusted_account(account, other, acting_user=filled.user(filled.paper, "representative"))
    do_add_trusted_account(account, other, acting_user=filled.user(filled.glass, "representative"))


def seen(user: User) -> set[str]:
    return set(access_accounts(user).values_list("number", flat=True))


def test_one_sees_ones_own_accounts_and_the_bureau_sees_all(filled: Books):
    assert seen(filled.user(filled.glass, "reader")) == {"A1", "A2", "YUAN-A"}
    assert seen(filled.user(filled.bank, "auditor")) == {"BANK"}
    assert len(seen(filled.user(filled.bureau, "officer"))) == Account.objects.count()
    assert seen(filled.user(filled.glass, "administrator")) == set()
    with pytest.raises(Account.DoesNotExist):
        access_account(filled.user(filled.glass, "reader"), "B1")


def test_a_transfer_is_seen_from_both_sides_and_from_no_other(filled: Books):
    made = do_transfer("A1", "B1", ALLOWANCE, 1, acting_user=HOUSE).transfer or 0
    for organisation in (filled.glass, filled.paper, filled.bureau):
        assert access_transfer(filled.user(organisation, "reader"), made).pk == made
    with pytest.raises(Transfer.DoesNotExist):
        access_transfer(filled.user(filled.bank, "reader"), made)
