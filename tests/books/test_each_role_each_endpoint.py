"""Each role of each organisation tries each endpoint on what is the emitter's, and gets what the roles' table gives it.

role x endpoint ──table of rights──> may or may not ──HTTP──> done (its status) or refused (403, or 404: not seen)
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from tests.books.credit_things import CREDIT, OPERATOR, REGISTRY, trips
from tests.books.things import ASSET, Things
from tests.people.cast import PLACES
from tests.portal.shelf import LATEST

from tanheng.people.models import Kind
from tanheng.people.roles import TABLE
from tanheng.portal.api import api

PUBLIC, SIGNED_IN = "whoever comes", "whoever is signed in"
# With the key of a person, which is no user.
PERSON = "the person oneself"
# The bureau's rights are held in the bureau, all others in or over the emitter.
IN_BUREAU = {"people.found", "people.block", "ledger.issue", "ledger.safeguards", "jobs.all", "jobs.routines"}
IN_BUREAU |= {"decisions.publish", "runs.compare", "methodologies.assess", "methodologies.decide"}
IN_BUREAU |= {"noise.see", "noise.calculate"}
IN_BUREAU |= {"credits.work_out", "registries.import", "verifiers.accredit", "points.keep"}
OF_OPERATOR = {"applications.see", "applications.register", "points.see", "points.serve"}
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
    on: str | None = None
    content_type: str = "application/json"


ASKED = (("emitter", "representative"),)
# What may tell of several holders is for who looks over all of them.
OVER_ALL = tuple(("bureau", role) for role in ("officer", "approver", "auditor", "reader"))
# Assessments of the whole city are for the authority.
SEE_RUNS = tuple(
    (of, role) for of in ("bureau", "branch", "other branch") for role in ("officer", "approver", "auditor", "reader")
)
# Who looks after double counting, for the whole city.
SEE_OVERLAPS = tuple((of, role) for of in ("bureau", "branch", "other branch") for role in ("officer", "auditor"))
SEE_OVERLAPS += (("bureau", "approver"),)
# Experts of the pool read what was filed or applied for, whose ever it is.
EXPERT = (("bureau", "expert"),)
PROJECT = {"name": "Cartons", "methodology": "sz_milk_cartons", "version": "v1"}
PROJECT |= {"first": "2025-01-01", "last": "2029-12-31", "description": "x", "place_name": "Nanshan"}
DEVICE = {"scope": "device", "key": "INV-0001", "first": "2026-01-01", "last": "2026-12-31"}
LOT = {"quantity": 1, "beneficiary": "Guests", "purpose": "heating"}
COMMUNITY = {"name": "Hill Court", "address": "x", "households": 9, "measures": "x"}
APPLICATIONS = b"organisation,name,address,households,measures\nemitter,Hill Court,x,9,x\n"
# Whose yearly review is due is for who reads the bureau's applications.
SEE_REVIEWS = (*OVER_ALL, ("bureau", "representative"))
MONITORS = b"monitor_id,lon,lat,height_m,purpose\nM-9,114.0,22.5,4,road\n"
COMPLAINT = {"source": "traffic", "place": "x", "noticed_at": "2026-05-01T22:30:00+08:00", "text": "Horns"}
SCENE = {"name": "x", "scene": "public_transport", "place": "x", "behaviour": "x", "data_protection": "x"}
APP = {"name": "Bikes", "scenes": ["public_transport"], "about": "x", "protection": "x"}
GOOD = {"name_zh": "x", "name_en": "x", "price": 5, "stock": 5}
PERIOD = {"first": "2027-01-01", "last": "2027-12-31"}
SPAN = {"first": "2026-03-01", "last": "2026-03-02"}
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
    # Of a scene that the emitter applied for; which steps of which case are for whom stands in the tests of each kind.
    "GET /api/credits/cases/{kind}/{case}": Endpoint(("projects.see",), also=EXPERT),
    "GET /api/credits/cases/{kind}/{case}/passages": Endpoint(("projects.see",), also=EXPERT),
    "POST /api/credits/cases/{kind}/{case}/{step}": Endpoint(("scenes.apply",), 200, {"reason": "x"}),
    # Of a community that the emitter applies for.
    "GET /api/quiet/cases/{kind}/{case}": Endpoint(("communities.see",)),
    "GET /api/quiet/cases/{kind}/{case}/passages": Endpoint(("communities.see",)),
    "POST /api/quiet/cases/{kind}/{case}/{step}": Endpoint(("communities.apply",), 200, {"reason": "x"}),
    "GET /api/quiet/studies": Endpoint((SIGNED_IN,)),
    "POST /api/quiet/studies": Endpoint(("noise.calculate",), 200, {"seed": 1}),
    # Of a study that is not public.
    "GET /api/quiet/studies/{digest}/levels": Endpoint(("noise.see",)),
    "POST /api/quiet/studies/{digest}/what-if": Endpoint(("noise.see",), 200, {"speed": 30}),
    "GET /api/quiet/studies/{digest}/why/{receiver}": Endpoint(("noise.see",)),
    "GET /api/quiet/studies/{digest}/monitors": Endpoint(("noise.see",)),
    # Of the emitter, not public.
    "GET /api/quiet/monitors": Endpoint((SIGNED_IN,)),
    "GET /api/quiet/monitors/public": Endpoint((PUBLIC,)),
    "POST /api/quiet/monitors/files": Endpoint(("monitors.keep",), 201, {"table": "monitors"}, file=MONITORS),
    "GET /api/quiet/monitors/{monitor}": Endpoint(("monitors.see",)),
    "GET /api/quiet/monitors/{monitor}/days": Endpoint(("monitors.see",)),
    "GET /api/quiet/monitors/{monitor}/hours": Endpoint(("monitors.see",)),
    "POST /api/quiet/monitors/{monitor}/show": Endpoint(("monitors.keep",), 200, {"public": True}),
    "GET /api/quiet/titles": Endpoint((PUBLIC,)),
    "GET /api/quiet/communities": Endpoint((SIGNED_IN,)),
    "POST /api/quiet/communities": Endpoint(
        ("communities.apply",), 200, {"organisation": "{organisation}", **COMMUNITY}
    ),
    "POST /api/quiet/communities/import": Endpoint((), 201, {}, file=APPLICATIONS, also=(("bureau", "officer"),)),
    "GET /api/quiet/communities.csv": Endpoint((SIGNED_IN,)),
    "GET /api/quiet/titles.csv": Endpoint((PUBLIC,)),
    "GET /api/quiet/statistics": Endpoint((PUBLIC,)),
    "GET /api/quiet/reviews": Endpoint((), also=SEE_REVIEWS),
    "GET /api/quiet/complaints.csv": Endpoint(("noise.see",)),
    "GET /api/quiet/complaints/places": Endpoint(("noise.see",)),
    "GET /api/quiet/complaints": Endpoint(("noise.see",)),
    "POST /api/quiet/complaints": Endpoint((PUBLIC,), 200, COMPLAINT),
    "GET /api/credits/overlaps": Endpoint((), also=SEE_OVERLAPS),
    "POST /api/credits/overlaps/look": Endpoint(
        (),
        200,
        {"holder_kind": "project", "holder_key": "X-3", "holder_name": "x", "claims": [DEVICE]},
        also=SEE_OVERLAPS,
    ),
    "GET /api/credits/overlaps/claims": Endpoint((), also=SEE_OVERLAPS),
    "GET /api/credits/overlaps/registries": Endpoint((), also=SEE_OVERLAPS),
    "POST /api/credits/overlaps/registries": Endpoint(
        ("registries.import",), 201, {"registry": "verra", "as_of": "2026-01-02"}, file=(REGISTRY + "\n").encode()
    ),
    "GET /api/credits/overlaps/registries/{table}": Endpoint((), also=SEE_OVERLAPS),
    "GET /api/credits/overlaps/registries/{table}/findings": Endpoint((), also=SEE_OVERLAPS),
    "GET /api/credits/overlaps/{overlap}": Endpoint((), also=SEE_OVERLAPS),
    "GET /api/credits/filing/register": Endpoint((PUBLIC,)),
    "GET /api/credits/filing/in-force": Endpoint((PUBLIC,), query="?identifier=sz_milk_cartons&on=2026-10-01"),
    "GET /api/credits/filing/methodologies": Endpoint((SIGNED_IN,)),
    "POST /api/credits/filing/methodologies": Endpoint(
        ("methodologies.file",),
        200,
        {"organisation": "{organisation}", "identifier": "sz_distributed_pv", "version": "v1"},
    ),
    "GET /api/credits/filing/methodologies/{methodology}": Endpoint(("projects.see",), also=EXPERT),
    "POST /api/credits/filing/methodologies/{methodology}/revisions": Endpoint(
        ("methodologies.file",), 200, {"organisation": "{organisation}", "texts": "{texts}"}
    ),
    "GET /api/credits/filing/methodologies/{methodology}/opinions": Endpoint(("projects.see",), also=EXPERT),
    "POST /api/credits/filing/methodologies/{methodology}/opinions": Endpoint(
        ("methodologies.assess",), 200, {"verdict": "for", "text": "x"}
    ),
    "GET /api/credits/filing/methodologies/{methodology}/comments": Endpoint(("projects.see",), also=EXPERT),
    "POST /api/credits/filing/methodologies/{methodology}/comments": Endpoint(
        (PUBLIC,), 200, {"text": "x"}, path=(("methodology", "open_methodology"),)
    ),
    "POST /api/credits/filing/comments/{comment}": Endpoint(("methodologies.decide",), 200, {"shown": True}),
    "POST /api/credits/filing/methodologies/{methodology}/trials": Endpoint(
        ("methodologies.file", "methodologies.assess", "methodologies.decide"), 200, {"data": "person,day\n"}
    ),
    "GET /api/credits/filing/trials/{trial}": Endpoint(
        ("methodologies.file", "methodologies.assess", "methodologies.decide")
    ),
    "GET /api/credits/filing/scenes/register": Endpoint((PUBLIC,)),
    "GET /api/credits/filing/scenes": Endpoint((SIGNED_IN,)),
    "POST /api/credits/filing/scenes": Endpoint(("scenes.apply",), 200, {"organisation": "{organisation}", **SCENE}),
    "GET /api/credits/filing/scenes/{scene}": Endpoint(("projects.see",), also=EXPERT),
    "GET /api/credits/projects": Endpoint((SIGNED_IN,)),
    "GET /api/credits/projects/register": Endpoint((PUBLIC,)),
    "POST /api/credits/projects": Endpoint(("projects.apply",), 200, {"organisation": "{organisation}", **PROJECT}),
    "GET /api/credits/projects/reports": Endpoint((SIGNED_IN,)),
    "GET /api/credits/projects/reports/{report}": Endpoint(("projects.see",)),
    "PUT /api/credits/projects/reports/{report}/values": Endpoint(("projects.apply",), 200, {"values": "{values}"}),
    "GET /api/credits/projects/issuances": Endpoint((SIGNED_IN,)),
    "GET /api/credits/projects/issuances/{issuance}/proof": Endpoint((SIGNED_IN,)),
    "GET /api/credits/projects/accreditations": Endpoint((SIGNED_IN,)),
    "POST /api/credits/projects/accreditations": Endpoint(
        ("verifiers.accredit",),
        200,
        {"organisation": "{verifier}", "number": "VB-9", "scopes": ["validation"], "methodologies": ["sz_milk_cartons"]}
        | PERIOD,
    ),
    # Of what was issued too many, the emitter owes some; another of it would confirm.
    "POST /api/credits/projects/corrections/{correction}/settle": Endpoint(
        ("ledger.transfer",), 200, {"account": "A1", "quantity": 1}
    ),
    "GET /api/credits/projects/{project}": Endpoint(("projects.see",)),
    "PUT /api/credits/projects/{project}": Endpoint(("projects.apply",), 200, PROJECT),
    "POST /api/credits/projects/{project}/reports": Endpoint(
        ("projects.apply",), 200, PERIOD, path=(("project", "public_project"),)
    ),
    "GET /api/credits/projects/{project}/corrections": Endpoint((SIGNED_IN,), path=(("project", "public_project"),)),
    "GET /api/credits/applications": Endpoint((SIGNED_IN,)),
    "POST /api/credits/applications": Endpoint(("applications.register",), 201, {"organisation": "{operator}", **APP}),
    # What was worked out is of all applications together.
    "GET /api/credits/applications/workings": Endpoint((SIGNED_IN,)),
    "POST /api/credits/applications/workings": Endpoint(("credits.work_out",), 202, SPAN),
    "GET /api/credits/applications/workings/{working}": Endpoint(("credits.work_out",)),
    "GET /api/credits/applications/workings/{working}/persons/{person}": Endpoint(("credits.work_out",)),
    "GET /api/credits/applications/{application}": Endpoint(("applications.see",)),
    # Without any, for who may not make them.
    "GET /api/credits/applications/{application}/keys": Endpoint(("applications.see",)),
    "POST /api/credits/applications/{application}/keys": Endpoint(("applications.register",), 201, {"name": "x"}),
    "POST /api/credits/applications/{application}/keys/{key}/revoke": Endpoint(("applications.register",), 204),
    "POST /api/credits/applications/{application}/events": Endpoint(
        ("applications.register",), 201, "{person}", content_type="application/x-ndjson"
    ),
    "GET /api/credits/applications/{application}/batches": Endpoint(("applications.see",)),
    "GET /api/credits/applications/{application}/batches/{batch}": Endpoint(("applications.see",)),
    "POST /api/credits/points/applications/{application}/persons": Endpoint(
        ("points.serve",), 200, {"persons": [{"reference": "R00002"}]}
    ),
    "GET /api/credits/points/applications/{application}/persons": Endpoint(("points.see",)),
    "POST /api/credits/points/applications/{application}/persons/{person}/withdraw": Endpoint(("points.serve",)),
    "POST /api/credits/points/applications/{application}/persons/{person}/key": Endpoint(("points.serve",)),
    "POST /api/credits/points/applications/{application}/persons/{person}/redemptions": Endpoint(
        ("points.serve",), 201, {"good": "{good}"}
    ),
    "GET /api/credits/points/shop": Endpoint((PUBLIC,)),
    "GET /api/credits/points/goods": Endpoint((SIGNED_IN,)),
    # Of the platform, not of an operator.
    "POST /api/credits/points/goods": Endpoint(("points.keep",), 201, GOOD),
    "POST /api/credits/points/goods/{good}": Endpoint(("points.keep",), 200, {"price": 6}),
    "GET /api/credits/points/redemptions": Endpoint((SIGNED_IN,)),
    "POST /api/credits/points/redemptions/{redemption}/back": Endpoint(("points.keep",), 200, {"why": "x"}),
    "GET /api/credits/points/statistics": Endpoint(("points.see",), on="bureau"),
    "GET /api/credits/points/grantings": Endpoint((SIGNED_IN,)),
    # As long as nobody set the rate of exchange there is nothing to grant: who may is told so, and nobody else.
    "POST /api/credits/points/grantings": Endpoint(("credits.work_out",), 422, {"run": "{run}"}),
    "GET /api/credits/points/gatherings": Endpoint((SIGNED_IN,)),
    "POST /api/credits/points/gatherings": Endpoint(("points.keep",)),
    "POST /api/credits/points/persons/{person}/erase": Endpoint(("points.keep",), 200, {"reason": "x"}),
    "GET /api/credits/points/mine": Endpoint((PERSON,)),
    "GET /api/credits/points/mine/days": Endpoint((PERSON,), query="?first=2026-01-01&last=2026-12-31"),
    "GET /api/credits/points/mine/mandates": Endpoint((PERSON,)),
    "POST /api/credits/points/mine/mandates/{mandate}/withdraw": Endpoint((PERSON,)),
    "GET /api/credits/points/mine/data": Endpoint((PERSON,)),
    "POST /api/credits/points/mine/redemptions": Endpoint((PERSON,), 201, {"good": "{good}"}),
    "POST /api/credits/points/mine/code": Endpoint((PERSON,)),
    "POST /api/credits/points/mine/key": Endpoint((PERSON,)),
    "POST /api/credits/points/mine/erase": Endpoint((PERSON,)),
    "GET /api/credits/register/certificates": Endpoint((PUBLIC,)),
    "GET /api/credits/register/certificates/{number}": Endpoint((PUBLIC,)),
    "GET /api/credits/register/certificates/{number}/proof": Endpoint((PUBLIC,)),
    "GET /api/credits/register/units/{asset}/{serial}": Endpoint((PUBLIC,)),
    "GET /api/credits/register/statistics": Endpoint((PUBLIC,)),
    "POST /api/credits/register/retirements": Endpoint(
        ("ledger.transfer",), 200, {"from_account": "A1", "asset": CREDIT, "lots": [LOT]}
    ),
    "GET /api/credits/register/neutrality/{case}": Endpoint(("projects.see",)),
    "POST /api/credits/register/neutrality": Endpoint(
        ("neutrality.apply",),
        200,
        {"organisation": "{organisation}", "subject": "x", "begins": "2025-03-01", "ends": "2025-03-02"},
    ),
    "GET /api/credits/register/offsets/{case}": Endpoint(("projects.see",)),
    "POST /api/credits/register/offsets": Endpoint(
        ("offsets.use",), 200, {"organisation": "{organisation}", "year": 2024}
    ),
    "POST /api/credits/register/holders": Endpoint(
        ("ledger.transfer",), 200, {"organisation": "{organisation}", "shown": True}
    ),
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
KIND_OF = {name: kind for name, kind, _district in PLACES} | {OPERATOR: "app_operator"}
DISTRICT_OF = {name: district for name, _kind, district in PLACES} | {OPERATOR: "440305"}
EMITTER, BUREAU = "emitter", "bureau"


def holds(of: str, role: str, right: str, on: str | None) -> bool:
    """Whether the table of roles gives it, in the bureau or for whose it is: worked out here, not asked of the code."""
    if on is None:
        on = BUREAU if right in IN_BUREAU else OPERATOR if right in OF_OPERATOR else EMITTER
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
    return any(holds(of, role, right, endpoint.on) for right in endpoint.needs)


def ask(client: Client, label: str, things: Things, headers: dict[str, str] | None = None) -> Any:
    """One request; what it did is taken back."""
    endpoint = ENDPOINTS[label]
    method, address = label.split(" ")
    known = things.here(address)
    known |= {name: known[other] for name, other in endpoint.path}
    body = json.dumps(endpoint.body).replace("{key}", things.key)
    for name in re.findall(r'"{(\w+)}"', body):
        body = body.replace(f'"{{{name}}}"', json.dumps(known[name]))
    if endpoint.content_type != "application/json":
        body = trips(known["person"], "T2").decode()
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
            endpoint.content_type,
            headers={**(headers or {}), "Idempotency-Key": str(uuid.uuid4())},
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
                not allowed
                and answer.status_code not in ((401,) if endpoint.needs == (PERSON,) else (403, 404))
                and (of, role) not in endpoint.never
            ):
                wrong.append(f"{role} of {of}, {label}: {answer.status_code}, and {'may' if allowed else 'may not'}")
    assert not wrong, "\n".join(wrong)
    # The table says yes and no often enough for this to mean something.
    assert tried[True] > 300
    assert tried[False] > 300


def test_a_person_gets_to_what_is_its_own_with_its_key(things: Things):
    headers, wrong = {"Authorization": f"Bearer {things.person_key}"}, []
    for label, endpoint in ENDPOINTS.items():
        own = endpoint.needs == (PERSON,)
        if (own or "/points/" in label) and endpoint.needs != (PUBLIC,):
            status, expected = ask(Client(), label, things, headers).status_code, endpoint.done if own else 401
            if status != expected:
                wrong.append(f"{label}: {status} instead of {expected}")
    assert not wrong, "\n".join(wrong)
