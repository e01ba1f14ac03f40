"""Who looks after double counting sees both sides, by page and by API; nobody else learns anything."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.credits.overlaps import tables
from tests.credits.overlaps.tables import write
from tests.people.cast import Cast
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.credits.overlaps.actions import do_import_registry_table
from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_claim, do_look_for
from tanheng.credits.overlaps.leaves import CLAIM, IMPORTED
from tanheng.credits.overlaps.models import Claim, FoundOverlap, ImportedTable
from tanheng.people.actions import do_create_token
from tanheng.people.rights import HOUSE
from tanheng.transparency.proofs import body, is_as_sealed
from tanheng.transparency.sealing import seal
from tanheng.web.rates import Rate

STATEMENTS = 12
SQUARE = {"type": "Polygon", "coordinates": [[[114, 22.5], [114.01, 22.5], [114.01, 22.51], [114, 22.51], [114, 22.5]]]}


@pytest.fixture
def found(buses: Holder, other: Holder, inverter: ClaimIn, tmp_path: Path) -> FoundOverlap:
    roof = ClaimIn("place", "Roof", inverter.first, inverter.last, place=SQUARE)
    do_claim(buses, [inverter, roof], acting_user=HOUSE)
    source = write(tmp_path, tables.VERRA_PROJECTS + ",No number,,,,,,,,,,,\n")
    do_import_registry_table("verra", source, as_of=date(2026, 4, 20), acting_user=HOUSE)
    device, *_rest = do_look_for(other, [inverter, roof], acting_user=HOUSE)
    return device


@pytest.fixture
def at(cast: Cast, client: Client) -> Any:
    def enter(organisation: str, role: str) -> Client:
        client.force_login(cast.user(organisation, role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


def places(found: FoundOverlap) -> list[str]:
    table = ImportedTable.objects.get()
    pages = [reverse("overlap", args=[each.pk]) for each in FoundOverlap.objects.all()]
    return [
        *pages,
        *(reverse(name) for name in ("overlaps", "claims", "registries")),
        reverse("registry_table", args=[table.pk]),
        reverse("workflow", args=["overlaps"]),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_open_with_few_statements(found: FoundOverlap, at: Any, language: str) -> None:
    client = at("bureau", "officer")
    client.cookies["django_language"] = language
    for place in places(found):
        client.get(place)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(place)
        assert answer.status_code == 200, place
        assert len(asked) <= STATEMENTS, (place, len(asked))


def test_a_page_shows_both_sides_and_where_it_was_found(found: FoundOverlap, at: Any) -> None:
    client = at("bureau", "officer")
    client.cookies["django_language"] = "en"
    told = client.get(reverse("overlap", args=[found.pk])).content.decode()
    for needed in ("SZPH-2026-000001", "SZPH-2026-000002", "INV-0001", "2026-01-01 – 2035-12-31", "the same"):
        assert needed in told
    assert reverse("take_step", args=["overlaps", found.pk, "accept"]) in told
    table = ImportedTable.objects.get()
    told = client.get(reverse("registry_table", args=[table.pk])).content.decode()
    assert "overlaps.F01" in told and "is missing" in told


def test_who_does_not_look_after_it_learns_nothing(found: FoundOverlap, at: Any) -> None:
    client = at("other emitter", "representative")
    for place in places(found)[:-1]:
        assert client.get(place).status_code in (403, 404), place
    assert client.get(reverse("overlap", args=[found.pk])).status_code == 404
    assert client.get(reverse("overlap", args=[10**9])).status_code == 404
    assert client.get(reverse("new_registry_table")).status_code == 403


def test_a_stranger_is_asked_to_sign_in(found: FoundOverlap, client: Client) -> None:
    for place in places(found)[:-1]:
        assert client.get(place).status_code == 302, place


def test_the_officer_accepts_by_the_page(found: FoundOverlap, at: Any) -> None:
    client = at("bureau", "officer")
    answer = client.post(
        reverse("take_step", args=["overlaps", found.pk, "accept"]), {"compared": "meter lists", "reason": "two makers"}
    )
    assert (answer.status_code == 302 and "/requests/" in answer["Location"]) or "approval" in answer["Location"]
    assert FoundOverlap.objects.get(pk=found.pk).state == "found"


def test_a_table_comes_by_the_page(cast: Cast, at: Any) -> None:
    client = at("bureau", "officer")
    client.cookies["django_language"] = "en"
    form = {"registry": "car", "as_of": "2026-04-20"}
    file = SimpleUploadedFile("car.csv", tables.CAR_PROJECTS.encode())
    answer = client.post(reverse("new_registry_table"), {**form, "file": file})
    assert answer.status_code == 302 and ImportedTable.objects.get().file == "car.csv"
    wrong = SimpleUploadedFile("car.csv", b"a,b\n1,2\n")
    answer = client.post(reverse("new_registry_table"), {**form, "file": wrong})
    assert answer.status_code == 422 and "Project ID" in answer.content.decode()
    answer = client.post(reverse("new_registry_table"), {})
    assert answer.status_code == 422 and ImportedTable.objects.count() == 1


class Api:
    """A program with a token."""

    def __init__(self, cast: Cast, organisation: str, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Rate, "allow_request", lambda self, request: True)
        user = cast.user(organisation, role)
        token = do_create_token("test", ["credits:read", "credits:write"], acting_user=user)[1]
        self.client, self.headers = Client(), {"authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/credits/overlaps{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(
            f"/api/credits/overlaps{path}", json.dumps(body), content_type="application/json", headers=self.headers
        )


def test_the_api_tells_what_the_pages_tell(found: FoundOverlap, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(cast, "bureau", "officer", monkeypatch)
    listed = api.get("?state=found").json()["items"]
    assert {each["id"] for each in listed} == set(FoundOverlap.objects.values_list("pk", flat=True))
    one = api.get(f"/{found.pk}").json()
    assert (one["first"], one["last"], one["score"]) == ("2026-01-01", "2035-12-31", "1.000")
    claims = api.get("/claims?scope=device&live=true").json()["items"]
    assert [each["told"] for each in claims] == ["INV-0001"]
    table = api.get("/registries").json()["items"][0]
    assert (table["rows"], table["findings_count"]) == (3, 1)
    told = api.get(f"/registries/{table['id']}/findings").json()["items"]
    assert [(each["line"], each["code"]) for each in told] == [(4, "overlaps.F01")]


def test_one_may_look_before_one_claims(found: FoundOverlap, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(cast, "bureau", "officer", monkeypatch)
    asked = {
        "holder_kind": "project",
        "holder_key": "NEW",
        "holder_name": "Nanshan Landfill Gas to Power",
        "claims": [{"scope": "device", "key": "inv 0001", "first": "2026-01-01", "last": "2026-12-31"}],
    }
    before = Claim.objects.count(), FoundOverlap.objects.count()
    told = api.post("/look", asked).json()
    assert [(each["other_key"], each["certain"]) for each in told] == [
        ("SZPH-2026-000001", True),
        ("verra:7001", False),
    ]
    assert (Claim.objects.count(), FoundOverlap.objects.count()) == before
    wrong = {**asked, "claims": [{**asked["claims"][0], "last": "2025-12-31"}]}  # type: ignore[dict-item]
    assert api.post("/look", wrong).status_code == 422


def test_the_api_takes_a_table_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(cast, "bureau", "officer", monkeypatch)
    file = SimpleUploadedFile("v.csv", tables.VERRA_PROJECTS.encode())
    form = {"registry": "verra", "as_of": "2026-04-20", "file": file}
    answer = api.client.post("/api/credits/overlaps/registries", form, headers=api.headers)
    assert answer.status_code == 201 and answer.json()["taken"] == 2


def test_for_everybody_else_the_api_knows_nothing(
    found: FoundOverlap, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(cast, "other emitter", "representative", monkeypatch)
    table = ImportedTable.objects.get().pk
    for path in ("", "/claims", "/registries"):
        assert api.get(path).status_code == 403, path
    for path in (f"/{found.pk}", "/999999", f"/registries/{table}", f"/registries/{table}/findings"):
        assert api.get(path).status_code == 404, path


def test_claims_and_imported_tables_are_in_the_log(found: FoundOverlap) -> None:
    seal()
    claim, table = Claim.objects.order_by("pk")[0], ImportedTable.objects.get()
    said = json.loads(body(CLAIM, claim.pk))
    assert (said["key"], said["first"], said["last"]) == ("inv-0001", "2026-01-01", "2035-12-31")
    assert "released" not in json.dumps(said)
    assert json.loads(body(IMPORTED, table.pk))["sha256"] == table.sha256
    assert is_as_sealed(CLAIM, claim.pk) and is_as_sealed(IMPORTED, table.pk)


def test_the_command_line_lists_what_does_not_add_up(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, tables.VERRA_PROJECTS.replace("2028-12-31", "2018-12-31"))
    asked = ["import-registry", "verra", str(file), "--as-of", "2026-04-20"]
    told = CliRunner().invoke(app, [*asked, "--look-only"])
    assert told.exit_code == 0 and "line 2, Crediting Period End Date" in told.stdout
    assert ImportedTable.objects.count() == 0
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0 and "2 rows, 2 kept, 1 do not add up" in told.stdout
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 2 and "taken in before" in told.stderr
    told = CliRunner().invoke(app, ["import-registry", "verra", str(tmp_path / "gone.csv")])
    assert told.exit_code == 2
