"""The keeping of the ledger in the API: the bureau opens, issues and sets; owners trust; everyone sees their own."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.ledger.books import ALLOWANCE, CASH, POINTS, Books, sql, without_triggers
from tests.ledger.test_api import move

from tanheng.ledger.actions import (
    do_pledge,
    do_recompute,
    do_reserve,
    do_retire,
    do_set,
    do_set_days,
    do_set_limit,
    do_transfer,
)
from tanheng.ledger.models import Account, Asset, Difference, Queued, TrustedAccount
from tanheng.people import values
from tanheng.people.actions import do_create_token
from tanheng.people.models import AuditEntry, Organisation, User
from tanheng.people.rights import HOUSE
from tanheng.people.values import insert
from tanheng.problems import InputRejected

pytestmark = pytest.mark.django_db
RULE: dict[str, Any] = {"source": "a test", "status": "example"}
SCOPES = ("ledger:read", "ledger:write", "ledger:keep")


class Program:
    """A program with a token of a user; each of its requests has a key of its own unless it says one."""

    def __init__(self, user: User, scopes: tuple[str, ...] = SCOPES) -> None:
        _token, key = do_create_token("test", list(scopes), acting_user=user)
        self.headers, self.keys = {"Authorization": f"Bearer {key}"}, 0

    def get(self, path: str, **query: str) -> Any:
        return Client().get(f"/api/ledger{path}", query, headers=self.headers)

    def items(self, path: str, **query: str) -> list[Any]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        items: list[Any] = answer.json()["items"]
        return items

    def post(self, path: str, body: Any = None, key: str | None = None, method: str = "POST") -> Any:
        self.keys += 1
        headers = self.headers | {"Idempotency-Key": key or f"key-{self.keys}"}
        text = "" if body is None else json.dumps(body)
        return Client().generic(method, f"/api/ledger{path}", text, "application/json", headers=headers)


@pytest.fixture
def officer(filled: Books) -> Program:
    return Program(filled.user(filled.bureau, "officer"))


@pytest.fixture
def glass(filled: Books) -> Program:
    return Program(filled.user(filled.glass, "representative"))


@pytest.fixture
def branch(filled: Books) -> Program:
    """Somebody of a branch in another district than everybody's."""
    elsewhere = Organisation.objects.create(kind="district_branch", name="elsewhere", district="440306")
    return Program(filled.user(elsewhere, "officer"))


def days_are(working: bool) -> None:
    today = sql("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")[0][0]
    days = [(today + timedelta(n), working, "a test") for n in range(-1, 30)]
    do_set_days(days, **RULE, acting_user=HOUSE)


# Accounts


def test_an_account_is_opened_once_for_its_key_and_used(filled: Books, officer: Program, glass: Program):
    new = {"number": "A9", "type": "holding", "owner": filled.glass.pk, "second_person": False}
    made = officer.post("/accounts", new, key="k")
    assert made.status_code == 201
    assert made.json()["status"] == "open"
    again = officer.post("/accounts", new, key="k")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, made.json(), "true")
    assert officer.post("/accounts", new).status_code == 422, "the number is taken"
    assert glass.post("/transfers", move(to_account="A9")).status_code == 201
    assert filled.held("A9") == 10


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"type": "vault"}, "ledger.E016"),
        ({"type": "issuance"}, "ledger.E010"),
        ({"type": "cash", "holder": "somebody"}, "ledger.E011"),
        ({"type": "holding", "number": "A1"}, "people.E010"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_what_is_wrong(officer: Program, new: dict[str, Any], code: str):
    answer = officer.post("/accounts", {"number": "N1", **new})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_a_blocked_account_moves_nothing_until_it_is_unblocked(filled: Books, officer: Program, glass: Program):
    assert officer.post("/accounts/A1/block", {"reason": "a phished password"}).json()["status"] == "blocked"
    assert glass.post("/transfers", move()).json()["code"] == "ledger.from_blocked"
    assert glass.get("/accounts/A1").json()["status_reason"] == "a phished password"
    assert glass.post("/accounts/A1/unblock").status_code == 403
    assert officer.post("/accounts/A1/unblock").json()["status"] == "open"
    assert glass.post("/transfers", move()).status_code == 201


def test_an_account_is_closed_for_good_when_it_is_empty(filled: Books, officer: Program, glass: Program):
    assert officer.post("/accounts/A1/close", {"reason": "x"}).json()["errors"][0]["code"] == "ledger.E015"
    assert officer.post("/accounts/A2/close", {"reason": "moved away"}).json()["status"] == "closed"
    assert glass.post("/transfers", move(to_account="A2")).json()["code"] == "ledger.to_closed"
    assert officer.post("/accounts/A2/unblock").status_code == 422


def test_accounts_are_found_by_owner_type_and_status(filled: Books, officer: Program, glass: Program):
    officer.post("/accounts/B1/block", {"reason": "x"})
    assert [one["number"] for one in officer.items("/accounts", status="blocked")] == ["B1"]
    assert [one["number"] for one in officer.items("/accounts", type="compliance", status="open")] == ["A1"]
    assert [one["number"] for one in officer.items("/accounts", owner=str(filled.bank.pk))] == ["BANK"]
    assert glass.items("/accounts", owner=str(filled.bank.pk)) == []
    assert officer.get("/accounts", status="asleep").status_code == 422


# Assets


def test_an_asset_is_defined_and_issued_in_batches(filled: Books, officer: Program):
    made = officer.post("/assets", {"code": "SZC", "kind": "credit", "name": "credits", "second_person": False})
    assert made.status_code == 201
    new = {"asset": "SZC", "to_account": "A2", "quantity": 30, "vintage": 2026, "label": "solar roofs"}
    issued = officer.post("/issuances", new, key="k")
    assert issued.status_code == 201
    assert officer.post("/issuances", new, key="k").json() == issued.json()
    assert filled.serials("A2", "SZC") == [(1, 30)]
    assert officer.get("/assets/SZC/serials/7").json()["items"][0]["vintage"] == 2026
    assert officer.post("/issuances", {**new, "quantity": 31}, key="k").json()["code"] == "web.key-reused"
    assert officer.get("/assets/SZC").json()["circulation"] == {"issued": 30, "retired": 0, "held": 30}


def test_an_issuance_waits_for_a_second_person(filled: Books, officer: Program):
    officer.post("/assets", {"code": "SZC", "kind": "credit", "name": "credits"})
    asked = officer.post("/issuances", {"asset": "SZC", "to_account": "A2", "quantity": 30})
    assert (asked.status_code, asked.json()["code"], filled.held("A2", "SZC")) == (202, "waits_for_second", 0)
    client = Client()
    client.force_login(filled.user(filled.bureau, "approver"))
    assert client.post(asked.json()["approval"] + "/confirm", content_type="application/json").status_code == 200
    assert filled.held("A2", "SZC") == 30


def test_of_the_circulation_only_the_registry_is_told(filled: Books, officer: Program, glass: Program):
    do_retire("A1", ALLOWANCE, 250, reason="for a test", acting_user=HOUSE)
    known = {one["code"]: one["circulation"] for one in officer.items("/assets")}
    assert known[ALLOWANCE] == {"issued": 1000, "retired": 250, "held": 750}
    assert known[CASH] == {"issued": 1000, "retired": 0, "held": 1000}
    held = sum(row.posted for one in Account.objects.exclude(type__in=("issuance", "retirement")) for row in
               one.balances.filter(asset__code=ALLOWANCE))  # fmt: skip
    assert held == 750
    assert {one["circulation"] for one in glass.items("/assets")} == {None}
    assert glass.get(f"/assets/{ALLOWANCE}").json()["unit"] == "tCO2e"
    assert glass.get("/assets/NONE").status_code == 404


def test_points_lapse_when_somebody_asks(filled: Books, officer: Program):
    statement = "UPDATE ledger_posting SET at = at - interval '11 years' WHERE quantity > 0 AND account_id = %s"
    without_triggers(statement, filled.account("PTS-1").pk)
    assert officer.post(f"/assets/{POINTS}/lapse").json() == {"lapsed": 1000}
    assert filled.held("PTS-1", POINTS) == 0
    assert officer.post(f"/assets/{CASH}/lapse").json()["errors"][0]["code"] == "ledger.E040"


# Transfers and what is reserved


def test_transfers_of_an_account_come_in_pages_across_its_assets(filled: Books, glass: Program, branch: Program):
    for quantity in (1, 2, 3):
        do_transfer("A1", "A2", ALLOWANCE, quantity, acting_user=HOUSE)
    filled.issue(ALLOWANCE, "A2", 40)
    filled.issue(ALLOWANCE, "B1", 50)
    first = glass.get("/accounts/A2/transfers", limit="3").json()
    assert [one["quantity"] for one in first["items"]] == [40, 3, 2]
    do_transfer("A1", "A2", ALLOWANCE, 9, acting_user=HOUSE)
    second = glass.get("/accounts/A2/transfers", limit="3", cursor=first["next"]).json()
    assert ([one["quantity"] for one in second["items"]], second["next"]) == ([1], None)
    assert glass.get("/accounts/B1/transfers").status_code == 404
    assert branch.get("/accounts/A2/transfers").status_code == 404


def test_everybody_lists_the_transfers_of_their_own(filled: Books, officer: Program, glass: Program, branch: Program):
    do_transfer("A1", "B1", ALLOWANCE, 5, acting_user=HOUSE)
    do_transfer("B1", "RESERVE", ALLOWANCE, 5, purpose="surrender", acting_user=HOUSE)
    assert [one["to_account"] for one in glass.items("/transfers")] == ["B1", "YUAN-A", "A1"]
    assert [one["to_account"] for one in officer.items("/transfers")] == ["RESERVE", "B1", "PTS-1", "YUAN-A", "A1"]
    assert branch.items("/transfers") == []


def test_what_stands_reserved_is_seen_from_both_sides_until_it_ends(filled: Books, glass: Program, branch: Program):
    bank = Program(filled.user(filled.bank, "representative"))
    do_reserve("A1", "B1", ALLOWANCE, 5, expires_in=timedelta(days=1), acting_user=HOUSE)
    do_pledge("A1", "BANK", ALLOWANCE, 7, acting_user=HOUSE)
    assert [(one["purpose"], one["quantity"]) for one in glass.items("/reservations")] == [
        ("transfer", 5),
        ("pledge", 7),
    ]
    found = bank.items("/reservations")
    assert [(one["from_account"], one["to_account"], one["expires_at"]) for one in found] == [("A1", "BANK", None)]
    assert glass.items("/reservations", purpose="pledge") == found
    assert branch.items("/reservations") == []
    assert bank.post(f"/reservations/{found[0]['number']}/void", {}).status_code == 201
    assert bank.items("/reservations") == []


def test_what_waits_for_the_morning_is_listed_and_withdrawn(filled: Books, glass: Program, branch: Program):
    for name, value in (("hours.open", "00:00"), ("hours.close", "23:59")):
        do_set(name, value, **RULE, acting_user=HOUSE)
    days_are(working=False)
    asked = glass.post("/transfers", move(reason="for tomorrow"))
    assert asked.status_code == 202
    number = asked.json()["queued"]
    (found,) = glass.items("/queue")
    assert found == glass.get(f"/queue/{number}").json()
    said = {
        name: found[name] for name in ("from_account", "to_account", "asset", "quantity", "reason", "state", "code")
    }
    assert said == {
        "from_account": "A1",
        "to_account": "B1",
        "asset": ALLOWANCE,
        "quantity": 10,
        "reason": "for tomorrow",
        "state": "waiting",
        "code": None,
    }
    paper = Program(filled.user(filled.paper, "representative"))
    for stranger in (paper, branch):
        assert stranger.items("/queue") == []
        assert stranger.post(f"/queue/{number}/withdraw").status_code == 404
    assert glass.post(f"/queue/{number}/withdraw").json()["state"] == "withdrawn"
    assert glass.items("/queue", state="waiting") == []
    assert glass.post(f"/queue/{number}/withdraw").json()["errors"][0]["code"] == "ledger.E026"


def test_an_opening_that_never_comes_is_told_as_none(filled: Books, glass: Program):
    asked = {"kind": 1, "purpose": "transfer", "from": filled.account("A1").pk, "to": filled.account("B1").pk,
             "asset": filled.asset(ALLOWANCE).pk, "quantity": 1, "reason": ""}  # fmt: skip
    Queued.objects.create(due_at=timezone.now(), asked=asked, from_account=filled.account("A1"))
    assert glass.items("/queue")[0]["opens_at"] is not None
    sql("UPDATE ledger_queued SET due_at = 'infinity'")
    assert glass.items("/queue")[0]["opens_at"] is None


# Safeguards


def test_a_trusted_account_is_added_with_its_delay_and_removed_at_once(filled: Books, glass: Program):
    do_set("trusted.required", "yes", **RULE, acting_user=HOUSE)
    do_set("trusted.delay_working_days", "4", **RULE, acting_user=HOUSE)
    assert glass.post("/transfers", move()).json()["code"] == "ledger.not_trusted"
    made = glass.post("/accounts/A1/trusted", {"trusted": "B1"})
    assert made.status_code == 201
    assert made.json()["effective_at"] > made.json()["added_at"]
    assert glass.post("/transfers", move()).json()["code"] == "ledger.trusted_too_recently"
    assert glass.items("/accounts/A1/trusted") == [made.json()]
    assert glass.post("/accounts/A1/trusted", {"trusted": "B1"}).status_code == 422, "it is on the list"
    TrustedAccount.objects.update(effective_at=timezone.now())
    assert glass.post("/transfers", move()).status_code == 201
    row = f"/accounts/A1/trusted/{made.json()['id']}"
    assert glass.post("/accounts/A2/trusted/" + row.rsplit("/", 1)[1], method="DELETE").status_code == 404
    assert glass.post(row, method="DELETE").status_code == 204
    assert glass.items("/accounts/A1/trusted") == []
    assert glass.post("/transfers", move()).json()["code"] == "ledger.not_trusted"


def test_who_keeps_no_list_does_not_learn_which_accounts_there_are(filled: Books, glass: Program):
    reader = Program(filled.user(filled.glass, "reader"))
    answers = {reader.post("/accounts/A1/trusted", {"trusted": number}).status_code for number in ("B1", "NONE")}
    assert answers == {403}
    assert glass.post("/accounts/A1/trusted", {"trusted": "NONE"}).json()["errors"][0]["code"] == "ledger.E027"
    assert glass.post("/accounts/A1/trusted", {"trusted": "A1"}).json()["errors"][0]["code"] == "ledger.E024"
    assert glass.post("/accounts/B1/trusted", {"trusted": "A1"}).status_code == 404


def test_a_limit_holds_once_it_is_set_and_of_accounts_only_ones_own_are_seen(
    filled: Books, officer: Program, glass: Program
):
    whole = officer.post("/limits", {"asset": ALLOWANCE, "quantity": 9, **RULE})
    assert whole.status_code == 201
    assert glass.post("/transfers", move()).json()["code"] == "ledger.over_limit"
    do_set_limit(filled.asset(ALLOWANCE), 3, account=filled.account("B1"), **RULE, acting_user=HOUSE)
    for level in ({"account": "A1"}, {"account_type": "compliance"}):
        assert officer.post("/limits", {"asset": ALLOWANCE, "quantity": 3, **level, **RULE}).status_code == 201
    seen = [(one["account"], one["account_type"], one["quantity"]) for one in glass.items("/limits")]
    assert seen == [(None, "compliance", 3), ("A1", None, 3), (None, None, 9)]
    assert [one["account"] for one in officer.items("/limits", account="B1")] == ["B1"]
    for level in ({}, {"account": "A1"}, {"account_type": "compliance"}):
        assert officer.post("/limits", {"asset": ALLOWANCE, "quantity": None, **level, **RULE}).status_code == 201
    assert glass.post("/transfers", move()).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "A1", "account_type": "compliance"},
        {"account_type": "vault"},
        {"status": "rumour"},
        {"source": ""},
        {"quantity": -1},
    ],
)
def test_a_limit_that_cannot_be_is_refused(officer: Program, wrong: dict[str, Any]):
    assert officer.post("/limits", {"asset": ALLOWANCE, "quantity": 9, **RULE, **wrong}).status_code == 422
    assert officer.items("/limits") == []


def test_parameters_say_what_is_in_force_and_keep_what_was(officer: Program, glass: Program):
    assert {one["name"]: one["now"] for one in glass.get("/settings").json()}["hours.open"] is None
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    for value, since in (("09:00", None), ("10:00", None), ("11:00", tomorrow)):
        assert officer.post("/settings/hours.open", {"value": value, "since": since, **RULE}).status_code == 201
    now = {one["name"]: one["now"] for one in glass.get("/settings").json()}
    assert now["hours.open"]["value"] == "10:00"
    first = glass.get("/settings/hours.open", limit="2").json()
    rest = glass.get("/settings/hours.open", limit="2", cursor=first["next"]).json()
    assert [one["value"] for one in first["items"] + rest["items"]] == ["11:00", "10:00", "09:00"]
    assert glass.get("/settings/colour").status_code == 404
    assert officer.post("/settings/colour", {"value": "red", **RULE}).status_code == 422
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    answer = officer.post("/settings/hours.open", {"value": "09:00", "since": yesterday, **RULE})
    assert answer.json()["errors"][0]["code"] == "ledger.E022"


def test_days_are_named_changed_and_listed_year_by_year(officer: Program, glass: Program):
    days = [{"day": f"2026-10-0{n}", "working": False, "name": "National Day"} for n in range(1, 6)] + [
        {"day": "2027-01-01", "working": False, "name": "New Year"}
    ]
    assert officer.post("/days", {"days": days, **RULE}).json()["days"][0]["name"] == "National Day"
    changed = {"day": "2026-10-05", "working": True, "name": "instead"}
    assert officer.post("/days", {"days": [changed], **RULE}).status_code == 200
    first = glass.get("/days", year="2026", limit="3").json()
    rest = glass.get("/days", year="2026", limit="3", cursor=first["next"]).json()
    assert [one["day"][-2:] for one in first["items"] + rest["items"]] == ["01", "02", "03", "04", "05"]
    assert rest["items"][-1]["working"] is True
    twice = officer.post("/days", {"days": [changed, {**changed, "working": False}], **RULE})
    assert twice.json()["errors"][0]["code"] == "ledger.E028"
    assert glass.post("/days", {"days": [changed], **RULE}).status_code == 403


# What differs


def test_a_difference_is_mended_explained_and_the_account_freed(filled: Books, officer: Program, glass: Program):
    without_triggers("UPDATE ledger_balance SET posted = 5 WHERE account_id = %s", filled.account("A1").pk)
    do_recompute()
    assert glass.get("/accounts/A1").json()["status"] == "blocked"
    assert glass.items("/differences") == [], "for who looks over all"
    assert glass.get(f"/differences/{Difference.objects.all()[0].pk}").status_code == 404
    found = officer.items("/differences", explained="false")
    assert ("ledger.C001", "A1", ALLOWANCE, "1000", "5") in [
        (one["check"], one["account"], one["asset"], one["expected"], one["found"]) for one in found
    ]
    assert officer.post("/accounts/A1/unblock").json()["errors"][0]["code"] == "ledger.E014"
    early = officer.post(found[-1]["url"].removeprefix("/api/ledger") + "/explain", {"explanation": "a disk"})
    assert early.json()["errors"][0]["code"] == "ledger.E052"
    assert glass.post(f"/accounts/A1/balances/{ALLOWANCE}/restore").status_code == 403
    restored = officer.post(f"/accounts/A1/balances/{ALLOWANCE}/restore").json()
    assert restored == {"asset": ALLOWANCE, "unit": "tCO2e", "posted": 1000, "reserved": 0}
    for one in found:
        told = officer.post(one["url"].removeprefix("/api/ledger") + "/explain", {"explanation": "a disk"}).json()
        assert told["explained_at"] is not None
    assert officer.items("/differences", explained="false") == []
    assert officer.post("/accounts/A1/unblock").json()["status"] == "open"


def test_a_balance_that_never_was_is_not_restored(officer: Program):
    answer = officer.post(f"/accounts/A2/balances/{ALLOWANCE}/restore")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "ledger.E053")


# Rights, scopes, traces


def test_a_program_that_moves_units_cannot_set_its_own_safeguards_aside(filled: Books):
    user = filled.user(filled.glass, "representative")
    mover, keeper = Program(user, ("ledger:read", "ledger:write")), Program(user, ("ledger:keep",))
    assert mover.post("/accounts/A1/trusted", {"trusted": "B1"}).status_code == 403
    assert keeper.post("/accounts/A1/trusted", {"trusted": "B1"}).status_code == 201
    assert keeper.post("/transfers", move()).status_code == 403
    assert keeper.get("/accounts").status_code == 403


def test_what_is_kept_leaves_a_trace_of_who_did_it(filled: Books, officer: Program):
    officer.post("/accounts/A2/block", {"reason": "x"})
    officer.post("/limits", {"asset": ALLOWANCE, "quantity": 9, **RULE})
    actions = AuditEntry.objects.filter(actor__username__startswith="officer").values_list("action", flat=True)
    assert {"ledger.block_account", "ledger.safeguards"} <= set(actions)
    entry = AuditEntry.objects.get(action="ledger.block_account")
    assert entry.organisation == filled.glass
    assert entry.origin.startswith("api")


def test_of_two_who_take_a_number_at_once_the_second_is_told(filled: Books, monkeypatch: pytest.MonkeyPatch):
    looked = values.fit

    def before_the_other_is_there(record: Any, **more: Any) -> None:
        monkeypatch.setattr(values, "fit", looked)

    monkeypatch.setattr(values, "fit", before_the_other_is_there)
    with pytest.raises(InputRejected, match="number"):
        insert(Account(number="A1", type_id="holding", owner=filled.glass))
    assert Asset.objects.count() == 3, "the transaction goes on"
