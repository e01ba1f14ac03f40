"""What people do on pages, without any script: transfers with two persons, invitations."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from tests.portal.test_pages import signed_in

from tanheng.ledger.models import Balance, Transfer
from tanheng.people.models import Approval, Invitation, Organisation

pytestmark = pytest.mark.usefixtures("town")


def held(number: str, asset: str = "SZEA-2024") -> int:
    balance = Balance.objects.filter(account__number=number, asset__code=asset).first()
    return balance.posted if balance else 0


def asks(client: Client, **given: str):
    form = client.get("/transfers/new/").content.decode()
    key = re.search(r'name="key" value="([0-9a-f]+)"', form)
    assert key is not None
    return client.post("/transfers/new/", {"key": key[1], "reason": "", "purpose": "transfer", **given})


def test_a_transfer_moves_nothing_until_another_person_confirmed_it():
    before = held("EM-1001"), held("EM-1002")
    given = {"from": "EM-1001", "to": "EM-1002", "asset": "SZEA-2024", "quantity": "1,200"}
    asked = asks(signed_in("emitter"), **given)
    assert asked.status_code == 302 and (held("EM-1001"), held("EM-1002")) == before
    where = asked["Location"]
    assert "Confirm as the second person" not in signed_in("emitter").get(where).content.decode()
    second = signed_in("emitter-second")
    assert "1,200" in second.get(where).content.decode()
    done = second.post(f"{where}decide/", {"decision": "confirm"})
    assert re.fullmatch(r"/transfers/\d+/", done["Location"])
    assert (held("EM-1001"), held("EM-1002")) == (before[0] - 1200, before[1] + 1200)


def test_who_asked_cannot_confirm_and_a_stranger_cannot_see_it():
    approval = Approval.objects.get(state="pending")
    before = held("EM-1001")
    assert signed_in("emitter").post(f"/approvals/{approval.pk}/decide/", {"decision": "confirm"}).status_code == 403
    assert signed_in("power").post(f"/approvals/{approval.pk}/decide/", {"decision": "confirm"}).status_code == 404
    assert held("EM-1001") == before


def test_a_refusal_needs_a_reason_and_then_stands():
    approval, second = Approval.objects.get(state="pending"), signed_in("emitter-second")
    second.post(f"/approvals/{approval.pk}/decide/", {"decision": "refuse", "reason": " "})
    approval.refresh_from_db()
    assert approval.state == "pending"
    second.post(f"/approvals/{approval.pk}/decide/", {"decision": "refuse", "reason": "too much"})
    approval.refresh_from_db()
    assert (approval.state, approval.reason) == ("refused", "too much")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quantity": "0"}, "whole number of at least 1"),
        ({"quantity": "1.5"}, "whole number of at least 1"),
        ({"quantity": "NaN"}, "whole number of at least 1"),
        ({"quantity": "9" * 30}, "whole number of at least 1"),
        ({"asset": "NONE"}, "There is no such asset"),
        ({"to": ""}, "Say to which account"),
        ({"purpose": "trade"}, "There is no such purpose"),
        ({"purpose": "retire", "to": ""}, "Say for whom and for what"),
        ({"asset": "CNY", "quantity": "1.005"}, "at most two digits"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_moves(changed: dict[str, str], says: str):
    before = Transfer.objects.count(), Approval.objects.count()
    given = {"from": "EM-1001", "to": "EM-1002", "asset": "SZEA-2024", "quantity": "5", **changed}
    answer = asks(signed_in("emitter"), **given)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert (Transfer.objects.count(), Approval.objects.count()) == before


def test_the_ledger_says_no_in_words_where_no_second_person_stands_between():
    from tanheng.ledger.models import Account

    Account.objects.filter(number="EM-1001").update(second_person=False)
    answer = asks(
        signed_in("emitter"), **{"from": "EM-1001", "to": "EM-1002", "asset": "SZEA-2024", "quantity": "9999999"}
    )
    assert answer.status_code == 422 and "does not hold that much" in answer.content.decode()


def test_money_is_written_in_yuan_and_booked_in_fen():
    from tanheng.ledger.models import Account

    Account.objects.filter(number="EM-1001-C").update(second_person=False)
    before = held("EM-1002-C", "CNY")
    given = {"from": "EM-1001-C", "to": "EM-1002-C", "asset": "CNY", "quantity": "1,234.05", "purpose": "payment"}
    assert asks(signed_in("emitter"), **given).status_code == 302
    assert held("EM-1002-C", "CNY") == before + 123405


def test_a_form_sent_twice_asks_once():
    client = signed_in("emitter")
    given = {"from": "EM-1001", "to": "EM-1002", "asset": "SZEA-2024", "quantity": "7", "key": "a" * 32}
    first, again = asks(client, **given), asks(client, **given)
    assert first["Location"] == again["Location"]
    assert Approval.objects.filter(payload__quantity=7).count() == 1


def test_nobody_moves_what_is_not_theirs():
    answer = asks(signed_in("power"), **{"from": "EM-1001", "to": "EM-1002", "asset": "SZEA-2024", "quantity": "5"})
    assert answer.status_code == 403


def test_an_administrator_invites_and_takes_back():
    emitter = Organisation.objects.get(name__contains="Demo Electronics")
    client = signed_in("emitter-admin")
    client.post(f"/organisations/{emitter.pk}/invite/", {"email": "a@example.org", "role": "reader"})
    made = Invitation.objects.get(email="a@example.org")
    client.post(f"/invitations/{made.pk}/revoke/")
    made.refresh_from_db()
    assert made.revoked_at is not None
    refused = signed_in("emitter").post(
        f"/organisations/{emitter.pk}/invite/", {"email": "b@example.org", "role": "reader"}
    )
    assert refused.status_code == 403 and not Invitation.objects.filter(email="b@example.org").exists()


def test_an_account_at_the_end_of_a_day_and_a_day_that_is_none():
    client = signed_in("emitter")
    assert "91,520" in client.get("/book/EM-1001/?on=2099-01-01").content.decode()
    past = client.get("/book/EM-1001/?on=2001-01-01").content.decode()
    assert "<b>0" in past
    assert client.get("/book/EM-1001/?on=not-a-day").status_code == 200


def test_a_proof_tells_both_parties_what_was_moved_and_neither_what_the_other_holds():
    given = Transfer.objects.filter(from_account__number="DV-2001", to_account__number="EM-1001").get()
    where = f"/transfers/{given.pk}/proof.json"
    for who in ("emitter", "developer", "officer"):
        body = json.loads(signed_in(who).get(where).json()["body"])
        assert [posting["quantity"] for posting in body["postings"]] == [-given.quantity, given.quantity]
        assert "balance" not in str(body)


def test_a_statement_goes_on_by_cursor_and_a_made_up_cursor_is_refused():
    client = signed_in("power")
    assert client.get("/book/EM-1002/SZEA-2024/?cursor=nonsense").status_code == 400
    assert client.get("/book/EM-1002/NONE/").status_code == 404
