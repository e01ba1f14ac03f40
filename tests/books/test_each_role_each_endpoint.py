"""Each role of each organisation tries each endpoint on what is the emitter's, and gets what the roles' table gives it.

role x endpoint ──table of rights──> may or may not ──HTTP──> done (its status) or refused (403, or 404: not seen)
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from tests.books.things import ASSET, Things
from tests.people.cast import PLACES
from tests.portal.shelf import LATEST

from tanheng.people.models import Kind
from tanheng.people.roles import TABLE
from tanheng.portal.api import api

PUBLIC, SIGNED_IN = "whoever comes", "whoever is signed in"
# The bureau's rights are held in the bureau, all others in or over the emitter.
IN_BUREAU = {"people.found", "people.block", "ledger.issue", "ledger.safeguards", "jobs.all", "jobs.routines"}
IN_BUREAU |= {"decisions.publish", "runs.compare"}
STATEMENT = {"what": "statement", "format": "csv", "account": "A1", "asset": ASSET}
UNITS = {"from_account": "A1", "to_account": "B1", "asset": ASSET, "quantity": 1}


@dataclass(frozen=True)
class Endpoint:
    """What it takes: any of the rights, or being one of the people named; and what it answers to who has it."""

    needs: tuple[str, ...]
    done: int = 200
    body: Any = None
    path: tuple[tuple[str, str], ...] = ()
    query: str = ""
    also: tuple[tuple[str, str], ...] = ()
    never: tuple[tuple[str, str], ...] = ()
    file: bytes | None = None


ASKED = (("emitter", "representative"),)
# What may tell of several holders is for who looks over all of them.
OVER_ALL = tuple(("bureau", role) for role in ("officer", "approver", "auditor", "reader"))
# Assessments of the whole city are for the authority.
SEE_RUNS = tuple(
    (of, role) for of in ("bureau", "branch", "other branch") for role in ("officer", "approver", "auditor", "reader")
)
RULE = {"source": "a test", "status": "example"}
ENDPOINTS: dict[str, Endpoint] = {
    "GET /api/people/me": Endpoint((SIGNED_IN,)),
    "GET /api/people/roles": Endpoint((SIGNED_IN,)),
    "GET /api/people/organisations": Endpoint((SIGNED_IN,)),
    "POST /api/people/organisations": Endpoint(("people.found",), 201, {"kind": "bank", "name": "Bank of Clay"}),
    "GET /api/people/organisations/{organisation}": Endpoint(("people.see",)),
    "PATCH /api/people/organisations/{organisation}": Endpoint(("people.found",), 200, {"name": "x"}),
    "GET /api/people/users": Endpoint((SIGNED_IN,)),
    "GET /api/people/users/{user}": Endpoint(("people.see",)),
    "POST /api/people/users/{user}/block": Endpoint(("people.block",), 200, {"reason": "x"}),
    "POST /api/people/users/{user}/unblock": Endpoint(
        ("people.block",), 200, {"reason": "x"}, path=(("user", "blocked"),)
    ),
    "GET /api/people/organisations/{organisation}/members": Endpoint(("people.see",)),
    "POST /api/people/organisations/{organisation}/members": Endpoint(
        ("people.roles",), 201, {"user": "{user}", "role": "auditor"}
    ),
    "DELETE /api/people/organisations/{organisation}/members/{user}/{role}": Endpoint(("people.roles",), 204),
    "GET /api/people/organisations/{organisation}/invitations": Endpoint(("people.invite",)),
    "POST /api/people/organisations/{organisation}/invitations": Endpoint(
        ("people.invite",), 201, {"email": "li@example.org", "role": "reader"}
    ),
    # Into the other emitter; its own reader is one already.
    "POST /api/people/invitations/accept": Endpoint(
        (PUBLIC,),
        201,
        {"key": "{key}", "username": "new", "name": "New", "password": "correct horse battery staple"},
        never=(("other emitter", "reader"),),
    ),
    "GET /api/people/invitations/{invitation}": Endpoint(("people.invite",)),
    "POST /api/people/invitations/{invitation}/revoke": Endpoint(("people.invite",)),
    "GET /api/people/tokens": Endpoint((SIGNED_IN,)),
    "POST /api/people/tokens": Endpoint((SIGNED_IN,), 201, {"name": "x", "scopes": ["people:read"]}),
    # Somebody else's.
    "GET /api/people/tokens/{token}": Endpoint(("people.block",)),
    "POST /api/people/tokens/{token}/revoke": Endpoint(("people.block",)),
    "GET /api/people/approvals": Endpoint((SIGNED_IN,)),
    "GET /api/people/approvals/{approval}": Endpoint(("people.approve", "people.audit"), also=ASKED),
    "POST /api/people/approvals/{approval}/confirm": Endpoint(("people.approve",), never=ASKED),
    "POST /api/people/approvals/{approval}/refuse": Endpoint(("people.approve",), 200, {"reason": "x"}, also=ASKED),
    "GET /api/people/audit-trail": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/accounts": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/accounts/{number}": Endpoint(("ledger.see",)),
    "GET /api/ledger/accounts/{number}/balances": Endpoint(("ledger.see",)),
    "GET /api/ledger/accounts/{number}/statements/{asset}": Endpoint(("ledger.see",)),
    "GET /api/ledger/transfers/{transfer}": Endpoint(("ledger.see",)),
    "GET /api/ledger/assets/{asset}/serials/{serial}": Endpoint((SIGNED_IN,)),
    "POST /api/ledger/transfers": Endpoint(("ledger.transfer",), 201, UNITS),
    "POST /api/ledger/transfer-batches": Endpoint(("ledger.transfer",), 200, {"transfers": [UNITS]}),
    "POST /api/ledger/reservations": Endpoint(("ledger.transfer",), 201, UNITS),
    "POST /api/ledger/reservations/{pending}/post": Endpoint(("ledger.transfer",), 201, {}),
    "POST /api/ledger/reservations/{pending}/void": Endpoint(("ledger.transfer",), 201, {}),
    "POST /api/ledger/pledges": Endpoint(("ledger.transfer",), 201, {**UNITS, "to_account": "PLEDGED"}),
    "POST /api/ledger/retirements": Endpoint(
        ("ledger.transfer",), 201, {"from_account": "A1", "asset": ASSET, "quantity": 1, "reason": "for the test"}
    ),
    "POST /api/ledger/accounts": Endpoint(
        ("ledger.open",), 201, {"number": "A9", "type": "holding", "owner": "{organisation}"}
    ),
    "POST /api/ledger/accounts/{number}/block": Endpoint(("ledger.block",), 200, {"reason": "x"}),
    "POST /api/ledger/accounts/{number}/unblock": Endpoint(("ledger.block",), path=(("number", "shut_account"),)),
    "POST /api/ledger/accounts/{number}/close": Endpoint(
        ("ledger.open",), 200, {"reason": "x"}, path=(("number", "empty_account"),)
    ),
    "GET /api/ledger/assets": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/assets/{asset}": Endpoint((SIGNED_IN,)),
    "POST /api/ledger/assets": Endpoint(("ledger.issue",), 201, {"code": "NEW", "kind": "credit", "name": "new"}),
    "POST /api/ledger/issuances": Endpoint(
        ("ledger.issue",), 201, {"asset": ASSET, "to_account": "A1", "quantity": 1, "vintage": 2026}
    ),
    "POST /api/ledger/assets/{asset}/lapse": Endpoint(("ledger.issue",), path=(("asset", "points"),)),
    "GET /api/ledger/transfers": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/accounts/{number}/transfers": Endpoint(("ledger.see",)),
    "GET /api/ledger/reservations": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/queue": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/queue/{queued}": Endpoint(("ledger.see",)),
    "POST /api/ledger/queue/{queued}/withdraw": Endpoint(("ledger.transfer",)),
    "GET /api/ledger/accounts/{number}/trusted": Endpoint(("ledger.see",)),
    "POST /api/ledger/accounts/{number}/trusted": Endpoint(("ledger.trust",), 201, {"trusted": "B1"}),
    "DELETE /api/ledger/accounts/{number}/trusted/{trust}": Endpoint(("ledger.trust",), 204),
    "GET /api/ledger/limits": Endpoint((SIGNED_IN,)),
    "POST /api/ledger/limits": Endpoint(("ledger.safeguards",), 201, {"asset": ASSET, "quantity": 5, **RULE}),
    "GET /api/ledger/settings": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/settings/{setting}": Endpoint((SIGNED_IN,)),
    "POST /api/ledger/settings/{setting}": Endpoint(("ledger.safeguards",), 201, {"value": "10:00", **RULE}),
    "GET /api/ledger/days": Endpoint((SIGNED_IN,)),
    "POST /api/ledger/days": Endpoint(
        ("ledger.safeguards",), 200, {"days": [{"day": "2026-10-01", "working": False, "name": "National Day"}], **RULE}
    ),
    "GET /api/ledger/differences": Endpoint((SIGNED_IN,)),
    "GET /api/ledger/differences/{difference}": Endpoint(("ledger.block",), also=OVER_ALL),
    "POST /api/ledger/differences/{difference}/explain": Endpoint(("ledger.block",), 200, {"explanation": "x"}),
    "POST /api/ledger/accounts/{number}/balances/{asset}/restore": Endpoint(("ledger.block",)),
    "GET /api/jobs": Endpoint((SIGNED_IN,)),
    "POST /api/jobs": Endpoint(("ledger.see",), 202, {"kind": "export", "arguments": STATEMENT}),
    "GET /api/jobs/routines": Endpoint(("jobs.routines",)),
    # The emitter's representative asked for it.
    "GET /api/jobs/{job}": Endpoint(("jobs.all",), also=ASKED),
    "POST /api/jobs/{job}/cancel": Endpoint(("jobs.all",), also=ASKED),
    # Whoever looks after jobs takes nobody's file away.
    "GET /api/jobs/{job}/file": Endpoint((), also=ASKED, path=(("job", "done_job"),)),
    "GET /api/decisions": Endpoint((SIGNED_IN,)),
    "GET /api/decisions/register": Endpoint((PUBLIC,)),
    "GET /api/decisions/proposed": Endpoint(("decisions.publish",), query=f"?run={LATEST}&measure=inventory"),
    "POST /api/decisions": Endpoint(
        ("decisions.publish",),
        200,
        {"run": LATEST, "measure": "inventory", "decisions": ["warn-city-2024"], "reason": "x", "public": True},
    ),
    # About the emitter, and not public.
    "GET /api/decisions/{decision}": Endpoint(("decisions.see",)),
    "GET /api/decisions/{decision}/proof": Endpoint(("decisions.see",)),
    "POST /api/decisions/{decision}/withdraw": Endpoint(("decisions.publish",), 200, {"reason": "x"}),
    "GET /api/tables": Endpoint((SIGNED_IN,)),
    "GET /api/tables/submissions": Endpoint((SIGNED_IN,)),
    "POST /api/tables/submissions": Endpoint(("tables.submit",), 201, {"table": "fuel_use"}, file=b"facility_id\n"),
    "GET /api/tables/submissions/{submission}": Endpoint(("tables.see",)),
    "GET /api/tables/submissions/{submission}/findings": Endpoint(("tables.see",)),
    "POST /api/tables/submissions/{submission}/hand-in": Endpoint(
        ("tables.submit",), path=(("submission", "clean_submission"),)
    ),
    "POST /api/tables/submissions/{submission}/withdraw": Endpoint(("tables.submit",)),
    "POST /api/tables/submissions/{submission}/take": Endpoint(("tables.take",)),
    "POST /api/tables/submissions/{submission}/refuse": Endpoint(("tables.take",), 200, {"reason": "x"}),
    "GET /api/comparisons": Endpoint((), also=SEE_RUNS),
    "POST /api/comparisons": Endpoint(("runs.compare",), 202, {"reforms": ["cleaner-power.yaml"]}),
    "GET /api/comparisons/{address}": Endpoint((), also=SEE_RUNS),
    # Between two accounts of the emitter.
    "GET /api/log/transfers/{transfer}": Endpoint(("ledger.see",)),
    # Of the invitation into the emitter, written for the bureau's administrator.
    "GET /api/log/audit-entries/{entry}": Endpoint(("people.audit",), also=(("bureau", "administrator"),)),
    "GET /api/log/key": Endpoint((PUBLIC,)),
    "GET /api/log/head": Endpoint((PUBLIC,)),
    "GET /api/log/heads": Endpoint((PUBLIC,)),
    "GET /api/log/entries/{kind}/{ref}/proof": Endpoint((PUBLIC,), path=(("ref", "entry"),)),
    "GET /api/log/consistency": Endpoint((PUBLIC,), query="?old={size}"),
    "GET /api/log/export": Endpoint((PUBLIC,)),
}
KIND_OF = {name: kind for name, kind, _district in PLACES}
DISTRICT_OF = {name: district for name, _kind, district in PLACES}
EMITTER, BUREAU = "emitter", "bureau"


def holds(of: str, role: str, right: str) -> bool:
    """Whether the table of roles gives it, for the emitter or in the bureau: worked out here, not asked of the code."""
    on = BUREAU if right in IN_BUREAU else EMITTER
    for gives in TABLE:
        if gives.role != role or Kind(KIND_OF[of]) not in gives.kinds:
            continue
        if of == on and right in gives.inside:
            return True
        supervises = KIND_OF[of] == "bureau" or (
            KIND_OF[of] == "district_branch" and DISTRICT_OF[on].startswith(DISTRICT_OF[of])
        )
        if of != on and right in gives.over and supervises:
            return True
    return False


def may(of: str, role: str, endpoint: Endpoint) -> bool:
    if (of, role) in endpoint.never:
        return False
    if {*endpoint.needs} & {PUBLIC, SIGNED_IN} or (of, role) in endpoint.also:
        return True
    return any(holds(of, role, right) for right in endpoint.needs)


def ask(client: Client, label: str, things: Things) -> Any:
    """One request; what it did is taken back."""
    endpoint = ENDPOINTS[label]
    method, address = label.split(" ")
    known = things.known | {name: things.known[other] for name, other in endpoint.path}
    body = json.dumps(endpoint.body).replace("{key}", things.key)
    for name in ("user", "organisation"):
        body = body.replace(f'"{{{name}}}"', str(things.known[name]))
    with transaction.atomic():
        if endpoint.file is not None:
            given = {
                **endpoint.body,
                "organisation": known["organisation"],
                "file": ContentFile(endpoint.file, "x.csv"),
            }
            answer = client.post(address.format(**known), given)
            transaction.set_rollback(True)
            return answer
        answer = client.generic(
            method,
            (address + endpoint.query).format(**known),
            "" if endpoint.body is None else body,
            "application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        transaction.set_rollback(True)
    return answer


def test_the_table_has_every_endpoint():
    described = {
        f"{method.upper()} {path}"
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method in operations
    }
    assert described == ENDPOINTS.keys()


def test_who_is_not_signed_in_gets_nowhere_but_to_what_is_public(things: Things):
    wrong = []
    for label, endpoint in ENDPOINTS.items():
        status = ask(Client(), label, things).status_code
        expected = endpoint.done if endpoint.needs == (PUBLIC,) else 401
        if status != expected:
            wrong.append(f"{label}: {status} instead of {expected}")
    assert not wrong, "\n".join(wrong)


def test_each_role_gets_what_its_rights_give_and_no_more(things: Things):
    wrong, tried = [], {True: 0, False: 0}
    for of, role, user in things.everybody():
        client = Client()
        client.force_login(user)
        for label, endpoint in ENDPOINTS.items():
            answer = ask(client, label, things)
            allowed = may(of, role, endpoint)
            tried[allowed] += 1
            if allowed != (answer.status_code == endpoint.done) or (
                not allowed and answer.status_code not in (403, 404) and (of, role) not in endpoint.never
            ):
                wrong.append(f"{role} of {of}, {label}: {answer.status_code}, and {'may' if allowed else 'may not'}")
    assert not wrong, "\n".join(wrong)
    # The table says yes and no often enough for this to mean something.
    assert tried[True] > 300
    assert tried[False] > 300
