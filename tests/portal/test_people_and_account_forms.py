"""Forms without a script: coming in, roles, tokens, sessions; trusted accounts, reservations, the state of accounts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from tests.portal.test_pages import signed_in

from tanheng.ledger.models import Account, Balance, Reservation, Transfer, TrustedAccount
from tanheng.people import approvals
from tanheng.people.models import Approval, Membership, Organisation, Token, User

pytestmark = pytest.mark.usefixtures("town")
PASSWORD = "a horse that is correct"


def emitter() -> Organisation:
    return Organisation.objects.get(name__contains="Demo Electronics")


def invited(email: str = "late@example.org") -> str:
    """The link in the mail."""
    mail.outbox.clear()
    signed_in("emitter-admin").post(f"/organisations/{emitter().pk}/invite/", {"email": email, "role": "reader"})
    found = re.search(r"https?://[^/]+(/invitations/accept/\?key=\S+)", str(mail.outbox[0].body))
    assert found is not None, mail.outbox[0].body
    return found[1]


def test_the_link_in_the_mail_leads_in_and_on_to_the_second_factor():
    client, link = Client(headers={"accept-language": "en"}), invited()
    first = client.get(link)
    assert first["Location"] == "/invitations/accept/", "the key does not stay in the address"
    html = client.get("/invitations/accept/").content.decode()
    key = re.search(r'name="invitation" value="(thi_[^"]+|[^"]{20,})"', html)
    assert key is not None
    new = {"invitation": key[1], "username": "late", "name": "Late", "password": PASSWORD, "again": PASSWORD}
    done = client.post("/invitations/accept/", new)
    assert done["Location"] == "/accounts/2fa/"
    user = User.objects.get(username="late")
    assert list(user.memberships.values_list("organisation", "role")) == [(emitter().pk, "reader")]
    assert client.get("/").context["user"] == user
    again = Client().post("/invitations/accept/", {**new, "username": "later"})
    assert again.status_code == 422 and not User.objects.filter(username="later").exists()


def test_who_has_an_account_accepts_with_it():
    client = signed_in("park")
    client.get(invited())
    html = client.get("/invitations/accept/").content.decode()
    assert 'name="password"' not in html
    key = re.search(r'name="invitation" value="([^"]+)"', html)
    assert key is not None
    client.post("/invitations/accept/", {"invitation": key[1]})
    assert Membership.objects.filter(user__username="demo-park", organisation=emitter(), role="reader").exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"invitation": "nothing"}, "is unknown"),
        ({"again": "something else entirely"}, "The two passwords differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"username": "demo-officer"}, "already exists"),
        ({"username": ""}, "User name: say it"),
    ],
)
def test_what_is_wrong_with_a_coming_in_is_said_and_nobody_is_made(changed: dict[str, str], says: str):
    client, link = Client(headers={"accept-language": "en"}), invited()
    given = {"invitation": link.partition("=")[2], "username": "late", "name": "Late", "password": PASSWORD}
    before = User.objects.count()
    answer = client.post("/invitations/accept/", {**given, "again": PASSWORD, **changed})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert User.objects.count() == before and PASSWORD not in answer.content.decode()


def test_trying_keys_comes_to_an_end():
    client = Client(headers={"accept-language": "en"}, REMOTE_ADDR="192.0.2.77")
    given = {"username": "x", "name": "x", "password": PASSWORD, "again": PASSWORD}
    said = [client.post("/invitations/accept/", {**given, "invitation": str(n)}).content.decode() for n in range(12)]
    assert "is unknown" in said[0] and "Too many tries" in said[-1]


def test_an_administrator_changes_and_ends_roles_but_never_their_own():
    client = signed_in("emitter-admin")
    second = Membership.objects.get(user__username="demo-emitter-second")
    where = f"/organisations/{emitter().pk}/members/{second.pk}/"
    assert client.post(where, {"how": "change", "role": ""}).status_code == 422
    client.post(where, {"how": "change", "role": "reader"})
    changed = Membership.objects.get(user__username="demo-emitter-second")
    assert changed.role == "reader"
    client.post(f"/organisations/{emitter().pk}/members/{changed.pk}/", {"how": "end", "role": ""})
    assert not Membership.objects.filter(user__username="demo-emitter-second").exists()
    own = Membership.objects.get(user__username="demo-emitter-admin")
    assert client.post(f"/organisations/{emitter().pk}/members/{own.pk}/", {"how": "end"}).status_code == 403


def test_a_token_is_shown_once_and_serves_until_it_is_revoked():
    client = signed_in("emitter")
    made = client.post("/tokens/", {"name": "statement", "scopes": ["ledger:read"], "days": "30"})
    key = re.search(r'id="shown-once">([^<]+)<', made.content.decode())
    assert key is not None and made["Cache-Control"] == "no-store"
    assert key[1] not in client.get("/tokens/").content.decode()
    program = Client(headers={"authorization": f"Bearer {key[1]}"})
    assert program.get("/api/ledger/accounts").status_code == 200
    token = Token.objects.get(name="statement")
    assert signed_in("power").post(f"/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/tokens/{token.pk}/revoke/")
    assert program.get("/api/ledger/accounts").status_code == 401


@pytest.mark.parametrize("given", [{"scopes": []}, {"scopes": ["everything"]}, {"days": "0"}, {"days": "x"}])
def test_a_token_of_nothing_is_none(given: dict[str, Any]):
    answer = signed_in("emitter").post("/tokens/", {"name": "x", "scopes": ["ledger:read"], "days": "30", **given})
    assert answer.status_code == 422 and not Token.objects.exists()


def test_one_sees_where_one_is_signed_in_and_ends_it():
    from allauth.usersessions.models import UserSession

    user = User.objects.get(username="demo-emitter")
    user.set_password(PASSWORD)
    user.save()
    clients = []
    for agent in ("at the desk", "on the train"):
        client = Client(headers={"accept-language": "en", "user-agent": agent})
        client.post("/accounts/login/", {"login": "demo-emitter", "password": PASSWORD})
        clients.append(client)
    assert UserSession.objects.count() == 2
    html = clients[1].get("/accounts/sessions/").content.decode()
    assert "at the desk" in html and "Sign out everywhere else" in html
    clients[1].post("/accounts/sessions/")
    assert clients[0].get("/book/").status_code == 302, "the other one is signed out"
    assert clients[1].get("/book/").status_code == 200


def test_an_account_is_trusted_after_the_delay_and_distrusted_at_once(settings: Any):
    from tanheng.ledger.actions import do_set
    from tanheng.people.rights import HOUSE

    do_set("trusted.delay_working_days", "4", source="test", status="example", acting_user=HOUSE)
    client = signed_in("emitter")
    assert client.post("/book/EM-1001/trusted/", {"trusted": "NONE"}).status_code == 422
    added = client.post("/book/EM-1001/trusted/", {"trusted": "DV-2001"}, follow=True).content.decode()
    row = TrustedAccount.objects.get(account__number="EM-1001", trusted__number="DV-2001")
    assert (
        row.effective_at - row.added_at > timedelta(days=3, hours=23)
        and f"{row.effective_at.astimezone():%Y-%m-%d}" in added
    )
    assert signed_in("power").post(f"/book/EM-1001/trusted/{row.pk}/remove/").status_code == 404
    client.post(f"/book/EM-1001/trusted/{row.pk}/remove/")
    row.refresh_from_db()
    assert row.removed_at is not None


def second(approval: Approval, name: str) -> None:
    approvals.confirm(approval.pk, User.objects.get(username=f"demo-{name}"))


WHAT = {"from": "EM-1001", "asset": "SZEA-2024", "quantity": "1,000", "days": "", "reason": "x"}


def test_a_pledge_is_released_by_the_bank_alone():
    client = signed_in("emitter")
    assert (
        client.post("/transfers/reserve/", {**WHAT, "purpose": "pledge", "to": "BK-4001", "days": "3"}).status_code
        == 422
    )
    client.post("/transfers/reserve/", {**WHAT, "purpose": "pledge", "to": "BK-4001"})
    second(Approval.objects.latest("pk"), "emitter-second")
    pledge = Reservation.objects.get(quantity=1000, purpose="pledge")
    where = f"/transfers/{pledge.transfer_id}/end/"
    assert client.get(where).status_code == 403, "who pledged cannot take it back"
    assert "Carry out or release" in signed_in("bank").get(f"/transfers/{pledge.transfer_id}/").content.decode()
    Account.objects.filter(number="BK-4001").update(second_person=False)
    assert signed_in("bank").post(where, {"how": "void", "quantity": "", "reason": "paid"}).status_code == 302
    assert not Reservation.objects.filter(pk=pledge.pk).exists()


def test_a_reservation_is_carried_out_in_part_and_the_rest_is_free():
    Account.objects.filter(number="EM-1001").update(second_person=False)
    client = signed_in("emitter")
    client.post("/transfers/reserve/", {**WHAT, "purpose": "transfer", "to": "EM-1002", "days": "4"})
    one = Reservation.objects.get(quantity=1000, account__number="EM-1001")
    assert one.expires_at is not None
    before = Balance.objects.get(account__number="EM-1002", asset__code="SZEA-2024").posted
    where = f"/transfers/{one.transfer_id}/end/"
    assert client.post(where, {"how": "post", "quantity": "1,001", "reason": ""}).status_code == 422
    client.post(where, {"how": "post", "quantity": "600", "reason": ""})
    assert Balance.objects.get(account__number="EM-1002", asset__code="SZEA-2024").posted == before + 600
    assert not Reservation.objects.filter(pk=one.pk).exists()


def test_a_retirement_names_its_beneficiary():
    Account.objects.filter(number="EM-1001").update(second_person=False)
    given = {"from": "EM-1001", "asset": "PHCER", "quantity": "10", "beneficiary": "", "reason": "Marathon of 2024"}
    client = signed_in("emitter")
    assert "Beneficiary: say it" in client.post("/transfers/retire/", given).content.decode()
    client.post("/transfers/retire/", {**given, "beneficiary": "City marathon"})
    made = Transfer.objects.latest("pk")
    assert (made.purpose, made.reason) == ("retire", "for City marathon: Marathon of 2024")


def test_the_same_form_sent_twice_retires_once():
    Account.objects.filter(number="EM-1001").update(second_person=False)
    given = {"from": "EM-1001", "asset": "PHCER", "quantity": "10", "beneficiary": "x", "reason": "y", "key": "b" * 32}
    client = signed_in("emitter")
    assert client.post("/transfers/retire/", given)["Location"] == client.post("/transfers/retire/", given)["Location"]


def test_an_officer_opens_blocks_unblocks_and_closes_an_account():
    client = signed_in("officer")
    new = {"number": "EM-1009", "type": "compliance", "owner": str(emitter().pk), "name": "new", "holder": ""}
    assert client.post("/book/open/", {**new, "type": "nothing"}).status_code == 422
    client.post("/book/open/", {**new, "second_person": "on"})
    account = Account.objects.get(number="EM-1009")
    assert account.owner == emitter() and account.second_person
    assert client.post("/book/open/", new).status_code == 422, "the number is taken"
    assert client.post("/book/EM-1009/state/", {"how": "block", "reason": ""}).status_code == 422
    for how, reason, state in (
        ("block", "a difference", "blocked"),
        ("unblock", "", "open"),
        ("close", "over", "closed"),
    ):
        assert client.post("/book/EM-1009/state/", {"how": how, "reason": reason}).status_code == 302, how
        account.refresh_from_db()
        assert account.status == state
    assert client.post("/book/EM-1009/state/", {"how": "unblock", "reason": ""}).status_code == 422
    assert signed_in("emitter").get("/book/open/").status_code == 403
    assert signed_in("emitter").get("/book/EM-1001/state/").status_code == 403
