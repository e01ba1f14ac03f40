"""People in the API, by token and by session, as programs and pages use it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.people.cast import PLACES, Cast, make_cast

from tanheng.people import approvals
from tanheng.people.actions import do_create_token
from tanheng.people.models import AuditEntry, Invitation, Organisation, Role, Token, User

pytestmark = pytest.mark.django_db
ROOT = "/api/people"
GOOD = "correct horse battery staple"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Program:
    """A program with a token, or anybody without one."""

    def __init__(self, user: User | None = None, scopes: tuple[str, ...] = ("people:read", "people:write")) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers: dict[str, str] = {}
        if user is not None:
            _token, key = do_create_token("test", list(scopes), acting_user=user)
            self.headers["Authorization"] = f"Bearer {key}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        headers = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.generic(
            method, ROOT + path, "" if body is None else json.dumps(body), "application/json", headers=headers
        )

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)


class Page(Program):
    """A page in the browser of who is signed in."""

    def __init__(self, user: User, *, csrf: bool = True) -> None:
        super().__init__()
        self.client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        if csrf:
            self.client.get("/accounts/logout/")
            self.headers["X-CSRFToken"] = self.client.cookies[settings.CSRF_COOKIE_NAME].value


ENDPOINTS = [
    ("GET", "/me", None),
    ("GET", "/roles", None),
    ("GET", "/organisations", None),
    ("POST", "/organisations", {"kind": "bank", "name": "Bank of Clay"}),
    ("GET", "/organisations/1", None),
    ("PATCH", "/organisations/1", {"name": "x"}),
    ("GET", "/users", None),
    ("GET", "/users/1", None),
    ("POST", "/users/1/block", {"reason": "x"}),
    ("POST", "/users/1/unblock", {"reason": "x"}),
    ("GET", "/organisations/1/members", None),
    ("POST", "/organisations/1/members", {"user": 1, "role": "reader"}),
    ("DELETE", "/organisations/1/members/1/reader", None),
    ("GET", "/organisations/1/invitations", None),
    ("POST", "/organisations/1/invitations", {"email": "li@example.org", "role": "reader"}),
    ("GET", "/invitations/1", None),
    ("POST", "/invitations/1/revoke", None),
    ("GET", "/tokens", None),
    ("POST", "/tokens", {"name": "x", "scopes": ["people:read"]}),
    ("GET", "/tokens/1", None),
    ("POST", "/tokens/1/revoke", None),
    ("GET", "/approvals", None),
    ("GET", "/approvals/1", None),
    ("POST", "/approvals/1/confirm", None),
    ("POST", "/approvals/1/refuse", {"reason": "x"}),
    ("GET", "/audit-trail", None),
]
PEOPLE_ONLY = {"/tokens", "/approvals/1/confirm", "/approvals/1/refuse"}


def test_the_list_of_endpoints_is_whole():
    described = Client().get("/api/openapi.json").json()["paths"]
    there = {
        (method.upper(), path.removeprefix(ROOT))
        for path, operations in described.items()
        if path.startswith(ROOT)
        for method in operations
    }
    names = {"organisations": "organisation", "users": "user", "invitations": "invitation", "tokens": "token"}
    names |= {"approvals": "approval", "members": "user"}

    def pattern(path: str) -> str:
        parts = path.split("/")
        for i, part in enumerate(parts):
            if part == "1":
                parts[i] = "{" + names[parts[i - 1]] + "}"
        return "/".join(parts).replace("/reader", "/{role}")

    assert there == {(method, pattern(path)) for method, path, _body in ENDPOINTS} | {("POST", "/invitations/accept")}


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
def test_without_a_token_nothing_is_shown_or_done(method: str, path: str, body: Any):
    for program in (Program(), Program()):
        answer = program.ask(method, path, body)
        assert answer.status_code == 401
        assert answer["Content-Type"].startswith("application/problem+json")
        program.headers["Authorization"] = "Bearer tanheng_token_guess"
        assert program.ask(method, path, body).status_code == 401


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
def test_a_token_does_nothing_beyond_its_scope(cast: Cast, method: str, path: str, body: Any):
    scope = "people:write" if method == "GET" else "people:read"
    answer = Program(cast.user("bureau", "administrator"), (scope,)).ask(method, path, body)
    if method != "GET" and path in PEOPLE_ONLY:
        assert answer.status_code == 401
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "people.scope")


@pytest.mark.parametrize(("method", "path", "body"), [each for each in ENDPOINTS if each[0] != "GET"])
def test_a_page_of_somebody_elses_cannot_use_a_session(cast: Cast, method: str, path: str, body: Any):
    before = AuditEntry.objects.count()
    answer = Page(cast.user("bureau", "administrator"), csrf=False).ask(method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "web.403")
    assert AuditEntry.objects.count() == before + 1, "only the sign-in"


def test_oneself(cast: Cast):
    answer = Program(cast.user("emitter", "auditor")).get("/me").json()
    (membership,) = answer["memberships"]
    assert answer["username"] == "auditor_of_emitter"
    assert (membership["role"], membership["organisation"]) == (
        "auditor",
        f"/api/people/organisations/{cast.organisation('emitter').pk}",
    )
    assert "password" not in str(answer)


def test_who_may_do_what_can_be_read(cast: Cast):
    table = Program(cast.user("emitter", "reader")).get("/roles").json()
    approver = next(row for row in table if (row["kind"], row["role"]) == ("bureau", "approver"))
    assert "people.approve" in approver["over"]
    assert not any("people.found" in row["inside"] for row in table if row["kind"] != "bureau")


# What is seen


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (("bureau", "reader"), {"bureau", "branch", "other branch", "emitter", "other emitter"}),
        (("branch", "officer"), {"branch", "emitter"}),
        (("branch", "representative"), {"branch"}),
        (("emitter", "reader"), {"emitter"}),
    ],
)
def test_each_sees_their_own_and_what_they_supervise(cast: Cast, who: tuple[str, str], seen: set[str]):
    program = Program(cast.user(*who))
    assert {row["name"] for row in program.get("/organisations").json()["items"]} == seen
    for name, organisation in cast.organisations.items():
        answer = program.get(f"/organisations/{organisation.pk}")
        assert answer.status_code == (200 if name in seen else 404)
        assert program.get(f"/organisations/{organisation.pk}/members").status_code == answer.status_code
    users = program.get("/users?limit=500").json()["items"]
    assert {row["username"].split("_of_")[1].replace("_", " ") for row in users} == seen


def test_what_may_not_be_seen_looks_like_what_is_not_there(cast: Cast):
    program = Program(cast.user("emitter", "reader"))
    hidden = program.get(f"/organisations/{cast.organisation('other emitter').pk}")
    missing = program.get("/organisations/999999")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_lists_go_page_by_page_and_every_row_has_its_address(cast: Cast):
    program = Program(cast.user("bureau", "officer"))
    seen, cursor = [], ""
    while True:
        answer = program.get(f"/organisations?limit=2{cursor}").json()
        seen += answer["items"]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert [row["name"] for row in seen] == [name for name, _kind, _district in PLACES]
    assert program.client.get(seen[0]["url"], headers=program.headers).json() == seen[0]
    assert [row["name"] for row in program.get("/organisations?kind=emitter&district=440306").json()["items"]] == [
        "other emitter"
    ]


# What is done


def test_a_request_sent_twice_founds_one_organisation_and_the_trail_knows_from_where(cast: Cast):
    program = Program(cast.user("bureau", "administrator"))
    new = {"kind": "bank", "name": "Bank of Clay"}
    first = program.post("/organisations", new, Idempotency_Key="one")
    second = program.post("/organisations", new, Idempotency_Key="one")
    assert (first.status_code, second.status_code, second["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == second.json()
    found = Organisation.objects.get(name="Bank of Clay")
    assert first.json()["url"] == f"/api/people/organisations/{found.pk}"
    row = AuditEntry.objects.get(subject=f"organisation {found.pk}")
    assert (row.actor, row.origin) == (cast.user("bureau", "administrator"), "api 127.0.0.1")


def test_all_faults_of_a_request_come_at_once(cast: Cast):
    program = Program(cast.user("bureau", "administrator"))
    answer = program.post("/organisations", {"kind": "pirate", "name": "", "flag": "black"})
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/kind", "/name", "/flag"}
    answer = program.post("/organisations", {"kind": "bank", "name": "x", "credit_code": "I", "district": "7"})
    assert answer.status_code == 422
    assert {fault["pointer"].split("/")[-1] for fault in answer.json()["errors"]} == {"credit_code", "district"}


def test_a_change_says_only_what_changes(cast: Cast):
    program, emitter = Program(cast.user("bureau", "administrator")), cast.organisation("emitter")
    answer = program.ask("PATCH", f"/organisations/{emitter.pk}", {"name": "Glass works"})
    assert (answer.json()["name"], answer.json()["district"]) == ("Glass works", "440305")
    answer = program.ask("PATCH", f"/organisations/{emitter.pk}", {"is_active": False})
    assert answer.json()["is_active"] is False
    assert Program(cast.user("emitter", "reader")).get("/organisations").json()["items"] == []


def test_roles_are_given_and_taken(cast: Cast):
    program, emitter = Program(cast.user("emitter", "administrator")), cast.organisation("emitter")
    reader = cast.user("emitter", "reader")
    given = program.post(f"/organisations/{emitter.pk}/members", {"user": reader.pk, "role": "auditor"})
    assert given.status_code == 201
    assert given.json()["user"]["username"] == reader.username
    taken = program.ask("DELETE", f"/organisations/{emitter.pk}/members/{reader.pk}/auditor")
    assert (taken.status_code, taken.content) == (204, b"")
    again = program.ask("DELETE", f"/organisations/{emitter.pk}/members/{reader.pk}/auditor")
    assert again.status_code == 422


def test_a_blocked_user_is_out_at_once(cast: Cast):
    reader = cast.user("emitter", "reader")
    program, page = Program(reader), Page(reader)
    assert program.get("/me").status_code == page.get("/me").status_code == 200
    by = Program(cast.user("bureau", "administrator"))
    assert by.post(f"/users/{reader.pk}/block", {"reason": "left"}).json()["is_active"] is False
    assert program.get("/me").status_code == page.get("/me").status_code == 401
    assert by.post(f"/users/{reader.pk}/unblock", {"reason": "back"}).json()["is_active"] is True


def refused_for_others(cast: Cast, method: str, path: str, body: Any, allowed: set[tuple[str, str]]) -> list[str]:
    wrong = []
    for of, _kind, _district in PLACES:
        for role in Role.values:
            if (of, role) in allowed:
                continue
            status = Program(cast.user(of, role)).ask(method, path, body).status_code
            if status not in (403, 404):
                wrong.append(f"{role} of {of}: {status}")
    return wrong


@pytest.mark.parametrize(
    ("method", "path", "body", "own"),
    [
        ("POST", "/organisations", {"kind": "bank", "name": "x"}, False),
        ("PATCH", "/organisations/{emitter}", {"name": "x"}, False),
        ("POST", "/users/{reader}/block", {"reason": "x"}, False),
        ("POST", "/users/{reader}/unblock", {"reason": "x"}, False),
        ("POST", "/organisations/{emitter}/members", {"user": 0, "role": "auditor"}, True),
        ("DELETE", "/organisations/{emitter}/members/{reader}/reader", None, True),
        ("GET", "/organisations/{emitter}/invitations", None, True),
        ("POST", "/organisations/{emitter}/invitations", {"email": "li@example.org", "role": "reader"}, True),
    ],
)
def test_nobody_else_may(cast: Cast, method: str, path: str, body: Any, own: bool):
    reader = cast.user("emitter", "reader")
    path = path.format(emitter=cast.organisation("emitter").pk, reader=reader.pk)
    if body and "user" in body:
        body = {**body, "user": reader.pk}
    allowed = {("bureau", "administrator")} | ({("emitter", "administrator")} if own else set())
    before = AuditEntry.objects.exclude(action="people.token").count()
    assert not refused_for_others(cast, method, path, body, allowed)
    assert AuditEntry.objects.exclude(action="people.token").count() == before


# Invitations


def test_who_is_invited_comes_in(cast: Cast):
    emitter = cast.organisation("emitter")
    made = Program(cast.user("emitter", "administrator")).post(
        f"/organisations/{emitter.pk}/invitations", {"email": "li@example.org", "role": "representative"}
    )
    assert made.status_code == 201
    stranger = Program()
    acceptance = {"key": made.json()["key"], "username": "li", "name": "Li", "password": GOOD}
    weak = stranger.post("/invitations/accept", {**acceptance, "password": "kurz12x"})
    assert weak.status_code == 422 and "kurz12x" not in weak.content.decode()
    accepted = stranger.post("/invitations/accept", acceptance)
    assert accepted.status_code == 201
    assert accepted.json()["role"] == "representative"
    assert stranger.post("/invitations/accept", acceptance).status_code == 422
    li = User.objects.get(username="li")
    assert Program(li).get("/organisations").json()["items"][0]["name"] == "emitter"
    assert Invitation.objects.get().accepted_by == li


def test_the_key_is_not_told_to_who_invites_where_it_goes_by_mail(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "TANHENG_MAIL_IS_SENT", True)
    path = f"/organisations/{cast.organisation('emitter').pk}/invitations"
    body = {"email": "li@example.org", "role": "reader"}
    assert Program(cast.user("emitter", "administrator")).post(path, body).json()["key"] is None


def test_keys_of_invitations_cannot_be_tried_through(cast: Cast):
    stranger = Program()
    statuses = [stranger.post("/invitations/accept", {"key": f"tanheng_invitation_{i}"}).status_code for i in range(12)]
    assert statuses[0] == 422 and statuses[-1] == 429


def test_an_invitation_is_taken_back(cast: Cast):
    program, emitter = Program(cast.user("emitter", "administrator")), cast.organisation("emitter")
    made = program.post(f"/organisations/{emitter.pk}/invitations", {"email": "li@example.org", "role": "reader"})
    address = made.json()["invitation"]["url"].removeprefix(ROOT)
    assert program.get(address).json()["revoked_at"] is None
    assert program.post(f"{address}/revoke").json()["revoked_at"] is not None
    assert Program().post("/invitations/accept", {"key": made.json()["key"]}).status_code == 422
    assert Program(cast.user("other emitter", "administrator")).get(address).status_code == 404
    listed = program.get(f"/organisations/{emitter.pk}/invitations").json()["items"]
    assert [row["email"] for row in listed] == ["li@example.org"]
    assert "key" not in str(listed)


# Tokens


def test_a_person_makes_a_token_and_it_works_within_its_scope(cast: Cast):
    page = Page(cast.user("emitter", "reader"))
    made = page.post("/tokens", {"name": "nightly", "scopes": ["people:read"], "days": 7})
    assert made.status_code == 201
    program = Program()
    program.headers["Authorization"] = f"Bearer {made.json()['key']}"
    assert program.get("/me").status_code == 200
    address = made.json()["token"]["url"].removeprefix(ROOT)
    assert "key" not in program.get(address).json()
    assert page.post(f"{address}/revoke").json()["revoked_at"] is not None
    assert program.get("/me").status_code == 401


def test_no_token_makes_another(cast: Cast):
    program = Program(cast.user("bureau", "administrator"))
    before = Token.objects.count()
    assert program.post("/tokens", {"name": "child", "scopes": ["people:write"]}).status_code == 401
    assert Token.objects.count() == before


def test_tokens_of_others_are_neither_seen_nor_revoked_but_by_who_may_block(cast: Cast):
    owner = cast.user("emitter", "representative")
    token, _key = do_create_token("x", ["people:read"], acting_user=owner)
    other = Program(cast.user("emitter", "administrator"))
    assert [row["name"] for row in other.get("/tokens").json()["items"]] == ["test"]
    assert other.get(f"/tokens/{token.pk}").status_code == 404
    assert other.post(f"/tokens/{token.pk}/revoke").status_code == 404
    assert Program(cast.user("bureau", "administrator")).post(f"/tokens/{token.pk}/revoke").status_code == 200


# Approvals


@pytest.fixture
def asked(cast: Cast) -> Iterator[str]:
    """The address of something that waits for a second person."""

    @approvals.second_person("test.move", right="people.invite")
    def move(payload: Mapping[str, Any], *, organisation: Organisation | None, acting_user: User) -> Mapping[str, Any]:
        return {"moved": payload["quantity"]}

    asker = cast.user("emitter", "administrator")
    yield f"/approvals/{approvals.ask('test.move', {'quantity': 5}, asker, cast.organisation('emitter')).pk}"
    del approvals._registered["test.move"]


def test_another_person_confirms(cast: Cast, asked: str):
    page = Page(cast.user("emitter", "approver"))
    (waiting,) = page.get("/approvals?state=pending").json()["items"]
    assert (waiting["payload"], waiting["requested_by"]["username"]) == ({"quantity": 5}, "administrator_of_emitter")
    confirmed = page.post(f"{asked}/confirm", Idempotency_Key="a").json()
    assert (confirmed["state"], confirmed["result"]) == ("confirmed", {"moved": 5})
    assert page.post(f"{asked}/confirm", Idempotency_Key="a").json() == confirmed
    assert page.post(f"{asked}/confirm").status_code == 422


def test_no_program_and_nobody_without_the_right_confirms(cast: Cast, asked: str):
    assert Program(cast.user("emitter", "approver")).post(f"{asked}/confirm").status_code == 401
    for who, status in (
        (("emitter", "administrator"), 403),
        (("emitter", "auditor"), 403),
        (("other emitter", "approver"), 404),
        (("emitter", "reader"), 404),
    ):
        assert Page(cast.user(*who)).post(f"{asked}/confirm").status_code == status
    assert Page(cast.user("emitter", "auditor")).get(asked).json()["state"] == "pending"


def test_refusing_says_why(cast: Cast, asked: str):
    page = Page(cast.user("bureau", "approver"))
    assert page.post(f"{asked}/refuse", {"reason": ""}).status_code == 422
    refused = page.post(f"{asked}/refuse", {"reason": "wrong account"}).json()
    assert (refused["state"], refused["reason"]) == ("refused", "wrong account")


# The audit trail


def test_an_auditor_reads_the_trail_of_their_own_organisation(cast: Cast):
    path = "/organisations/{}/invitations"
    for name in ("emitter", "other emitter"):
        Program(cast.user(name, "administrator")).post(
            path.format(cast.organisation(name).pk), {"email": f"{name[:5]}@example.org", "role": "reader"}
        )
    auditor = Program(cast.user("emitter", "auditor"))
    rows = auditor.get("/audit-trail?action=people.invite").json()["items"]
    assert [row["new"]["email"] for row in rows] == ["emitt@example.org"]
    assert (rows[0]["old"], rows[0]["origin"], rows[0]["actor"]["username"]) == (
        None,
        "api 127.0.0.1",
        "administrator_of_emitter",
    )
    bureau = Program(cast.user("bureau", "auditor"))
    assert len(bureau.get("/audit-trail?action=people.invite").json()["items"]) == 2
    one = bureau.get(f"/audit-trail?organisation={cast.organisation('emitter').pk}&subject={rows[0]['subject']}")
    assert [row["id"] for row in one.json()["items"]] == [rows[0]["id"]]


def test_who_is_no_auditor_reads_only_what_they_did_themselves(cast: Cast):
    representative = cast.user("emitter", "representative")
    rows = Program(representative).get("/audit-trail").json()["items"]
    assert {row["actor"]["username"] for row in rows} == {representative.username}
