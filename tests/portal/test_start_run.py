"""The form by which a run is started: what it offers, what it refuses, and who may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.portal.test_pages import signed_in

from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job
from tanheng.people.models import User
from tanheng.people.rights import Refused
from tanheng.portal.work.runs import checked
from tanheng.problems import InputRejected

EXAMPLE = Path(__file__).parents[2] / "examples" / "shenzhen"
pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def _city(settings: Any) -> None:
    settings.TANHENG_CITY = str(EXAMPLE)


def officer() -> User:
    return User.objects.get(username="demo-officer")


def started(client: Client, **given: str) -> Any:
    return client.post("/runs/new/", {"year": "", "on": "", "known_on": "", "rulebook": "", **given})


def test_what_is_left_out_is_the_citys_own():
    assert started(signed_in("officer")).status_code == 302
    job = Job.objects.get()
    assert job.arguments == {"year": 2024, "on": "2024-12-31", "known_on": None, "rulebook": "shenzhen"}
    assert (job.kind, job.requested_by, job.state) == ("run", officer(), "waiting")


def test_the_same_run_said_in_other_words_is_the_same_job():
    client = signed_in("officer")
    first = started(client)["Location"]
    assert started(client, year="2024", on="2024-12-31", rulebook="shenzhen")["Location"] == first
    assert started(client, year="2023")["Location"] != first


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"year": "1999"}, "year"),
        ({"year": "twenty"}, "year"),
        ({"year": "٢٠٢٤"}, "year"),
        ({"year": "9" * 99}, "year"),
        ({"on": "2024-02-30"}, "on"),
        ({"on": "20241231"}, "on"),
        ({"year": "2024", "on": "2023-12-31"}, "on"),
        ({"known_on": "yesterday"}, "known_on"),
        ({"rulebook": "../../etc"}, "rulebook"),
        ({"rulebook": "atlantis"}, "rulebook"),
        ({"rulebook": str(EXAMPLE)}, "rulebook"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(given: dict[str, str], field: str):
    answer = started(signed_in("officer"), **given)
    html = answer.content.decode()
    assert answer.status_code == 422 and f'<a href="#{field}">' in html and "Nothing was started." in html
    assert not Job.objects.exists()


def test_all_faults_are_told_at_once():
    with pytest.raises(InputRejected) as rejected:
        checked({"year": "x", "on": "y", "known_on": "z", "rulebook": "w", "more": 1}, officer(), None)
    assert {each.column for each in rejected.value.problems} == {"year", "on", "known_on", "rulebook", "more"}


def test_where_there_is_no_city_the_page_says_so(settings: Any, tmp_path: Path):
    settings.TANHENG_CITY = str(tmp_path / "nowhere")
    client = signed_in("officer")
    html = client.get("/runs/new/").content.decode()
    assert "There is no city to work out." in html and '<form class="card"' not in html
    assert started(client).status_code == 200 and not Job.objects.exists()
    with pytest.raises(InputRejected, match=r"city\.E001"):
        do_start_job("run", {}, acting_user=officer())


def test_who_may_not_start_runs_is_not_offered_it():
    for name in ("auditor", "branch", "admin", "emitter"):
        client = signed_in(name)
        assert "/runs/new/" not in client.get("/").content.decode(), name
        assert started(client).status_code == 403
        with pytest.raises(Refused):
            do_start_job("run", {}, acting_user=User.objects.get(username=f"demo-{name}"))
    assert "/runs/new/" in signed_in("officer").get("/").content.decode()


def test_the_form_is_chinese_where_the_reader_is():
    html = signed_in("officer", "zh-hans").get("/runs/new/").content.decode()
    for said in ("发起测算", "深圳", "以何日所知为准", "已有结果", "深圳市"):
        assert said in html, said
