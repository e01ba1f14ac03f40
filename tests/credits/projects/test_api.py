"""What a page of projects does, a program does; and anybody reads the register."""

from __future__ import annotations

from typing import Any

from django.test import Client
from tests.credits.projects.house import House
from tests.credits.projects.test_correcting import sell

from tanheng.credits.projects.models import Correction, Issuance, Report
from tanheng.people import approvals
from tanheng.people.actions import do_create_token
from tanheng.people.models import Approval
from tanheng.transparency.sealing import seal

PATH = "/api/credits/projects"
PROJECT = {
    "name": "Cartons",
    "methodology": "sz_milk_cartons",
    "version": "v1",
    "first": "2025-01-01",
    "last": "2029-12-31",
    "description": "Cartons are pulped.",
    "place_name": "Nanshan",
    "devices": ["pulper 1"],
    "estimated_t": 1600,
}


def program(house: House, organisation: str, role: str, *scopes: str) -> Client:
    asked = list(scopes or ("credits:read", "credits:write"))
    _token, key = do_create_token("test", asked, acting_user=house.user(organisation, role))
    return Client(headers={"authorization": f"Bearer {key}", "accept-language": "en"})


def sent(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def step(client: Client, kind: str, case: int, name: str, **given: str) -> Any:
    return sent(client, "post", f"/api/credits/cases/{kind}/{case}/{name}", {"reason": "because", "given": given})


def test_programs_go_the_whole_way(house: House) -> None:
    developer, officer = program(house, "developer", "representative"), program(house, "bureau", "officer")
    whose = {"organisation": house.organisations["developer"].pk}
    made = sent(developer, "post", PATH, {**PROJECT, **whose})
    assert made.status_code == 200, made.content
    project = made.json()
    assert project["number"].startswith("SZPH-") and project["state"] == "draft"
    changed = sent(developer, "put", project["url"], {**PROJECT, "name": "Cartons of schools"})
    assert changed.json()["name"] == "Cartons of schools"
    assert step(developer, "projects", project["id"], "submit", accreditation="VB-1").json()["state"] == "submitted"
    validator, verifier = program(house, "validator", "representative"), program(house, "verifier", "representative")
    assert step(validator, "projects", project["id"], "validate", opinion="good").json()["state"] == "validated"
    asked = step(officer, "projects", project["id"], "register").json()
    assert asked["approval"] is not None
    approvals.confirm(Approval.objects.latest("pk").pk, house.user("bureau", "approver"))
    assert Client().get(f"{PATH}/register").json()["items"][0]["registered_on"] is not None

    days = {"first": "2025-01-01", "last": "2025-12-31"}
    report = sent(developer, "post", f"{project['url']}/reports", days).json()
    filled = sent(developer, "put", f"{report['url']}/values", {"values": "project,year,cartons_t\nM1,2025,\n"}).json()
    assert filled["result"][0]["reduction_t"] is None and "cartons_t" in filled["result"][0]["missing"]["en"]
    refused = step(developer, "reports", report["id"], "submit", accreditation="VB-2")
    assert refused.status_code == 422 and "projects.E030" in refused.content.decode()
    sent(developer, "put", f"{report['url']}/values", {"values": "project,year,cartons_t\nM1,2025,1000\n"})
    assert step(developer, "reports", report["id"], "submit", accreditation="VB-2").json()["state"] == "submitted"
    assert verifier.get(f"{PATH}/reports").json()["items"][0]["years"] == [
        {"year": 2025, "computed_t": 1615, "verified_t": None}
    ]
    assert step(verifier, "reports", report["id"], "verify", tonnes="1615", opinion="good").status_code == 200
    assert step(officer, "reports", report["id"], "review").json()["state"] == "reviewed"
    assert step(officer, "reports", report["id"], "issue").json()["approval"] is not None
    approvals.confirm(Approval.objects.latest("pk").pk, house.user("bureau", "approver"))
    (issuance,) = program(house, "stranger", "reader", "credits:read").get(f"{PATH}/issuances").json()["items"]
    assert (issuance["quantity"], issuance["serials"]) == (1615, [[1, 1615]])
    seal()
    proof = officer.get(f"{PATH}/issuances/{issuance['id']}/proof").json()
    assert proof["kind"] == 17 and '"quantity":1615' in proof["body"]
    page = Client().get(f"/credits/issuances/{issuance['id']}/proof.json")
    assert page.status_code == 200 and page.json()["kind"] == 17


def test_a_correction_is_settled_by_a_program_of_the_developer(house: House) -> None:
    report = house.report("issued")
    sell(house, report, 1610)
    house.take(report, "correct", "bureau", "officer", over_issued="15")
    developer = program(house, "developer", "representative")
    (row,) = developer.get(f"{PATH}/{report.project_id}/corrections").json()
    assert (row["quantity"], row["back"]) == (15, 5)
    what = {"account": f"PRJ-{report.project.number}", "quantity": 10}
    where = f"{PATH}/corrections/{Correction.objects.get().pk}/settle"
    answer = sent(developer, "post", where, what)
    assert answer.status_code == 200 and answer.json()["approval"] is not None
    assert sent(program(house, "stranger", "representative"), "post", where, what).status_code == 403


def test_what_is_not_ones_own_is_not_there(house: House) -> None:
    draft = house.project("draft")
    stranger = program(house, "stranger", "representative")
    assert stranger.get(f"{PATH}/{draft.pk}").status_code == 404
    assert sent(stranger, "put", f"{PATH}/{draft.pk}", PROJECT).status_code == 404
    assert step(stranger, "projects", draft.pk, "withdraw").status_code == 404
    assert Client().get(f"{PATH}/{draft.pk}").status_code == 401
    reader = program(house, "developer", "representative", "credits:read")
    assert sent(reader, "put", f"{PATH}/{draft.pk}", PROJECT).status_code in (401, 403)
    whose = {"organisation": house.organisations["developer"].pk}
    assert sent(stranger, "post", PATH, {**PROJECT, **whose}).status_code in (403, 404)


def test_what_does_not_fit_is_told_all_at_once(house: House) -> None:
    developer = program(house, "developer", "representative")
    whose = {"organisation": house.organisations["developer"].pk}
    wrong = {
        **PROJECT,
        **whose,
        "last": "2024-01-01",
        "place": {"type": "Point", "coordinates": [200, 22]},
    }
    answer = sent(developer, "post", PATH, wrong)
    assert answer.status_code == 422
    assert {"last", "place"} <= {error["pointer"].rsplit("/", 1)[-1] for error in answer.json()["errors"]}
    for name in ("no_such", "sz_shared_bicycle", "gd_forest"):
        # There is none; it credits persons; its scheme has no programme here.
        assert sent(developer, "post", PATH, {**PROJECT, **whose, "methodology": name}).status_code == 422


def test_the_bureau_takes_a_project_over_by_program(house: House) -> None:
    officer = program(house, "bureau", "officer")
    whose = {"organisation": house.organisations["developer"].pk, "source": "list of 2020"}
    project = sent(officer, "post", PATH, {**PROJECT, **whose}).json()
    assert step(officer, "projects", project["id"], "take_over").json()["approval"] is not None
    approvals.confirm(Approval.objects.latest("pk").pk, house.user("bureau", "approver"))
    days = {"first": "2025-01-01", "last": "2025-12-31", "source": "list of 2020, line 3"}
    report = sent(officer, "post", f"{project['url']}/reports", days).json()
    assert step(officer, "reports", report["id"], "record", tonnes="1000").json()["approval"] is not None
    approvals.confirm(Approval.objects.latest("pk").pk, house.user("bureau", "approver"))
    assert step(officer, "reports", report["id"], "issue").json()["approval"] is not None
    approvals.confirm(Approval.objects.latest("pk").pk, house.user("bureau", "approver"))
    assert Issuance.objects.get().quantity == 1000 and Report.objects.get().verifier is None
    developer = program(house, "developer", "representative")
    refused = sent(developer, "post", PATH, {**PROJECT, **whose})
    assert refused.status_code == 403
