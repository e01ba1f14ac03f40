"""Pages of projects: who sees which, with how many statements, and the way of the forms."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.credits.projects.house import House
from tests.credits.projects.test_correcting import sell

from tanheng.credits.projects.models import Project, Report

STATEMENTS = 12


def client(house: House, who: str | None) -> Client:
    made = Client(headers={"accept-language": "en"})
    if who is not None:
        organisation, role = who.split("/")
        made.force_login(house.user(organisation, role))
    return made


def read(house: House, who: str | None, where: str) -> tuple[int, str]:
    by = client(house, who)
    by.get(where)  # what is loaded once a process
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = by.get(where)
    assert len(asked) <= STATEMENTS, (who, where, len(asked), [each["sql"][:120] for each in asked])
    return answer.status_code, answer.content.decode()


def test_a_draft_is_seen_by_whom_it_concerns(house: House) -> None:
    """A competitor, a verifier who has nothing to do with it and anybody else find no such page."""
    draft = house.project("draft")
    where = reverse("project", args=[draft.pk])
    for who in ("developer/reader", "bureau/officer", "branch/reader", "bureau/auditor"):
        assert read(house, who, where)[0] == 200, who
    others: tuple[str | None, ...] = (None, "stranger/representative", "verifier/reader", "validator/representative")
    for other in others:
        assert read(house, other, where)[0] == 404, other
    assert draft.number not in read(house, None, reverse("projects"))[1]


def test_what_was_issued_is_public_with_its_serial_numbers(house: House) -> None:
    report = house.report("issued")
    for where in (report.project.get_absolute_url(), report.get_absolute_url()):
        status, text = read(house, None, where)
        assert status == 200
        assert "SZPHCER 1–1615" in text
        # Who took the steps is nobody's business outside.
        assert "officer of bureau" not in text
    assert "officer of bureau" in read(house, "developer/representative", report.get_absolute_url())[1]
    for name in ("projects", "reports", "accreditations"):
        assert read(house, None, reverse(name))[0] == 200


@pytest.mark.parametrize(
    "who", ["developer/representative", "verifier/representative", "bureau/officer", "branch/reader"]
)
def test_a_report_on_its_way_is_read_by_whom_it_concerns(house: House, who: str) -> None:
    report = house.report("submitted")
    status, text = read(house, who, report.get_absolute_url())
    assert status == 200 and "1615" in text
    assert read(house, None, report.get_absolute_url())[0] == 404
    assert read(house, "stranger/reader", report.get_absolute_url())[0] == 404


def fields(text: str) -> set[str]:
    return set(re.findall(r'name="([a-z_]+)"', text))


def test_a_developer_goes_the_whole_way_by_forms(house: House) -> None:
    """Apply, submit, report, put values in, see what is missing, mend it, submit."""
    by = client(house, "developer/representative")

    def send(where: str, **data: str) -> Any:
        return by.post(where, data)

    page = by.get(reverse("new_project")).content.decode()
    assert {"organisation", "methodology", "first", "devices", "estimated_t"} <= fields(page)
    whole = {
        "organisation": str(house.organisations["developer"].pk),
        "name": "Cartons",
        "methodology": "sz_milk_cartons v1",
        "description": "Cartons are pulped.",
        "first": "2025-01-01",
        "last": "2029-12-31",
        "place_name": "Nanshan",
        "place": "113.93, 22.53",
        "devices": "pulper 1\npulper 2",
        "estimated_t": "1600",
    }
    assert send(reverse("new_project"), **{**whole, "first": "soon"}).status_code == 422
    assert send(reverse("new_project"), **whole).status_code == 302
    project = Project.objects.get()
    assert (project.devices, project.place) == (
        ["pulper 1", "pulper 2"],
        {"type": "Point", "coordinates": [113.93, 22.53]},
    )
    change = reverse("change_project", args=[project.pk])
    assert "pulper 2" in by.get(change).content.decode()
    assert send(change, **{**whole, "devices": "pulper 1"}).status_code == 302
    step = reverse("take_step", args=["projects", project.pk, "submit"])
    assert send(step, accreditation="VB-0").status_code == 422
    assert send(step, accreditation="VB-1").status_code == 302
    project = house.take(Project.objects.get(), "validate", "validator", "representative")
    project = house.take(project, "register", "bureau", "officer")

    assert send(reverse("new_report", args=[project.pk]), first="2025-01-01", last="2025-12-31").status_code == 302
    report = Report.objects.get()
    values = reverse("report_values", args=[report.pk])
    assert "cartons_t" in by.get(values).content.decode()
    assert send(values, values="project,year,cartons_t\nM1,2025,\n").status_code == 302
    assert "unknown" in by.get(report.get_absolute_url()).content.decode()
    submit = reverse("take_step", args=["reports", report.pk, "submit"])
    answer = send(submit, accreditation="VB-2")
    assert answer.status_code == 422 and "cartons_t" in answer.content.decode()
    assert send(values, values="project,year,weight\nM1,2025,3\n").status_code == 422
    assert send(values, values="project,year,cartons_t\nM1,2025,1000\n").status_code == 302
    assert send(submit, accreditation="VB-2").status_code == 302
    assert Report.objects.get().state == "submitted"


def test_only_who_may_begins_or_changes(house: House) -> None:
    draft = house.project("draft")
    for who in ("stranger/representative", "verifier/representative"):
        by = client(house, who)
        assert by.get(reverse("change_project", args=[draft.pk])).status_code == 404
        assert by.get(reverse("new_accreditation")).status_code == 403
    assert client(house, "developer/reader").get(reverse("change_project", args=[draft.pk])).status_code == 403
    assert client(house, "verifier/representative").get(reverse("new_project")).status_code == 403
    assert client(house, None).get(reverse("new_project")).status_code == 302


def test_the_bureau_proposes_a_body(house: House) -> None:
    by = client(house, "bureau/officer")
    where = reverse("new_accreditation")
    data = {
        "organisation": str(house.organisations["verifier"].pk),
        "number": "VB-7",
        "scopes": ["verification"],
        "methodologies": ["sz_milk_cartons"],
        "first": "2026-01-01",
        "last": "2027-12-31",
    }
    assert by.get(where).status_code == 200
    assert by.post(where, {**data, "number": "VB-2"}).status_code == 422
    assert by.post(where, data).status_code == 302
    assert "VB-7" in by.get(reverse("accreditations")).content.decode()
    assert "VB-7" not in client(house, None).get(reverse("accreditations")).content.decode()


def test_owed_units_are_given_by_a_form(house: House) -> None:
    report = house.report("issued")
    sell(house, report, 1615)
    house.take(report, "correct", "bureau", "officer", over_issued="15")
    by = client(house, "developer/representative")
    text = by.get(report.project.get_absolute_url()).content.decode()
    assert "15 tCO2e of corrections are still owed" in text
    (where,) = re.findall(r'href="(/credits/corrections/\d+/settle/)"', text)
    account = f"PRJ-{report.project.number}"
    assert by.post(where, {"account": account, "quantity": "16"}).status_code == 422
    answer = by.post(where, {"account": account, "quantity": "15"})
    assert answer.status_code == 302 and "/approvals/" in answer["Location"]
    assert client(house, "stranger/representative").get(where).status_code == 403
